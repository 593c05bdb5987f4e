"""Everybody's nearest nodes at once: each pair is summed once, and counts for both of its nodes."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric import cooccurrence_kernels
from cinewalk.graph.numeric.cooccurrence_kernels import Incidence, Room
from cinewalk.graph.numeric.parallel import thread_count, thread_pool
from cinewalk.graph.numeric.topk_buffers import TopKBuffers, short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cinewalk.graph.numeric.arrays import CSR, Int32Array
    from cinewalk.graph.numeric.kernels import Neighbourhood
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.numeric.topk_buffer_kernels import BufferArrays

#: How many rows a worker takes at a time, and how many edges, unless one row has more.
_ROWS, _EDGES = 64, 1 << 16
#: Each time all middle nodes are looked at: so many for each edge at most, as long as there are not too many edges.
_LOOKS = 16
#: Looking at every column of a row is worth it where one of so many is reached.
_WORTH = 8


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

    rows: Callable[[int, int, Incidence, Room, tuple[BufferArrays, ...]], None]
    few: Callable[[int, int, Incidence, Room, tuple[BufferArrays, ...]], None]
    kind: type[np.float64 | np.complex128]


def plain(shared: Incidence) -> Summing:  # noqa: ARG001 - others need it
    """Sum up what two nodes share, the same from either side."""
    return Summing(cooccurrence_kernels.offer_rows, cooccurrence_kernels.offer_few, np.float64)


class NearestQuery(NamedTuple):
    """Whose nearest are wanted: by a walk, each row divided by (its sum) to a power, in values of some kind."""

    walk: Neighbourhood
    row_exponent: float
    kind: type[np.float32 | np.float64] = np.float32


def nearest_of_all(
    walk: Neighbourhood,
    row_exponent: float,
    progress: RowProgress = None,
    summing: Callable[[Incidence], Summing] = plain,
) -> CSR:
    """Return the nearest nodes of every node, best first: what :func:`cinewalk.graph.numeric.kernels.neighbours` finds.

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
    (rows,) = nearest_by_each([NearestQuery(walk, row_exponent)], progress, summing)
    return rows


def nearest_by_each(
    wanted: Sequence[NearestQuery],
    progress: RowProgress = None,
    summing: Callable[[Incidence], Summing] = plain,
) -> list[CSR]:
    """Return what :func:`nearest_of_all` does for each of several walks that sum up the same: each pair once for all.

    Parameters
    ----------
    wanted
        Walks over the same edges that weigh middle nodes alike; they may differ in everything else.
    progress, summing
        As above.
    """
    rank, boards = _collected([query.walk for query in wanted], thread_count(), progress, summing)
    return [boards.pop(0).rows(rank, query.row_exponent, query.kind) for query in wanted]


def offers_of_each(
    walks: Sequence[Neighbourhood],
    split: int = 0,
    summing: Callable[[Incidence], Summing] = plain,
) -> list[CSR]:
    """Return what could be among the nearest of each node as far as some edges tell, on one thread.

    Each pair is summed up as in :func:`nearest_by_each`. The best of all that several parts of a graph offer to a node
    are its nearest: see :mod:`cinewalk.graph.plan`.

    Parameters
    ----------
    walks
        Walks over the same edges that weigh middle nodes alike.
    split
        Where it is above 0, only pairs of a node before it with one from it on count.
    summing
        As above.

    Returns
    -------
    list of CSR
        For each walk: by node, the others and the sums, not sharpened, at most ``size``, in no order.
    """
    rank, boards = _collected(walks, 1, None, summing, split)
    return [boards.pop(0).offers(rank) for _ in walks]


def _collected(
    walks: Sequence[Neighbourhood],
    workers: int,
    progress: RowProgress,
    summing: Callable[[Incidence], Summing],
    split: int = 0,
) -> tuple[Int32Array, list[TopKBuffers]]:
    """Sum up all pairs, and return everybody's rank and what was offered."""
    rank, shared = _shared(walks[0], split)
    reachable = cooccurrence_kernels.reachable(shared.indptr, shared.ranks, len(rank))
    boards = [TopKBuffers(walk, shared.names, reachable, workers) for walk in walks]
    offers = [tuple(board.of(worker) for board in boards) for worker in range(workers)]
    _offer_all(shared, summing(shared), offers, progress)
    return rank, boards


def _shared(walk: Neighbourhood, split: int) -> tuple[Int32Array, Incidence]:
    """Give every node its rank, the busiest first in each block, and sort each middle node's entries by it."""
    n, backward = len(walk.out), walk.backward
    degrees = np.diff(walk.forward.indptr)
    names = np.lexsort((-degrees, np.arange(n) >= split)).astype(np.int32)
    rank = np.empty(n, np.int32)
    rank[names] = np.arange(n, dtype=np.int32)
    edges = len(backward.indices)
    ranks = np.empty(edges, short(n))
    weights = np.empty(0 if walk.even else edges, np.float32)
    cooccurrence_kernels.sort_by_rank(rank, backward, walk.even, ranks, weights)
    begins = np.zeros(n + 1, np.int64)
    np.cumsum(degrees[names], out=begins[1:])
    across = cooccurrence_kernels.others_begin(backward.indptr, ranks, split) if split else begins[:0]
    return rank, Incidence(backward.indptr, ranks, weights, walk.via, names, begins, split, across)


def _offer_all(
    shared: Incidence,
    summing: Summing,
    offers: list[tuple[BufferArrays, ...]],
    progress: RowProgress,
) -> None:
    """Go through all pairs; each worker takes the next rows, whichever they are, and keeps offers of its own."""
    n, dense = len(shared.names), _dense_rows(shared)
    all_rows, blocks = shared.split or n, _blocks(shared, dense)
    most = max((int(shared.begins[last] - shared.begins[first]) for first, last in blocks), default=0)
    rows = max((last - first for first, last in blocks), default=0)
    coming = cooccurrence_kernels.first_ranks(shared.indptr, shared.ranks, n)
    waiting = iter(blocks)
    taking = Lock()

    def work(buffers: tuple[BufferArrays, ...]) -> None:
        room = Room(
            np.zeros(n, summing.kind),
            np.empty(n, np.int32),
            shared.indptr[:-1].copy(),
            coming.copy(),
            np.empty(most, np.int64),
            np.empty(most, np.int64),
            np.empty(most),
            np.empty(rows, np.int64),
            np.empty(most if shared.split else 0, np.int64),
        )
        while True:
            with taking:
                first, last = next(waiting, (all_rows, all_rows))
                if first == all_rows:
                    return
                if progress is not None:
                    progress(first, n)
            (summing.rows if first < dense else summing.few)(first, last, shared, room, buffers)

    with thread_pool(len(offers)) as pool:
        list(pool.map(work, offers))
    if progress is not None:
        progress(n, n)


def _blocks(shared: Incidence, dense: int) -> list[tuple[int, int]]:
    """Cut all rows, of which the first ``dense`` are added up in another way, into what a worker takes at a time."""
    begins, n = shared.begins, shared.split or len(shared.names)
    worth, first, blocks = len(shared.via) // _LOOKS, 0, []
    while first < n:
        limits = begins[first] + np.array([worth, _EDGES])
        enough, most = np.searchsorted(begins, limits).tolist()
        last = min(max(first + _ROWS, enough), most - 1, dense if first < dense else n)
        blocks.append((first, max(last, first + 1)))
        first = blocks[-1][1]
    return blocks


def _dense_rows(shared: Incidence) -> int:
    """Return how many rows, from the first on, share so much that looking at every column is the shortest way."""
    n, rows = len(shared.names), shared.split or len(shared.names)
    left = n - np.maximum(np.arange(1, rows + 1), shared.split)
    worth = np.flatnonzero(cooccurrence_kernels.pairs_after(shared)[:rows] * _WORTH >= left)
    return int(worth[-1]) + 1 if len(worth) else 0
