"""The inner loop of the diversity of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.kernels import compiled

if TYPE_CHECKING:
    from cinewalk.graph.arrays import FloatArray, Int32Array, Int64Array


@compiled
def diversity(lists: Int32Array, indptr: Int64Array, indices: Int32Array, users: int) -> FloatArray:
    """Return the mean of ``1 - cos`` over each list's pairs of titles; NaN where it has fewer than two.

    ``indptr`` and ``indices`` are each title's viewers, out of ``users``. Lists end at their first number below 0.
    """
    sums = np.zeros(users)
    touched = np.empty(users, np.int32)
    found = np.full(len(lists), np.nan)
    for row in range(len(lists)):
        size, unit, count = 0, 0.0, 0
        for title in lists[row]:
            if title < 0:
                break
            size += 1
            degree = indptr[title + 1] - indptr[title]
            if degree:
                unit += 1.0
                part = 1.0 / np.sqrt(degree)
                for e in range(indptr[title], indptr[title + 1]):
                    viewer = indices[e]
                    if sums[viewer] == 0.0:
                        touched[count] = viewer
                        count += 1
                    sums[viewer] += part
        squares = 0.0
        for c in range(count):
            squares += sums[touched[c]] * sums[touched[c]]
            sums[touched[c]] = 0.0
        if size > 1:
            found[row] = 1.0 - (squares - unit) / (size * (size - 1))
    return found
