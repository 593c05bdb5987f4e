"""The inner loops that divide scores over seeds, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled
from cinewalk.graph.walks.base.people_kernels import weights_of

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, Float32Array, FloatArray, Int32Array
    from cinewalk.graph.walks.base.people_kernels import RankedLists, Starts
    from cinewalk.graph.walks.base.shares import ListShares


@compiled
def seed_contributions(
    seeds: Int32Array, weights: FloatArray, rows: CSR, slots: Int32Array, targets: int
) -> FloatArray:
    """Return ``weights_s · rows_st`` by target ``t`` and seed ``s``; ``slots`` maps ends to targets or -1."""
    shares = np.zeros((targets, len(seeds)))
    for s in range(len(seeds)):
        for e in range(rows.indptr[seeds[s]], rows.indptr[seeds[s] + 1]):
            slot = slots[rows.indices[e]]
            if slot >= 0:
                shares[slot, s] += weights[s] * rows.values[e]
    return shares


@compiled
def viewer_contributions(
    seeds: Int32Array,
    preferences: Float32Array,
    viewers: Int32Array,
    weights: FloatArray,
    likes: CSR,
    via: FloatArray,
    slots: Int32Array,
    targets: int,
) -> FloatArray:
    """Split ``Σ_v weights_v · likes_vt`` over the seeds, for each target ``t``.

    Each viewer's term is divided over the seeds ``s`` that both like, in proportion to
    ``preferences_s · likes_vs · via_s``: what each adds to the sum that made the viewer a neighbour.
    """
    shares = np.zeros((targets, len(seeds)))
    places = np.full(len(slots), -1, np.int32)
    for s in range(len(seeds)):
        places[seeds[s]] = s
    shared, parts = np.empty(len(seeds), np.int32), np.empty(len(seeds))
    reached, terms = np.empty(targets, np.int32), np.empty(targets)
    for v in range(len(viewers)):
        n_shared, n_reached, total = np.uint64(0), np.uint64(0), 0.0  # unsigned: no index is negative
        for e in range(np.uint64(likes.indptr[viewers[v]]), np.uint64(likes.indptr[viewers[v] + 1])):
            title = np.uint64(likes.indices[e])
            place, slot = places[title], slots[title]
            if place >= 0:
                shared[n_shared] = place
                parts[n_shared] = preferences[place] * likes.values[e] * via[title]
                total += parts[n_shared]
                n_shared += np.uint64(1)
            if slot >= 0:
                reached[n_reached] = slot
                terms[n_reached] = weights[v] * likes.values[e]
                n_reached += np.uint64(1)
        if n_reached == 0:
            continue
        for c in range(n_shared):
            parts[c] /= total
        for r in range(n_reached):
            row, term = np.uint64(reached[r]), terms[r]
            for c in range(n_shared):
                shares[row, np.uint64(shared[c])] += term * parts[c]
    return shares


@compiled
def seed_shares(users: Int32Array, people: Starts, rows: CSR, lists: RankedLists, shares: ListShares) -> None:
    """Fill :func:`seed_contributions` of the lists of several people."""
    slots = np.full(len(rows.indptr) - 1, -1, np.int32)
    for p in range(len(users)):
        count = lists.counts[p]
        for t in range(count):
            slots[lists.titles[p, t]] = t
        likes = slice(people.likes.indptr[users[p]], people.likes.indptr[users[p] + 1])
        weights = weights_of(people, users[p])
        given = seed_contributions(people.likes.indices[likes], weights, rows, slots, count)
        shares.values[shares.starts[p] : shares.starts[p + 1]] = given.ravel()
        for t in range(count):
            slots[lists.titles[p, t]] = -1


@compiled
def viewer_shares(
    users: Int32Array,
    rows: CSR,
    likes: CSR,
    via: FloatArray,
    into: FloatArray,
    lists: RankedLists,
    shares: ListShares,
) -> None:
    """Fill :func:`viewer_contributions` of the lists of several people, each title times ``into``."""
    slots = np.full(len(into), -1, np.int32)
    for p in range(len(users)):
        count = lists.counts[p]
        for t in range(count):
            slots[lists.titles[p, t]] = t
        seeds = slice(likes.indptr[users[p]], likes.indptr[users[p] + 1])
        row = slice(rows.indptr[users[p]], rows.indptr[users[p] + 1])
        weights = rows.values[row].astype(np.float64)
        given = viewer_contributions(
            likes.indices[seeds], likes.values[seeds], rows.indices[row], weights, likes, via, slots, count
        )
        for t in range(count):
            given[t] *= into[lists.titles[p, t]]
            slots[lists.titles[p, t]] = -1
        shares.values[shares.starts[p] : shares.starts[p + 1]] = given.ravel()
