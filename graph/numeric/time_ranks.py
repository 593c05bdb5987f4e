"""Ranks by time, and how recent something is by them: inner loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled
from cinewalk.graph.numeric.topk import order_of

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import Float32Array, FloatArray, Int64Array


@compiled
def mean_ranks(times: Int64Array) -> FloatArray:
    """Return the rank of each time, oldest first; equal times share their mean rank."""
    ranks = np.empty(len(times))
    order = order_of(times)
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and times[order[end]] == times[order[start]]:
            end += 1
        for i in range(start, end):
            ranks[order[i]] = (start + end - 1) / 2.0
        start = end
    return ranks


@compiled
def recency(times: Int64Array, half_life: float) -> FloatArray:
    """Return ``2^(-r / half_life)``: ``r`` ranks by time, newest first; equal times share their mean rank."""
    newest = len(times) - 1
    return 2.0 ** (-(newest - mean_ranks(times)) / half_life)


@compiled
def ranks_by_time(indptr: Int64Array, times: Int64Array) -> Float32Array:
    """Return :func:`mean_ranks` of the entries of every row."""
    ranks = np.empty(len(times), np.float32)
    for row in range(len(indptr) - 1):
        first = indptr[row]
        of_row = mean_ranks(times[first : indptr[row + 1]])
        for i in range(len(of_row)):
            ranks[first + i] = of_row[i]
    return ranks
