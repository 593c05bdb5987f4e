"""The inner loops of fitting many nodes together, in the manner of :mod:`cinewalk.graph.numeric.kernels`.

Nodes with the same nearest nodes need the same sums over pairs of these. A circle is a set of nodes that have most of
their nearest in common: all pairs of its members are summed up once, in one table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cinewalk.graph.numeric.intrinsics import ZERO, compiled, nested, prefetch
from cinewalk.graph.numeric.kernels import empty_rows, store_row, trimmed
from cinewalk.graph.walks.neighbours.learned_kernels import (
    keep_used,
    longest_of,
    meeting_of,
    non_negative_ridge,
    sorted_row,
    square,
)

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, BoolArray, FloatArray, Int32Array, Int64Array

#: Nodes join a circle that holds all of their nearest, then those of whom it holds so much less, down to the least.
_STEP, _LEAST = 0.1, 0.25
#: How many stretches ahead memory is asked for.
_AHEAD = 4


class Growth(NamedTuple):
    """What is known of every node while circles grow.

    Whether it is to be fitted in some circle, whether it is a member of the present one, and how many of its nearest
    are.
    """

    taken: BoolArray
    inside: BoolArray
    near: Int32Array


@compiled
def grow(
    first: int, nearest: CSR, farther: CSR, growth: Growth, nodes: Int32Array, members: Int32Array
) -> tuple[int, int]:
    """Fill ``nodes`` with those that are fitted with the first, and ``members`` with them and all their nearest.

    ``farther`` are the nodes that a node is among the nearest of. Returns how many there are of both.
    """
    growth.inside[:] = False
    growth.near[:] = 0
    nodes[0], count = first, 1
    filled = _join(first, nearest, farther, growth, members, ZERO)
    share = 1.0
    while share > _LEAST:
        more = False
        for node in range(len(growth.taken)):
            if growth.taken[node]:
                continue
            length = nearest.indptr[node + 1] - nearest.indptr[node]
            missing = length - growth.near[node] + (not growth.inside[node])
            if growth.near[node] >= share * length and filled + missing <= len(members):
                filled = _join(node, nearest, farther, growth, members, filled)
                nodes[count], count, more = node, count + 1, True
        if not more:
            share -= _STEP
    return count, filled


@nested
def _join(node: int, nearest: CSR, farther: CSR, growth: Growth, members: Int32Array, filled: int) -> int:
    """Take a node into the circle, and make it and its nearest members."""
    growth.taken[node] = True
    first, last = nearest.indptr[node], nearest.indptr[node + 1]
    for e in range(first - 1, last):
        other = nearest.indices[e] if e >= first else node
        if not growth.inside[other]:
            growth.inside[other] = True
            members[filled] = other
            filled += 1
            for f in range(farther.indptr[other], farther.indptr[other + 1]):
                growth.near[farther.indices[f]] += 1
    return filled


@compiled
def pair_sums(members: Int32Array, rows: CSR, via: FloatArray) -> FloatArray:
    """Return ``Σ_m rows_sm rows_tm via_m`` of each ``t <= s`` of the members at ``s (s + 1) / 2 + t``.

    Cost: half the sum of squares of how many meet at each middle node. All sums are made in
    the order of middle nodes.
    """
    meeting, n = meeting_of(members, rows, len(via)), len(members)
    ends = meeting.starts[:-1].copy()
    table = np.zeros(n * (n + 1) // 2)
    for s in range(n):
        sums = table[s * (s + 1) // 2 : (s + 1) * (s + 2) // 2]
        first, last = np.uint64(rows.indptr[members[s]]), np.uint64(rows.indptr[members[s] + 1])
        for e in range(first, last):
            if e + _AHEAD < last:
                prefetch(meeting.members, np.uint64(meeting.starts[np.uint64(rows.indices[e + _AHEAD])]))
            middle = np.uint64(rows.indices[e])
            value, begin, end = via[middle], np.uint64(meeting.starts[middle]), np.uint64(ends[middle] + 1)
            ends[middle] = end
            # Those before are earlier ones, and the last is the member itself.
            if len(meeting.values) == 0:
                for b in range(begin, end):
                    sums[np.uint64(meeting.members[b])] += value
            else:
                weight = np.float64(rows.values[e])
                for b in range(begin, end):
                    sums[np.uint64(meeting.members[b])] += value * (weight * meeting.values[b])
    return table


@compiled
def fit_circle(
    nodes: Int32Array, members: Int32Array, nearest: CSR, table: FloatArray, ridge: float, size: int
) -> CSR:
    """Fit the weights of the nodes of a circle, each over its nearest, from the sums of all its pairs."""
    n = len(nearest.indptr) - 1
    place = np.zeros(n, np.int64)
    for m in range(len(members)):
        place[members[m]] = m
    most = longest_of(nodes, nearest)
    room, right = np.empty(most * most), np.empty(most)
    built = empty_rows(len(nodes), size, n)
    for s in range(len(nodes)):
        chosen = sorted_row(nodes[s], nearest)
        gram = square(room, len(chosen))
        _pick(nodes[s], chosen, place, table, gram, right)
        weights = non_negative_ridge(gram, right[: len(chosen)], ridge)
        store_row(built, s, chosen, weights, keep_used(chosen, weights), 0.0)
    return trimmed(built)


@nested
def _pick(
    node: int,
    chosen: Int32Array,
    place: Int64Array,
    table: FloatArray,
    gram: FloatArray,
    right: FloatArray,
) -> None:
    """Fill the sums of all pairs of some members, and of each with the node that is fitted."""
    for a in range(len(chosen)):
        right[a] = table[_pair(place[chosen[a]], place[node])]
        for b in range(a + 1):
            gram[a, b] = table[_pair(place[chosen[a]], place[chosen[b]])]
    for a in range(len(chosen)):
        for b in range(a):
            gram[b, a] = gram[a, b]


@nested
def _pair(first: int, second: int) -> Any:
    low, high = min(first, second), max(first, second)
    return np.uint64(high * (high + 1) // 2 + low)


@compiled
def place_rows(nodes: Int32Array, rows: CSR, into: CSR) -> None:
    """Copy rows to where those of ``nodes`` belong."""
    for s in range(len(nodes)):
        start = into.indptr[nodes[s]]
        for e in range(rows.indptr[s], rows.indptr[s + 1]):
            into.indices[start], into.values[start] = rows.indices[e], rows.values[e]
            start += 1
