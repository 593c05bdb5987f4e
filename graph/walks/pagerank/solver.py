"""Solves for the rank of every node: by power iteration, and near a damping of 1 by conjugate gradients.

References
----------
Hestenes, Stiefel, "Methods of conjugate gradients for solving linear systems", Journal of Research of the National
Bureau of Standards 49(6), 1952, doi:10.6028/jres.049.044.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import ConvergenceError
from cinewalk.graph.walks.pagerank import kernels

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.pagerank.network import WalkNetwork

#: Iteration ends when ``π`` (the greatest number of visits) moves by at most this.
TOLERANCE: Final = 1e-13

#: Power iteration makes at most so many steps. Errors shrink by the damping a step, so that up to a damping of .97 they
#: are enough on every network.
_STEPS: Final = 1000

#: Conjugate gradients make at most so many.
_MOST: Final = 20_000


def ranks(network: WalkNetwork, restart: FloatArray, damping: float) -> FloatArray:
    """Return ``π = (1 - d) · s + d · (Pᵀ π + m · s)``.

    Parameters
    ----------
    network
        The network; its edges lead both ways with the same weight.
    restart
        ``s``, which sums to 1.
    damping
        ``d``, 0 < d < 1.

    Returns
    -------
    array of shape (number of nodes,)
        Sums to 1.

    Raises
    ------
    ConvergenceError
        Where it did not settle.
    """
    if damping**_STEPS > TOLERANCE:
        return _accelerated(network, restart, damping)
    walked, change, iterations = kernels.power_iteration(network.rows, restart, damping, TOLERANCE, _STEPS)
    _check(change, iterations)
    return walked


def visits(network: WalkNetwork, targets: Int32Array, damping: float) -> FloatArray:
    """Return the expected visits of some nodes from every node, as :func:`kernels.reach` counts them.

    Parameters
    ----------
    network
        The network; its edges lead both ways with the same weight.
    targets
        The nodes.
    damping
        ``d``, 0 < d < 1.

    Returns
    -------
    array of shape (number of nodes, number of targets)
        At least 0.

    Raises
    ------
    ConvergenceError
        Where they did not settle.
    """
    # A node is visited up to 1 / (1 - d) times: of so much, numbers in 64 bits tell no smaller part.
    tolerance = TOLERANCE * max(1.0, 0.01 / (1.0 - damping))
    shrinking = 2.0 / (1.0 + math.sqrt(1.0 - damping * damping)) - 1.0
    sweeps = min(max(_STEPS, math.ceil(2 * math.log(TOLERANCE) / math.log(shrinking))), _MOST)
    counts, change, iterations = kernels.reach(network.rows, targets, damping, tolerance, sweeps)
    _check(change, iterations, tolerance)
    return counts


def _accelerated(network: WalkNetwork, restart: FloatArray, damping: float) -> FloatArray:
    """Return the same by conjugate gradients: errors shrink by the root of what they do by power iteration, or faster.

    ``π`` is ``r / Σ r`` with ``r = s + d · Pᵀ r``, and with ``r = D^½ y`` that is ``(I - d · D^-½ W D^-½) y = D^-½ s``,
    symmetric and positive definite: ``W`` are the weights of the edges, ``D`` their sums by node. What a node without
    edges is visited is how often it is a seed.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import LinearOperator, cg

    rows, sums = network.rows, network.sums
    has_edges, n = sums > 0, len(sums)
    edges = csr_array((rows.values.astype(np.float64), rows.indices, rows.indptr), shape=(n, n))
    root = np.sqrt(np.where(has_edges, sums, 1.0))
    system = LinearOperator(
        (n, n), matvec=lambda y: y - damping / root * (edges @ (y / root)), dtype=np.float64
    )
    solved, _ = cg(system, restart / root, rtol=np.finfo(float).eps, maxiter=_MOST)
    solution: FloatArray = root * solved / (root * solved).sum()
    stays = float(solution[~has_edges].sum())
    moved = damping * (edges @ (solution / root**2)) + (1 - damping + damping * stays) * restart
    _check(float(np.abs(moved - solution).sum()), _MOST)
    return solution


def _check(change: float, iterations: int, tolerance: float = TOLERANCE) -> None:
    if not change <= tolerance:
        raise ConvergenceError(iterations, change, tolerance)
