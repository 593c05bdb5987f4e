"""Exact personalized PageRank on the whole graph, with weighted seeds of any node type.

``π = (1 - d) · s + d · (Pᵀ π + m · s)``: a walker follows an edge with probability ``d`` (the damping) and
otherwise starts again at a seed, drawn by its weight ``s``; from a node without edges it always starts again,
and ``m`` is the share of ``π`` on such nodes. ``P`` has an edge both ways for every relationship, weighted by
its kind and, for ``LIKES``, by the preference; each row is divided by its sum.

References
----------
Page, Brin, Motwani, Winograd, "The PageRank citation ranking: bringing order to the Web", 1999,
http://ilpubs.stanford.edu:8090/422/.
Haveliwala, "Topic-sensitive PageRank", WWW 2002, doi:10.1145/511446.511513.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import ConvergenceError, RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base.result import Outcome
from cinewalk.graph.walks.pagerank import kernels as pagerank_kernels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array
    from cinewalk.graph.walks.base.result import Ground

#: The weight of one edge of each kind. Groups weigh nothing: for people with a history they cost accuracy.
EDGE_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        schema.LIKES.name: 1.0,
        schema.IN_GENRE.name: 1.0,
        schema.DIRECTED.name: 1.0,
        schema.ACTED_IN.name: 1.0,
        schema.USER_IN_GROUP.name: 0.0,
        schema.PERSON_IN_GROUP.name: 0.0,
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
        return cls(rows, MappingProxyType(offsets), frozen(kinds[order]), tuple(names))

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


@dataclass(frozen=True, eq=False)
class PageRank:
    """Personalized PageRank as a walk.

    Parameters
    ----------
    graph
        The graph.
    damping
        ``d``, 0 < d < 1: the chance to walk on. Low values stay near the seeds: at 0.3 nine tenths of a
        score come from walks of at most three steps.
    tolerance
        Iteration ends when ``π`` moves by at most this (L1).
    max_iterations
        Iterations before :class:`~cinewalk.errors.ConvergenceError`.
    weights
        The weight of one edge of each kind of relationship.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> graph = example_graph()
    >>> walk = PageRank(graph)
    >>> scores = walk.rank_nodes({("Title", graph.titles.ids.position("alien")): 1.0})
    >>> round(float(scores.sum()), 9)
    1.0
    """

    graph: Graph
    damping: float = 0.3
    tolerance: float = 1e-13
    max_iterations: int = 1000
    weights: Mapping[str, float] = field(default_factory=lambda: EDGE_WEIGHTS)
    name: str = field(default="pagerank", init=False)

    def __post_init__(self) -> None:
        if not 0 < self.damping < 1:
            raise RequestError(f"damping is {self.damping}; it must lie between 0 and 1, both excluded.")

    @classmethod
    def of(cls, ground: Ground) -> PageRank:
        """Make the walk on what is given."""
        return cls(ground.graph, damping=ground.settings.damping)

    @cached_property
    def network(self) -> WalkNetwork:
        """The nodes and weighted edges that are walked."""
        return WalkNetwork.of(self.graph, self.weights)

    def rank_nodes(self, seeds: Mapping[tuple[str, int], float]) -> FloatArray:
        """Return ``π`` over all nodes.

        Parameters
        ----------
        seeds
            Weights above 0 by (label, position); they are divided by their sum.

        Returns
        -------
        array of shape (number of nodes,)
            Sums to 1; nodes are numbered as in :attr:`network`.

        Raises
        ------
        RequestError
            Where no seed weighs anything.
        ConvergenceError
            Where the iterations did not settle.
        """
        restart = np.zeros(len(self.network.rows.indptr) - 1)
        for (label, position), weight in seeds.items():
            restart[self.network.offsets[label] + position] += weight
        return self._solve(restart)

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes; PageRank is divided over them as :meth:`walk_from` says."""
        return self.walk_from(self.network.number(schema.TITLE_NODE.label, profile.titles), profile.weights)

    def walk_from(self, nodes: Int32Array, weights: FloatArray) -> Outcome:
        """Walk from seeds of any type.

        Shares take one transposed solve a title, or one a seed where these are fewer, all of them side by side: it
        gives the expected visits to a node from every other at once. Walks from all seeds together make
        ``v = Σ_n s_n r_n(t)`` visits to ``t`` between two restarts,
        and ``π(t)`` is ``v`` divided by a constant, so each seed's part of ``v`` is its part of the score.

        Parameters
        ----------
        nodes, weights
            The seeds, numbered as in :attr:`network`, each once, and their weights, above 0.
        """
        restart = np.zeros(len(self.network.rows.indptr) - 1)
        restart[nodes] = weights
        ranks = self._solve(restart)
        scores = self.titles(ranks)

        def contributions(targets: Int32Array) -> dict[str, FloatArray]:
            parts = weights * self._visits(nodes, self.network.number(schema.TITLE_NODE.label, targets))
            totals = parts.sum(axis=1)
            reached = totals > 0
            shares = np.zeros_like(parts)
            shares[reached] = (
                parts[reached] * (scores[targets] / np.where(reached, totals, 1.0))[reached, None]
            )
            return {self.name: shares}

        return Outcome(scores, contributions, last_steps=lambda target: self._last_steps(ranks, target))

    def _last_steps(self, ranks: FloatArray, target: int) -> dict[str, float]:
        """Divide the rank of a title, which is no seed, over the kinds of relationship of the last step."""
        network = self.network
        number = network.offsets[schema.TITLE_NODE.label] + target
        row = slice(int(network.rows.indptr[number]), int(network.rows.indptr[number + 1]))
        before = network.rows.indices[row]
        parts = ranks[before] * network.rows.values[row] / network.sums[before]
        by_kind = np.bincount(network.kinds[row], parts, len(network.names))
        shares = (by_kind / by_kind.sum()).tolist()
        return {name: share for name, share in zip(network.names, shares, strict=True) if share > 0}

    def _visits(self, sources: Int32Array, targets: Int32Array) -> FloatArray:
        """Return the expected visits of some nodes from others; shape (targets, sources)."""
        few = sources if len(sources) < len(targets) else targets
        visits, change, iterations = pagerank_kernels.reach(
            self.network.rows, few, self.damping, self.tolerance, self.max_iterations
        )
        self._check(change, iterations)
        if few is targets:
            return visits[sources].T
        # Every edge leads both ways with the same weight, so visits there and back differ by the ends' sums alone.
        # A node without edges is visited from itself alone.
        sums = self.network.sums
        has_edges = sums[sources] > 0
        there = np.where(has_edges, sums[sources], 1.0)
        return visits[targets] * np.where(has_edges, sums[targets][:, None] / there, 1.0)

    def titles(self, ranks: FloatArray) -> FloatArray:
        """Take the titles' part of what :meth:`rank_nodes` returned."""
        start = self.network.offsets[schema.TITLE_NODE.label]
        return ranks[start : start + len(self.graph.titles)]

    def _solve(self, restart: FloatArray) -> FloatArray:
        total = restart.sum()
        if not total > 0:
            raise RequestError("PageRank needs at least one seed of weight above 0.")
        ranks, change, iterations = pagerank_kernels.power_iteration(
            self.network.rows, restart / total, self.damping, self.tolerance, self.max_iterations
        )
        self._check(change, iterations)
        return ranks

    def _check(self, change: float, iterations: int) -> None:
        if change > self.tolerance:
            raise ConvergenceError(iterations, change, self.tolerance)
