"""Fitting every node of a learned walk: nodes with much the same nearest share the sums that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.numeric.parallel import thread_pool, transposed
from cinewalk.graph.walks.neighbours import gram_block_kernels, learned_kernels
from cinewalk.graph.walks.neighbours.gram_block_kernels import Growth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.numeric.arrays import BoolArray, Int32Array
    from cinewalk.graph.numeric.kernels import Neighbourhood
    from cinewalk.graph.numeric.progress import RowProgress

#: A circle has so many members at most, or one in so many of all nodes up to twice that: its table then takes 64 to
#: 256 MiB, and a row of it stays in a fast cache.
MEMBERS, _PART = 4096, 16
#: After so many circles in a row that save nothing, no more are looked for.
_PATIENCE = 8
#: How many nodes a worker fits at a time where they share nothing.
_ALONE = 64


class Circle(NamedTuple):
    """Nodes that are fitted together, and these and all their nearest; without members each is for itself.

    Both are in the order in which they came in: who is alike is close together, also in the table of pairs.
    """

    nodes: Int32Array
    members: Int32Array


def fit_all(nearest: CSR, walk: Neighbourhood, ridge: float, progress: RowProgress = None) -> CSR:
    """Fit the weights of every node over its nearest nodes: what :func:`~learned_kernels.fit_row` gives for each.

    All sums are made in the same order either way, so it does not matter who shares them.

    Parameters
    ----------
    nearest
        Each node's nearest nodes.
    walk
        How they lead to where their edges lead.
    ridge
        The penalty.
    progress
        Told how many of how many rows are done.
    """
    n = len(walk.out)
    circles, fitted, done = list(circles_of(nearest)), [], 0
    with thread_pool() as pool:
        rows_of = pool.map(lambda circle: fit(circle, nearest, walk, ridge), circles)
        for circle, rows in zip(circles, rows_of, strict=True):
            fitted.append(rows)
            done += len(circle.nodes)
            if progress is not None:
                progress(done, n)
    return together([circle.nodes for circle in circles], fitted, n)


def fit(circle: Circle, nearest: CSR, walk: Neighbourhood, ridge: float) -> CSR:
    """Fit the weights of the nodes of one circle; as :func:`fit_all`."""
    if not len(circle.members):
        return learned_kernels.fit_rows(circle.nodes, nearest, walk, ridge)
    table = gram_block_kernels.pair_sums(circle.members, walk.forward, walk.via)
    return gram_block_kernels.fit_circle(circle.nodes, circle.members, nearest, table, ridge, walk.size)


def circles_of(nearest: CSR, left_out: BoolArray | None = None, most: int | None = None) -> Iterator[Circle]:
    """Divide all nodes into circles that save work, and what is left.

    Parameters
    ----------
    nearest
        Each node's nearest nodes.
    left_out
        Nodes that are not to be fitted.
    most
        How many members a circle has at most; a circle with a node and all its nearest is no less.
    """
    n = len(nearest.indptr) - 1
    lengths = np.diff(nearest.indptr)
    if most is None:
        most = max(MEMBERS, min(n // _PART, 2 * MEMBERS))
    size = min(max(most, int(lengths.max(initial=0)) + 1), n)
    taken = np.zeros(n, np.bool_) if left_out is None else left_out.copy()
    growth = Growth(taken, np.zeros(n, np.bool_), np.zeros(n, np.int32))
    farther = transposed(nearest, n)
    nodes, members = np.empty(n, np.int32), np.empty(size, np.int32)
    first = in_vain = 0
    while in_vain < _PATIENCE and (first := _next(growth, first)) < n:
        count, filled = gram_block_kernels.grow(first, nearest, farther, growth, nodes, members)
        joined = nodes[:count].copy()
        if filled**2 < int((lengths[joined].astype(np.int64) ** 2).sum()):
            in_vain = 0
            yield Circle(frozen(joined), frozen(members[:filled].copy()))
        else:
            in_vain += 1
            yield from _alone(joined)
    yield from _alone(np.flatnonzero(~growth.taken).astype(np.int32))


def _next(growth: Growth, first: int) -> int:
    """Return the first node from ``first`` on that is in no circle; how many nodes there are if there is none."""
    left = ~growth.taken[first:]
    return first + int(left.argmax()) if left.any() else len(growth.taken)


def _alone(nodes: Int32Array) -> Iterator[Circle]:
    for start in range(0, len(nodes), _ALONE):
        yield Circle(frozen(nodes[start : start + _ALONE]), frozen(np.empty(0, np.int32)))


def together(nodes: list[Int32Array], fitted: list[CSR], n: int) -> CSR:
    """Bring rows into the order of their nodes."""
    lengths = np.zeros(n, np.int64)
    for positions, rows in zip(nodes, fitted, strict=True):
        lengths[positions] = np.diff(rows.indptr)
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(lengths, out=indptr[1:])
    whole = CSR(indptr, np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32))
    for positions in reversed(nodes):
        gram_block_kernels.place_rows(positions, fitted.pop(), whole)
    return CSR(frozen(indptr), frozen(whole.indices), frozen(whole.values))
