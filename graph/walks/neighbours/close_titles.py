"""What is close to one title: titles that share viewers with it, by how surely they do and by their genres.

References
----------
Herlocker, Konstan, Borchers, Riedl, "An algorithmic framework for performing collaborative filtering", SIGIR 1999,
doi:10.1145/312624.312682 (significance weighting: what rests on few in common counts less).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.numeric.arrays import CSR, frozen, places_of
from cinewalk.graph.walks.base.like_rows import discount
from cinewalk.graph.walks.base.shared_counts import shared_counts
from cinewalk.graph.walks.neighbours.title_walk import TitleWalk

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.result import Ground, Outcome
    from cinewalk.graph.walks.neighbours.title_walk import Passing

#: With so many viewers in common a step counts half.
HALF: Final = 3.0

#: How much more a title counts that has the same genres.
GENRES: Final = 1.0

#: Titles with fewer viewers in common come after all that have so many.
FEWEST: Final = 3

#: What a step over fewer counts beside steps over enough: next to nothing, so that it comes after them.
_LAST: Final = 1e-9

#: ``c`` where steps have no order in time: the walk over shared viewers discounts popular titles by less.
_UNORDERED: Final = 0.4

#: A title follows right after another where it is among the next likes, so many.
SOON: Final = 10


class CloseTitles(TitleWalk):
    """Titles that are close to one title.

    ``C_ij = Q_ij · n_ij / (n_ij + h) · d_j^-c · (1 + g · |G_i ∩ G_j| / |G_i ∪ G_j|) · w_ij``, with ``Q`` the rows of
    :class:`~cinewalk.graph.walks.neighbours.sequence.Sequence` and ``c = 0`` where these count in the blend (likes have
    times), else those of :class:`~cinewalk.graph.walks.neighbours.shared.SharedViewers` and ``c = 0.4``. ``n_ij`` is
    how many viewers like both, ``d_j`` how many like ``j``, ``G_i`` the genres of a title, ``h`` :data:`HALF`, ``g``
    :data:`GENRES`. ``w_ij`` is 10⁻⁹ where ``n_ij`` is less than :data:`FEWEST` and another title of the row has as
    many, else 1: such titles come last. ``score_j = Σ_i x_u(i) C_ij``.

    A step is divided over the viewers who like both as in ``Q``. Rows are worked out for the titles asked for.

    Parameters
    ----------
    graph
        The graph.
    near
        The walk whose rows are ``Q``.
    exponent
        ``c``, at least 0.
    stored
        ``C``, where it has been computed before.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of_titles
    >>> from cinewalk.graph.model.settings import Settings
    >>> from cinewalk.graph.walks.registry import Registry
    >>> graph = example_graph()
    >>> walk, alien = CloseTitles.of(Registry(graph, Settings())), graph.titles.ids.position("alien")
    >>> outcome = walk.run(profile_of_titles(graph, np.array([alien], np.int32), np.ones(1)))
    >>> graph.titles.ids.ids[int(outcome.scores.argmax())]
    'blade'
    """

    name = "close-titles"

    def __init__(
        self, graph: Graph, near: TitleWalk, exponent: float = 0.0, stored: CSR | None = None
    ) -> None:
        super().__init__(near.likes, stored)
        self.graph, self.near, self.exponent = graph, near, exponent

    @classmethod
    def of(cls, ground: Ground) -> CloseTitles:
        """Make the walk on what is given."""
        ordered = ground.weights["sequence"] > 0
        near = ground.walk("sequence" if ordered else "shared-viewers")
        assert isinstance(near, TitleWalk)
        return cls(ground.graph, near, 0.0 if ordered else _UNORDERED)

    def prepare(self, progress: RowProgress = None) -> CSR:  # noqa: ARG002 - the rows of the walk take the time
        """Compute ``C``. Cost: ``d_i + d_j`` for every step of ``Q``."""
        return self.rows_of(np.arange(len(self.graph.titles), dtype=np.int32))

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes, over their rows alone."""
        if self._stored is not None:
            return super().run(profile)
        return self.walk_over(self.rows_of(profile.titles), profile)

    def walk_over(self, rows: CSR, profile: Profile) -> Outcome:
        """Walk from a person's likes over the rows of some of them."""
        return CloseTitles(self.graph, self.near, self.exponent, rows).run(profile)

    def rows_of(self, titles: Int32Array) -> CSR:
        """Return ``C`` with the rows of some titles, ascending, and no others."""
        near = self.near.rows
        begins, steps = places_of(near.indptr, titles)
        lengths = np.zeros(len(self.graph.titles) + 1, np.int64)
        lengths[titles + 1] = np.diff(begins)
        indptr, sources = np.cumsum(lengths), np.repeat(titles, np.diff(begins))
        targets = near.indices[steps]
        values: AnyArray = near.values[steps] * self._factors(sources, targets)
        return CSR(frozen(indptr), frozen(targets), frozen(values))

    def _factors(self, sources: Int32Array, targets: Int32Array) -> FloatArray:
        """Return by what each step of ``Q`` is multiplied."""
        viewers = self.viewers(sources, targets)
        most = np.zeros(len(self.graph.titles), np.int64)
        np.maximum.at(most, sources, viewers)
        last = (viewers < FEWEST) & (most[sources] >= FEWEST)
        factors = viewers / (viewers + HALF) * (1.0 + GENRES * self._alike(sources, targets))
        factors *= self.likes.title_discount(self.exponent)[targets]
        factors[last] *= _LAST
        return factors

    def viewers(self, sources: Int32Array, targets: Int32Array) -> Int64Array:
        """Count, for each pair of titles, the viewers who like both."""
        likes = self.likes.relation
        return shared_counts(sources, targets, likes.reverse_indptr, likes.reverse_indices)

    def _alike(self, sources: Int32Array, targets: Int32Array) -> FloatArray:
        """Return, for each pair of titles, the part of their genres together that both have."""
        joined = self.graph.relations[schema.IN_GENRE.name]
        sizes = np.diff(joined.indptr)
        shared = shared_counts(sources, targets, joined.indptr, joined.indices)
        return shared * discount(sizes[sources] + sizes[targets] - shared, 1.0)

    def soon_after(self, source: int, targets: Int32Array) -> Int64Array:
        """Count, for each title, the viewers who liked it as one of the next :data:`SOON` after another.

        Parameters
        ----------
        source
            The other title.
        targets
            The titles.
        """
        ranks, likes = self.passing.ranks, self.likes.by_title
        counts = np.zeros(len(targets), np.int64)
        if len(ranks):
            own = slice(likes.indptr[source], likes.indptr[source + 1])
            for place, target in enumerate(targets.tolist()):
                other = slice(likes.indptr[target], likes.indptr[target + 1])
                _, before, after = np.intersect1d(
                    likes.indices[own], likes.indices[other], assume_unique=True, return_indices=True
                )
                later = ranks[other][after] - ranks[own][before]
                counts[place] = np.count_nonzero((later > 0) & (later <= SOON))
        return counts

    def _passing(self) -> Passing:
        return self.near.passing
