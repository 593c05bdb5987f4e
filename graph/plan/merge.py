"""The nearest of a block of nodes, from what every block has offered to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.numeric import topk_buffer_kernels
from cinewalk.graph.numeric.arrays import CSR, frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array
    from cinewalk.graph.plan.node_block import RowShape

#: So many nodes are merged at a time.
_NODES: Final = 256


def nearest_rows(
    offers: Sequence[CSR],
    shape: RowShape,
    row_exponent: float,
    kind: type[np.float32 | np.float64] = np.float32,
) -> CSR:
    """Return the nearest of each node, best first, as :func:`~cinewalk.graph.numeric.cooccurrence.nearest_of_all` does.

    Parameters
    ----------
    offers
        What each of all blocks offers to the same nodes, a row each.
    shape
        What sums are raised to, and how many are kept.
    row_exponent
        Each row is divided by (its sum) to this power.
    kind
        The type of the values.

    Examples
    --------
    >>> from cinewalk.graph.plan.node_block import RowShape
    >>> one = CSR(np.array([0, 2]), np.array([4, 7], np.int32), np.array([1.0, 4.0]))
    >>> two = CSR(np.array([0, 1]), np.array([2], np.int32), np.array([9.0]))
    >>> rows = nearest_rows([one, two], RowShape(0.5, 2), 0.0)
    >>> rows.indices.tolist(), rows.values.tolist()
    ([2, 7], [3.0, 2.0])
    """
    nodes = len(offers[0].indptr) - 1
    lengths, indices, values = [], [], []
    for first in range(0, nodes, _NODES):
        last = min(first + _NODES, nodes)
        counts, others, sums = _merged(offers, first, last, shape, row_exponent)
        listed = np.arange(others.shape[1]) < counts[:, None]
        lengths.append(counts)
        indices.append(others[listed])
        values.append(sums[listed].astype(kind))
    nothing = np.empty(0, np.int32)
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.concatenate([*lengths, nothing]), out=indptr[1:])
    return CSR(
        frozen(indptr),
        frozen(np.concatenate([*indices, nothing])),
        frozen(np.concatenate([*values, nothing.astype(kind)])),
    )


def _merged(
    offers: Sequence[CSR], first: int, last: int, shape: RowShape, row_exponent: float
) -> tuple[Int64Array, Int32Array, FloatArray]:
    """Return for some nodes how many are nearest, who, and how near: each row begins at the same column."""
    nodes = last - first
    counts = np.array([np.diff(rows.indptr[first : last + 1]) for rows in offers], np.int32)
    room = max(int(counts.max(initial=0)), min(shape.size, int(counts.sum(axis=0).max(initial=0))))
    starts = np.arange(nodes + 1, dtype=np.int64) * room
    others = np.empty((len(offers), nodes * room), np.int32)
    sums = np.empty((len(offers), nodes * room))
    for place, rows in enumerate(offers):
        entries = slice(int(rows.indptr[first]), int(rows.indptr[last]))
        listed = (np.arange(room) < counts[place][:, None]).ravel()
        others[place, listed], sums[place, listed] = rows.indices[entries], rows.values[entries]
    topk_buffer_kernels.settle(
        0, nodes, starts, others, sums, counts, shape.sharpness, shape.size, row_exponent
    )
    return counts[0].astype(np.int64), others[0].reshape(nodes, room), sums[0].reshape(nodes, room)
