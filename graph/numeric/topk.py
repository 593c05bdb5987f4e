"""Choosing the best of many, and sorting: inner loops in the manner of :mod:`cinewalk.graph.numeric.kernels`.

Equal values are ordered by position, which is the order of the ids. Numba's own partition and sorts are not called:
each takes 1 to 6 s to be compiled, more than anything else here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import ZERO, compiled, nested

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import AnyArray, BoolArray, FloatArray, Int32Array

#: The least number above 0.
LEAST = 5e-324

#: How many values are looked at together; in most such groups none is wanted.
GROUP = 32

#: Values are dealt out to so many lanes for each that is kept; the best of each lane bound the best of all from below.
_LANES = 4


@compiled
def _before(value: float, index: int, other_value: float, other_index: int) -> bool:
    return value > other_value or (value == other_value and index < other_index)


@nested
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
            _sift_down(indices, values, ZERO, kept)
    for end in range(kept - 1, 0, -1):
        values[0], values[end] = values[end], values[0]
        indices[0], indices[end] = indices[end], indices[0]
        _sift_down(indices, values, ZERO, end)
    return kept


@compiled
def rank(scores: FloatArray, hidden: BoolArray, size: int) -> tuple[Int32Array, FloatArray]:
    """Return the best ``size`` positions with a score above 0 that are not hidden, and their scores."""
    indices = np.empty(len(scores), np.int32)
    values = np.empty(len(scores))
    shown = np.empty(len(scores))
    for j in range(len(scores)):
        shown[j] = 0.0 if hidden[j] else scores[j]
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
    return edge_of(best, size)


@nested
def lanes_for(size: int, count: int) -> int:
    """Return among how many lanes so many values are dealt out; 0 where there are few."""
    lanes = _LANES * max(size, 0)
    return lanes if count >= 2 * lanes else 0


@compiled
def edge_of(values: FloatArray, size: int) -> float:
    """Return the highest of some values, none below 0, that at least ``size`` of them reach."""
    # Numbers from 0 on are in the order of their bits. Halving what is left between two bounds takes few looks at all
    # of them, and those without a branch: a tenth of the time of a partition.
    bits = values.view(np.int64)
    low, high = bits[0], bits[0]
    for c in range(len(bits)):
        low, high = min(low, bits[c]), max(high, bits[c])
    high += 1
    while high - low > 1:
        middle = low + (high - low) // 2
        reached = 0
        for c in range(len(bits)):
            reached += bits[c] >= middle
        if reached >= size:
            low = middle
        else:
            high = middle
        if reached == size:
            break
    edge = np.inf
    for c in range(len(bits)):
        edge = min(edge, values[c] if bits[c] >= low else np.inf)
    return edge


@compiled
def sort(numbers: AnyArray) -> None:
    """Sort numbers in place, the smallest first. Cost: O(n · log n)."""
    for root in range(len(numbers) // 2 - 1, -1, -1):
        _sink(numbers, root, len(numbers))
    for end in range(len(numbers) - 1, 0, -1):
        numbers[0], numbers[end] = numbers[end], numbers[0]
        _sink(numbers, ZERO, end)


@nested
def _sink(numbers: AnyArray, root: int, size: int) -> None:
    """Restore a heap whose root is its greatest entry."""
    number = numbers[root]
    child = 2 * root + 1
    while child < size:
        if child + 1 < size and numbers[child + 1] > numbers[child]:
            child += 1
        if numbers[child] <= number:
            break
        numbers[root] = numbers[child]
        root, child = child, 2 * child + 1
    numbers[root] = number


@compiled
def order_of(keys: AnyArray) -> Int32Array:
    """Return the positions of keys in ascending order; equal keys come in any order. Cost: O(n · log n)."""
    order = np.empty(len(keys), np.int32)
    for place in range(len(keys)):
        order[place] = place
    for root in range(len(keys) // 2 - 1, -1, -1):
        _sink_by(keys, order, root, len(keys))
    for end in range(len(keys) - 1, 0, -1):
        order[0], order[end] = order[end], order[0]
        _sink_by(keys, order, ZERO, end)
    return order


@nested
def _sink_by(keys: AnyArray, order: Int32Array, root: int, size: int) -> None:
    """Restore a heap of positions whose root has the greatest key."""
    place = order[root]
    child = 2 * root + 1
    while child < size:
        if child + 1 < size and keys[order[child + 1]] > keys[order[child]]:
            child += 1
        if keys[order[child]] <= keys[place]:
            break
        order[root] = order[child]
        root, child = child, 2 * child + 1
    order[root] = place


@nested
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
