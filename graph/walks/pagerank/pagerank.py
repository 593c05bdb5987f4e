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

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.walks.base.result import LongWalk, Outcome, Walk
from cinewalk.graph.walks.pagerank import solver
from cinewalk.graph.walks.pagerank.network import EDGE_WEIGHTS, WalkNetwork
from cinewalk.graph.walks.pagerank.paths import best_paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.result import Ground


@dataclass(frozen=True, eq=False)
class PageRank(Walk):
    """Personalized PageRank as a walk.

    Parameters
    ----------
    graph
        The graph.
    damping
        ``d``, 0 < d < 1: the chance to walk on. Low values stay near the seeds: at 0.3 nine tenths of a
        score come from walks of at most three steps.
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

    @property
    def last_types(self) -> frozenset[str]:
        """The types of relationship that its last step can be of.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> sorted(PageRank(example_graph()).last_types)
        ['IN_GENRE', 'LIKES']
        """
        kinds = [schema.RELATIONSHIPS[name] for name in self.network.names]
        return frozenset(kind.type for kind in kinds if schema.TITLE_NODE.label in (kind.source, kind.target))

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

    def walk_from(self, nodes: Int32Array, weights: FloatArray) -> RankOutcome:
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
        return RankOutcome(self.titles(ranks), self, nodes, weights, ranks)

    def without(self, likes: Likes, user: int, titles: Int32Array) -> PageRank:  # noqa: ARG002 - the network has them
        """Return PageRank on the network without some likes of a user: edges that weigh nothing are not walked."""
        network = self.network
        rows, values = network.rows, network.rows.values.copy()
        person = int(network.offsets[schema.USER.label]) + user
        for title in network.number(schema.TITLE_NODE.label, titles).tolist():
            for source, target in ((person, title), (title, person)):
                edges = slice(int(rows.indptr[source]), int(rows.indptr[source + 1]))
                values[edges.start + np.searchsorted(rows.indices[edges], target)] = 0.0
        other = replace(self)
        # What a cached property holds is taken as it is; building the network anew would take far longer.
        vars(other)["network"] = replace(network, rows=rows._replace(values=frozen(values)))
        return other

    def visits(self, sources: Int32Array, targets: Int32Array) -> FloatArray:
        """Return the expected visits of some nodes from others; shape (targets, sources)."""
        few = sources if len(sources) < len(targets) else targets
        visits = solver.visits(self.network, few, self.damping)
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
        return solver.ranks(self.network, restart / total, self.damping)


@dataclass(frozen=True, slots=True, eq=False)
class RankOutcome(Outcome):
    """What :class:`PageRank` came to from some nodes, with the rank of every node."""

    walk: PageRank
    nodes: Int32Array
    weights: FloatArray
    ranks: FloatArray

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Divide scores as :meth:`PageRank.walk_from` says."""
        numbers = self.walk.network.number(schema.TITLE_NODE.label, targets)
        parts = self.weights * self.walk.visits(self.nodes, numbers)
        totals = parts.sum(axis=1)
        reached = totals > 0
        shares = np.zeros_like(parts)
        shares[reached] = (
            parts[reached] * (self.scores[targets] / np.where(reached, totals, 1.0))[reached, None]
        )
        return {self.walk.name: shares}

    def long_walks(self, target: int) -> Iterator[LongWalk]:
        """Give the clean walks of :mod:`cinewalk.graph.walks.pagerank.paths`; nothing is computed before the first."""
        network, seeds = self.walk.network, {node: place for place, node in enumerate(self.nodes.tolist())}
        for path in best_paths(self.walk, self.nodes, self.weights, target):
            visited = tuple(network.node(number) for number in path.nodes)
            names = tuple(network.names[int(network.kinds[edge])] for edge in path.edges)
            yield LongWalk(seeds[path.nodes[0]], visited, names, path.score)

    def last_steps(self, target: int) -> dict[str, float]:
        """Divide the rank of a title, which is no seed, over the kinds of relationship of the last step."""
        network = self.walk.network
        number = network.offsets[schema.TITLE_NODE.label] + target
        row = slice(int(network.rows.indptr[number]), int(network.rows.indptr[number + 1]))
        before = network.rows.indices[row]
        parts = self.ranks[before] * network.rows.values[row] / network.sums[before]
        by_kind = np.bincount(network.kinds[row], parts, len(network.names))
        shares = (by_kind / by_kind.sum()).tolist()
        return {name: share for name, share in zip(network.names, shares, strict=True) if share > 0}
