"""Inner loops of removals tried on PageRank. They take one thread: those of a matrix library wait for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import FloatArray, Int64Array

#: How many numbers of a row are added to while they are near.
_NEAR: Final = 512


@compiled
def weighted_sums(weights: FloatArray, rows: FloatArray) -> FloatArray:
    """Return ``weights @ rows``; shapes (sets, places) and (places, columns)."""
    sums = np.zeros((len(weights), rows.shape[1]))
    full = len(rows) - len(rows) % 4
    for start in range(0, rows.shape[1], _NEAR):
        near = slice(start, start + _NEAR)
        for p in range(0, full, 4):
            first, second = rows[p, near], rows[p + 1, near]
            third, fourth = rows[p + 2, near], rows[p + 3, near]
            for s in range(len(weights)):
                into = sums[s, near]
                a, b, c, d = weights[s, p], weights[s, p + 1], weights[s, p + 2], weights[s, p + 3]
                for t in range(len(into)):
                    into[t] += (a * first[t] + b * second[t]) + (c * third[t] + d * fourth[t])
        for p in range(full, len(rows)):
            for s in range(len(weights)):
                sums[s, near] += weights[s, p] * rows[p, near]
    return sums


@compiled
def weighted_entries(weights: FloatArray, rows: FloatArray, columns: Int64Array) -> FloatArray:
    """Return some columns of ``weights @ rows``, for each set its own; shape of ``columns``: (sets, how many)."""
    sums = np.zeros(columns.shape)
    for s in range(len(weights)):
        for p in range(len(rows)):
            for c in range(columns.shape[1]):
                sums[s, c] += weights[s, p] * rows[p, columns[s, c]]
    return sums
