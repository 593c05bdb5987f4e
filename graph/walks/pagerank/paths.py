"""PageRank as a sum over single walks: the walks that give the most to a title's score, best first.

Let ``M = d · P``, with the damping ``d`` and the steps ``P`` of :mod:`cinewalk.graph.walks.pagerank.pagerank`, and
let the seeds ``s`` weigh ``w_s``. A walk weighs the product of ``M`` over its steps, and all walks from ``s`` to
``t`` together ``G(s, t)``, where ``G = Σ_n M^n``. With one constant ``c``

    ``π(t) = c · Σ_s w_s · G(s, t)``,    ``c = (1 - d) / (Σ_s w_s - d · Σ_isolated w_s)``:

the walker starts again after a share ``1 - d`` of all steps and after each at a seed without edges.

Most walks only repeat others with a loop at an end. A *clean* walk is at its seed only when it starts and at
``t`` only when it ends; nodes between may repeat. Cutting a walk where it last leaves ``s`` before it first
reaches ``t``, and where it first reaches ``t``, gives every walk once as loop, clean walk, loop:

    ``G(s, t) = G^¬t(s, s) · (Σ_clean M(s, n₁) · … · M(n_k, t)) · G(t, t)``,

with ``G^¬t`` over the walks that avoid ``t``. So ``c · w_s · G^¬t(s, s) · G(t, t)`` times the weight of a clean walk
is what that walk gives to the score with its loops folded in, and the clean walks of a seed sum to the seed's
share. If ``t`` itself is a seed, its clean walk has no steps and gives ``c · w_t · G(t, t)``.

The search is A*: what is still to come of a walk is bounded by ``h_s(n)``, the greatest weight of a walk from
``n`` to ``t`` that avoids ``s``. This bound is attained, so every walk that is begun also ends at the title, and
ten paths look at little more than their own nodes. A node's steps are sorted by ``M · h_s`` when it is first
left, and wait in that order, one at a time. The seed's own factor ``G^¬t(s, s)`` and ``h_s`` are computed when a
cheaper bound on the seed's best walk says that it may be the next.

References
----------
Hart, Nilsson, Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost Paths", 1968,
doi:10.1109/TSSC.1968.300136.
Eppstein, "Finding the k Shortest Paths", SIAM Journal on Computing 28(2), 1998, doi:10.1137/S0097539795290477.
"""

from __future__ import annotations

import math
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.walks.pagerank import path_kernels as kernels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array
    from cinewalk.graph.walks.pagerank.pagerank import PageRank

#: Scores keep this many binary digits (12 decimal ones), so that walks which only rounding tells apart are equal.
SCORE_DIGITS = 40

#: By how much more than a score's last digit a bound is raised: no rounding makes it smaller than the score.
_RAISED = 1.0 + 2.0 ** (2 - SCORE_DIGITS)

#: The relative error that is left in the sum over all loops at a node.
_LOOP_TOLERANCE = 2.0**-46


class CleanPath(NamedTuple):
    """A clean walk from a seed to a title.

    Parameters
    ----------
    nodes
        The nodes that it visits, numbered as in :attr:`PageRank.network
        <cinewalk.graph.walks.pagerank.pagerank.PageRank.network>`: the seed first, the title last.
    edges
        The place of each step among the edges of the network's rows. Somebody who directed a title and acted in
        it is joined to it twice, so that nodes alone do not tell a walk.
    score
        What it gives to the title's score, above 0, to 12 digits.
    """

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    score: float


def best_paths(
    walk: PageRank, nodes: Int32Array, weights: FloatArray, target: int, max_length: int | None = None
) -> Iterator[CleanPath]:
    """Return the clean walks from seeds to a title, one after the other, best first.

    Equal scores are ordered by the nodes along the walk, then by its edges. Of all walks together the scores
    sum to ``π(t)``, those from one seed to its part of
    :meth:`PageRank.walk_from <cinewalk.graph.walks.pagerank.pagerank.PageRank.walk_from>`.

    Parameters
    ----------
    walk
        The walk, with its graph and damping.
    nodes, weights
        The seeds, numbered as in ``walk.network``, each once, and their weights, above 0.
    target
        The position of the title.
    max_length
        The most steps that a walk may have, at least 0. Without it there is no end where a walk can go in
        circles, but for scores too small for a float.

    Raises
    ------
    RequestError
        Where no seed weighs anything, or ``max_length`` is below 0.

    Notes
    -----
    A title takes some sweeps over all edges once, and so does each seed that may be next; the loops at a node
    take about ``14 / log10(1 / d²)`` of them. After that a path costs its length in heap operations. What is kept
    grows with the paths that were asked for, and with those of equal score.

    Examples
    --------
    >>> from itertools import islice
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.walks.pagerank.pagerank import PageRank
    >>> graph = example_graph()
    >>> walk = PageRank(graph)
    >>> seeds = walk.network.number("Title", np.array([graph.titles.ids.position("alien")], np.int32))
    >>> target = graph.titles.ids.position("brazil")
    >>> paths = best_paths(walk, seeds, np.ones(1), target)
    >>> [f"{path.score:.5f} in {len(path.edges)} steps" for path in islice(paths, 3)]
    ['0.00463 in 2 steps', '0.00347 in 2 steps', '0.00006 in 4 steps']
    """
    if not weights.sum() > 0:
        raise RequestError("PageRank needs at least one seed of weight above 0.")
    if max_length is not None and max_length < 0:
        raise RequestError(f"max_length is {max_length}; it must be at least 0.")
    return _PathSearch(_Title(walk, target, max_length), nodes, weights).paths()


class _Steps(NamedTuple):
    """The steps from a node that lead on to the title, best first: their edges, and weight · ``h`` of the end."""

    edges: Int64Array
    bounds: FloatArray


class _Seed(NamedTuple):
    """A seed whose loops and bounds are known.

    ``factor`` is ``c · w_s · G^¬t(s, s) · G(t, t)``. ``changed`` has, by layer, the seed and the nodes where ``h_s``
    is not the bound of all walks, and ``h_s`` there; they are few. ``steps`` are those from nodes beside them.
    """

    node: int
    factor: float
    changed: list[tuple[Int64Array, FloatArray]]
    steps: dict[tuple[int, int], _Steps]


class _Begun(NamedTuple):
    """The walks that begin with some edges and then take the step of a rank or a later one."""

    seed: _Seed
    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    weight: float
    steps: _Steps
    rank: int


class _Title:
    """The weights of all walks to one title: ``h`` and the steps in its order.

    Bounds come in layers: layer ``i`` is for walks of at most ``i`` steps, as far as ``max_length`` allows or until
    nothing grows any more. Without a limit there is one layer, the last.
    """

    def __init__(self, walk: PageRank, target: int, max_length: int | None) -> None:
        self.rows, self.damping, self.max_length = walk.network.rows, walk.damping, max_length
        self.number = walk.network.offsets[schema.TITLE_NODE.label] + target
        sums = walk.network.sums
        self.scale = np.divide(self.damping, sums, out=np.zeros(len(sums)), where=sums > 0)
        self.layers = self._layers()
        self._steps: dict[tuple[int, int], _Steps] = {}

    def factors(self, nodes: Int32Array, weights: FloatArray) -> FloatArray:
        """Return ``c · w_s · G(t, t)`` of all seeds."""
        isolated = weights[self.scale[nodes] == 0].sum()
        constant = (1.0 - self.damping) / float(weights.sum() - self.damping * isolated)
        return weights * (constant * self._loops(self.number))

    def most(self, nodes: Int32Array) -> FloatArray:
        """Return a number that ``G^¬t(s, s)`` times the weight of a clean walk does not exceed, for all seeds."""
        return self.layers[-1][nodes] * kernels.most_loops(self.rows, self.scale, self.damping, nodes)

    def seed(self, node: int, factor: float) -> _Seed:
        """Return a seed with what is its own, given ``c · w_s · G(t, t)``."""
        every, avoiding = self.layers, self._layers(avoided=node)
        changed = []
        for layer in range(max(len(every), len(avoiding))):
            values = avoiding[min(layer, len(avoiding) - 1)]
            differs = values != every[min(layer, len(every) - 1)]
            differs[node] = True
            nodes = np.flatnonzero(differs)
            changed.append((nodes, values[nodes]))
        return _Seed(node, factor * self._loops(node, avoided=self.number), changed, {})

    def steps(self, seed: _Seed, node: int, taken: int) -> _Steps:
        """Return the steps from a node, for a walk from a seed that has taken some."""
        left = 1 if self.max_length is None else self.max_length - taken
        layer = min(left, len(seed.changed)) - 1
        row = slice(int(self.rows.indptr[node]), int(self.rows.indptr[node + 1]))
        ends = self.rows.indices[row]
        nodes, values = seed.changed[layer]
        places = np.minimum(np.searchsorted(nodes, ends), len(nodes) - 1)
        differs = nodes[places] == ends
        known = seed.steps if differs.any() else self._steps
        if (node, layer) not in known:
            bounds = self.layers[min(layer, len(self.layers) - 1)][ends]
            bounds[differs] = values[places[differs]]
            bounds *= self.scale[node] * self.rows.values[row]
            order = np.argsort(-bounds, kind="stable")[: np.count_nonzero(bounds)]
            known[node, layer] = _Steps(order + row.start, bounds[order])
        return known[node, layer]

    def weight(self, node: int, edge: int) -> float:
        """Return the weight of a step."""
        return float(self.scale[node]) * float(self.rows.values[edge])

    def _loops(self, node: int, avoided: int = -1) -> float:
        return kernels.loops(self.rows, self.scale, self.damping, node, avoided, _LOOP_TOLERANCE)

    def _layers(self, avoided: int = -1) -> list[FloatArray]:
        best, grown = np.zeros(len(self.scale)), np.zeros(len(self.scale), np.bool_)
        best[self.number], grown[self.number] = 1.0, True
        layers = [best]
        while grown.any() and (self.max_length is None or len(layers) <= self.max_length):
            best, grown = kernels.lengthen(self.rows, self.scale, best, grown, avoided)
            layers.append(best)
        return layers[-1:] if self.max_length is None else layers


class _PathSearch:
    """The three queues of the search, each with the greatest score that it can still give at its head."""

    def __init__(self, title: _Title, nodes: Int32Array, weights: FloatArray) -> None:
        self._title, self._nodes = title, nodes.tolist()
        self._factors = title.factors(nodes, weights).tolist()
        self._numbers = count()
        self._seeds: list[tuple[float, int]] = []
        self._begun: list[tuple[float, int, _Begun]] = []
        self._done: list[tuple[float, tuple[int, ...], tuple[int, ...]]] = []
        for place, most in enumerate(title.most(nodes).tolist()):
            factor = self._factors[place]
            if self._nodes[place] == title.number:
                self._end(factor, (title.number,), ())
            elif factor * most > 0:
                heappush(self._seeds, (-factor * most * _RAISED, place))

    def paths(self) -> Iterator[CleanPath]:
        """Give one path after the other, best first."""
        while self._seeds or self._begun or self._done:
            seed, begun, done = (
                queue[0][0] if queue else 0.0 for queue in (self._seeds, self._begun, self._done)
            )
            # Scores are negative here. Whatever may still come to the score of a finished walk goes before it.
            if seed < 0 and seed <= min(begun, done):
                self._open()
            elif begun < 0 and begun <= done:
                self._step()
            else:
                score, nodes, edges = heappop(self._done)
                yield CleanPath(nodes, edges, -score)

    def _open(self) -> None:
        _, place = heappop(self._seeds)
        seed = self._title.seed(self._nodes[place], self._factors[place])
        self._begin(_Begun(seed, (seed.node,), (), 1.0, self._title.steps(seed, seed.node, 0), 0))

    def _step(self) -> None:
        _, _, begun = heappop(self._begun)
        self._begin(begun._replace(rank=begun.rank + 1))
        edge = int(begun.steps.edges[begun.rank])
        end = int(self._title.rows.indices[edge])
        nodes, edges = (*begun.nodes, end), (*begun.edges, edge)
        weight = begun.weight * self._title.weight(begun.nodes[-1], edge)
        if end == self._title.number:
            self._end(begun.seed.factor * weight, nodes, edges)
        else:
            steps = self._title.steps(begun.seed, end, len(edges))
            self._begin(_Begun(begun.seed, nodes, edges, weight, steps, 0))

    def _begin(self, begun: _Begun) -> None:
        if begun.rank < len(begun.steps.bounds):
            bound = begun.seed.factor * begun.weight * float(begun.steps.bounds[begun.rank])
            if bound > 0:
                heappush(self._begun, (-bound * _RAISED, next(self._numbers), begun))

    def _end(self, score: float, nodes: tuple[int, ...], edges: tuple[int, ...]) -> None:
        mantissa, exponent = math.frexp(score)
        rounded = math.ldexp(round(math.ldexp(mantissa, SCORE_DIGITS)), exponent - SCORE_DIGITS)
        if rounded > 0:
            heappush(self._done, (-rounded, nodes, edges))
