"""Finding the nearest nodes of one start where it leads to many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled
from cinewalk.graph.numeric.kernels import CLOSE, Neighbourhood, neighbours
from cinewalk.graph.numeric.nearest_bounds import exact_sums, shortlist
from cinewalk.graph.numeric.topk import LEAST, at_least, enough, keep_best

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import Float32Array, FloatArray, Int32Array
    from cinewalk.graph.numeric.bitmaps import Bitmaps

#: It is worth looking at every node where so many terms are added up for each.
_WORTH = 0.25

#: So many terms at most are bounded in 16 bits.
_MOST = 16_384

#: Between such numbers nothing is lost or rounded to the same by being small or large.
_SMALL, _LARGE = 1e-200, 1e200


#: Of fewer nodes, to look at all that is reached takes less time than anybody notices.
_FEW = 4096


def nearest_nodes(
    start: int, targets: Int32Array, weights: Float32Array, walk: Neighbourhood, bitmaps: Bitmaps
) -> tuple[Int32Array, FloatArray]:
    """Find what :func:`nearest_of_many` finds, on a small graph without what only pays on large ones.

    So that is not compiled before somebody's first list.
    """
    if len(walk.out) < _FEW:
        return nearest_of_few(start, targets, weights, walk)
    return nearest_of_many(start, targets, weights, walk, bitmaps)


@compiled
def nearest_of_few(
    start: int, targets: Int32Array, weights: Float32Array, walk: Neighbourhood
) -> tuple[Int32Array, FloatArray]:
    """Find what :func:`nearest_of_many` finds."""
    n = len(walk.out)
    indices, values = np.empty(n, np.int32), np.empty(n)
    kept = neighbours(start, targets, weights, walk, np.zeros(n), indices, values)
    return indices[:kept].copy(), values[:kept].copy()


@compiled
def nearest_of_many(
    start: int, targets: Int32Array, weights: Float32Array, walk: Neighbourhood, bitmaps: Bitmaps
) -> tuple[Int32Array, FloatArray]:
    """Find what :func:`cinewalk.graph.numeric.kernels.neighbours` finds: the same nodes, values and order.

    Parameters
    ----------
    start
        The position of the node that is left out, or -1.
    targets, weights
        Where the start's own edges lead, and their weights.
    walk
        The walk.
    bitmaps
        Those of ``walk.backward``, whose edges all weigh 1, or none at all. With them, sums are bounded first, and
        worked out only for those who may be among the nearest.
    """
    n, work = len(walk.out), _work(targets, walk)
    if work < _WORTH * n:
        return nearest_of_few(start, targets, weights, walk)
    indices, values = np.empty(n, np.int32), np.empty(0)
    if bitmaps.bits.size:
        values = _by_bounds(start, targets, weights, walk, bitmaps, work, indices)
    count = len(values)
    if count == 0:
        all_values, values = _values(start, targets, weights, walk), np.empty(n)
        least = enough(all_values, walk.size) * (1.0 - CLOSE / min(walk.sharpness, 1.0))
        count = at_least(all_values, max(least, LEAST), indices, values)
    for c in range(count):
        values[c] **= walk.sharpness
    kept = keep_best(indices, values, count, walk.size)
    while kept and values[kept - 1] == 0.0:  # too small, now that it is sharpened
        kept -= 1
    return indices[:kept].copy(), values[:kept].copy()


@compiled
def _work(targets: Int32Array, walk: Neighbourhood) -> int:
    """Count the terms that are added up."""
    work = 0
    for e in range(len(targets)):
        work += walk.backward.indptr[targets[e] + 1] - walk.backward.indptr[targets[e]]
    return work


@compiled
def _by_bounds(
    start: int,
    targets: Int32Array,
    weights: Float32Array,
    walk: Neighbourhood,
    bitmaps: Bitmaps,
    work: int,
    indices: Int32Array,
) -> FloatArray:
    """Find the values of all that may be among the nearest, as :func:`_values`; of none where bounds do not serve."""
    terms, none = np.empty(len(targets)), np.empty(0)
    for e in range(len(targets)):
        terms[e] = walk.via[targets[e]] * np.float64(weights[e])
        # Sums of a short list are added in the order of the titles.
        fits = terms[e] == 0.0 or _SMALL < terms[e] < _LARGE
        if not fits or (e and targets[e] <= targets[e - 1]):
            return none
    if len(targets) > _MOST or not terms.any():
        return none
    count = shortlist(start, targets, terms, walk, bitmaps, indices)
    again = 0
    for c in range(count):
        again += walk.forward.indptr[indices[c] + 1] - walk.forward.indptr[indices[c]]
    if again > work:
        return none
    values, out = np.empty(count), walk.out[start] if start >= 0 else 1.0
    exact_sums(targets, terms, walk, indices[:count], values)
    for c in range(count):
        values[c] = out * values[c] * walk.into[indices[c]]
        sharp = values[c] ** walk.sharpness
        if min(sharp, values[c]) < _SMALL or max(sharp, values[c]) > _LARGE:
            return none
    return values


@compiled
def _values(start: int, targets: Int32Array, weights: Float32Array, walk: Neighbourhood) -> FloatArray:
    """Return ``out · Σ_m weights_m · backward_mt · via_m · into_t`` of every node ``t``, and 0 for the start."""
    backward, sums, out = walk.backward, np.zeros(len(walk.out)), walk.out[start] if start >= 0 else 1.0
    for e in range(len(targets)):
        middle = targets[e]
        weight, via = np.float64(weights[e]), walk.via[middle]
        first, last = np.uint64(backward.indptr[middle]), np.uint64(backward.indptr[middle + 1])
        if walk.even:
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
