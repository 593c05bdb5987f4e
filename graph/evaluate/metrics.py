"""How good ranked lists are: what they find, and what else they are like.

``L_u`` is the list of user ``u``, ``L_u(r)`` its title at rank ``r`` (from 1), ``T_u`` the titles that ``u`` likes in
test. Lists are cut at ``k``; where a walk reaches fewer titles they are shorter, and the missing places find nothing.

========  =====================================================================================
recall    ``hits / |T_u|``, ``hits`` the number of ``T_u`` in ``L_u``
ndcg      ``Σ_r [L_u(r) ∈ T_u] / log2(r + 1)`` over ``Σ_{r ≤ min(|T_u|, k)} 1 / log2(r + 1)``
map       ``Σ_r [L_u(r) ∈ T_u] · (hits up to r) / r`` over ``|T_u|``
hit_rate  1 where ``hits > 0``, else 0
========  =====================================================================================

Recall and NDCG are those of LightGCN's protocol. The four come from ranx.

References
----------
He, Deng, Wang, Li, Zhang, Wang, "LightGCN", SIGIR 2020, doi:10.1145/3397271.3401063, arXiv:2002.02126.
Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 20(4), 2002,
doi:10.1145/582415.582418.
Bassani, "ranx", ECIR 2022, doi:10.1007/978-3-030-99739-7_30.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.extras import need
from cinewalk.graph.evaluate import metrics
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.numeric.intrinsics import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int32Array, Int64Array

#: What lists find, one number a list.
ACCURACY: Final = ("recall", "ndcg", "map", "hit_rate")

#: What else lists are like, one number for all of them.
BEYOND: Final = ("coverage", "gini", "popularity", "novelty", "diversity")


_BATCH: Final = 4096


def accuracy(
    lists: Int32Array, users: Int32Array, test: Relation, ks: Sequence[int]
) -> dict[str, FloatArray]:
    """Measure what lists find.

    Parameters
    ----------
    lists
        Titles best first, one row a user, filled up with :data:`NO_TITLE`; as wide as the largest ``k``.
    users
        The user of each row, with at least one like in ``test``.
    test
        The likes to find.
    ks
        Where lists are cut, each at least 1.

    Returns
    -------
    dict
        One number per row by metric and ``k``: ``recall@10``, ``ndcg@10``, ``map@10``, ``hit_rate@10``, …

    Raises
    ------
    MissingPackageError
        Where ranx is not installed.

    Examples
    --------
    >>> from cinewalk.graph.model.relation import Relation
    >>> test = Relation.of(np.array([0, 0]), np.array([3, 5]), (1, 6))
    >>> figures = accuracy(np.array([[4, 3, -1]], np.int32), np.array([0], np.int32), test, [3])
    >>> {name: round(float(values[0]), 3) for name, values in figures.items()}
    {'recall@3': 0.5, 'ndcg@3': 0.387, 'map@3': 0.25, 'hit_rate@3': 1.0}
    """
    need("evaluate", "Evaluating", "ranx")
    from ranx import metrics

    # Not ranx.evaluate: it changes the number of numba's threads for everybody after.
    functions = (metrics.recall, metrics.ndcg, metrics.average_precision, metrics.hit_rate)
    by_name = {f"{name}@{k}": np.zeros(len(users)) for k in ks for name in ACCURACY}
    # Users with about as many likes go together, because ranx takes tables as wide as the longest row.
    order = np.argsort(np.diff(test.indptr)[users], kind="stable")
    for start in range(0, len(order), _BATCH):
        rows = order[start : start + _BATCH]
        relevant, run = _relevant(test, users[rows]), _run(lists[rows])
        for k in ks:
            for name, function in zip(ACCURACY, functions, strict=True):
                by_name[f"{name}@{k}"][rows] = function(relevant, run, k)
    return by_name


def _relevant(test: Relation, users: Int32Array) -> Int64Array:
    """Lay out test likes as ranx takes them: rows of (title, relevance), relevance 0 where a row is filled up."""
    sizes = np.diff(test.indptr)[users]
    table = np.zeros((len(users), int(sizes.max(initial=1)), 2), dtype=np.int64)
    table[:, :, 0] = NO_TITLE
    for row, user in enumerate(users.tolist()):
        table[row, : sizes[row], 0] = test.indices[test.row(user)]
        table[row, : sizes[row], 1] = 1
    return table


def _run(lists: Int32Array) -> Int64Array:
    return np.stack([lists, np.zeros_like(lists)], axis=2).astype(np.int64)


def beyond_accuracy(lists: Int32Array, likes: Relation, ks: Sequence[int]) -> dict[str, float]:
    """Measure what all lists together are like.

    With ``d_j`` the number of train likes of title ``j``, ``n`` the number of users who like something, ``m`` that of
    titles, ``c_j`` the number of lists with ``j`` in ascending order of ``c``, and ``V_j`` the viewers who like ``j``:

    ==========  ==================================================================================
    coverage    the part of all titles that is in some list
    gini        ``Σ_j (2j - m - 1) c_j / (m · Σ_j c_j)``: 0 where every title is in as many lists
    popularity  the mean of ``d_j`` over a list
    novelty     the mean of ``-log2(max(d_j, 1) / n)`` over a list: self-information, in bits
    diversity   the mean of ``1 - |V_i ∩ V_j| / √(d_i d_j)`` over the pairs of a list
    ==========  ==================================================================================

    The last three are averaged over the lists that have a title, or for diversity two.

    Parameters
    ----------
    lists
        As for :func:`accuracy`.
    likes
        The likes in train.
    ks
        Where lists are cut, each at least 1.

    Notes
    -----
    Diversity is by viewers, not by genres, because every graph has viewers. A list's pairs are not visited:
    ``Σ_ij cos(i, j)`` is the squared norm of the sum of its titles' unit vectors. Cost: ``Σ d_j`` a list.

    References
    ----------
    Vargas, Castells, "Rank and relevance in novelty and diversity metrics", RecSys 2011,
    doi:10.1145/2043932.2043955.

    Examples
    --------
    >>> from cinewalk.graph.model.relation import Relation
    >>> likes = Relation.of(np.array([0, 1, 1]), np.array([0, 0, 1]), (2, 4))
    >>> beyond_accuracy(np.array([[0, 1]], np.int32), likes, [2])["coverage@2"]
    0.5
    """
    degrees = np.diff(likes.reverse_indptr)
    viewers = int(np.count_nonzero(np.diff(likes.indptr)))
    information = -np.log2(np.maximum(degrees, 1) / max(viewers, 1))
    by_name: dict[str, float] = {}
    for k in ks:
        cut = lists[:, :k]
        counts = np.bincount(cut[cut != NO_TITLE], minlength=len(degrees))
        figures = (
            np.count_nonzero(counts) / max(len(counts), 1),
            gini(counts),
            _mean_over_lists(cut, degrees),
            _mean_over_lists(cut, information),
            _mean(metrics.diversity(cut, likes.reverse_indptr, likes.reverse_indices, likes.shape[0])),
        )
        by_name |= {f"{name}@{k}": float(value) for name, value in zip(BEYOND, figures, strict=True)}
    return by_name


def gini(counts: AnyArray) -> float:
    """Return the Gini coefficient of numbers of at least 0; 0 where all are equal, or none is above 0.

    >>> gini(np.array([1, 1, 1])), gini(np.array([0, 0, 0, 4]))
    (0.0, 0.75)
    """
    m, total = len(counts), counts.sum()
    if not total > 0:
        return 0.0
    return float(((2 * np.arange(1, m + 1) - m - 1) * np.sort(counts)).sum() / (m * total))


def _mean_over_lists(cut: Int32Array, values: AnyArray) -> float:
    there = cut != NO_TITLE
    sizes = there.sum(axis=1)
    sums = np.where(there, values[cut], 0).sum(axis=1)
    return _mean(sums[sizes > 0] / sizes[sizes > 0])


def _mean(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0


@compiled
def diversity(lists: Int32Array, indptr: Int64Array, indices: Int32Array, users: int) -> FloatArray:
    """Return the mean of ``1 - cos`` over each list's pairs of titles; NaN where it has fewer than two.

    ``indptr`` and ``indices`` are each title's viewers, out of ``users``. Lists end at their first number below 0.
    """
    sums = np.zeros(users)
    touched = np.empty(users, np.int32)
    diversities = np.full(len(lists), np.nan)
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
            diversities[row] = 1.0 - (squares - unit) / (size * (size - 1))
    return diversities
