"""Rows computed on all processors (``NUMBA_NUM_THREADS`` sets fewer); how many there are changes no result."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numba
import numpy as np

from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.arrays import CSR, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.numeric.arrays import Int32Array


#: Into how many pieces the work is cut: enough to even out, and to tell how far it is.
_PIECES = 64


def rows_of_all(
    kernel: Callable[[Int32Array], CSR], count: int, progress: Callable[[int, int], None] | None = None
) -> CSR:
    """Return the rows of nodes ``0..count-1``.

    Parameters
    ----------
    kernel
        Computes the rows of some nodes, each by itself, without holding the interpreter's lock.
    count
        The number of nodes.
    progress
        Told how many of how many rows are done.
    """
    size = max(1, -(-count // _PIECES))
    pieces = [np.arange(i, min(i + size, count), dtype=np.int32) for i in range(0, max(count, 1), size)]
    with ThreadPoolExecutor(numba.get_num_threads()) as pool:
        found = []
        for piece, rows in zip(pieces, pool.map(lambda piece: kernel(frozen(piece)), pieces), strict=True):
            found.append(rows)
            if progress is not None and len(piece):
                progress(int(piece[-1]) + 1, count)
    lengths = np.concatenate([np.diff(rows.indptr) for rows in found])
    indptr = np.zeros(count + 1, np.int64)
    np.cumsum(lengths, out=indptr[1:])
    indices = np.concatenate([rows.indices for rows in found])
    return CSR(frozen(indptr), frozen(indices), frozen(np.concatenate([rows.values for rows in found])))


def transposed(rows: CSR, count: int) -> CSR:
    """Return the columns of ``rows`` as rows; there are ``count`` of them, each in ascending order."""
    edges = len(rows.indices)
    found = CSR(np.zeros(count + 1, np.int64), np.empty(edges, np.int32), np.empty(edges, np.float32))
    kernels.flip(rows, found)
    return CSR(frozen(found.indptr), frozen(found.indices), frozen(found.values))
