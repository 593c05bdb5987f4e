"""Finding the nearest nodes of one start, without summing up exactly what cannot be among them.

Sums are first made in 32 bits, half the memory and so mostly in a processor's cache; those that may be among the best
are then summed up again in 64 bits, in the order of :func:`cinewalk.graph.kernels.neighbours`, and only these decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.kernels import CLOSE, Neighbourhood, compiled, enough, keep_best, neighbours
from cinewalk.graph.prefetch import prefetch

if TYPE_CHECKING:
    from cinewalk.graph.arrays import Float32Array, FloatArray, Int32Array

#: Rough sums are worth it where so many are added up for each node that there is.
_WORTH = 0.25
#: What one 32-bit operation on positive numbers is off by at most, as a part of its result.
_OFF = 2.0**-24
#: Rough sums below this, where the largest term is 1, may have lost terms that were too small for 32 bits.
_LOST = 1e-20
_GROUP = 32
#: How many nodes ahead memory is asked for.
_AHEAD = 2


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
        Where the start's own edges lead, ascending, and their weights.
    walk
        The walk.
    even
        Whether all weights of the walk's edges are 1; they are not looked at then.
    """
    n, reached = len(walk.out), 0
    for e in range(len(targets)):
        reached += walk.backward.indptr[targets[e] + 1] - walk.backward.indptr[targets[e]]
    indices, values = np.empty(n, np.int32), np.empty(n)
    kept = -1
    if reached > _WORTH * n:
        kept = _sifted(start, targets, weights, walk, even, reached, indices, values)
    if kept < 0:
        kept = neighbours(start, targets, weights, walk, np.zeros(n), indices, values)
    return indices[:kept].copy(), values[:kept].copy()


@compiled
def _sifted(
    start: int,
    targets: Int32Array,
    weights: Float32Array,
    walk: Neighbourhood,
    even: bool,
    reached: int,
    indices: Int32Array,
    values: FloatArray,
) -> int:
    """Do as :func:`nearest_nodes`; return -1 where rough values do not tell enough apart."""
    rough = _rough(targets, weights, walk, even)
    if start >= 0:
        rough[start] = 0.0
    least = enough(rough, walk.size)
    if not least >= _LOST:
        return -1
    # Each is a sum of positive terms; both it and the bound are off by their roundings.
    off = 3.0 * (len(targets) + 8) * _OFF + CLOSE / min(walk.sharpness, 1.0)
    count = _at_least(rough, least * (1.0 - off), indices)
    forward, work = walk.forward, 0
    for c in range(count):
        work += forward.indptr[indices[c] + 1] - forward.indptr[indices[c]]
    if work > reached:
        return -1
    _exact(start, targets, weights, walk, even, indices[:count], values)
    kept = keep_best(indices, values, count, walk.size)
    while kept and values[kept - 1] == 0.0:
        kept -= 1
    return kept


@compiled
def _rough(targets: Int32Array, weights: Float32Array, walk: Neighbourhood, even: bool) -> Float32Array:
    """Return for every node ``Σ_m weights_m · backward_mt · via_m · into_t``, divided by its largest factor."""
    backward, largest = walk.backward, 0.0
    sums = np.zeros(len(walk.out), np.float32)
    for e in range(len(targets)):
        largest = max(largest, weights[e] * walk.via[targets[e]])
    for e in range(len(targets)):
        middle = targets[e]
        weight = np.float32(weights[e] * walk.via[middle] / largest)
        first, last = np.uint64(backward.indptr[middle]), np.uint64(backward.indptr[middle + 1])
        if even:
            for f in range(first, last):
                sums[np.uint64(backward.indices[f])] += weight
        else:
            for f in range(first, last):
                sums[np.uint64(backward.indices[f])] += weight * backward.values[f]
    for c in range(len(sums)):
        sums[c] *= np.float32(walk.into[c])
    return sums


@compiled
def _at_least(rough: Float32Array, least: float, indices: Int32Array) -> int:
    """Take the positions of all that reach ``least``."""
    count, bound = 0, np.float32(least)
    for low in range(0, len(rough), _GROUP):
        high, near = min(low + _GROUP, len(rough)), False
        for c in range(np.uint64(low), np.uint64(high)):
            near |= rough[c] >= bound
        if near:
            for c in range(low, high):
                if rough[c] >= bound:
                    indices[count] = c
                    count += 1
    return count


@compiled
def _exact(
    start: int,
    targets: Int32Array,
    weights: Float32Array,
    walk: Neighbourhood,
    even: bool,
    nodes: Int32Array,
    values: FloatArray,
) -> None:
    """Fill the values of some nodes, each summed up in the order of the targets."""
    forward, own, out = walk.forward, np.zeros(len(walk.via)), walk.out[start] if start >= 0 else 1.0
    for e in range(len(targets)):
        own[targets[e]] = walk.via[targets[e]] * weights[e] if even else weights[e]
    for c in range(len(nodes)):
        if c + _AHEAD < len(nodes):
            prefetch(forward.indices, np.uint64(forward.indptr[nodes[c + _AHEAD]]))
        node, total = nodes[c], 0.0
        first, last = np.uint64(forward.indptr[node]), np.uint64(forward.indptr[node + 1])
        if even:
            for f in range(first, last):
                total += own[np.uint64(forward.indices[f])]
        else:
            for f in range(first, last):
                middle = np.uint64(forward.indices[f])
                total += walk.via[middle] * (own[middle] * forward.values[f])
        values[c] = (out * total * walk.into[node]) ** walk.sharpness
