"""Shared-neighbour walks: titles that share viewers, and viewers who share titles.

Symbols: ``A`` is the user × title matrix of preferences, ``d_i`` the number of likes of a title, ``d_u`` of a
user, ``x_u`` the weights of a user's likes.

References
----------
Cooper, Lee, Radinsky, Siantos, "Random walks in recommender systems", WWW 2014, doi:10.1145/2567948.2579244.
Paudel, Christoffel, Newell, Bernstein, "Updatable, accurate, diverse, and scalable recommendations for
interactive applications" (RP3β), ACM TiiS 7(1), 2016, doi:10.1145/2955101.
Verstrepen, Goethals, "Unifying nearest neighbors collaborative filtering", RecSys 2014,
doi:10.1145/2645710.2645731.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from cinewalk.graph.model.settings import TitleParameters, ViewerParameters
from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric import nearest as nearest_kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base.result import Outcome, Paths
from cinewalk.graph.walks.neighbours import contributions as contribution_kernels
from cinewalk.graph.walks.neighbours import path_kernels
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood, viewer_neighbourhood

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import Float32Array, FloatArray, Int32Array
    from cinewalk.graph.numeric.cooccurrence import NearestQuery
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.result import Ground


class Passing(NamedTuple):
    """How the steps of a :class:`TitleWalk` are divided over the viewers between the two titles.

    ``via`` weighs each viewer; ``ranks``, ``span`` and ``ahead`` are those of the sequence-aware walk, without
    ranks elsewhere.
    """

    via: FloatArray
    ranks: Float32Array = frozen(np.empty(0, np.float32))
    span: float = 1.0
    ahead: float = 1.0


class TitleWalk(ABC):
    """A walk from the seeds to other titles over one weighted row a title: ``score_j = Σ_i x_u(i) rows_ij``."""

    name: ClassVar[str]

    def __init__(self, likes: Likes, stored: CSR | None = None) -> None:
        self.likes = likes
        self._stored = stored

    @cached_property
    def rows(self) -> CSR:
        """The row of every title, computed when it is first needed."""
        return self._stored or self.prepare()

    @abstractmethod
    def prepare(self, progress: RowProgress = None) -> CSR:
        """Compute the row of every title."""

    @cached_property
    def passing(self) -> Passing:
        """How much each viewer between two titles has given to the step from one to the other."""
        return self._passing()

    @abstractmethod
    def _passing(self) -> Passing:
        """Work it out."""

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes; seed ``i`` gives ``x_u(i) rows_ij`` to title ``j``."""
        size = len(profile.hidden)

        def contributions(targets: Int32Array) -> dict[str, FloatArray]:
            slots = _slots(targets, size)
            shares = contribution_kernels.seed_contributions(
                profile.titles, profile.weights, self.rows, slots, len(targets)
            )
            return {self.name: shares}

        def paths(target: int) -> dict[str, Paths]:
            seeds, passed, values = path_kernels.title_paths(
                profile.titles, profile.weights, self.rows, target, self.likes.by_title, *self.passing
            )
            return {self.name: Paths(seeds, passed, values)}

        scores = kernels.spread(profile.titles, profile.weights, self.rows, size)
        return Outcome(scores, contributions, paths)


class ViewerWalk(ABC):
    """A walk over like-minded viewers to what they like: ``score_j = d_j^-b Σ_v S_uv A_vj``."""

    name: ClassVar[str]

    def __init__(
        self, likes: Likes, title_exponent: float, target_exponent: float, stored: CSR | None = None
    ) -> None:
        self.likes = likes
        #: Everybody's viewers, where they have been found before.
        self.stored = stored
        self._via = likes.title_discount(title_exponent)
        self._into = likes.title_discount(target_exponent)

    @abstractmethod
    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return like-minded viewers and their ``S_uv``, above 0; each shares a title with the person."""

    @property
    @abstractmethod
    def rows(self) -> CSR:
        """Everybody's viewers and their weights."""

    @abstractmethod
    def prepare(self, progress: RowProgress = None) -> CSR:
        """Find everybody's viewers at once."""

    def _is_known(self, profile: Profile) -> bool:
        """Tell whether a person's likes are those that the graph has of them."""
        likes, user = self.likes.by_user, profile.user
        if user is None:
            return False
        row = slice(int(likes.indptr[user]), int(likes.indptr[user + 1]))
        return np.array_equal(profile.titles, likes.indices[row]) and np.array_equal(
            profile.preferences, likes.values[row]
        )

    def _row(self, rows: CSR, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the viewers of somebody whom the graph knows from everybody's."""
        assert profile.user is not None
        row = slice(int(rows.indptr[profile.user]), int(rows.indptr[profile.user + 1]))
        return rows.indices[row], frozen(rows.values[row].astype(np.float64))

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes; each viewer's term is divided over the titles they share.

        The division is in proportion to ``A_ui A_vi d_i^-γ``, what each shared title adds to how alike the two
        are. It is a stated convention (with ``q ≠ 1`` or fitted weights no division is given by the formula
        alone) that keeps sums exact.
        """
        size = len(profile.hidden)
        viewers, weights = self.viewers(profile)

        def contributions(targets: Int32Array) -> dict[str, FloatArray]:
            shares = contribution_kernels.viewer_contributions(
                profile.titles,
                profile.preferences,
                viewers,
                weights,
                self.likes.by_user,
                self._via,
                _slots(targets, size),
                len(targets),
            )
            return {self.name: shares * self._into[targets][:, None]}

        def paths(target: int) -> dict[str, Paths]:
            seeds, passed, values = path_kernels.viewer_paths(
                profile.titles,
                profile.preferences,
                viewers,
                weights,
                target,
                self.likes.by_user,
                self._via,
                size,
            )
            return {self.name: Paths(seeds, passed, values * self._into[target])}

        scores = kernels.spread(viewers, weights, self.likes.steps_to_titles, size) * self._into
        return Outcome(scores, contributions, paths)


class SharedViewers(TitleWalk):
    """Titles that share viewers: you liked ``i``, and those who liked ``i`` also liked ``j``.

    ``W_ij = [d_i^-a · Σ_v A_vi A_vj d_v^-γ · d_j^-b]^q`` for ``i ≠ j``, the best ``k`` per title, each row
    divided by (its sum)^ν; ``score_j = Σ_i x_u(i) W_ij``. RP3β is the case ``γ = a = α``, ``b = β``,
    ``q = 1``, ``ν = 0``.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        The exponents and the number of neighbours.
    stored
        ``W``, where it has been computed before.
    """

    name = "shared-viewers"

    def __init__(
        self, likes: Likes, parameters: TitleParameters = TitleParameters(), stored: CSR | None = None
    ) -> None:
        super().__init__(likes, stored)
        self.parameters = parameters

    @classmethod
    def of(cls, ground: Ground) -> SharedViewers:
        """Make the walk on what is given."""
        return cls(ground.likes, ground.settings.shared_viewers, ground.stored("shared_viewers"))

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Compute ``W``, each row best first. Cost: ``½ Σ_v d_v²``."""
        from cinewalk.graph.numeric.cooccurrence import nearest_of_all

        walk = title_neighbourhood(self.likes, self.parameters)
        return nearest_of_all(walk, self.parameters.row_exponent, progress)

    def _passing(self) -> Passing:
        return Passing(self.likes.user_discount(self.parameters.viewer_exponent))


class SharedTitles(ViewerWalk):
    """Viewers who share titles: others like what you like, and they also liked ``j``.

    ``S_uv = [Σ_i A_ui A_vi d_i^-γ · d_v^-c]^q`` for ``v ≠ u``, the best ``k`` kept;
    ``score_j = d_j^-b Σ_v S_uv A_vj``.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        The exponents and the number of viewers.
    """

    name = "shared-titles"

    def __init__(self, likes: Likes, parameters: ViewerParameters = ViewerParameters()) -> None:
        super().__init__(likes, parameters.title_exponent, parameters.target_exponent)
        self.parameters = parameters
        self.neighbourhood = viewer_neighbourhood(likes, parameters)

    @classmethod
    def of(cls, ground: Ground) -> SharedTitles:
        """Make the walk on what is given."""
        return cls(ground.likes, ground.settings.shared_titles)

    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the most like-minded viewers, best first, and their ``S_uv``. Cost: ``Σ_i d_i``, unless stored."""
        if self.stored is not None and self._is_known(profile):
            return self._row(self.stored, profile)
        user = -1 if profile.user is None else profile.user
        indices, values = nearest_kernels.nearest_nodes(
            user, profile.titles, profile.preferences, self.neighbourhood, self.likes.bitmaps
        )
        return frozen(indices), frozen(values)

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Find everybody's viewers at once, with ``S_uv`` in 64 bits as for one person. Cost: ``½ Σ_i d_i²``."""
        from cinewalk.graph.numeric.cooccurrence import nearest_by_each

        (rows,) = nearest_by_each([self.wanted], progress)
        return rows

    @property
    def rows(self) -> CSR:
        """Everybody's viewers, found when they are first needed."""
        if self.stored is None:
            self.stored = self.prepare()
        return self.stored

    @property
    def wanted(self) -> NearestQuery:
        """What is asked for where everybody's viewers are found at once."""
        from cinewalk.graph.numeric.cooccurrence import NearestQuery

        return NearestQuery(self.neighbourhood, 0.0, np.float64)


def _slots(targets: Int32Array, size: int) -> Int32Array:
    """For every title, its place among the targets, or -1."""
    slots = np.full(size, -1, dtype=np.int32)
    slots[targets] = np.arange(len(targets), dtype=np.int32)
    return slots
