"""Room for the best of what is offered to each node, and how it becomes rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric import topk_buffer_kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.graph.numeric.topk import LEAST
from cinewalk.graph.numeric.topk_buffer_kernels import BufferArrays

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import Int32Array, Int64Array
    from cinewalk.graph.numeric.kernels import Neighbourhood

#: Room for offers beyond those that are kept; it is what they are sorted out after.
SPARE = 32
#: How many rows of offers a worker turns into rows of neighbours at a time.
_SETTLED = 1024


class TopKBuffers:
    """The best offers to each node, as one walk values what two nodes share.

    Parameters
    ----------
    walk
        The walk.
    names
        The positions of the nodes by rank.
    reachable
        How many others a node can share anything with, at most, by rank.
    workers
        How many collect offers at the same time, each its own.
    """

    def __init__(self, walk: Neighbourhood, names: Int32Array, reachable: Int64Array, workers: int) -> None:
        n = len(names)
        self._size, self._sharpness = min(walk.size, max(n - 1, 0)), walk.sharpness
        self._out, self._into = walk.out[names], walk.into[names]
        self._starts = np.zeros(n + 1, np.int64)
        np.cumsum(np.minimum(reachable, self._size + SPARE), out=self._starts[1:])
        # A pair that shares nothing is no offer; where none is kept, nothing is.
        self._least = np.full(n, LEAST if self._size else np.inf)
        self._others = np.empty((workers, self._starts[-1]), short(n))
        self._sums = np.empty((workers, self._starts[-1]))
        self._filled = np.zeros((workers, n), np.int32)

    def of(self, worker: int) -> BufferArrays:
        """Return the offers that one worker collects; what it takes to be among the best is known to all."""
        return BufferArrays(
            self._out,
            self._into,
            self._starts,
            self._others[worker],
            self._sums[worker],
            self._filled[worker],
            self._least,
            self._sharpness,
            self._size,
            self._size + SPARE,
        )

    def rows(self, rank: Int32Array, row_exponent: float, kind: type[np.float32 | np.float64]) -> CSR:
        """Turn all offers into rows where they are, and those into the order of positions; nothing is left here."""
        self._settle(row_exponent)
        starts, filled, others, sums = self._starts, self._filled[0], self._others, self._sums
        del self._others, self._sums
        indptr = np.zeros(len(starts), np.int64)
        np.cumsum(filled[rank], out=indptr[1:])
        indices = np.empty(indptr[-1], np.int32)
        topk_buffer_kernels.bring_together(rank, starts, others[0], indptr, indices)
        del others  # before there is room for the values
        values = np.empty(indptr[-1], kind)
        topk_buffer_kernels.bring_together(rank, starts, sums[0], indptr, values)
        return CSR(frozen(indptr), frozen(indices), frozen(values))

    def offers(self, rank: Int32Array) -> CSR:
        """Return the best offers of one worker as they are, in the order of positions; nothing is left here."""
        board = self.of(0)
        topk_buffer_kernels.compact_all(board)
        indptr = np.zeros(len(self._starts), np.int64)
        np.cumsum(board.filled[rank], out=indptr[1:])
        rows = CSR(indptr, np.empty(indptr[-1], np.int32), np.empty(indptr[-1]))
        topk_buffer_kernels.bring_together(rank, self._starts, board.others, indptr, rows.indices)
        topk_buffer_kernels.bring_together(rank, self._starts, board.sums, indptr, rows.values)
        del self._others, self._sums
        return CSR(frozen(rows.indptr), frozen(rows.indices), frozen(rows.values))

    def _settle(self, row_exponent: float) -> None:
        n = len(self._starts) - 1

        def settle(first: int) -> None:
            topk_buffer_kernels.settle(
                first,
                min(first + _SETTLED, n),
                self._starts,
                self._others,
                self._sums,
                self._filled,
                self._sharpness,
                self._size,
                row_exponent,
            )

        with thread_pool(len(self._filled)) as pool:
            list(pool.map(settle, range(0, n, _SETTLED)))


def short(n: int) -> type[np.uint16 | np.int32]:
    """Return what ``n`` positions fit into: half the memory, and the processor's cache holds twice as many."""
    return np.uint16 if n <= 1 << 16 else np.int32
