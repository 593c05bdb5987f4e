"""The inner loops: plain functions over arrays, compiled by numba and cached on disk.

They know positions only. Sums run in 64-bit floats in a fixed order, so that a result depends neither on
the number of threads nor on which caller asked. Wherever the best of something is chosen, equal values are
ordered by position, which is the order of the ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import numba
import numpy as np

from cinewalk.graph.prefetch import prefetch
from cinewalk.graph.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.arrays import (
        AnyArray,
        BoolArray,
        Float32Array,
        FloatArray,
        Int32Array,
        Int64Array,
    )

_F = TypeVar("_F", bound="Callable[..., Any]")


def compiled(function: _F) -> _F:
    """Compile an inner loop; the result is cached on disk and runs without the interpreter's lock."""
    return cast("_F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


#: Sums that differ by less than this part of them may come to the same value once they are sharpened.
CLOSE = 1e-12

#: The least number above 0.
LEAST = 5e-324

#: Values are dealt out to so many lanes for each that is kept; the best of each lane bound the best of all from below.
_LANES = 4

#: How many values are looked at together; in most such groups none is wanted.
GROUP = 32

#: How many rows ahead memory is asked for, and how much: 32-bit numbers in a line of a cache, and lines.
AHEAD, _LINE, _LINES = 2, 16, 4


class Neighbourhood(NamedTuple):
    """What a shared-neighbour walk needs of its graph and its parameters.

    ``out`` weighs the node a walk starts from, ``via`` the one it passes, ``into`` the one it ends at;
    a sum is raised to ``sharpness``; ``size`` neighbours are kept. Where it is ``even`` all edges weigh 1, and nobody
    has to look.
    """

    forward: Rows
    backward: Rows
    out: FloatArray
    via: FloatArray
    into: FloatArray
    sharpness: float
    size: int
    even: bool = False


@compiled
def _before(value: float, index: int, other_value: float, other_index: int) -> bool:
    return value > other_value or (value == other_value and index < other_index)


@compiled
def _sift_down(indices: Int32Array, values: FloatArray, root: int, size: int) -> None:
    """Restore a heap whose root is its *last* entry in the order of :func:`_before`."""
    while True:
        child = 2 * root + 1
        if child >= size:
            return
        if child + 1 < size and _before(values[child], indices[child], values[child + 1], indices[child + 1]):
            child += 1
        if not _before(values[root], indices[root], values[child], indices[child]):
            return
        values[root], values[child] = values[child], values[root]
        indices[root], indices[child] = indices[child], indices[root]
        root = child


@compiled
def keep_best(indices: Int32Array, values: FloatArray, count: int, size: int) -> int:
    """Move the best ``size`` of the first ``count`` entries to the front, best first, in place.

    Returns how many there are: ``min(count, size)``. Cost: O(count · log size).
    """
    kept = min(count, size)
    for root in range(kept // 2 - 1, -1, -1):
        _sift_down(indices, values, root, kept)
    for i in range(kept, count):
        if kept and _before(values[i], indices[i], values[0], indices[0]):
            values[0], values[i] = values[i], values[0]
            indices[0], indices[i] = indices[i], indices[0]
            _sift_down(indices, values, 0, kept)
    for end in range(kept - 1, 0, -1):
        values[0], values[end] = values[end], values[0]
        indices[0], indices[end] = indices[end], indices[0]
        _sift_down(indices, values, 0, end)
    return kept


@compiled
def rank(scores: FloatArray, hidden: BoolArray, size: int) -> tuple[Int32Array, FloatArray]:
    """Return the best ``size`` positions with a score above 0 that are not hidden, and their scores."""
    indices = np.empty(len(scores), np.int32)
    values = np.empty(len(scores))
    shown = np.where(hidden, 0.0, scores)
    count = at_least(shown, max(enough(shown, size), LEAST), indices, values)
    kept = keep_best(indices, values, count, size)
    return indices[:kept].copy(), values[:kept].copy()


@compiled
def enough(values: FloatArray, size: int) -> float:
    """Return a value that at least ``size`` of all reach, as high as is quickly found; 0 where there are few."""
    lanes = lanes_for(size, len(values))
    if lanes == 0:
        return 0.0
    best = np.zeros(lanes)
    for first in range(0, len(values), lanes):
        for lane in range(min(lanes, len(values) - first)):
            value = values[np.uint64(first + lane)]
            best[np.uint64(lane)] = value if value > best[np.uint64(lane)] else best[np.uint64(lane)]
    return reached(best, size)


@compiled
def lanes_for(size: int, count: int) -> int:
    """Return among how many lanes so many values are dealt out; 0 where there are few."""
    lanes = _LANES * max(size, 0)
    return lanes if count >= 2 * lanes else 0


@compiled
def reached(best: FloatArray, size: int) -> float:
    """Return what the best of at least ``size`` lanes reach."""
    return float(np.partition(best, len(best) - size)[len(best) - size])


@compiled
def at_least(found: FloatArray, least: float, indices: Int32Array, values: FloatArray) -> int:
    """Take the positions and values of all that are at least ``least``; return how many there are."""
    count = 0
    for low in range(0, len(found), GROUP):
        high, near = min(low + GROUP, len(found)), False
        for j in range(np.uint64(low), np.uint64(high)):
            near |= found[j] >= least
        if near:
            for j in range(low, high):
                if found[j] >= least:
                    indices[count], values[count] = j, found[j]
                    count += 1
    return count


@compiled
def nearest(
    start: int,
    count: int,
    walk: Neighbourhood,
    sums: FloatArray,
    indices: Int32Array,
    values: FloatArray,
) -> int:
    """Turn the sums of a walk's ends into values, best first, and set the sums back to zero.

    ``indices`` holds the ``count`` ends; see :func:`neighbours` for the formula and what is left out.
    """
    out = walk.out[start] if start >= 0 else 1.0
    found = 0
    for c in range(count):
        end = np.uint64(indices[c])
        value = out * sums[end] * walk.into[end]
        sums[end] = 0.0
        if indices[c] != start and value > 0.0:
            indices[found] = indices[c]
            values[found] = value
            found += 1
    least = enough(values[:found], walk.size) * (1.0 - CLOSE / min(walk.sharpness, 1.0))
    near = 0
    for c in range(found):
        if values[c] >= least:
            value = values[c] ** walk.sharpness
            if value > 0.0:
                indices[near] = indices[c]
                values[near] = value
                near += 1
    return keep_best(indices, values, near, walk.size)


@compiled
def neighbours(
    start: int,
    targets: Int32Array,
    weights: Float32Array,
    walk: Neighbourhood,
    sums: FloatArray,
    indices: Int32Array,
    values: FloatArray,
) -> int:
    """Find the nodes that share neighbours with a start, given by its own edges; best first.

    ``values_t = [out · Σ_m weights_m · backward_mt · via_m · into_t]^sharpness``, over its ``targets`` ``m``.
    ``start`` itself (a position, or -1 for somebody outside the graph) is left out; so is everything that
    came to 0. ``sums`` must be all zeros and is left so. Returns how many were found; they are in
    ``indices`` and ``values``, which are as long as ``sums``.
    """
    count = 0
    for e in range(len(targets)):
        middle = targets[e]
        weight, via = np.float64(weights[e]), walk.via[middle]
        # Unsigned: otherwise each access would first look whether its index is negative.
        for f in range(np.uint64(walk.backward.indptr[middle]), np.uint64(walk.backward.indptr[middle + 1])):
            end = np.uint64(walk.backward.indices[f])
            # The product of two 32-bit numbers is exact, so a pair has the same sum from either side.
            term = via * (weight * walk.backward.values[f])
            if sums[end] == 0.0 and term > 0.0:
                indices[np.uint64(count)] = walk.backward.indices[f]
                count += 1
            sums[end] += term
    return nearest(start, count, walk, sums, indices, values)


@compiled
def empty_rows(count: int, size: int, ends: int) -> Rows:
    """Make room for ``count`` rows of at most ``size`` of ``ends`` nodes; :func:`store_row` fills them in order."""
    room = count * min(size, max(ends - 1, 0))
    return Rows(np.zeros(count + 1, np.int64), np.empty(room, np.int32), np.empty(room, np.float32))


@compiled
def store_row(
    built: Rows, row: int, indices: Int32Array, values: FloatArray, count: int, row_exponent: float
) -> None:
    """Store the first ``count`` entries, divided by (their sum) ^ ``row_exponent``, as the next row."""
    filled = built.indptr[row]
    scale = values[:count].sum() ** row_exponent if count else 1.0
    for c in range(count):
        built.indices[filled + c] = indices[c]
        built.values[filled + c] = values[c] / scale
    built.indptr[row + 1] = filled + count


@compiled
def trimmed(built: Rows) -> Rows:
    """Return full rows without the room that was not used."""
    filled = built.indptr[-1]
    return Rows(built.indptr, built.indices[:filled].copy(), built.values[:filled].copy())


@compiled
def flip(rows: Rows, flipped: Rows) -> None:
    """Fill the columns of ``rows`` as rows, each in ascending order; ``flipped`` begins with zeros."""
    indptr = flipped.indptr
    for e in range(len(rows.indices)):
        indptr[rows.indices[e] + 1] += 1
    for column in range(len(indptr) - 1):
        indptr[column + 1] += indptr[column]
    filled = indptr[:-1].copy()
    for row in range(len(rows.indptr) - 1):
        for e in range(rows.indptr[row], rows.indptr[row + 1]):
            place = filled[rows.indices[e]]
            flipped.indices[place], flipped.values[place] = row, rows.values[e]
            filled[rows.indices[e]] = place + 1


@compiled
def spread(starts: Int32Array, weights: FloatArray, rows: Rows, size: int) -> FloatArray:
    """Return ``score_j = Σ_s weights_s · rows_sj`` for ``size`` ends ``j``; see :func:`add_rows`."""
    scores = np.zeros(size)
    add_rows(starts, weights, rows.indptr, rows.indices, rows.values, scores)
    return scores


@compiled
def ask_ahead(numbers: AnyArray, first: int) -> None:
    """Have the beginning of a row of 32-bit numbers fetched; see :mod:`cinewalk.graph.prefetch`."""
    place = np.uint64(first)
    for _ in range(_LINES):
        prefetch(numbers, place)
        place += np.uint64(_LINE)


@compiled
def add_rows(
    starts: Int32Array,
    weights: AnyArray,
    indptr: Int64Array,
    ends: AnyArray,
    values: Float32Array,
    scores: AnyArray,
) -> None:
    """Add ``Σ_s weights_s · rows_sj`` to the score of each end ``j``; ``values`` are empty where all are 1."""
    for s in range(len(starts)):
        if s + AHEAD < len(starts):
            ask_ahead(ends, indptr[starts[s + AHEAD]])
            ask_ahead(values, indptr[starts[s + AHEAD]])
        # Unsigned: otherwise each access would first look whether its index is negative.
        weight, first, last = weights[s], np.uint64(indptr[starts[s]]), np.uint64(indptr[starts[s] + 1])
        if len(values) == 0:
            for e in range(first, last):
                scores[np.uint64(ends[e])] += weight
        else:
            for e in range(first, last):
                scores[np.uint64(ends[e])] += weight * values[e]


@compiled
def add_scaled(scores: FloatArray, scale: float, total: FloatArray) -> None:
    """Add scores times ``scale`` to a total."""
    for j in range(len(scores)):
        total[j] += scores[j] * scale


@compiled
def norm(scores: FloatArray, hidden: BoolArray) -> float:
    """Return the L2 norm of the scores that are not hidden."""
    total = 0.0
    for j in range(len(scores)):
        if not hidden[j]:
            total += scores[j] * scores[j]
    return float(np.sqrt(total))


@compiled
def mean_ranks(times: Int64Array) -> FloatArray:
    """Return the rank of each time, oldest first; equal times share their mean rank."""
    ranks = np.empty(len(times))
    order = np.argsort(times)
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and times[order[end]] == times[order[start]]:
            end += 1
        for i in range(start, end):
            ranks[order[i]] = (start + end - 1) / 2.0
        start = end
    return ranks


@compiled
def recency(times: Int64Array, half_life: float) -> FloatArray:
    """Return ``2^(-r / half_life)``: ``r`` ranks by time, newest first; equal times share their mean rank."""
    newest = len(times) - 1
    return 2.0 ** (-(newest - mean_ranks(times)) / half_life)


@compiled
def ranks_by_time(indptr: Int64Array, times: Int64Array) -> Float32Array:
    """Return :func:`mean_ranks` of the entries of every row."""
    ranks = np.empty(len(times), np.float32)
    for row in range(len(indptr) - 1):
        own = slice(indptr[row], indptr[row + 1])
        ranks[own] = mean_ranks(times[own])
    return ranks
