"""Counting what rows share, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import Int32Array, Int64Array


@compiled
def shared_counts(
    nodes: Int32Array, others: Int32Array, indptr: Int64Array, indices: Int32Array
) -> Int64Array:
    """Count, for each pair of ``nodes`` and ``others``, how many entries their rows share; rows ascend."""
    counts = np.zeros(len(nodes), np.int64)
    for pair in range(len(nodes)):
        a, last = indptr[nodes[pair]], indptr[nodes[pair] + 1]
        b, end = indptr[others[pair]], indptr[others[pair] + 1]
        while a < last and b < end:
            if indices[a] == indices[b]:
                counts[pair] += 1
                a += 1
                b += 1
            elif indices[a] < indices[b]:
                a += 1
            else:
                b += 1
    return counts
