"""Removals tried on PageRank: the inverse of its system is known on the rows that a removal can change.

Let ``M = I - d · P``, with the damping ``d`` and the steps ``P`` of :mod:`cinewalk.graph.walks.pagerank.pagerank`, and
``G = M⁻¹``: ``G_ij`` are the expected visits of ``j`` on a walk from ``i``. From seeds that weigh ``s``, ``Σ s = 1``, a
title's rank is ``π = (1 - d) / (1 - d · Σ_isolated s) · s G``.

A user ``u`` without the likes ``S`` has other seeds ``s'``, and the steps from ``u`` and from each ``i`` in ``S`` are
others. Let ``a_i`` be what the edge between ``u`` and ``i`` weighs, ``w`` the sums of rows before, and ``w'`` after.
With ``R = {u} ∪ S`` and unit vectors ``e``, ``M' = M + Σ_{r in R} e_r D_r`` where, as ``d · P_r G = G_r - e_r``,

    ``D_u G = (-Σ_S a_i · (G_u - e_u) + d · Σ_S a_i G_i) / w'_u``,
    ``D_i G = (-a_i · (G_i - e_i) + d · a_i G_u) / w'_i``, and ``G_i - e_i`` where no edge of ``i`` is left.

So with ``Q`` for the numbers before the rows of ``G``, and its diagonal ``α``, ``D G = Q G_R - α I_R``, and the
identity of Woodbury gives all ranks from the rows of ``u`` and of their likes, which are solved for once:

    ``s' M'⁻¹ = s' G - c · (Q G_R - α I_R)``,    ``c · (I + Q G_RR - α) = (s' G)_R``.

References
----------
Hager, "Updating the Inverse of a Matrix", SIAM Review 31(2), 1989, doi:10.1137/1031049.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.graph.counterfactual import rank_kernels
from cinewalk.graph.counterfactual.attempts import Attempts
from cinewalk.graph.model import schema
from cinewalk.graph.numeric import time_ranks

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array
    from cinewalk.graph.walks.pagerank.pagerank import PageRank

#: A row of the network whose sum falls below this part of what it was has no edges any more, but for rounding.
_NOTHING: Final = 1e-12

#: Up to so many likes times titles, rows are kept: half a gigabyte.
ROOM: Final = 2**26


class _Changes(NamedTuple):
    """What removals change: ``R`` as places among the rows of ``G``, ``Q`` and ``α``, a row each."""

    rows: Int64Array
    factors: FloatArray
    diagonal: FloatArray


class RankAttempts(Attempts):
    """For PageRank.

    Parameters
    ----------
    walk
        The walk.
    profile
        The profile of a user of its graph, with at least one like.
    times
        The time of each like.
    half_life
        As in :func:`cinewalk.graph.model.profile.profile_of`.

    Notes
    -----
    What is kept: a number for each like and title. Cost of a removal: as many multiplications.
    """

    def __init__(self, walk: PageRank, profile: Profile, times: Int64Array, half_life: float) -> None:
        assert profile.user is not None
        network, self._damping, self._titles = walk.network, walk.damping, profile.titles
        titles = network.number(schema.TITLE_NODE.label, np.arange(len(profile.hidden), dtype=np.int32))
        user = network.number(schema.USER.label, np.array([profile.user], np.int32))
        nodes = np.concatenate([user, titles[profile.titles]])
        visits = walk.visits(nodes, np.concatenate([titles, user]))
        self._to_titles = np.ascontiguousarray(visits[:-1].T)
        self._to_rows = np.ascontiguousarray(visits[np.append(len(titles), profile.titles)].T)
        row = slice(int(network.rows.indptr[user[0]]), int(network.rows.indptr[user[0] + 1]))
        ends = np.searchsorted(network.rows.indices[row], nodes[1:])
        self._edges = network.rows.values[row][ends].astype(np.float64)
        self._sums = network.sums[nodes]
        self._preferences, self._half_life = profile.preferences, half_life
        self._ranks = len(times) - 1 - time_ranks.mean_ranks(times)
        # How much newer each like becomes when another goes; those of equal time share their ranks.
        self._newer = (times[:, None] > times) + 0.5 * (times[:, None] == times)

    def scores(self, sets: Int32Array) -> FloatArray:
        """Return the scores after each removal."""
        seeds, changes = self._seeds(sets), self._changes(sets)
        each = np.arange(len(sets))[:, None]
        system = changes.factors @ self._to_rows[changes.rows[:, :, None], changes.rows[:, None, :]]
        places = np.arange(changes.rows.shape[1])
        system[:, places, places] += 1.0 - changes.diagonal
        visited = rank_kernels.weighted_entries(seeds, self._to_rows[1:], changes.rows)
        back = np.linalg.solve(system.transpose(0, 2, 1), visited[:, :, None])[:, :, 0]
        weights = np.concatenate([np.zeros((len(sets), 1)), seeds], axis=1)
        weights[each, changes.rows] -= (back[:, None, :] @ changes.factors)[:, 0]
        scores = rank_kernels.weighted_sums(weights, self._to_titles)
        scores[each, self._titles[sets]] += (back * changes.diagonal)[:, 1:]
        isolated = seeds[:, self._sums[1:] <= 0.0].sum(axis=1, keepdims=True)
        ranks: FloatArray = scores * ((1.0 - self._damping) / (1.0 - self._damping * isolated))
        return ranks

    def _seeds(self, sets: Int32Array) -> FloatArray:
        """Return what each like weighs as a seed after each removal; together they weigh 1."""
        ranks = self._ranks - self._newer[sets].sum(axis=1)
        weights = self._preferences * 2.0 ** (-ranks / self._half_life)
        weights[np.arange(len(sets))[:, None], sets] = 0.0
        seeds: FloatArray = weights / weights.sum(axis=1, keepdims=True)
        return seeds

    def _changes(self, sets: Int32Array) -> _Changes:
        """Return the rows that each removal changes, and how."""
        rows = np.concatenate([np.zeros((len(sets), 1), np.int64), sets + 1], axis=1)
        edges, before = self._edges[sets], self._sums[rows]
        gone = np.concatenate([edges.sum(axis=1, keepdims=True), edges], axis=1)
        left = before - gone
        is_empty = left <= _NOTHING * before
        share = np.divide(1.0, left, where=~is_empty, out=np.zeros(left.shape))
        diagonal = np.where(is_empty, 1.0, -gone * share)
        size = rows.shape[1]
        factors = np.zeros((len(sets), size, size))
        factors[:, 0, 1:] = self._damping * edges * share[:, :1]
        factors[:, 1:, 0] = self._damping * edges * share[:, 1:]
        factors[:, np.arange(size), np.arange(size)] = diagonal
        return _Changes(rows, factors, diagonal)
