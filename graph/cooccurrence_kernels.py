"""The inner loops of finding everybody's nearest nodes at once, in the manner of :mod:`cinewalk.graph.kernels`.

How alike two nodes are is one sum over what they share, whichever of the two is asked for. So each pair is summed
once and offered to both. Nodes go by rank here, the busiest first, so most of the sums of a row lie close together, in
a processor's cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cinewalk.graph.kernels import compiled
from cinewalk.graph.offer_kernels import offer_reached, offer_row
from cinewalk.graph.prefetch import prefetch

if TYPE_CHECKING:
    from cinewalk.graph.arrays import AnyArray, Float32Array, FloatArray, Int32Array, Int64Array
    from cinewalk.graph.offer_kernels import Offers
    from cinewalk.graph.rows import Rows

#: How many stretches ahead memory is asked for, and how much: 16-bit ranks in a line of a cache, and lines.
_AHEAD = 4
_LINE, _LINES = 32, 3


class Shared(NamedTuple):
    """Who meets where: for each middle node, the ranks of those who meet there, ascending.

    ``weights`` are those of the edges, and empty where all are 1. ``via`` weighs middle nodes; ``out`` and ``into``
    weigh the nodes, by rank, as the start of a walk and as its end. ``names`` are their positions, ``forward`` their
    own edges, by position.
    """

    forward: Rows
    indptr: Int64Array
    ranks: AnyArray
    weights: Float32Array
    via: FloatArray
    out: FloatArray
    into: FloatArray
    names: Int32Array
    sharpness: float


class Room(NamedTuple):
    """What a worker needs to sum up rows: one number for each node, all zeros between two uses, and how far it is.

    ``reached`` has room for the columns that a row leads to. Entries of the middle node ``m`` before ``places[m]``
    belong to earlier rows. ``starts``, ``ends`` and ``weights`` are for the stretches of one row, one for each of its
    middle nodes.
    """

    sums: AnyArray
    reached: Int32Array
    places: Int64Array
    starts: Int64Array
    ends: Int64Array
    weights: FloatArray


@compiled
def sort_by_rank(
    names: Int32Array, forward: Rows, even: bool, indptr: Int64Array, ranks: Any, weights: Float32Array
) -> None:
    """Fill each middle node's ``ranks``, and its ``weights`` unless they are all 1, from the nodes' own rows."""
    filled = indptr[:-1].copy()
    for rank in range(len(names)):
        for e in range(forward.indptr[names[rank]], forward.indptr[names[rank] + 1]):
            middle = np.uint64(forward.indices[e])
            place = filled[middle]
            ranks[place] = rank
            if not even:
                weights[place] = forward.values[e]
            filled[middle] = place + 1


@compiled
def pairs_after(indptr: Int64Array, ranks: AnyArray, size: int) -> Int64Array:
    """Count what has to be summed up for each rank: its pairs with later ones, once for each place they share."""
    found = np.zeros(size, np.int64)
    for middle in range(len(indptr) - 1):
        for e in range(indptr[middle], indptr[middle + 1]):
            found[ranks[e]] += indptr[middle + 1] - e - 1
    return found


@compiled
def reachable(forward: Rows, indptr: Int64Array, size: int) -> Int64Array:
    """Return for each node how many others it can have anything in common with, at most."""
    found = np.zeros(size, np.int64)
    for node in range(size):
        for e in range(forward.indptr[node], forward.indptr[node + 1]):
            middle = forward.indices[e]
            found[node] += indptr[middle + 1] - indptr[middle] - 1
        found[node] = min(found[node], size - 1)
    return found


@compiled
def offer_rows(first: int, last: int, shared: Shared, room: Room, offers: Offers) -> None:
    """Sum up the pairs of each ``first <= i < last`` with every later ``j``, and offer each to both."""
    for row in range(first, last):
        find_stretches(row, shared, room)
        _add(row, shared, room)
        offer_row(row, room.sums, shared, offers)
        room.sums[row + 1 :] = 0.0


@compiled
def find_stretches(row: int, shared: Shared, room: Room) -> None:
    """Find the entries of later rows that share each middle node of a row, and what that node weighs.

    It is done for all of them before any is gone through: what lies far apart in memory then comes in at once.
    """
    ranks, forward, name = shared.ranks, shared.forward, shared.names[row]
    first, last = np.uint64(forward.indptr[name]), np.uint64(forward.indptr[name + 1])
    # Unsigned throughout: otherwise each access would first look whether its index is negative.
    for e in range(first, last):
        middle = np.uint64(forward.indices[e])
        place = np.uint64(room.places[middle])
        while ranks[place] < row:
            place += np.uint64(1)
        room.places[middle] = place + np.uint64(1)
        own = e - first
        room.starts[own], room.ends[own] = place + np.uint64(1), shared.indptr[middle + np.uint64(1)]
        room.weights[own] = shared.via[middle]


@compiled
def fetch_ahead(stretch: Any, count: Any, starts: Int64Array, entries: AnyArray) -> None:
    """Ask for the entries of a stretch that comes soon; there are ``count`` stretches."""
    if stretch + _AHEAD < count:
        for line in range(_LINES):
            prefetch(entries, np.uint64(starts[stretch + _AHEAD] + line * _LINE))


@compiled
def _add(row: int, shared: Shared, room: Room) -> None:
    """Add up what a row shares with later ones."""
    ranks, weights, sums, forward, name = (
        shared.ranks,
        shared.weights,
        room.sums,
        shared.forward,
        shared.names[row],
    )
    first, last = np.uint64(forward.indptr[name]), np.uint64(forward.indptr[name + 1])
    for stretch in range(last - first):
        fetch_ahead(stretch, last - first, room.starts, ranks)
        start, end, via = (
            np.uint64(room.starts[stretch]),
            np.uint64(room.ends[stretch]),
            room.weights[stretch],
        )
        if len(weights) == 0:
            for c in range(start, end):
                sums[np.uint64(ranks[c])] += via
        else:
            weight = np.float64(forward.values[first + stretch])
            for c in range(start, end):
                sums[np.uint64(ranks[c])] += via * (weight * weights[c])


@compiled
def offer_few(first: int, last: int, shared: Shared, room: Room, offers: Offers) -> None:
    """Do as :func:`offer_rows` for rows that share little: only the pairs that share anything are looked at."""
    for row in range(first, last):
        offer_reached(row, _reach(row, shared, room), shared, room, offers)


@compiled
def _reach(row: int, shared: Shared, room: Room) -> int:
    """Add up what a row shares with later ones, and note which; return how many they are."""
    ranks, forward, sums, even = shared.ranks, shared.forward, room.sums, len(shared.weights) == 0
    count = 0
    for e in range(forward.indptr[shared.names[row]], forward.indptr[shared.names[row] + 1]):
        middle = forward.indices[e]
        stop = np.uint64(shared.indptr[middle + 1])
        place = first_from(row + 1, ranks, np.uint64(shared.indptr[middle]), stop)
        via, weight = shared.via[middle], np.float64(forward.values[e])
        for c in range(place, stop):
            column = ranks[c]
            term = via if even else via * (weight * shared.weights[c])
            if sums[column] == 0.0 and term > 0.0:
                room.reached[count] = column
                count += 1
            sums[column] += term
    return count


@compiled
def first_from(wanted: int, ranks: AnyArray, low: Any, high: Any) -> Any:
    """Return the first place in ``low..high`` whose rank is at least ``wanted``."""
    while low < high:
        middle = (low + high) >> np.uint64(1)
        if ranks[middle] < wanted:
            low = middle + np.uint64(1)
        else:
            high = middle
    return low
