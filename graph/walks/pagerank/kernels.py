"""The inner loops of PageRank, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import LANES, add_rows, compiled, nested

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, FloatArray, Int32Array


@nested
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
    :func:`power_iteration`, by successive over-relaxation in the order of the nodes, in place:

        ``r_i ← r_i + ω · (e_t + damping · Σ_j P_ij r_j - r_i)``,    ``ω = 2 / (1 + sqrt(1 - damping²))``.

    Where edges lead both ways with equal weight, that converges for every network, as the system is positive definite
    once it is made symmetric. Where labels follow each other such that edges join neighbouring ones alone, it is the
    best ``ω``, and errors shrink by ``ω - 1`` a sweep: by .024 where ``damping`` is .3, not by .3. Several targets are
    solved for at a time, and a sweep reads each edge once for all of them; what comes out for a target does not depend
    on the others. Also returns the last greatest change and the number of iterations.

    References
    ----------
    Young, "Iterative methods for solving partial difference equations of elliptic type", Transactions of the American
    Mathematical Society 76(1), 1954, doi:10.1090/S0002-9947-1954-0059635-7.
    """
    n, width = len(network.indptr) - 1, len(targets)
    scale = _row_scales(network, damping)
    visits = np.zeros((n, width))
    worst, iterations = 0.0, 0
    for first in range(0, width, LANES):
        of_block = visits[:, first : first + LANES]
        change, taken = _reach_block(
            network, targets[first : first + LANES], scale, damping, tolerance, max_iterations, of_block
        )
        worst, iterations = max(worst, change), max(iterations, taken)
    return visits, worst, iterations


@nested
def _reach_block(
    network: CSR,
    targets: Int32Array,
    scale: FloatArray,
    damping: float,
    tolerance: float,
    max_iterations: int,
    visits: FloatArray,
) -> tuple[float, int]:
    """Do :func:`reach` for at most :data:`LANES` targets; each column is written when it settles, or last of all."""
    width, omega = len(targets), 2.0 / (1.0 + np.sqrt(1.0 - damping * damping))
    current = np.zeros((len(scale), LANES))
    changes = np.empty(LANES)
    settled = np.zeros(width, np.bool_)
    for c in range(width):
        current[targets[c], c] = 1.0
    iteration, worst = 0, np.inf
    while worst > tolerance and iteration < max_iterations:
        _relax(network, targets, scale, omega, current, changes)
        iteration += 1
        worst = 0.0
        for c in range(width):
            if not settled[c]:
                settled[c] = changes[c] <= tolerance
                worst = max(worst, changes[c])
                if settled[c] or iteration == max_iterations:
                    visits[:, c] = current[:, c]
    return worst, iteration


@nested
def _relax(
    network: CSR,
    targets: Int32Array,
    scale: FloatArray,
    omega: float,
    visits: FloatArray,
    changes: FloatArray,
) -> None:
    """Do one sweep in place; ``changes`` become the greatest of each column."""
    sums = np.empty(LANES)
    changes[:] = 0.0
    for i in range(len(scale)):
        add_rows(sums, network.values, network.indices, network.indptr[i], network.indptr[i + 1], visits)
        node = np.uint64(i)
        for c in range(LANES):
            lane = np.uint64(c)
            sums[lane] = omega * (scale[node] * sums[lane] - visits[node, lane])
        for c in range(len(targets)):
            if targets[c] == i:
                sums[c] += omega
        for c in range(LANES):
            lane = np.uint64(c)
            visits[node, lane] += sums[lane]
            changes[lane] = max(changes[lane], abs(sums[lane]))
