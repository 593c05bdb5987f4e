"""The network that PageRank walks: all nodes numbered through, and weighted edges both ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.numeric.arrays import CSR, FrozenMapping, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array

#: The weight of one edge of each kind. Groups weigh nothing: for people with a history they cost accuracy.
EDGE_WEIGHTS: Mapping[str, float] = FrozenMapping(
    {
        schema.LIKES.name: 1.0,
        schema.IN_GENRE.name: 1.0,
        schema.DIRECTED.name: 1.0,
        schema.ACTED_IN.name: 1.0,
        schema.USER_IN_GROUP.name: 0.0,
        schema.PERSON_IN_GROUP.name: 0.0,
    }
)

#: The same without viewers.
FACT_WEIGHTS: Mapping[str, float] = FrozenMapping(
    {
        name: weight
        for name, weight in EDGE_WEIGHTS.items()
        if schema.RELATIONSHIPS[name].source != schema.USER.label
    }
)


@dataclass(frozen=True, eq=False)
class WalkNetwork:
    """All nodes numbered through, label after label, and the weighted edges between them, both ways.

    Parameters
    ----------
    rows
        The weighted neighbours of every node.
    offsets
        The number of the first node of each label.
    kinds
        The kind of each edge, in the order of the rows: a place in ``names``.
    names
        The kinds of relationship that are walked, by their Python names.
    """

    rows: CSR
    offsets: Mapping[str, int]
    kinds: Int32Array = field(default_factory=lambda: frozen(np.empty(0, np.int32)))
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, graph: Graph, weights: Mapping[str, float] = EDGE_WEIGHTS) -> WalkNetwork:
        """Build from a graph.

        Parameters
        ----------
        graph
            The graph.
        weights
            The weight of one edge of each kind, by the relationship's Python name; at least 0. Kinds that
            are not named, or weigh 0, are left out.
        """
        sizes = [len(graph.nodes[label]) for label in schema.NODES]
        offsets = dict(zip(schema.NODES, np.concatenate(([0], np.cumsum(sizes)))[:-1].tolist(), strict=True))
        sources, targets, values = [np.empty(0, np.int32)], [np.empty(0, np.int32)], [np.empty(0, np.float32)]
        names, counts = [], []
        for name, weight in weights.items():
            relation, kind = graph.relations[name], schema.RELATIONSHIPS[name]
            if weight > 0 and len(relation):
                start = relation.sources + np.int32(offsets[kind.source])
                end = relation.indices + np.int32(offsets[kind.target])
                value = np.float32(weight) * _edge_values(relation)
                sources += [start, end]
                targets += [end, start]
                values += [value, value]
                names.append(name)
                counts.append(2 * len(relation))
        kinds = np.repeat(np.arange(len(names), dtype=np.int32), counts)
        order, indptr = _ordered(np.concatenate(sources), np.concatenate(targets), sum(sizes))
        ends, weighed = np.concatenate(targets)[order], np.concatenate(values)[order].astype(np.float32)
        rows = CSR(frozen(indptr), frozen(ends), frozen(weighed))
        return cls(rows, FrozenMapping(offsets), frozen(kinds[order]), tuple(names))

    def number(self, label: str, positions: Int32Array) -> Int32Array:
        """Number nodes of one label through."""
        return positions + np.int32(self.offsets[label])

    def node(self, number: int) -> tuple[str, int]:
        """Return the label and the position of a node."""
        label = next(name for name, start in reversed(list(self.offsets.items())) if start <= number)
        return label, number - self.offsets[label]

    @cached_property
    def sums(self) -> FloatArray:
        """The sum of each row."""
        sources = np.repeat(np.arange(len(self.rows.indptr) - 1), np.diff(self.rows.indptr))
        sums = np.zeros(len(self.rows.indptr) - 1)
        np.add.at(sums, sources, self.rows.values)
        return sums


def _edge_values(relation: Relation) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    preference = relation.properties.get(schema.PREFERENCE.name)
    return np.ones(len(relation), np.float32) if preference is None else preference


def _ordered(sources: Int32Array, targets: Int32Array, n: int) -> tuple[Int64Array, Int64Array]:
    """Return the order of edges by source and target, and where the edges of each source begin."""
    # Two stable sorts instead of a matrix library: nothing else here needs one, and starting up stays fast.
    order = np.argsort(targets, kind="stable")
    order = order[np.argsort(sources[order], kind="stable")]
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(sources, minlength=n), out=indptr[1:])
    return order, indptr
