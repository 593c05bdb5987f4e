"""The inner loops of the learned walks, in the manner of :mod:`cinewalk.graph.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.kernels import Neighbourhood, compiled, empty_rows, neighbours, store_row, trimmed

if TYPE_CHECKING:
    from cinewalk.graph.arrays import Float32Array, FloatArray, Int32Array
    from cinewalk.graph.rows import Rows

#: Coordinate descent ends when no weight moved by more than this, as a part of the largest weight; what is
#: smaller than that is 0.
_SETTLED = 1e-9
_MOST_SWEEPS = 1000


@compiled
def _gram(
    chosen: Int32Array,
    rows: Rows,
    via: FloatArray,
    heads: Int32Array,
    gram: FloatArray,
) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Fill ``gram_st = Σ_m rows_sm rows_tm via_m`` over the chosen rows.

    Middle nodes are gone through one at a time, with the chosen rows that meet there as a linked list. Returns
    the lists: ``heads[m]`` (the caller's, -1 where nothing meets) and for each entry the next one, its row's
    place among the chosen, and its value.
    """
    size = 0
    for s in range(len(chosen)):
        size += rows.indptr[chosen[s] + 1] - rows.indptr[chosen[s]]
    following = np.empty(size, np.int32)
    places = np.empty(size, np.int32)
    values = np.empty(size)
    gram[: len(chosen), : len(chosen)] = 0.0
    entry = 0
    for s in range(len(chosen)):
        for e in range(rows.indptr[chosen[s]], rows.indptr[chosen[s] + 1]):
            middle = rows.indices[e]
            value = rows.values[e] * via[middle]
            gram[s, s] += value * rows.values[e]
            other = heads[middle]
            while other >= 0:
                # Rows come in order, so the others that meet here are earlier ones: the lower half.
                gram[s, places[other]] += value * values[other]
                other = following[other]
            following[entry] = heads[middle]
            places[entry] = s
            values[entry] = rows.values[e]
            heads[middle] = entry
            entry += 1
    for s in range(len(chosen)):
        for t in range(s):
            gram[t, s] = gram[s, t]
    return following, places, values


@compiled
def non_negative_ridge(gram: FloatArray, right: FloatArray, ridge: float) -> FloatArray:
    """Return ``argmin_w≥0 ½ wᵀ(G + ridge·I)w - rᵀw`` by cyclic coordinate descent."""
    n = len(right)
    weights = np.zeros(n)
    left = right.copy()  # r - G w
    largest = 0.0
    for _ in range(_MOST_SWEEPS):
        moved, largest = 0.0, 0.0
        for i in range(n):
            old = weights[i]
            new = max(0.0, (left[i] + gram[i, i] * old) / (gram[i, i] + ridge))
            if new != old:
                step = new - old
                weights[i] = new
                for j in range(n):
                    left[j] -= step * gram[i, j]
                moved = max(moved, abs(step))
            largest = max(largest, new)
        if moved <= _SETTLED * largest:
            break
    for i in range(n):
        if weights[i] <= _SETTLED * largest:
            weights[i] = 0.0
    return weights


@compiled
def fit_row(
    start: int,
    targets: Int32Array,
    weights: Float32Array,
    walk: Neighbourhood,
    ridge: float,
    sums: FloatArray,
    indices: Int32Array,
    values: FloatArray,
    heads: Int32Array,
    gram: FloatArray,
) -> int:
    """Fit the weights with which a start's nearest nodes together make up its own edges.

    The nearest are those of :func:`cinewalk.graph.kernels.neighbours`, which also explains the first
    arguments. ``heads`` must be all -1 and is left so. Returns how many weights are above 0; they and their
    nodes are in ``values`` and ``indices``, in the order of the nodes.
    """
    kept = neighbours(start, targets, weights, walk, sums, indices, values)
    chosen = np.sort(indices[:kept])
    following, places, entries = _gram(chosen, walk.forward, walk.via, heads, gram)
    right = np.zeros(kept)
    for e in range(len(targets)):
        middle = targets[e]
        other = heads[middle]
        while other >= 0:
            right[places[other]] += weights[e] * walk.via[middle] * entries[other]
            other = following[other]
    for s in range(kept):
        for e in range(walk.forward.indptr[chosen[s]], walk.forward.indptr[chosen[s] + 1]):
            heads[walk.forward.indices[e]] = -1
    found = non_negative_ridge(gram[:kept, :kept], right, ridge)
    count = 0
    for s in range(kept):
        if found[s] > 0.0:
            indices[count] = chosen[s]
            values[count] = found[s]
            count += 1
    return count


@compiled
def fit_rows(starts: Int32Array, walk: Neighbourhood, ridge: float) -> Rows:
    """Fit the weights of each of ``starts``; see :func:`fit_row`."""
    n = len(walk.out)
    sums = np.zeros(n)
    indices = np.empty(n, np.int32)
    values = np.empty(n)
    heads = np.full(len(walk.via), -1, np.int32)
    size = min(walk.size, max(n - 1, 0))
    gram = np.empty((size, size))
    built = empty_rows(len(starts), walk.size, n)
    for s in range(len(starts)):
        own = slice(walk.forward.indptr[starts[s]], walk.forward.indptr[starts[s] + 1])
        count = fit_row(
            int(starts[s]),
            walk.forward.indices[own],
            walk.forward.values[own],
            walk,
            ridge,
            sums,
            indices,
            values,
            heads,
            gram,
        )
        store_row(built, s, indices, values, count, 0.0)
    return trimmed(built)
