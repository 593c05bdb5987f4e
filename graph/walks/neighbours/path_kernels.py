"""The inner loops that divide a score over single walks, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled, nested

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, Float32Array, FloatArray, Int32Array


@nested
def order_weight(later: float, span: float, ahead: float) -> float:
    """Return how much it counts that a like came ``later`` ranks after another: see ``sequence_rows``."""
    side = ahead if later > 0.0 else (1.0 if later < 0.0 else 0.5 * (1.0 + ahead))
    return float(side * 2.0 ** (-abs(later) / span))


@compiled
def _value(rows: CSR, row: int, column: int) -> float:
    """Return one value of a row, 0 where there is none."""
    for e in range(rows.indptr[row], rows.indptr[row + 1]):
        if rows.indices[e] == column:
            return float(rows.values[e])
    return 0.0


@compiled
def title_paths(
    seeds: Int32Array,
    weights: FloatArray,
    rows: CSR,
    target: int,
    likes: CSR,
    via: FloatArray,
    ranks: Float32Array,
    span: float,
    ahead: float,
) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Split ``weights_s · rows_st`` over the viewers who like both ``s`` and the target ``t``.

    In proportion to ``likes_vs · likes_vt · via_v``, times :func:`order_weight` where there are ``ranks`` (one
    per like, in the order of ``likes``). Returns the place of the seed, the viewer and the value of each path.
    """
    first, last = likes.indptr[target], likes.indptr[target + 1]
    most = 0
    for s in range(len(seeds)):
        most += min(last - first, likes.indptr[seeds[s] + 1] - likes.indptr[seeds[s]])
    places, viewers, values = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most)
    count = 0
    for s in range(len(seeds)):
        score = weights[s] * _value(rows, seeds[s], target)
        if score <= 0.0:
            continue
        start, total = count, 0.0
        count += _fill_terms(
            seeds[s], target, likes, via, ranks, span, ahead, viewers[start:], values[start:]
        )
        for p in range(start, count):
            total += values[p]
        for p in range(start, count):
            places[p] = s
            values[p] *= score / total
    return places[:count].copy(), viewers[:count].copy(), values[:count].copy()


@nested
def _fill_terms(
    seed: int,
    target: int,
    likes: CSR,
    via: FloatArray,
    ranks: Float32Array,
    span: float,
    ahead: float,
    viewers: Int32Array,
    terms: FloatArray,
) -> int:
    """Fill in who likes both the seed and the target, and each one's part of :func:`title_paths`; return how many."""
    a, end = likes.indptr[seed], likes.indptr[seed + 1]
    b, last = likes.indptr[target], likes.indptr[target + 1]
    count = 0
    while a < end and b < last:
        if likes.indices[a] == likes.indices[b]:
            viewer = likes.indices[a]
            term = likes.values[a] * likes.values[b] * via[viewer]
            if len(ranks) > 0:
                term *= order_weight(np.float64(ranks[b]) - np.float64(ranks[a]), span, ahead)
            viewers[count], terms[count] = viewer, term
            count += 1
            a += 1
            b += 1
        elif likes.indices[a] < likes.indices[b]:
            a += 1
        else:
            b += 1
    return count


@compiled
def viewer_paths(
    seeds: Int32Array,
    preferences: Float32Array,
    viewers: Int32Array,
    weights: FloatArray,
    target: int,
    likes: CSR,
    via: FloatArray,
    titles: int,
) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Split ``weights_v · likes_vt`` over the seeds that ``v`` likes, for every viewer who likes the target ``t``.

    In proportion to ``preferences_s · likes_vs · via_s``. Returns as :func:`title_paths`.
    """
    seed_at = np.full(titles, -1, np.int32)
    for s in range(len(seeds)):
        seed_at[seeds[s]] = s
    most = 0
    for v in range(len(viewers)):
        most += min(len(seeds), likes.indptr[viewers[v] + 1] - likes.indptr[viewers[v]])
    places, passed, values = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most)
    count = 0
    for v in range(len(viewers)):
        start, total, liked = count, 0.0, 0.0
        for e in range(likes.indptr[viewers[v]], likes.indptr[viewers[v] + 1]):
            title = likes.indices[e]
            if title == target:
                liked = likes.values[e]
            place = seed_at[title]
            if place >= 0:
                term = preferences[place] * likes.values[e] * via[title]
                places[count], passed[count], values[count] = place, viewers[v], term
                total += term
                count += 1
        if liked == 0.0:
            count = start
        for p in range(start, count):
            values[p] *= weights[v] * liked / total
    return places[:count].copy(), passed[:count].copy(), values[:count].copy()
