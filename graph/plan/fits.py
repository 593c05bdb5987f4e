"""The learned weights of a block of nodes, from their nearest and the edges of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.arrays import CSR, frozen, places_of
from cinewalk.graph.numeric.kernels import Neighbourhood
from cinewalk.graph.walks.neighbours.gram_blocks import Circle, circles_of, fit, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array


def fitted_rows(
    first: int,
    nearest: CSR,
    edges_of: Callable[[Int32Array], CSR],
    via: FloatArray,
    ridge: float,
    members: int | None = None,
) -> CSR:
    """Fit the weights of every node of a block: what :func:`~cinewalk.graph.walks.neighbours.gram_blocks.fit_all` does.

    Nodes with much the same nearest are fitted together, circle by circle; only the edges of one circle are asked for
    at a time.

    Parameters
    ----------
    first
        The position of the block's first node.
    nearest
        The nearest of each node of the block, by position.
    edges_of
        Returns the edges of some nodes, ascending.
    via
        How much each middle node weighs.
    ridge
        The penalty.
    members
        How many nodes a circle has at most; the table of their pairs takes ``4 m²`` bytes.

    Returns
    -------
    CSR
        The weights of each node, others ascending.
    """
    count = len(nearest.indptr) - 1
    nodes_here = np.arange(first, first + count, dtype=np.int32)
    # Numbered in the order of positions, so that sums are made, and ties go, as for everybody at once.
    known, places = np.unique(np.concatenate([nodes_here, nearest.indices]), return_inverse=True)
    begin = int(np.searchsorted(known, first))
    indptr = np.zeros(len(known) + 1, np.int64)
    indptr[begin + 1 : begin + count + 1] = np.diff(nearest.indptr)
    near = CSR(frozen(np.cumsum(indptr)), frozen(places[count:].astype(np.int32)), nearest.values)
    left_out = np.ones(len(known), np.bool_)
    left_out[begin : begin + count] = False
    circles = list(circles_of(near, left_out, members))
    fitted = [_fitted(circle, near, known, edges_of, via, ridge) for circle in circles]
    return together([circle.nodes - np.int32(begin) for circle in circles], fitted, count)


def _fitted(
    circle: Circle,
    near: CSR,
    known: Int32Array,
    edges_of: Callable[[Int32Array], CSR],
    via: FloatArray,
    ridge: float,
) -> CSR:
    """Fit the nodes of one circle over no more than their nearest and the edges of these."""
    begins, entries = places_of(near.indptr, circle.nodes)
    inside, inverse = np.unique(
        np.concatenate([circle.nodes, circle.members, near.indices[entries]]), return_inverse=True
    )
    numbers: Int32Array = inverse.astype(np.int32)
    there: Int32Array = known[inside]
    ends = np.cumsum([len(circle.nodes), len(circle.members)])
    nodes, members, others = numbers[: ends[0]], numbers[ends[0] : ends[1]], numbers[ends[1] :]
    order = np.argsort(nodes)
    indptr = np.zeros(len(inside) + 1, np.int64)
    indptr[nodes + 1] = np.diff(begins)
    _, sorted_entries = places_of(begins, order.astype(np.int32))
    near_here = CSR(
        frozen(np.cumsum(indptr)),
        frozen(others[sorted_entries]),
        near.values,
    )
    nothing = frozen(np.empty(len(inside)))
    size = max(int(np.diff(begins).max(initial=0)), 1)
    walk = Neighbourhood(edges_of(there), near, nothing, via, nothing, 1.0, size)
    rows = fit(Circle(frozen(nodes), frozen(members)), near_here, walk, ridge)
    return rows._replace(indices=frozen(there[rows.indices]))
