"""The inner loops of trying removals, in the manner of :mod:`cinewalk.graph.numeric.kernels`.

A removal is a row of ``sets``: places among the likes of a profile, distinct.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.numeric.intrinsics import compiled, nested
from cinewalk.graph.numeric.topk import edge_of

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array, Int64Array

#: A score that falls to less than this part of what it was has come to nothing.
_NOTHING = 1e-13


class AgeSums(NamedTuple):
    """What the likes of a profile give to titles, by age.

    Likes that share their time are one class, the newest is class 0; ``classes`` holds that of each like.
    ``sums[c]`` is what all likes of classes below ``c`` give to the titles of ``columns``; ``places`` is the way
    back from titles to columns.
    """

    classes: Int32Array
    half_life: float
    columns: Int32Array
    places: Int32Array
    sums: FloatArray


class SharedLikes(NamedTuple):
    """Everybody who shares a title with a person, ascending, and what they share.

    ``indptr``, ``likes`` and ``terms`` are one row a viewer: which likes of the person, ascending, and what each
    adds to how alike the two are; ``sums`` are their sums, ``values`` those as the walk weighs them. ``by_like``
    lists the viewers (places) of each like and their preferences, ``steps`` how much a preference of 1 adds.
    ``into`` weighs each viewer; sums are raised to ``sharpness``; the best ``size`` count.
    """

    viewers: Int32Array
    indptr: Int64Array
    likes: Int32Array
    terms: FloatArray
    sums: FloatArray
    values: FloatArray
    by_like: CSR
    steps: FloatArray
    into: FloatArray
    sharpness: float
    size: int


@compiled
def reached(seeds: Int32Array, rows: CSR, size: int) -> tuple[Int32Array, Int32Array]:
    """Return the ends that the seeds' rows lead to, and the place of every end among them, or -1."""
    places = np.full(size, -1, np.int32)
    columns = np.empty(size, np.int32)
    count = 0
    for s in range(len(seeds)):
        for e in range(rows.indptr[seeds[s]], rows.indptr[seeds[s] + 1]):
            end = rows.indices[e]
            if places[end] < 0:
                places[end], columns[count] = count, end
                count += 1
    return columns[:count].copy(), places


@compiled
def age_sums(
    seeds: Int32Array, weights: FloatArray, classes: Int32Array, rows: CSR, places: Int32Array, size: int
) -> FloatArray:
    """Return ``sums`` of :class:`AgeSums`."""
    sums = np.zeros((classes.max() + 2, size))
    for s in range(len(seeds)):
        into = sums[classes[s] + 1]
        for e in range(rows.indptr[seeds[s]], rows.indptr[seeds[s] + 1]):
            into[places[rows.indices[e]]] += weights[s] * rows.values[e]
    for c in range(1, len(sums)):
        for j in range(size):
            sums[c, j] += sums[c - 1, j]
    return sums


@compiled
def title_scores(
    sets: Int32Array, seeds: Int32Array, weights: FloatArray, rows: CSR, ages: AgeSums
) -> FloatArray:
    """Return the scores of a walk over titles' rows after each removal.

    A like that is left grows by ``2^(n / half_life)``, with ``n`` the number of removed likes that are newer,
    and half of those of its own time: by so many ranks it is newer than before.
    """
    sums, classes = ages.sums, ages.classes
    after = np.zeros((len(sets), len(ages.places)))
    scores = np.empty(len(ages.columns))
    for r in range(len(sets)):
        order = sets[r][np.argsort(classes[sets[r]])]
        scores[:] = 0.0
        start, s = 0, 0
        while s < len(order):
            age, end = classes[order[s]], s
            while end < len(order) and classes[order[end]] == age:
                end += 1
            newer = 2.0 ** (s / ages.half_life)
            same = 2.0 ** ((s + end) / 2.0 / ages.half_life)
            for j in range(len(scores)):
                scores[j] += newer * (sums[age, j] - sums[start, j]) + same * (
                    sums[age + 1, j] - sums[age, j]
                )
            for m in range(s, end):
                seed = seeds[order[m]]
                for e in range(rows.indptr[seed], rows.indptr[seed + 1]):
                    scores[ages.places[rows.indices[e]]] -= same * weights[order[m]] * rows.values[e]
            start, s = age + 1, end
        older = 2.0 ** (len(order) / ages.half_life)
        last = len(sums) - 1
        for j in range(len(scores)):
            score = scores[j] + older * (sums[last, j] - sums[start, j])
            # What is left of differences of equal numbers is nothing.
            after[r, ages.columns[j]] = score if score > _NOTHING * sums[last, j] else 0.0
    return after


@compiled
def alike(shared: SharedLikes, removed: BoolArray, gone: Int32Array, values: FloatArray) -> None:
    """Work out anew how alike those viewers are who like something that is gone."""
    for g in range(len(gone)):
        for f in range(shared.by_like.indptr[gone[g]], shared.by_like.indptr[gone[g] + 1]):
            v = shared.by_like.indices[f]
            total = sum_left(shared, removed, v)
            values[v] = (total * shared.into[v]) ** shared.sharpness if total > 0.0 else 0.0


@nested
def nearest_of(values: FloatArray, size: int) -> BoolArray:
    """Choose the ``size`` greatest values above 0; equal ones by place."""
    chosen = values > 0.0
    if chosen.sum() <= size:
        return chosen
    limit = edge_of(values, size)
    room = size
    for v in range(len(values)):
        chosen[v] = values[v] > limit
        room -= chosen[v]
    for v in range(len(values)):
        if room and values[v] == limit:
            chosen[v] = True
            room -= 1
    return chosen


@nested
def spread_one(viewer: int, weight: float, likes: CSR, scores: FloatArray) -> None:
    """Add what one viewer gives to the titles that they like."""
    for e in range(likes.indptr[viewer], likes.indptr[viewer + 1]):
        scores[likes.indices[e]] += weight * likes.values[e]


@compiled
def shared_scores(sets: Int32Array, shared: SharedLikes, likes: CSR, titles: int) -> FloatArray:
    """Return ``Σ_v S_v A_vj`` after each removal."""
    after = np.zeros((len(sets), titles))
    removed = np.zeros(len(shared.steps), np.bool_)
    for r in range(len(sets)):
        removed[sets[r]] = True
        values = shared.values.copy()
        alike(shared, removed, sets[r], values)
        chosen = nearest_of(values, shared.size)
        for v in range(len(values)):
            if chosen[v]:
                spread_one(shared.viewers[v], values[v], likes, after[r])
        removed[sets[r]] = False
    return after


@nested
def sum_left(shared: SharedLikes, removed: BoolArray, v: int) -> float:
    """Add up anew and in order, so that viewers who are equally alike stay so to the last bit."""
    total = 0.0
    for e in range(shared.indptr[v], shared.indptr[v + 1]):
        if not removed[shared.likes[e]]:
            total += shared.terms[e]
    return total


@compiled
def shared_with(
    user: int, titles: Int32Array, steps: FloatArray, likes: CSR, users: int
) -> tuple[Int32Array, Int64Array, Int32Array, FloatArray, FloatArray, CSR]:
    """Return the first fields of :class:`SharedLikes`, without ``values``, and ``by_like``; ``likes`` are by title."""
    counts = np.zeros(users, np.int64)
    starts = np.zeros(len(titles) + 1, np.int64)
    for s in range(len(titles)):
        starts[s + 1] = starts[s]
        for e in range(likes.indptr[titles[s]], likes.indptr[titles[s] + 1]):
            if likes.indices[e] != user:
                counts[likes.indices[e]] += 1
                starts[s + 1] += 1
    viewers = np.flatnonzero(counts).astype(np.int32)
    places = np.empty(users, np.int32)
    indptr = np.zeros(len(viewers) + 1, np.int64)
    for v in range(len(viewers)):
        places[viewers[v]] = v
        indptr[v + 1] = indptr[v] + counts[viewers[v]]
    filled, sums = indptr[:-1].copy(), np.zeros(len(viewers))
    shared, terms = np.empty(indptr[-1], np.int32), np.empty(indptr[-1])
    indices, values = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32)
    entry = 0
    for s in range(len(titles)):
        for e in range(likes.indptr[titles[s]], likes.indptr[titles[s] + 1]):
            if likes.indices[e] != user:
                v = places[likes.indices[e]]
                indices[entry], values[entry] = v, likes.values[e]
                shared[filled[v]], terms[filled[v]] = s, steps[s] * likes.values[e]
                sums[v] += terms[filled[v]]
                filled[v] += 1
                entry += 1
    return viewers, indptr, shared, terms, sums, CSR(starts, indices, values)


@compiled
def add_scaled(
    total: FloatArray,
    scores: FloatArray,
    weight: float,
    hidden: BoolArray,
    films: Int32Array,
    ids: Int64Array,
    sets: Int32Array,
) -> None:
    """Add ``weight · scores / ‖scores over unseen titles‖`` for each removal; films that are removed whole are unseen.

    ``films`` is for each like the title that is shown for it, and ``ids`` how many like it have been seen.
    """
    for r in range(len(sets)):
        squares = 0.0
        for j in range(len(hidden)):
            if not hidden[j]:
                squares += scores[r, j] * scores[r, j]
        for m in range(sets.shape[1]):
            title, gone, is_first = films[sets[r, m]], 0, True
            for other in range(sets.shape[1]):
                if films[sets[r, other]] == title:
                    gone += 1
                    is_first &= other >= m
            if hidden[title] and is_first and gone == ids[sets[r, m]]:
                squares += scores[r, title] * scores[r, title]
        if squares > 0.0:
            scale = weight / np.sqrt(squares)
            for j in range(len(hidden)):
                total[r, j] += scale * scores[r, j]


@compiled
def best_but(scores: FloatArray, goal: int, hidden: BoolArray) -> FloatArray:
    """Return the best score of each row among titles that are neither hidden nor the goal."""
    best = np.zeros(len(scores))
    for r in range(len(scores)):
        for j in range(len(hidden)):
            if scores[r, j] > best[r] and j != goal and not hidden[j]:
                best[r] = scores[r, j]
    return best


@compiled
def pair_margins(base: FloatArray, gains: FloatArray, up: bool) -> FloatArray:
    """Return for each pair of rows ``base + gains_i + gains_j``: the least column where ``up``, else the greatest.

    Pairs are in the order of ``(i, j)`` with ``i < j``.
    """
    n = len(gains)
    margins = np.empty(n * (n - 1) // 2)
    pair = 0
    for i in range(n):
        for j in range(i + 1, n):
            best = np.inf if up else -np.inf
            for t in range(len(base)):
                value = base[t] + gains[i, t] + gains[j, t]
                best = min(best, value) if up else max(best, value)
            margins[pair] = best
            pair += 1
    return margins
