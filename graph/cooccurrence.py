"""Everybody's nearest nodes at once: each pair is summed once, and counts for both of its nodes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from cinewalk.graph import cooccurrence_kernels, offer_kernels
from cinewalk.graph.cooccurrence_kernels import Room, Shared
from cinewalk.graph.kernels import LEAST
from cinewalk.graph.offer_kernels import Offers
from cinewalk.graph.parallel import rows_of_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.arrays import Int64Array
    from cinewalk.graph.kernels import Neighbourhood
    from cinewalk.graph.rows import Rows

#: How many rows a worker takes at a time.
_ROWS = 64
#: Looking at every column of a row is worth it where one of so many is reached.
_WORTH = 8
#: Room for offers beyond those that are kept; it is what they are sorted out after.
_SPARE = 64


class Summing(NamedTuple):
    """How pairs are summed up and offered.

    Parameters
    ----------
    rows
        Does it for some rows, one number for each column at hand.
    few
        Does the same for rows that lead to few columns.
    kind
        What that number is: 64-bit, or complex where a pair has one sum in each direction.
    """

    rows: Callable[[int, int, Shared, Room, Offers], None]
    few: Callable[[int, int, Shared, Room, Offers], None]
    kind: type[np.float64 | np.complex128]


def plain(shared: Shared) -> Summing:  # noqa: ARG001 - others need it
    """Sum up what two nodes share, the same from either side."""
    return Summing(cooccurrence_kernels.offer_rows, cooccurrence_kernels.offer_few, np.float64)


def nearest_of_all(
    walk: Neighbourhood,
    row_exponent: float,
    progress: Callable[[int, int], None] | None = None,
    summing: Callable[[Shared], Summing] = plain,
) -> Rows:
    """Return the nearest nodes of every node, best first: what :func:`cinewalk.graph.kernels.neighbours` finds.

    Cost: ``½ Σ_m d_m²`` over the middle nodes. Each sum is made in the same order as for one node alone, so both ways
    give the same numbers, on any number of threads.

    Parameters
    ----------
    walk
        The walk.
    row_exponent
        Each row is divided by (its sum) to this power.
    progress
        Told how many of how many rows are done.
    summing
        How pairs are summed up, once it is known who meets where.
    """
    n, workers = len(walk.out), numba.get_num_threads()
    shared = _shared(walk)
    size = min(walk.size, max(n - 1, 0))
    starts = _rooms(shared, size + _SPARE)
    others = np.empty((workers, starts[-1]), np.int32)
    sums = np.empty((workers, starts[-1]))
    filled = np.zeros((workers, n), np.int32)
    if size:
        least = np.full(n, LEAST)  # a pair that shares nothing is no offer
        every = [
            Offers(starts, others[w], sums[w], filled[w], least, size, size + _SPARE) for w in range(workers)
        ]
        _offer_all(shared, summing(shared), every, progress)
    rank = np.empty(n, np.int32)
    rank[shared.names] = np.arange(n, dtype=np.int32)
    del shared  # as large as the edges, and no longer needed
    return rows_of_all(
        lambda some: offer_kernels.best_rows(
            rank[some], starts, others, sums, filled, walk.sharpness, size, row_exponent
        ),
        n,
    )


def _shared(walk: Neighbourhood) -> Shared:
    """Give every node its rank, the busiest first, and sort each middle node's entries by it."""
    n, indptr = len(walk.out), walk.backward.indptr
    names = np.argsort(-np.diff(walk.forward.indptr), kind="stable").astype(np.int32)
    values, edges = walk.forward.values, len(walk.forward.indices)
    # A copy for comparing each with 1 could be the largest array of all.
    even = not edges or bool(values.min() == values.max() == 1.0)
    # Half the memory where they fit, and the processor's cache holds twice as many.
    ranks = np.empty(edges, np.uint16 if n <= 1 << 16 else np.int32)
    weights = np.empty(0 if even else edges, np.float32)
    cooccurrence_kernels.sort_by_rank(names, walk.forward, even, indptr, ranks, weights)
    return Shared(
        walk.forward,
        indptr,
        ranks,
        weights,
        walk.via,
        walk.out[names],
        walk.into[names],
        names,
        walk.sharpness,
    )


def _rooms(shared: Shared, most: int) -> Int64Array:
    """Return where the room for each node's offers starts, by rank; few nodes can have the most."""
    n = len(shared.names)
    reachable = cooccurrence_kernels.reachable(shared.forward, shared.indptr, n)
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.minimum(reachable[shared.names], most), out=starts[1:])
    return starts


def _offer_all(
    shared: Shared, summing: Summing, offers: list[Offers], progress: Callable[[int, int], None] | None
) -> None:
    """Go through all pairs; each worker takes the next rows, whichever they are, and keeps offers of its own."""
    n, dense = len(shared.names), _dense_rows(shared)
    starts = iter([*range(0, dense, _ROWS), *range(dense, n, _ROWS)])
    taking = Lock()

    def work(own: Offers) -> None:
        longest = int(np.diff(shared.forward.indptr).max())
        stretches = np.empty(longest, np.int64), np.empty(longest, np.int64), np.empty(longest)
        sums, reached = np.zeros(n, summing.kind), np.empty(n, np.int32)
        room = Room(sums, reached, shared.indptr[:-1].copy(), *stretches)
        while True:
            with taking:
                start = next(starts, None)
                if start is None:
                    return
                if progress is not None:
                    progress(start, n)
            if start < dense:
                summing.rows(start, min(start + _ROWS, dense), shared, room, own)
            else:
                summing.few(start, min(start + _ROWS, n), shared, room, own)

    with ThreadPoolExecutor(len(offers)) as pool:
        list(pool.map(work, offers))
    if progress is not None:
        progress(n, n)


def _dense_rows(shared: Shared) -> int:
    """Return how many rows, from the first on, share so much that looking at every column is the shortest way."""
    n = len(shared.names)
    left = np.arange(n - 1, -1, -1)
    worth = np.flatnonzero(cooccurrence_kernels.pairs_after(shared.indptr, shared.ranks, n) * _WORTH >= left)
    return int(worth[-1]) + 1 if len(worth) else 0
