"""How titles that hardly anybody has liked yet reach a list: through their genres and people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.walks.base.result import Outcome

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array


class Tie(NamedTuple):
    """What ties titles together by one relationship: their genres, those who directed them or acted in them.

    ``label`` is that of the other end, ``ends`` has one row a title of equal parts that sum to 1, or none.
    """

    name: str
    label: str
    ends: csr_array


class ContentBased:
    """Titles with fewer than ``f`` likes, scored by what the person and the crowd like of their genres and people.

    ``score_j = (1 - d_j / f) · mean_r mean_a π_ra`` over the relationships ``r`` (genre, directed, acted in) that ``j``
    has, and over its ends ``a`` there; ``d_j`` is its number of likes, and it is 0 from ``f`` likes on.
    ``π_r = w · own_r + (1 - w) · crowd_r`` is a distribution over the ends: each like is divided evenly over those of
    its title, weighed by the weights of the person's likes for ``own``, all alike for ``crowd``.

    Parameters
    ----------
    graph
        The graph.
    likes
        Its ``LIKES``, or those that count instead.
    few
        ``f``, above 0.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of
    >>> graph = example_graph()
    >>> eve = profile_of(graph, graph.users.ids.position("eve"), 5.0)
    >>> outcome = ContentBased(graph, graph.likes, few=2).run(eve, 1.0)
    >>> [graph.titles.ids.ids[title] for title in np.flatnonzero(outcome.scores)]
    ['convo', 'fargo', 'solaris']
    """

    name = "kin"

    def __init__(self, graph: Graph, likes: Relation, few: float) -> None:
        self._graph, self._likes, self._few = graph, likes, few

    def on(self, likes: Relation) -> ContentBased:
        """Return the same on other likes; ties are not made again."""
        other = ContentBased(self._graph, likes, self._few)
        vars(other)["ties"] = self.ties
        return other

    @cached_property
    def ties(self) -> tuple[Tie, ...]:
        """The relationships that tie titles together."""
        ties = []
        for kind in (schema.IN_GENRE, schema.DIRECTED, schema.ACTED_IN):
            relation = self._graph.relations[kind.name]
            if not len(relation) and kind is not schema.IN_GENRE:
                continue
            from_title = kind.source == schema.TITLE_NODE.label
            ties.append(
                Tie(kind.name, kind.target if from_title else kind.source, _even(relation, from_title))
            )
        return tuple(ties)

    @cached_property
    def newness(self) -> FloatArray:
        """``1 - d_j / f``, at least 0, divided by how many relationships the title has."""
        degrees = np.diff(self._likes.reverse_indptr)
        kinds = np.sum([np.diff(tie.ends.indptr) > 0 for tie in self.ties], axis=0)
        return frozen(np.maximum(1 - degrees / self._few, 0) / np.maximum(kinds, 1))

    @cached_property
    def _crowd(self) -> list[FloatArray]:
        degrees = np.diff(self._likes.reverse_indptr).astype(np.float64)
        return [_parts(tie.ends.T @ degrees) for tie in self.ties]

    @cached_property
    def _reaching(self) -> list[BoolArray]:
        """Of each relationship's ends, whether they lead to a title that is new."""
        return [tie.ends.T @ self.newness > 0 for tie in self.ties]

    def run(self, profile: Profile, weight: float) -> Outcome:
        """Walk from a person's likes, which count ``weight``, and from everybody's, which count the rest."""
        likes = [_parts(tie.ends[profile.titles].T @ profile.weights) for tie in self.ties]
        tastes = [
            (weight * personal + (1 - weight) * crowd) * reaching
            for personal, crowd, reaching in zip(likes, self._crowd, self._reaching, strict=True)
        ]
        by_tie = [self.newness * (tie.ends @ taste) for tie, taste in zip(self.ties, tastes, strict=True)]
        return ContentOutcome(np.sum(by_tie, axis=0), self, len(profile.titles), tuple(tastes), tuple(by_tie))


@dataclass(frozen=True, slots=True, eq=False)
class ContentOutcome(Outcome):
    """What :class:`ContentBased` came to for one person.

    ``tastes`` are, for each tie, how much each of its ends counts, and ``by_tie`` what it gives to each title.
    """

    walk: ContentBased
    likes: int
    tastes: tuple[FloatArray, ...]
    by_tie: tuple[FloatArray, ...]

    @property
    def beyond(self) -> tuple[tuple[str, int], ...]:
        """The ends that count; who directed a title and acted in it, too, is one seed."""
        return tuple(dict.fromkeys(seed for of_tie in self._named for seed in of_tie))

    @property
    def _named(self) -> list[list[tuple[str, int]]]:
        return [
            [(tie.label, end) for end in np.flatnonzero(taste).tolist()]
            for tie, taste in zip(self.walk.ties, self.tastes, strict=True)
        ]

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Return what each end gives."""
        places = {seed: self.likes + place for place, seed in enumerate(self.beyond)}
        shares = np.zeros((len(targets), self.likes + len(places)))
        for tie, taste, seeds in zip(self.walk.ties, self.tastes, self._named, strict=True):
            columns = np.full(len(taste), -1)
            columns[np.flatnonzero(taste)] = [places[seed] for seed in seeds]
            for row, target in enumerate(targets.tolist()):
                ends = slice(*tie.ends.indptr[target : target + 2].tolist())
                nodes, parts = tie.ends.indices[ends], tie.ends.data[ends]
                counts = columns[nodes] >= 0
                given = parts[counts] * taste[nodes[counts]] * self.walk.newness[target]
                shares[row, columns[nodes[counts]]] += given
        return {self.walk.name: shares}

    def last_steps(self, target: int) -> dict[str, float]:
        """Return how much each kind of tie gives."""
        return {
            tie.name: float(part[target] / self.scores[target])
            for tie, part in zip(self.walk.ties, self.by_tie, strict=True)
            if part[target] > 0
        }


def _even(relation: Relation, from_title: bool) -> csr_array:
    """Return the other ends of each title in equal parts."""
    from scipy.sparse import csr_array

    if from_title:
        indptr, indices, width = relation.indptr, relation.indices, relation.shape[1]
    else:
        indptr, indices, width = relation.reverse_indptr, relation.reverse_indices, relation.shape[0]
    sizes = np.diff(indptr)
    return csr_array((1 / np.repeat(sizes, sizes), indices, indptr), shape=(len(sizes), width))


def _parts(values: FloatArray) -> FloatArray:
    """Divide by the sum, where there is one."""
    total = values.sum()
    return values / total if total > 0 else values
