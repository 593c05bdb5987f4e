"""Work on all processors: one kind of pool, and one rule for its size.

``NUMBA_NUM_THREADS`` sets fewer; how many there are changes no result. Kernels let go of the interpreter's lock.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np

from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.arrays import CSR, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.numeric.progress import RowProgress


_T = TypeVar("_T")

#: How many rows of :func:`in_blocks` a thread takes at a time, unless it is said.
_BLOCK = 64

#: Into how many pieces the work is cut: enough to even out, and to tell how far it is.
_PIECES = 64


def thread_count() -> int:
    """Return how many threads work is cut for: as many as numba would use."""
    # Not get_num_threads(), which would start threads of its own.
    usual: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    return usual


class InPlace(Executor):
    """Does work where it is asked for: of one thread, no second one is needed.

    A thread that finds no memory to begin with is waited for without end, so a worker of little memory starts none.

    >>> InPlace().submit(abs, -2).result()
    2
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done

    def map(self, fn: Callable[..., _T], *iterables: Iterable[Any], **_: Any) -> Iterator[_T]:
        """Do each when it is asked for."""
        return map(fn, *iterables)


def thread_pool(threads: int | None = None) -> Executor:
    """Return a pool of so many threads; by default :func:`thread_count`.

    >>> with thread_pool(2) as pool:
    ...     list(pool.map(abs, [-1, 2]))
    [1, 2]
    """
    wanted = thread_count() if threads is None else threads
    return InPlace() if wanted == 1 else ThreadPoolExecutor(wanted)


def in_blocks(
    fill: Callable[[range], None], count: int, tell: Callable[[int], None], size: int = _BLOCK
) -> None:
    """Work through rows, some at a time in each thread.

    Parameters
    ----------
    fill
        Does the work of some rows; called from several threads with different rows.
    count
        How many rows there are, at least 1.
    tell
        Told how many are done.
    size
        How many rows a thread takes at a time.

    Examples
    --------
    >>> squares = [0] * 5
    >>> def fill(rows):
    ...     for row in rows:
    ...         squares[row] = row * row
    >>> in_blocks(fill, 5, lambda done: None)
    >>> squares
    [0, 1, 4, 9, 16]
    """
    # The first one alone: what a walk computes once must not be computed by several threads.
    fill(range(1))
    blocks = [range(start, min(start + size, count)) for start in range(1, count, size)]
    done = 1
    with thread_pool() as pool:
        for block, _ in zip(blocks, pool.map(fill, blocks), strict=True):
            done += len(block)
            tell(done)


def rows_of_all(
    kernel: Callable[[Int32Array], CSR], count: int, progress: RowProgress = None, most: int | None = None
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
    most
        How many rows are computed at a time, at most.
    """
    size = max(1, min(-(-count // _PIECES), count if most is None else most))
    pieces = [np.arange(i, min(i + size, count), dtype=np.int32) for i in range(0, max(count, 1), size)]
    with thread_pool() as pool:
        parts = []
        for piece, rows in zip(pieces, pool.map(lambda piece: kernel(frozen(piece)), pieces), strict=True):
            parts.append(rows)
            if progress is not None and len(piece):
                progress(int(piece[-1]) + 1, count)
    return stacked(parts)


def stacked(parts: Sequence[CSR]) -> CSR:
    """Return the rows of some nodes, and below them those of the next, as one.

    >>> rows = CSR(np.array([0, 1]), np.array([4], np.int32), np.array([0.5], np.float32))
    >>> stacked([rows, rows]).indptr.tolist()
    [0, 1, 2]
    """
    lengths = np.concatenate([np.diff(rows.indptr) for rows in parts])
    indptr = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=indptr[1:])
    indices = np.concatenate([rows.indices for rows in parts])
    return CSR(frozen(indptr), frozen(indices), frozen(np.concatenate([rows.values for rows in parts])))


def transposed(rows: CSR, count: int) -> CSR:
    """Return the columns of ``rows`` as rows; there are ``count`` of them, each in ascending order."""
    edges = len(rows.indices)
    columns = CSR(np.zeros(count + 1, np.int64), np.empty(edges, np.int32), np.empty(edges, np.float32))
    kernels.flip(rows, columns)
    return CSR(frozen(columns.indptr), frozen(columns.indices), frozen(columns.values))
