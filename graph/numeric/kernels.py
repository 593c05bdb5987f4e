"""The inner loops: plain functions over arrays, compiled by numba and cached on disk.

They know positions only. Sums run in 64-bit floats in a fixed order, so that a result depends neither on
the number of threads nor on which caller asked. Wherever the best of something is chosen, equal values are
ordered by position, which is the order of the ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.numeric.intrinsics import compiled, nested, prefetch
from cinewalk.graph.numeric.topk import enough, keep_best

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import (
        AnyArray,
        BoolArray,
        Float32Array,
        FloatArray,
        Int32Array,
        Int64Array,
    )

#: Sums that differ by less than this part of them may come to the same value once they are sharpened.
CLOSE = 1e-12


#: How many rows ahead memory is asked for, and how much: 32-bit numbers in a line of a cache, and lines.
AHEAD, _LINE, _LINES = 2, 16, 4


class Neighbourhood(NamedTuple):
    """What a shared-neighbour walk needs of its graph and its parameters.

    ``out`` weighs the node a walk starts from, ``via`` the one it passes, ``into`` the one it ends at;
    a sum is raised to ``sharpness``; ``size`` neighbours are kept. Where it is ``even`` all edges weigh 1, and nobody
    has to look.
    """

    forward: CSR
    backward: CSR
    out: FloatArray
    via: FloatArray
    into: FloatArray
    sharpness: float
    size: int
    even: bool = False


@compiled
def nearest(
    start: int | np.int64,
    out: float,
    into: FloatArray,
    sharpness: float,
    size: int,
    count: int,
    sums: AnyArray,
    indices: Int32Array,
    values: FloatArray,
) -> int:
    """Turn the sums of a walk's ends into values, best first, and set the sums back to zero.

    ``indices`` holds the ``count`` ends; see :func:`neighbours` for the formula and what is left out.
    """
    positive = 0
    for c in range(count):
        end = np.uint64(indices[c])
        value = out * sums[end] * into[end]
        sums[end] = 0.0
        if indices[c] != start and value > 0.0:
            indices[positive] = indices[c]
            values[positive] = value
            positive += 1
    least = enough(values[:positive], size) * (1.0 - CLOSE / min(sharpness, 1.0))
    return keep_best(indices, values, _sharpened(least, sharpness, positive, indices, values), size)


@nested
def _sharpened(least: float, sharpness: float, count: int, indices: Int32Array, values: FloatArray) -> int:
    """Move the values of at least ``least`` to the front, sharpened; return how many are still above 0."""
    near = 0
    for c in range(count):
        if values[c] >= least:
            value = values[c] ** sharpness
            if value > 0.0:
                indices[near] = indices[c]
                values[near] = value
                near += 1
    return near


@compiled
def neighbours(
    start: int | np.int64,
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
    count = _meet(targets, weights, walk, sums, indices)
    out = walk.out[start] if start >= 0 else 1.0
    return nearest(start, out, walk.into, walk.sharpness, walk.size, count, sums, indices, values)


# A count that begins as a plain 0 in the function that hands it on would have that one compiled twice: for the number
# 0, and for numbers.
@nested
def _meet(
    targets: Int32Array, weights: Float32Array, walk: Neighbourhood, sums: FloatArray, indices: Int32Array
) -> int:
    """Add up the terms of :func:`neighbours`, and note the ends in the order in which they are met."""
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
    return count


@compiled
def empty_rows(count: int, size: int, ends: int) -> CSR:
    """Make room for ``count`` rows of at most ``size`` of ``ends`` nodes; :func:`store_row` fills them in order."""
    room = count * min(size, max(ends - 1, 0))
    return CSR(np.zeros(count + 1, np.int64), np.empty(room, np.int32), np.empty(room, np.float32))


@nested
def total_of(values: FloatArray, count: int) -> float:
    """Return the sum of the first ``count`` values, added in their order."""
    total = 0.0
    for c in range(count):
        total += values[c]
    return total


@compiled
def store_row(
    built: CSR, row: int, indices: Int32Array, values: FloatArray, count: int, row_exponent: float
) -> None:
    """Store the first ``count`` entries, divided by (their sum) ^ ``row_exponent``, as the next row."""
    filled = built.indptr[row]
    scale = total_of(values, count) ** row_exponent if count else 1.0
    for c in range(count):
        built.indices[filled + c] = indices[c]
        built.values[filled + c] = values[c] / scale
    built.indptr[row + 1] = filled + count


@nested
def trimmed(built: CSR) -> CSR:
    """Return full rows without the room that was not used."""
    filled = built.indptr[-1]
    return CSR(built.indptr, built.indices[:filled].copy(), built.values[:filled].copy())


@compiled
def neighbour_rows(starts: Int32Array, walk: Neighbourhood, row_exponent: float) -> CSR:
    """Return the neighbours of each of ``starts``, each row divided by (its sum) ^ ``row_exponent``."""
    n = len(walk.out)
    sums = np.zeros(n)
    indices = np.empty(n, np.int32)
    values = np.empty(n)
    built = empty_rows(len(starts), walk.size, n)
    for s in range(len(starts)):
        start = np.int64(starts[s])  # not two kinds of numbers: what is called would be compiled for each
        edges = slice(walk.forward.indptr[start], walk.forward.indptr[start + 1])
        kept = neighbours(
            start, walk.forward.indices[edges], walk.forward.values[edges], walk, sums, indices, values
        )
        store_row(built, s, indices, values, kept, row_exponent)
    return trimmed(built)


@compiled
def flip(rows: CSR, flipped: CSR) -> None:
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
def spread(starts: Int32Array, weights: FloatArray, rows: CSR, size: int) -> FloatArray:
    """Return ``score_j = Σ_s weights_s · rows_sj`` for ``size`` ends ``j``; see :func:`add_rows`."""
    scores = np.zeros(size)
    add_rows(starts, weights, rows.indptr, rows.indices, rows.values, scores)
    return scores


@nested
def ask_ahead(numbers: AnyArray, first: int) -> None:
    """Have the beginning of a row of 32-bit numbers fetched; see :mod:`cinewalk.graph.numeric.intrinsics`."""
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
