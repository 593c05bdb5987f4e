"""The inner loops of the learned walks, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled, nested
from cinewalk.graph.numeric.kernels import Neighbourhood, empty_rows, store_row, trimmed
from cinewalk.graph.numeric.topk import sort

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, AnyArray, BoolArray, Float32Array, FloatArray, Int32Array

#: Coordinate descent ends when no weight moved by more than this, as a part of the largest weight.
_SETTLED = 1e-9
_MOST_SWEEPS = 1000


class Meeting(NamedTuple):
    """Who of the chosen meets where: at the middle node ``m`` meet ``members[starts[m]:starts[m + 1]]``.

    These are their places among the chosen, ascending. ``values`` are those of their edges, and empty where all are 1.
    """

    starts: Int32Array
    members: AnyArray
    values: FloatArray


@nested
def meeting_of(chosen: Int32Array, rows: CSR, middles: int) -> Meeting:
    """Sort the entries of the chosen rows by their middle nodes."""
    starts, even = np.zeros(middles + 1, np.int32), True
    for s in range(len(chosen)):
        for e in range(np.uint64(rows.indptr[chosen[s]]), np.uint64(rows.indptr[chosen[s] + 1])):
            starts[np.uint64(rows.indices[e])] += np.int32(1)
            even &= rows.values[e] == 1.0
    total = 0
    for middle in range(middles + 1):
        total += starts[middle]
        starts[middle] = total
    # Half the memory of other numbers: all of it stays in the processor's cache.
    members, values = np.empty(total, np.uint16), np.empty(0 if even else total)
    for s in range(len(chosen) - 1, -1, -1):
        for e in range(np.uint64(rows.indptr[chosen[s]]), np.uint64(rows.indptr[chosen[s] + 1])):
            meeting = np.uint64(rows.indices[e])
            place = np.uint64(starts[meeting] - 1)
            starts[meeting] = place
            members[place] = s
            if not even:
                values[place] = rows.values[e]
    return Meeting(starts, members, values)


@compiled
def gram_of(chosen: Int32Array, rows: CSR, via: FloatArray, gram: FloatArray) -> Meeting:
    """Fill ``gram_st = Σ_m rows_sm rows_tm via_m`` over the chosen rows; return who of them meets where.

    Cost: half the sum of squares of how many meet at each middle node. One middle node is gone through after the
    other, so all sums are made in their order.
    """
    meeting = meeting_of(chosen, rows, len(via))
    members, values, n = meeting.members, meeting.values, len(chosen)
    gram[:] = 0.0
    first = np.uint64(0)
    for middle in range(len(via)):
        end, value = np.uint64(meeting.starts[middle + 1]), via[middle]
        for a in range(first, end):
            # Those before are earlier ones: the lower half.
            row = gram[np.uint64(members[a])]
            if len(values) == 0:
                for b in range(first, a + np.uint64(1)):
                    row[np.uint64(members[b])] += value
            else:
                # The product of two 32-bit numbers is exact, so it does not matter whose comes first.
                for b in range(first, a + np.uint64(1)):
                    row[np.uint64(members[b])] += value * (values[a] * values[b])
        first = end
    for s in range(n):
        for t in range(s):
            gram[t, s] = gram[s, t]
    return meeting


@nested
def _right(
    targets: Int32Array, weights: Float32Array, via: FloatArray, meeting: Meeting, size: int
) -> FloatArray:
    """Return ``r_s = Σ_m weights_m rows_sm via_m`` over the chosen rows."""
    right = np.zeros(size)
    for e in range(len(targets)):
        weight, value = np.float64(weights[e]), via[targets[e]]
        for f in range(meeting.starts[targets[e]], meeting.starts[targets[e] + 1]):
            other = 1.0 if len(meeting.values) == 0 else meeting.values[f]
            right[meeting.members[f]] += value * (weight * other)
    return right


@nested
def non_negative_ridge(gram: FloatArray, right: FloatArray, ridge: float) -> FloatArray:
    """Return ``argmin_w≥0 ½ wᵀ(G + ridge·I)w - rᵀw``."""
    weights, every = np.zeros(len(right)), np.ones(len(right), np.bool_)
    descend(gram, weights, right.copy(), ridge, every, len(right), 1.0, _SETTLED)
    return weights


@nested
def descend(
    gram: FloatArray,
    weights: FloatArray,
    left: FloatArray,
    ridge: float,
    active: BoolArray,
    count: int,
    part: float,
    settled: float,
) -> float:
    """Go on to ``argmin_w≥0 ½ wᵀ(G + ridge·I)w - rᵀw`` by cyclic coordinate descent.

    Parameters
    ----------
    gram
        ``G``.
    weights
        ``w``, changed in place.
    left
        ``r - G w``, changed in place.
    ridge
        The penalty.
    active
        Whose weights may change.
    count
        How many weights there are; what is beyond them in the arrays does not count.
    part
        How much of a full step is taken, at most 1.
    settled
        It ends when no weight moved by more than this, as a part of the largest weight; what is smaller is set to 0.

    Returns
    -------
    float
        The largest weight.
    """
    largest = 0.0
    for _ in range(_MOST_SWEEPS):
        moved, largest = 0.0, 0.0
        for i in range(count):
            if not active[i]:
                continue
            old = weights[i]
            if part == 1.0:  # the same as below, rounded once less
                new = max(0.0, (left[i] + gram[i, i] * old) / (gram[i, i] + ridge))
            else:
                new = max(0.0, old + part * (left[i] - ridge * old) / (gram[i, i] + ridge))
            if new != old:
                step = new - old
                weights[i] = new
                for j in range(count):
                    left[j] -= step * gram[i, j]
                moved = max(moved, abs(step))
            largest = max(largest, new)
        if moved <= settled * largest:
            break
    for i in range(count):
        if weights[i] <= settled * largest:
            weights[i] = 0.0
    return largest


@compiled
def fit_row(
    targets: Int32Array,
    weights: Float32Array,
    chosen: Int32Array,
    walk: Neighbourhood,
    ridge: float,
    room: FloatArray,
) -> FloatArray:
    """Fit the weights with which the chosen nodes together make up somebody's own edges.

    Parameters
    ----------
    targets, weights
        The edges: middle nodes, and their weights.
    chosen
        Positions of nodes, ascending.
    walk
        How they lead there.
    ridge
        The penalty.
    room
        At least the square of how many are chosen.

    Returns
    -------
    numpy.ndarray
        The weight of each of the chosen, at least 0.
    """
    gram = square(room, len(chosen))
    meeting = gram_of(chosen, walk.forward, walk.via, gram)
    right = _right(targets, weights, walk.via, meeting, len(chosen))
    return non_negative_ridge(gram, right, ridge)


@nested
def square(room: FloatArray, size: int) -> FloatArray:
    """Return the beginning of some room as a matrix without gaps between its rows: loops over these are fastest."""
    return room[: size * size].reshape((size, size))


@nested
def longest_of(starts: Int32Array, rows: CSR) -> int:
    """Return the length of the longest of some rows."""
    most = 0
    for s in range(len(starts)):
        most = max(most, rows.indptr[starts[s] + 1] - rows.indptr[starts[s]])
    return most


@nested
def sorted_row(node: int, nearest: CSR) -> Int32Array:
    """Return the nearest of a node in the order of their positions."""
    chosen = nearest.indices[nearest.indptr[node] : nearest.indptr[node + 1]].copy()
    sort(chosen)
    return chosen


@nested
def keep_used(chosen: Int32Array, weights: FloatArray) -> int:
    """Move those with a weight to the front, in their order; return how many there are."""
    count = 0
    for place in range(len(chosen)):
        if weights[place] != 0.0:
            chosen[count], weights[count] = chosen[place], weights[place]
            count += 1
    return count


@compiled
def fit_rows(starts: Int32Array, nearest: CSR, walk: Neighbourhood, ridge: float) -> CSR:
    """Fit the weights of each of ``starts``, over the nearest nodes of each; nodes in the order of their positions."""
    room = np.empty(longest_of(starts, nearest) ** 2)
    built = empty_rows(len(starts), walk.size, len(walk.out))
    for s in range(len(starts)):
        chosen = sorted_row(starts[s], nearest)
        edges = slice(walk.forward.indptr[starts[s]], walk.forward.indptr[starts[s] + 1])
        weights = fit_row(walk.forward.indices[edges], walk.forward.values[edges], chosen, walk, ridge, room)
        store_row(built, s, chosen, weights, keep_used(chosen, weights), 0.0)
    return trimmed(built)
