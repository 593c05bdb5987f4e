"""Finding the nearest nodes of one start where it leads to many: in the manner of :mod:`cinewalk.graph.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.kernels import CLOSE, LEAST, Neighbourhood, compiled, enough, keep_best, neighbours

if TYPE_CHECKING:
    from cinewalk.graph.arrays import Float32Array, FloatArray, Int32Array

#: It is worth looking at every node where so many terms are added up for each.
_WORTH = 0.25
_GROUP = 32


@compiled
def nearest_nodes(
    start: int, targets: Int32Array, weights: Float32Array, walk: Neighbourhood, even: bool
) -> tuple[Int32Array, FloatArray]:
    """Find what :func:`cinewalk.graph.kernels.neighbours` finds: the same nodes, values and order.

    Parameters
    ----------
    start
        The position of the node that is left out, or -1.
    targets, weights
        Where the start's own edges lead, and their weights.
    walk
        The walk.
    even
        Whether all weights of the walk's edges are 1; they are not looked at then.
    """
    n, terms = len(walk.out), 0
    for e in range(len(targets)):
        terms += walk.backward.indptr[targets[e] + 1] - walk.backward.indptr[targets[e]]
    indices, values = np.empty(n, np.int32), np.empty(n)
    if terms < _WORTH * n:
        kept = neighbours(start, targets, weights, walk, np.zeros(n), indices, values)
    else:
        found = _values(start, targets, weights, walk, even)
        least = enough(found, walk.size) * (1.0 - CLOSE / min(walk.sharpness, 1.0))
        count = _sharpened(found, max(least, LEAST), walk.sharpness, indices, values)
        kept = keep_best(indices, values, count, walk.size)
    return indices[:kept].copy(), values[:kept].copy()


@compiled
def _values(
    start: int, targets: Int32Array, weights: Float32Array, walk: Neighbourhood, even: bool
) -> FloatArray:
    """Return ``out · Σ_m weights_m · backward_mt · via_m · into_t`` of every node ``t``, and 0 for the start."""
    backward, sums, out = walk.backward, np.zeros(len(walk.out)), walk.out[start] if start >= 0 else 1.0
    for e in range(len(targets)):
        middle = targets[e]
        weight, via = np.float64(weights[e]), walk.via[middle]
        first, last = np.uint64(backward.indptr[middle]), np.uint64(backward.indptr[middle + 1])
        if even:
            for f in range(first, last):
                sums[np.uint64(backward.indices[f])] += via * weight
        else:
            for f in range(first, last):
                sums[np.uint64(backward.indices[f])] += via * (weight * backward.values[f])
    for t in range(len(sums)):
        sums[t] = out * sums[t] * walk.into[t]
    if start >= 0:
        sums[start] = 0.0
    return sums


@compiled
def _sharpened(
    found: FloatArray, least: float, sharpness: float, indices: Int32Array, values: FloatArray
) -> int:
    """Take those that are at least ``least``, sharpened; return how many they are."""
    count = 0
    for low in range(0, len(found), _GROUP):
        high, near = min(low + _GROUP, len(found)), False
        for t in range(np.uint64(low), np.uint64(high)):
            near |= found[t] >= least
        if near:
            for t in range(low, high):
                if found[t] >= least:
                    value = found[t] ** sharpness
                    if value > 0.0:
                        indices[count], values[count] = t, value
                        count += 1
    return count
