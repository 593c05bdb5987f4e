"""The inner loops of ranking for everybody at once, in the manner of :mod:`cinewalk.graph.numeric.kernels`.

Sums are those of :func:`cinewalk.graph.numeric.kernels.spread`, in the same order, and lists those of
:func:`cinewalk.graph.numeric.topk.rank`; only less is looked at to find the best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled, nested
from cinewalk.graph.numeric.kernels import add_rows
from cinewalk.graph.numeric.topk import LEAST, edge_of, keep_best
from cinewalk.graph.walks.base.people_kernels import weights_of

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import AnyArray, Float32Array, FloatArray, Int32Array, Int64Array
    from cinewalk.graph.walks.base.people_kernels import RankedLists, Starts

#: Scores are dealt out to so many lanes, one after the other; the best of each bound the best of all from below.
_LANES = 128
#: Only those of the most frequent titles: nearly all that is in a list is among them.
_BOUNDING = 4096
_GROUP = 32


class Ranked(NamedTuple):
    """The rows of a walk with titles by rank, those in the most rows first: what is added to lies close together.

    ``names`` are the positions of the ranks, ``rank`` the way back.
    """

    indptr: Int64Array
    ranks: AnyArray
    values: Float32Array
    names: Int32Array
    rank: Int32Array


@compiled
def fill_lists(
    users: Int32Array, people: Starts, walk: Ranked, dropped: Int32Array, lists: RankedLists
) -> None:
    """Fill the lists of some users: the best of ``score_j = Σ_i x_u(i) rows_ij``, but for titles that are dropped."""
    n, size, likes = len(walk.names), lists.titles.shape[1], people.likes
    # As many as fill all lanes and groups; what is beyond the titles stays 0.
    scores = np.zeros(-(-n // _LANES) * _LANES)
    indices, values = np.empty(n, np.int32), np.empty(n)
    for p in range(len(users)):
        user = users[p]
        row = slice(likes.indptr[user], likes.indptr[user + 1])
        weights = weights_of(people, user)
        add_rows(likes.indices[row], weights, walk.indptr, walk.ranks, walk.values, scores)
        _hide(user, people, walk, dropped, scores)
        count = _take(scores, _enough(scores, size), walk.names, indices, values)
        kept = keep_best(indices, values, count, size)
        lists.titles[p, :kept] = indices[:kept]
        lists.scores[p, :kept] = values[:kept]
        lists.counts[p] = kept


@nested
def _hide(user: int, people: Starts, walk: Ranked, dropped: Int32Array, scores: FloatArray) -> None:
    """Set the scores of what is not shown to zero."""
    for indptr, titles in people.seen:
        for e in range(indptr[user], indptr[user + 1]):
            scores[walk.rank[titles[e]]] = 0.0
            if len(people.shown):
                scores[walk.rank[people.shown[titles[e]]]] = 0.0
    for s in range(len(people.same)):
        scores[walk.rank[people.same[s]]] = 0.0
    for d in range(len(dropped)):
        scores[walk.rank[dropped[d]]] = 0.0
    if len(people.limits) and people.limits[user] >= 0:
        for j in range(len(people.maturity)):
            if people.maturity[j] < 0 or people.maturity[j] > people.limits[user]:
                scores[walk.rank[j]] = 0.0


@nested
def _enough(scores: FloatArray, size: int) -> float:
    """Return a score that at least ``size`` of all reach, as high as is quickly found; the least where few do."""
    if size > _LANES:
        return LEAST
    best = np.zeros(_LANES)
    for start in range(np.uint64(0), np.uint64(min(len(scores), _BOUNDING)), np.uint64(_LANES)):
        for lane in range(np.uint64(_LANES)):
            score = scores[start + lane]
            best[lane] = score if score > best[lane] else best[lane]
    return max(edge_of(best, size), LEAST)


@compiled
def _take(
    scores: FloatArray, enough: float, names: Int32Array, indices: Int32Array, values: FloatArray
) -> int:
    """Take the scores that are enough, under the positions of their titles, and set all back to zero."""
    count = 0
    for low in range(0, len(scores), _GROUP):
        near = False
        for c in range(np.uint64(low), np.uint64(low + _GROUP)):
            near |= scores[c] >= enough
        if near:
            for c in range(low, low + _GROUP):
                if scores[c] >= enough:
                    indices[count], values[count] = names[c], scores[c]
                    count += 1
        scores[low : low + _GROUP] = 0.0
    return count


@compiled
def counted(indices: Int32Array, size: int) -> Int64Array:
    """Count how often each position occurs; numpy's way would first copy all of them as 64-bit numbers."""
    counts = np.zeros(size, np.int64)
    for e in range(len(indices)):
        counts[indices[e]] += 1
    return counts


@compiled
def translate(indices: Int32Array, rank: Int32Array, ranks: Any) -> None:
    """Fill ``ranks`` with those of the positions."""
    for e in range(len(indices)):
        ranks[e] = rank[indices[e]]
