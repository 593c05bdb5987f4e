"""The inner loops of PageRank, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, FloatArray, Int32Array


@compiled
def _row_scales(network: CSR, damping: float) -> FloatArray:
    """Return ``damping / (the row's sum)``, 0 for a row without a positive sum."""
    scale = np.zeros(len(network.indptr) - 1)
    for i in range(len(scale)):
        total = 0.0
        for e in range(network.indptr[i], network.indptr[i + 1]):
            total += network.values[e]
        if total > 0.0:
            scale[i] = damping / total
    return scale


@compiled
def power_iteration(
    network: CSR, restart: FloatArray, damping: float, tolerance: float, max_iterations: int
) -> tuple[FloatArray, float, int]:
    """Return ``π = (1 - damping) · restart + damping · (Pᵀπ + dangling mass · restart)``.

    ``P`` is ``network`` with each row divided by its sum; rows without a positive sum are dangling.
    Also returns the last L1 change and the number of iterations.
    """
    n = len(restart)
    scale = _row_scales(network, damping)
    current = restart.copy()
    following = np.empty(n)
    change, iteration = np.inf, 0
    while change > tolerance and iteration < max_iterations:
        dangling = 0.0
        for i in range(n):
            if scale[i] == 0.0:
                dangling += current[i]
        back = 1.0 - damping + damping * dangling
        for i in range(n):
            following[i] = back * restart[i]
        for i in range(n):
            share = current[i] * scale[i]
            if share > 0.0:
                for e in range(network.indptr[i], network.indptr[i + 1]):
                    following[network.indices[e]] += share * network.values[e]
        change = np.abs(following - current).sum()
        current, following = following, current
        iteration += 1
    return current, change, iteration


@compiled
def reach(
    network: CSR, targets: Int32Array, damping: float, tolerance: float, max_iterations: int
) -> tuple[FloatArray, float, int]:
    """Return ``r_t = Σ_n damping^n · P^n · e_t``: expected visits of each target on a walk from each node.

    The walk ends at dangling nodes. Solves ``r = e_t + damping · P r``, the transposed system of
    :func:`power_iteration`, for all targets at once: a sweep reads each edge once. What comes out for a target does not
    depend on the others. Also returns the last greatest change and the number of iterations.
    """
    n, width = len(network.indptr) - 1, len(targets)
    scale = _row_scales(network, damping)
    current, following = np.zeros((n, width)), np.zeros((n, width))
    visits = np.zeros((n, width))
    settled = np.zeros(width, np.bool_)
    for c in range(width):
        current[targets[c], c] = 1.0
    iteration, worst = 0, np.inf
    while worst > tolerance and iteration < max_iterations:
        changes = np.zeros(width)
        for i in range(n):
            row = following[i]
            row[:] = 0.0
            for e in range(network.indptr[i], network.indptr[i + 1]):
                value, before = network.values[e], current[network.indices[e]]
                for c in range(width):
                    row[c] += value * before[c]
            for c in range(width):
                row[c] *= scale[i]
                if targets[c] == i:
                    row[c] += 1.0
                changes[c] = max(changes[c], abs(row[c] - current[i, c]))
        current, following = following, current
        iteration += 1
        worst = 0.0
        for c in range(width):
            if not settled[c]:
                visits[:, c] = current[:, c]
                settled[c] = changes[c] <= tolerance
                worst = max(worst, changes[c])
    return visits, worst, iteration
