"""Choosing the best of many: inner loops in the manner of :mod:`cinewalk.graph.numeric.kernels`.

Equal values are ordered by position, which is the order of the ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array

#: The least number above 0.
LEAST = 5e-324

#: How many values are looked at together; in most such groups none is wanted.
GROUP = 32

#: Values are dealt out to so many lanes for each that is kept; the best of each lane bound the best of all from below.
_LANES = 4


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
def at_least(candidates: FloatArray, least: float, indices: Int32Array, values: FloatArray) -> int:
    """Take the positions and values of all that are at least ``least``; return how many there are."""
    count = 0
    for low in range(0, len(candidates), GROUP):
        high, near = min(low + GROUP, len(candidates)), False
        for j in range(np.uint64(low), np.uint64(high)):
            near |= candidates[j] >= least
        if near:
            for j in range(low, high):
                if candidates[j] >= least:
                    indices[count], values[count] = j, candidates[j]
                    count += 1
    return count
