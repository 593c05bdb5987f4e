"""The inner loops of fitting a person's weights anew after removals.

A fit without some likes is near the one with them, so it goes on from there; and few of the nearest viewers get a
weight, so only those are kept track of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.counterfactual.kernels import alike, nearest_of, spread_one, sum_left
from cinewalk.graph.numeric.intrinsics import compiled, nested
from cinewalk.graph.walks.neighbours.learned_kernels import descend

if TYPE_CHECKING:
    from cinewalk.graph.counterfactual.kernels import SharedLikes
    from cinewalk.graph.numeric.arrays import CSR, BoolArray, FloatArray, Int32Array, Int64Array

#: Descent ends when no weight moved by more than this, as a part of the largest weight.
_SETTLED = 1e-7

#: Viewers who like the same pull the same way: a little less than a full step settles sooner.
_PART = 0.75

#: Who would get less than this part of the largest weight gets none.
_UNUSED = 1e-8


class Pool(NamedTuple):
    """The viewers among whom a person's weights are fitted; it grows by those who get a weight after a removal.

    The first ``filled[0]`` of ``members`` are places in :class:`SharedLikes`, and ``places`` the way back, -1 for those
    outside. ``gram``, ``weights`` and ``left`` (``r - G w``) are those before any removal. A removed title is a
    little rarer, so by ``more_via`` others' likes of it weigh more, and by ``more_ridge`` the penalty changes.
    ``via`` weighs titles.
    """

    filled: Int64Array
    members: Int32Array
    places: Int32Array
    gram: FloatArray
    weights: FloatArray
    left: FloatArray
    ridge: float
    more_via: FloatArray
    more_ridge: FloatArray
    via: FloatArray


@compiled
def fitted_scores(
    sets: Int32Array, titles: Int32Array, shared: SharedLikes, pool: Pool, likes: CSR, scores: FloatArray
) -> int:
    """Fill ``scores`` with ``Σ_v V_v A_vj`` after each removal; return how many could be before the pool was full."""
    removed = np.zeros(len(shared.steps), np.bool_)
    for r in range(len(sets)):
        gone = sets[r]
        removed[gone] = True
        values = shared.values.copy()
        alike(shared, removed, gone, values)
        chosen = nearest_of(values, shared.size)
        before = pool.filled[0]
        fits = _fit(gone, removed, titles, chosen, shared, pool, likes, scores[r])
        for p in range(before, pool.filled[0]):
            pool.left[p] = shared.sums[pool.members[p]] - pool.gram[p, :before] @ pool.weights[:before]
        removed[gone] = False
        if not fits:
            return r
    return len(sets)


@compiled
def _fit(
    gone: Int32Array,
    removed: BoolArray,
    titles: Int32Array,
    chosen: BoolArray,
    shared: SharedLikes,
    pool: Pool,
    likes: CSR,
    scores: FloatArray,
) -> bool:
    """Fit the weights of the chosen without the likes that are gone, and spread them; False where the pool is full."""
    weights, left, ridge = pool.weights.copy(), pool.left.copy(), pool.ridge
    for g in range(len(gone)):
        ridge += pool.more_ridge[gone[g]]
        pool.via[titles[gone[g]]] += pool.more_via[gone[g]]
        _lose(gone[g], shared, pool, left)
    active = _active(chosen, pool, weights, left)
    joined = 1
    while joined > 0:
        largest = descend(pool.gram, weights, left, ridge, active, pool.filled[0], _PART, _SETTLED)
        scores[:] = 0.0
        for p in range(pool.filled[0]):
            if weights[p] > 0.0:
                # Stored weights are rounded to 32 bits; these too, so that both ways give the same scores.
                spread_one(shared.viewers[pool.members[p]], np.float64(np.float32(weights[p])), likes, scores)
        joined = _join(chosen, removed, _UNUSED * largest * ridge, shared, pool, likes, scores, active, left)
    for g in range(len(gone)):
        _reweigh(gone[g], -pool.more_via[gone[g]], shared, pool)
        pool.via[titles[gone[g]]] -= pool.more_via[gone[g]]
    return joined == 0


@nested
def _active(chosen: BoolArray, pool: Pool, weights: FloatArray, left: FloatArray) -> BoolArray:
    """Tell who of the pool is chosen, and take the weight of who is not."""
    active = np.zeros(len(weights), np.bool_)
    n = pool.filled[0]
    for p in range(n):
        active[p] = chosen[pool.members[p]]
        if weights[p] > 0.0 and not active[p]:
            left[:n] += weights[p] * pool.gram[p, :n]
            weights[p] = 0.0
    return active


@nested
def _join(
    chosen: BoolArray,
    removed: BoolArray,
    least: float,
    shared: SharedLikes,
    pool: Pool,
    likes: CSR,
    scores: FloatArray,
    active: BoolArray,
    left: FloatArray,
) -> int:
    """Let those of the chosen into the pool whose weight would make the fit better; return how many.

    -1 where there is no room. ``scores`` are what the weights of the pool make up together.
    """
    joined = 0
    for v in range(len(chosen)):
        if chosen[v] and pool.places[v] < 0:
            # How fast the fit gets better with some weight on this viewer.
            slope = sum_left(shared, removed, v)
            viewer = shared.viewers[v]
            for e in range(likes.indptr[viewer], likes.indptr[viewer + 1]):
                slope -= likes.values[e] * pool.via[likes.indices[e]] * scores[likes.indices[e]]
            if slope > least:
                if pool.filled[0] == len(pool.members):
                    return -1
                p = add_to_pool(v, shared, pool, likes)
                active[p], left[p] = True, slope
                joined += 1
    return joined


@nested
def add_to_pool(v: int, shared: SharedLikes, pool: Pool, likes: CSR) -> int:
    """Let a viewer into the pool, without a weight; return their place there."""
    p = pool.filled[0]
    weighed_likes = np.zeros(len(pool.via))
    viewer = shared.viewers[v]
    for e in range(likes.indptr[viewer], likes.indptr[viewer + 1]):
        weighed_likes[likes.indices[e]] = likes.values[e] * pool.via[likes.indices[e]]
    pool.members[p], pool.places[v], pool.weights[p] = v, p, 0.0
    pool.filled[0] = p + 1
    for q in range(p + 1):
        other = shared.viewers[pool.members[q]]
        total = 0.0
        for e in range(likes.indptr[other], likes.indptr[other + 1]):
            total += weighed_likes[likes.indices[e]] * likes.values[e]
        pool.gram[p, q] = pool.gram[q, p] = total
    return int(p)


@nested
def _lose(like: int, shared: SharedLikes, pool: Pool, left: FloatArray) -> None:
    """Take a like out of ``r``, and let it weigh more in the Gram matrix."""
    shift = _reweigh(like, pool.more_via[like], shared, pool)
    for f in range(shared.by_like.indptr[like], shared.by_like.indptr[like + 1]):
        p = pool.places[shared.by_like.indices[f]]
        if p >= 0:
            left[p] -= (shared.steps[like] + shift) * shared.by_like.values[f]


@nested
def _reweigh(like: int, change: float, shared: SharedLikes, pool: Pool) -> float:
    """Let a like weigh more in the Gram matrix; return what that adds to ``(G w)_p`` of who likes it once."""
    total = 0.0
    first, last = shared.by_like.indptr[like], shared.by_like.indptr[like + 1]
    for e in range(first, last):
        p = pool.places[shared.by_like.indices[e]]
        if p >= 0:
            step = change * shared.by_like.values[e]
            total += step * pool.weights[p]
            for f in range(first, last):
                q = pool.places[shared.by_like.indices[f]]
                if q >= 0:
                    pool.gram[p, q] += step * shared.by_like.values[f]
    return total
