"""The inner loops behind PageRank's single walks, in the manner of :mod:`cinewalk.graph.numeric.kernels`.

The network is symmetric, as :class:`~cinewalk.graph.walks.pagerank.pagerank.WalkNetwork` builds it, and ``scale_n``
is the damping ``d`` divided by the sum of row ``n`` (0 for an empty one): ``M_nm = scale_n · network_nm`` is the weight
of a step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, BoolArray, FloatArray, Int32Array


@compiled
def loops(
    network: CSR, scale: FloatArray, damping: float, start: int, avoided: int, tolerance: float
) -> float:
    """Return ``Σ_n M^n(start, start)`` over walks that avoid a node (-1: none), to a relative ``tolerance``.

    By symmetry ``M^2k(s, s) = Σ_j M^k(s, j)² · scale_j / scale_s``, so a walk of ``k`` steps gives loops of
    ``2k``. There are none of odd length: every edge joins a title or group to a node that is neither. And without
    ``d`` a longer one is never likelier, so what is left after ``2k`` is at most ``M^2k(s, s) · d² / (1 - d²)``.
    """
    current, following = np.zeros(len(scale)), np.zeros(len(scale))
    current[start] = 1.0
    total, term, left = 1.0, 1.0, damping * damping / (1.0 - damping * damping)
    if scale[start] == 0.0:
        return total
    while term * left > tolerance * total:
        following[:] = 0.0
        for i in range(len(scale)):
            share = current[i] * scale[i]
            if share > 0.0:
                for e in range(network.indptr[i], network.indptr[i + 1]):
                    following[network.indices[e]] += share * network.values[e]
        if avoided >= 0:
            following[avoided] = 0.0
        term = 0.0
        for i in range(len(scale)):
            term += following[i] * following[i] * scale[i]
        term /= scale[start]
        total += term
        current, following = following, current
    return total


@compiled
def most_loops(network: CSR, scale: FloatArray, damping: float, starts: Int32Array) -> FloatArray:
    """Return a number that :func:`loops` does not exceed, for each start: its loops of two steps are counted."""
    most = np.empty(len(starts))
    for s in range(len(starts)):
        start, back, joined = starts[s], 0.0, 0.0
        for e in range(network.indptr[start], network.indptr[start + 1]):
            joined += network.values[e]
            # A step back may take another edge to the same node; those lie side by side.
            if e + 1 == network.indptr[start + 1] or network.indices[e + 1] != network.indices[e]:
                back += joined * joined * scale[network.indices[e]]
                joined = 0.0
        most[s] = 1.0 + back * scale[start] / (1.0 - damping * damping)
    return most


@compiled
def lengthen(
    network: CSR, scale: FloatArray, best: FloatArray, grown: BoolArray, avoided: int
) -> tuple[FloatArray, BoolArray]:
    """Return the greatest weight of a walk from each node to a target in one step more than ``best`` allows.

    ``grown`` are the nodes whose value the last step raised, at first the target alone; the new ones are
    returned, too. ``avoided`` is passed by no walk (-1: none).
    """
    following, newly = best.copy(), np.zeros(len(best), np.bool_)
    for m in range(len(best)):
        if grown[m]:
            for e in range(network.indptr[m], network.indptr[m + 1]):
                n = network.indices[e]
                value = scale[n] * network.values[e] * best[m]
                if n != avoided and value > following[n]:
                    following[n] = value
                    newly[n] = True
    return following, newly
