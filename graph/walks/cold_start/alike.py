"""What has the genres and people of one title: what is close to it where too few viewers like it to say so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.numeric import kernels, topk
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base.result import LongWalk, Outcome, Walk, slots_of
from cinewalk.graph.walks.neighbours.close_titles import HALF
from cinewalk.graph.walks.neighbours.contributions import seed_contributions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array

#: The number of titles kept per title: among so many, half of what anybody likes has no place.
SIZE: Final = 50


class Feature(NamedTuple):
    """One kind of thing that titles have: genres, those who directed them, or acted in them."""

    kind: schema.RelationshipType
    relation: Relation

    @property
    def label(self) -> str:
        """The label of what titles have."""
        return self.kind.target if self._leads_away else self.kind.source

    @property
    def sizes(self) -> Int64Array:
        """How many each title has."""
        return np.diff(self.relation.indptr if self._leads_away else self.relation.reverse_indptr)

    def of(self, title: int) -> Int32Array:
        """Return what a title has."""
        joined = self.relation
        return (
            joined.indices[joined.row(title)]
            if self._leads_away
            else joined.reverse_indices[joined.reverse_row(title)]
        )

    def titles(self, end: int) -> Int32Array:
        """Return the titles that have something."""
        joined = self.relation
        return (
            joined.reverse_indices[joined.reverse_row(end)]
            if self._leads_away
            else joined.indices[joined.row(end)]
        )

    @property
    def _leads_away(self) -> bool:
        return self.kind.source == schema.TITLE_NODE.label


class AlikeTitles(Walk):
    """Titles that have the genres and people of others; who likes the others makes no difference.

    ``A_ij = Σ_r |F_ri ∩ F_rj| / |F_ri ∪ F_rj| · m_j / (m_j + h)``, over the :data:`SIZE` best titles of each row
    divided by their sum. ``F_ri`` is what title ``i`` has of a kind ``r``: genres, those who directed it, those who
    acted in it. ``m_j`` is how many viewers like ``j``, but at least ``s``, so that what few like tells nothing of
    them; ``h`` is :data:`~cinewalk.graph.walks.neighbours.close_titles.HALF`. ``score_j = Σ_i x_u(i) A_ij``.

    Parameters
    ----------
    graph
        The graph.
    smallest
        ``s``.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of_titles
    >>> graph = example_graph()
    >>> walk, solaris = AlikeTitles(graph, 5), graph.titles.ids.position("solaris")
    >>> outcome = walk.run(profile_of_titles(graph, np.array([solaris], np.int32), np.ones(1)))
    >>> graph.titles.ids.ids[int(outcome.scores.argmax())]
    'convo'
    """

    name = "alike-titles"

    def __init__(self, graph: Graph, smallest: int) -> None:
        self.graph, self.smallest = graph, smallest

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """The kinds of thing that titles of this graph have."""
        kinds = (schema.IN_GENRE, schema.DIRECTED, schema.ACTED_IN)
        every = [Feature(kind, self.graph.relations[kind.name]) for kind in kinds]
        return tuple(feature for feature in every if len(feature.relation))

    @cached_property
    def _trust(self) -> FloatArray:
        """``m_j / (m_j + h)`` of every title."""
        viewers = np.maximum(np.diff(self.graph.likes.reverse_indptr), self.smallest)
        return frozen(viewers / (viewers + HALF))

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes."""
        return self.walk_over(self.rows_of(profile.titles), profile)

    def walk_over(self, rows: CSR, profile: Profile) -> Outcome:
        """Walk from a person's likes over the rows of some of them."""
        scores = kernels.spread(profile.titles, profile.weights, rows, len(profile.hidden))
        return AlikeOutcome(scores, self, rows, profile)

    def rows_of(self, titles: Int32Array) -> CSR:
        """Return ``A`` with the rows of some titles, ascending, and no others. Cost: the titles that share anything."""
        made = {title: self._row(title) for title in titles.tolist()}
        indptr = np.zeros(len(self.graph.titles) + 1, np.int64)
        indptr[titles + 1] = [len(targets) for targets, _ in made.values()]
        targets = [np.empty(0, np.int32), *(row for row, _ in made.values())]
        values = [np.empty(0), *(row for _, row in made.values())]
        return CSR(frozen(np.cumsum(indptr)), frozen(np.concatenate(targets)), frozen(np.concatenate(values)))

    def _row(self, title: int) -> tuple[Int32Array, FloatArray]:
        scores = np.zeros(len(self.graph.titles))
        for feature in self.features:
            shared = np.zeros(len(scores), np.int64)
            ends = feature.of(title)
            for end in ends.tolist():
                shared[feature.titles(end)] += 1
            scores += shared / np.maximum(len(ends) + feature.sizes - shared, 1)
        scores *= self._trust
        itself = np.zeros(len(scores), np.bool_)
        itself[title] = True
        targets, values = topk.rank(scores, itself, SIZE)
        order = np.argsort(targets)
        return targets[order], values[order] / values.sum() if len(values) else values

    def common(self, title: int, other: int) -> list[tuple[Feature, list[int]]]:
        """Return what two titles share, by its kind."""
        return [
            (feature, np.intersect1d(feature.of(title), feature.of(other)).tolist())
            for feature in self.features
        ]


@dataclass(frozen=True, slots=True, eq=False)
class AlikeOutcome(Outcome):
    """What :class:`AlikeTitles` came to for one person, over some rows."""

    walk: AlikeTitles
    rows: CSR
    profile: Profile

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Return ``x_u(i) A_ij`` by title and like."""
        profile, slots = self.profile, slots_of(targets, len(self.scores))
        return {
            self.walk.name: seed_contributions(
                profile.titles, profile.weights, self.rows, slots, len(targets)
            )
        }

    def long_walks(self, target: int) -> Iterator[LongWalk]:
        """Divide each like's part over the genres and people that lead from it to the title, best first."""
        parts = self.contributions(np.array([target], np.int32))[self.walk.name][0]
        walks = []
        for place in np.flatnonzero(parts).tolist():
            seed = int(self.profile.titles[place])
            by_end = self._ends(seed, target)
            whole = sum(by_end.values())
            for (name, label, end), part in by_end.items():
                nodes = ((schema.TITLE_NODE.label, seed), (label, end), (schema.TITLE_NODE.label, target))
                walks.append(LongWalk(place, nodes, (name, name), float(parts[place]) * part / whole))
        return iter(sorted(walks, key=lambda walk: (-walk.score, walk.nodes)))

    def last_steps(self, target: int) -> dict[str, float]:
        """Return how much each kind of relationship gives."""
        shares: dict[str, float] = {}
        for walk in self.long_walks(target):
            name = walk.relationships[-1]
            shares[name] = shares.get(name, 0.0) + walk.score / float(self.scores[target])
        return shares

    def _ends(self, title: int, other: int) -> dict[tuple[str, str, int], float]:
        """Return how much each thing that two titles share makes them alike."""
        return {
            (feature.kind.name, feature.label, end): 1 / len(np.union1d(feature.of(title), feature.of(other)))
            for feature, ends in self.walk.common(title, other)
            for end in ends
        }
