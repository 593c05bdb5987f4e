"""The inner loops that divide scores over seeds, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, Float32Array, FloatArray, Int32Array, Int64Array


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
    shared = np.empty(len(seeds), np.int32)
    parts = np.empty(len(seeds))
    reached = np.empty(targets, np.int32)
    terms = np.empty(targets)
    for v in range(len(viewers)):
        n_shared, n_reached, total = 0, 0, 0.0
        for e in range(likes.indptr[viewers[v]], likes.indptr[viewers[v] + 1]):
            title = likes.indices[e]
            if places[title] >= 0:
                shared[n_shared] = places[title]
                parts[n_shared] = preferences[places[title]] * likes.values[e] * via[title]
                total += parts[n_shared]
                n_shared += 1
            if slots[title] >= 0:
                reached[n_reached] = slots[title]
                terms[n_reached] = weights[v] * likes.values[e]
                n_reached += 1
        if n_reached == 0:
            continue
        for c in range(n_shared):
            parts[c] /= total
        for r in range(n_reached):
            for c in range(n_shared):
                shares[reached[r], shared[c]] += terms[r] * parts[c]
    return shares


@compiled
def shared_counts(
    nodes: Int32Array, others: Int32Array, indptr: Int64Array, indices: Int32Array
) -> Int64Array:
    """Count, for each pair of ``nodes`` and ``others``, how many entries their rows share; rows ascend."""
    counts = np.zeros(len(nodes), np.int64)
    for pair in range(len(nodes)):
        a, last = indptr[nodes[pair]], indptr[nodes[pair] + 1]
        b, end = indptr[others[pair]], indptr[others[pair] + 1]
        while a < last and b < end:
            if indices[a] == indices[b]:
                counts[pair] += 1
                a += 1
                b += 1
            elif indices[a] < indices[b]:
                a += 1
            else:
                b += 1
    return counts
