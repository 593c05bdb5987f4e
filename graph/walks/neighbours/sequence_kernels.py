"""The inner loop of one row of the sequence-aware walk, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.intrinsics import ZERO, compiled, nested
from cinewalk.graph.numeric.kernels import Neighbourhood, empty_rows, nearest, store_row, trimmed
from cinewalk.graph.walks.neighbours.path_kernels import order_weight

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, Float32Array, FloatArray, Int32Array, Int64Array


class TimeRanks(NamedTuple):
    """The rank of every like, in the order of the forward and of the backward rows, and how ranks weigh."""

    forward: Float32Array
    backward: Float32Array
    span: float
    ahead: float


@nested
def order_weights(indptr: Int64Array, span: float, ahead: float) -> FloatArray:
    """Return :func:`order_weight` of every distance, from the longest before to the longest after, in half ranks."""
    longest = 0
    for row in range(len(indptr) - 1):
        longest = max(longest, 2 * (indptr[row + 1] - indptr[row]))
    weights = np.empty(2 * longest + 1)
    for place in range(len(weights)):
        weights[place] = order_weight(0.5 * (place - longest), span, ahead)
    return weights


@compiled
def sequence_rows(starts: Int32Array, walk: Neighbourhood, order: TimeRanks, row_exponent: float) -> CSR:
    """Return the neighbours of each of ``starts``, each row divided by (its sum) ^ ``row_exponent``.

    As :func:`cinewalk.graph.numeric.kernels.neighbours`, with each pair of likes of one viewer weighted by order. It
    is for a few rows: all of them take less than half as long together, in
    :mod:`cinewalk.graph.walks.neighbours.sequence_pair_kernels`.
    """
    n = len(walk.out)
    weights = order_weights(walk.backward.indptr, order.span, order.ahead)
    sums = np.zeros(n)
    indices = np.empty(n, np.int32)
    values = np.empty(n)
    built = empty_rows(len(starts), walk.size, n)
    for s in range(len(starts)):
        start, count = np.int64(starts[s]), ZERO
        for e in range(walk.forward.indptr[start], walk.forward.indptr[start + 1]):
            middle = walk.forward.indices[e]
            weight, via = np.float64(walk.forward.values[e]), walk.via[middle]
            rank = np.float64(order.forward[e])
            # Unsigned: otherwise each access would first look whether its index is negative.
            for f in range(
                np.uint64(walk.backward.indptr[middle]), np.uint64(walk.backward.indptr[middle + 1])
            ):
                end = np.uint64(walk.backward.indices[f])
                # Ranks are halves at the finest, so twice a distance is a place.
                place = np.uint64(np.int64(2.0 * (order.backward[f] - rank)) + len(weights) // 2)
                # The product of two 32-bit numbers is exact, so a pair has the same terms from either side.
                term = via * (weight * walk.backward.values[f]) * weights[place]
                if sums[end] == 0.0 and term > 0.0:
                    indices[np.uint64(count)] = walk.backward.indices[f]
                    count += 1
                sums[end] += term
        out, into = walk.out[start], walk.into
        kept = nearest(start, out, into, walk.sharpness, walk.size, count, sums, indices, values)
        store_row(built, s, indices, values, kept, row_exponent)
    return trimmed(built)
