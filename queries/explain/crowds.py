"""The viewers that a path passes: one by one where enough join what stands before and after them, else as a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.walks.base.result import Paths, united
from cinewalk.queries.explain.paths import PathNode
from cinewalk.queries.words.wording import A_FEW, A_VIEWER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.queries.explain.reasons import Seed
    from cinewalk.queries.words.catalogue import Catalogue

#: What viewers are joined by.
_JOINED: dict[str, str] = {
    schema.TITLE_NODE.label: schema.LIKES.name,
    schema.GROUP.label: schema.USER_IN_GROUP.name,
}


def node_of(catalogue: Catalogue, label: str, position: int) -> PathNode:
    """Return a node of a path."""
    return PathNode(label, *catalogue.id_and_name(label, position))


class Crowds:
    """Tells between which nodes too few viewers stand for one of them to be told, and names the nodes of paths.

    Parameters
    ----------
    catalogue
        The names, and how few are too few.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._few: dict[frozenset[tuple[str, int]], bool] = {}

    def merged(self, walks: Paths, seeds: Sequence[Seed], end: tuple[str, int]) -> Paths:
        """Add up the walks over viewers who are too few; in place of a viewer they have the number of users."""
        few = np.array([self._are_few(seed, end) for seed in seeds], np.bool_)[walks.seeds]
        if not few.any():
            return walks
        viewers = np.where(few, len(self._catalogue.graph.users), walks.viewers).astype(np.int32)
        return united([walks._replace(viewers=viewers)])

    def node(self, viewer: int) -> PathNode:
        """Return the node of a viewer, or of the few that :meth:`merged` puts in the place of each of them."""
        if viewer == len(self._catalogue.graph.users):
            return PathNode(schema.USER.label, "", A_FEW)
        return node_of(self._catalogue, schema.USER.label, viewer)

    def named(self, nodes: Sequence[tuple[str, int]]) -> list[PathNode]:
        """Return the nodes of one walk; a viewer of too few has no id."""
        steps = [node_of(self._catalogue, *node) for node in nodes]
        for place in range(1, len(nodes) - 1):
            if nodes[place][0] == schema.USER.label and self._are_few(nodes[place - 1], nodes[place + 1]):
                steps[place] = PathNode(schema.USER.label, "", A_VIEWER)
        return steps

    def _are_few(self, before: tuple[str, int], after: tuple[str, int]) -> bool:
        if not self._catalogue.smallest:
            return False
        pair = frozenset(((before[0], before[1]), (after[0], after[1])))
        if pair not in self._few:
            both = np.intersect1d(self._viewers(*before), self._viewers(*after))
            self._few[pair] = len(both) < self._catalogue.smallest
        return self._few[pair]

    def _viewers(self, label: str, position: int) -> Int32Array:
        if label not in _JOINED:
            return np.empty(0, np.int32)
        relation = self._catalogue.graph.relations[_JOINED[label]]
        return relation.reverse_indices[relation.reverse_row(position)]
