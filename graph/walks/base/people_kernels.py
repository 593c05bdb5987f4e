"""The inner loops over many people at once, in the manner of :mod:`cinewalk.graph.numeric.kernels`.

Sums are those of one person's walk, in the same order: what comes out is the same to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric import topk
from cinewalk.graph.numeric.intrinsics import compiled
from cinewalk.graph.numeric.kernels import add_rows, add_scaled, norm
from cinewalk.graph.numeric.time_ranks import recency

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, AnyArray, BoolArray, FloatArray, Int32Array, Int64Array


class Starts(NamedTuple):
    """What kernels know of people: what they like and when, without values where all are 1, and what is not shown.

    ``seen`` are ``indptr`` and ``indices`` of every relationship whose titles are not shown. ``same`` are the titles
    that are shown under another id, and ``shown`` has that of every title, empty where no two are one film. ``limits``
    are the highest maturities that users may be shown, below 0 where there is none, and empty where nobody has one;
    ``maturity`` is that of titles, below 0 where it is not known.
    """

    likes: CSR
    times: Int64Array
    half_life: float
    seen: tuple[tuple[Int64Array, Int32Array], ...]
    same: Int32Array
    shown: Int32Array
    limits: AnyArray
    maturity: AnyArray


class RankedLists(NamedTuple):
    """The best titles of some people, best first: row ``p`` holds ``counts[p]`` of them, and their scores."""

    titles: Int32Array
    scores: FloatArray
    counts: Int32Array


@compiled
def weights_of(people: Starts, user: int) -> FloatArray:
    """Return ``x_u(i)`` of the likes of a user: preference × recency."""
    row = slice(people.likes.indptr[user], people.likes.indptr[user + 1])
    values = people.likes.values
    weights = values[row].astype(np.float64) if len(values) else np.ones(row.stop - row.start)
    if people.half_life < np.inf:
        weights *= recency(people.times[row], people.half_life)
    return weights


@compiled
def fill_hidden(users: Int32Array, people: Starts, hidden: BoolArray) -> None:
    """Set, for each of some users, what they have seen or must not be shown; ``hidden`` begins as all false."""
    for p in range(len(users)):
        user = users[p]
        for indptr, titles in people.seen:
            for e in range(indptr[user], indptr[user + 1]):
                hidden[p, titles[e]] = True
                if len(people.shown):
                    hidden[p, people.shown[titles[e]]] = True
        for s in range(len(people.same)):
            hidden[p, people.same[s]] = True
        if len(people.limits) and people.limits[user] >= 0:
            for j in range(len(people.maturity)):
                hidden[p, j] |= people.maturity[j] < 0 or people.maturity[j] > people.limits[user]


@compiled
def walk_titles(users: Int32Array, people: Starts, rows: CSR, scores: FloatArray) -> None:
    """Add ``Σ_i x_u(i) rows_ij`` to the scores of each of some users."""
    for p in range(len(users)):
        row = slice(people.likes.indptr[users[p]], people.likes.indptr[users[p] + 1])
        weights = weights_of(people, users[p])
        add_rows(people.likes.indices[row], weights, rows.indptr, rows.indices, rows.values, scores[p])


@compiled
def walk_viewers(users: Int32Array, viewers: CSR, likes: CSR, into: FloatArray, scores: FloatArray) -> None:
    """Add ``into_j · Σ_v viewers_uv · likes_vj`` to the scores of each of some users; they begin as zeros."""
    for p in range(len(users)):
        row = slice(viewers.indptr[users[p]], viewers.indptr[users[p] + 1])
        weights = viewers.values[row].astype(np.float64)
        add_rows(viewers.indices[row], weights, likes.indptr, likes.indices, likes.values, scores[p])
        for j in range(len(into)):
            scores[p, j] *= into[j]


@compiled
def add_part(
    scores: FloatArray, hidden: BoolArray, weight: float, total: FloatArray, scales: FloatArray
) -> None:
    """Add ``weight · scores / ‖scores that are not hidden‖`` to a total, person by person, and keep that factor."""
    for p in range(len(scores)):
        length = norm(scores[p], hidden[p])
        scales[p] = weight / length if length > 0 else 0.0
        add_scaled(scores[p], scales[p], total[p])


@compiled
def rank_rows(
    scores: FloatArray, hidden: BoolArray, left_out: BoolArray, size: int, lists: RankedLists
) -> None:
    """Rank what is neither hidden from a person nor left out; ``left_out`` is empty where nothing is."""
    for p in range(len(scores)):
        never = hidden[p] | left_out if len(left_out) else hidden[p]
        titles, values = topk.rank(scores[p], never, size)
        lists.titles[p, : len(titles)] = titles
        lists.scores[p, : len(titles)] = values
        lists.counts[p] = len(titles)
