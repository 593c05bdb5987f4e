"""The inner loops of re-rankers: which titles make up a list, and scores by which they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled
from cinewalk.graph.numeric.topk import keep_best, rank

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array, Int64Array


@compiled
def settled(scores: FloatArray, hidden: BoolArray, chosen: Int32Array) -> FloatArray:
    """Return scores by which ``chosen`` come first, in the order of the scores that they have.

    With ``θ`` the score of the last title that would be in a list of that length: chosen titles that would be in it
    keep their scores. The others are lifted to just under ``θ``, and what is not chosen and would come before them
    goes to just under those. "Just under" is a few of the smallest steps that floating-point numbers take.

    Parameters
    ----------
    scores
        One per title.
    hidden
        For every title, whether it is left out.
    chosen
        Distinct positions of titles with a score above 0 that are not hidden.
    """
    adjusted = scores.copy()
    first, values = rank(scores, hidden, len(chosen))
    if len(chosen) == 0:
        return adjusted
    is_chosen, is_first = np.zeros(len(scores), np.bool_), np.zeros(len(scores), np.bool_)
    is_chosen[chosen] = True
    is_first[first] = True
    level = values[-1]
    lifted, count = np.empty(len(chosen), np.int32), 0
    for title in chosen:
        if not is_first[title]:
            lifted[count] = title
            count += 1
    if count == 0:
        return adjusted
    lifted_scores = scores[lifted[:count]].copy()
    keep_best(lifted, lifted_scores, count, count)
    for title in lifted[:count]:
        level = np.nextafter(level, 0.0)
        adjusted[title] = level
    below, count = np.empty(len(scores), np.int32), 0
    for title in range(len(scores)):
        if scores[title] >= level and not is_chosen[title] and not hidden[title]:
            below[count] = title
            count += 1
    below_scores = scores[below[:count]].copy()
    keep_best(below, below_scores, count, count)
    for title in below[:count]:
        level = np.nextafter(level, 0.0)
        adjusted[title] = level
    return adjusted


@compiled
def _best(values: FloatArray, titles: Int32Array, taken: BoolArray) -> int:
    """Return the place of the largest value that is not taken; of equal ones that of the first title."""
    best = -1
    for place in range(len(values)):
        if taken[place]:
            continue
        if (
            best < 0
            or values[place] > values[best]
            or (values[place] == values[best] and titles[place] < titles[best])
        ):
            best = place
    return best


@compiled
def calibrated(
    titles: Int32Array,
    gains: FloatArray,
    wanted: FloatArray,
    indptr: Int64Array,
    indices: Int32Array,
    weight: float,
    smoothing: float,
    size: int,
) -> Int32Array:
    """Choose ``size`` titles one by one: each the one that adds most to the objective of calibration.

    Parameters
    ----------
    titles, gains
        What to choose from, and what each adds whatever the list holds.
    wanted
        ``p_g`` of every genre.
    indptr, indices
        The genres of every title of the graph.
    weight, smoothing, size
        ``λ``, ``α`` and the length of the list, of which ``titles`` has at least so many.
    """
    taken = np.zeros(len(titles), np.bool_)
    values, chosen = np.empty(len(titles)), np.empty(size, np.int32)
    given = np.zeros(len(wanted))
    for step in range(size):
        for place in range(len(titles)):
            genres = indices[indptr[titles[place]] : indptr[titles[place] + 1]]
            value = gains[place]
            for genre in genres:
                if wanted[genre] > 0.0:
                    floor = smoothing * wanted[genre]
                    before = floor + (1.0 - smoothing) * given[genre]
                    after = before + (1.0 - smoothing) / (len(genres) * size)
                    value += weight * wanted[genre] * np.log(after / before)
            values[place] = value
        best = _best(values, titles, taken)
        taken[best] = True
        chosen[step] = titles[best]
        genres = indices[indptr[titles[best]] : indptr[titles[best] + 1]]
        for genre in genres:
            given[genre] += 1.0 / (len(genres) * size)
    return chosen


@compiled
def diverse(
    titles: Int32Array,
    gains: FloatArray,
    indptr: Int64Array,
    indices: Int32Array,
    viewers: int,
    weight: float,
    size: int,
) -> Int32Array:
    """Choose ``size`` titles one by one: each the one of the largest ``gain - weight · max cosine to those before``.

    Parameters
    ----------
    titles, gains
        What to choose from, and what each adds whatever the list holds.
    indptr, indices, viewers
        The viewers of every title of the graph, and how many viewers there are.
    weight, size
        ``λ`` and the length of the list, of which ``titles`` has at least so many.
    """
    taken = np.zeros(len(titles), np.bool_)
    nearest, values = np.zeros(len(titles)), np.empty(len(titles))
    chosen, likes = np.empty(size, np.int32), np.zeros(viewers, np.bool_)
    for step in range(size):
        for place in range(len(titles)):
            values[place] = gains[place] - weight * nearest[place]
        best = _best(values, titles, taken)
        taken[best] = True
        chosen[step] = titles[best]
        best_viewers = indices[indptr[titles[best]] : indptr[titles[best] + 1]]
        for viewer in best_viewers:
            likes[viewer] = True
        for place in range(len(titles)):
            others = indices[indptr[titles[place]] : indptr[titles[place] + 1]]
            if taken[place] or len(best_viewers) == 0 or len(others) == 0:
                continue
            shared = 0
            for viewer in others:
                shared += likes[viewer]
            cosine = shared / np.sqrt(float(len(best_viewers)) * len(others))
            nearest[place] = max(nearest[place], cosine)
        for viewer in best_viewers:
            likes[viewer] = False
    return chosen
