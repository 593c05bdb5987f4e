"""The inner loops of finding everybody's nearest nodes at once, in the manner of :mod:`cinewalk.graph.numeric.kernels`.

How alike two nodes are is one sum over what they share, whichever of the two is asked for. So each pair is summed
once and offered to both. Nodes go by rank here, the busiest first, so most of the sums of a row lie close together, in
a processor's cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled, lowest_bit, nested, prefetch
from cinewalk.graph.numeric.topk import sort
from cinewalk.graph.numeric.topk_buffer_kernels import offer_reached, offer_row

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, AnyArray, Float32Array, FloatArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.topk_buffer_kernels import BufferArrays

#: How many stretches ahead memory is asked for, and how much: 16-bit ranks in a line of a cache, and lines.
_AHEAD = 4
_LINE, _LINES = 32, 3
#: Going through a bit for each number that there could be is worth it where one of so many words has a bit.
_SPARSE = 32


class Incidence(NamedTuple):
    """Who meets where: for each middle node, the ranks of those who meet there, ascending.

    ``weights`` are those of the edges, and empty where all are 1. ``via`` weighs middle nodes. ``names`` are the
    positions of the nodes by rank, and ``begins`` where the edges of each rank would begin, one rank after the other.
    Where only pairs across two blocks of nodes are wanted, those of ranks before ``split`` with all others, ``across``
    says where the others begin at each middle node; otherwise ``split`` is 0, and nothing says.
    """

    indptr: Int64Array
    ranks: AnyArray
    weights: Float32Array
    via: FloatArray
    names: Int32Array
    begins: Int64Array
    split: int
    across: Int64Array


class Room(NamedTuple):
    """What a worker needs to sum up rows: one number for each node, all zeros between two uses, and how far it is.

    ``reached`` has room for the columns that a row leads to. Entries of the middle node ``m`` before ``places[m]``
    belong to earlier rows; the one there is of the rank ``coming[m]``, which is the number of nodes after the last.
    ``starts``, ``ends`` and ``via`` are for the stretches of a few rows, one for each of their edges, and ``filled``
    has room for one number a row. ``owns`` is where the rows' own entries are, for pairs across two blocks: elsewhere
    they are right before the stretches.
    """

    sums: AnyArray
    reached: Int32Array
    places: Int64Array
    coming: Int32Array
    starts: Int64Array
    ends: Int64Array
    via: FloatArray
    filled: Int64Array
    owns: Int64Array


@compiled
def sort_by_rank(rank: Int32Array, backward: CSR, even: bool, ranks: Any, weights: Float32Array) -> None:
    """Fill each middle node's ``ranks``, and its ``weights`` unless they are all 1, from its own row."""
    row_weights = np.empty(0 if even else len(rank), np.float32)
    bits = np.zeros((len(rank) >> 6) + 1, np.uint64)
    for middle in range(len(backward.indptr) - 1):
        first, last = backward.indptr[middle], backward.indptr[middle + 1]
        for e in range(first, last):
            ranks[e] = rank[backward.indices[e]]
            if not even:
                row_weights[ranks[e]] = backward.values[e]
        if (last - first) * _SPARSE < len(bits):
            sort(ranks[first:last])
        else:
            _sort_distinct(ranks[first:last], bits)
        if not even:
            for e in range(first, last):
                weights[e] = row_weights[ranks[e]]


@nested
def _sort_distinct(numbers: Any, bits: AnyArray) -> None:
    """Sort numbers that are all different, with one of ``bits`` for each that there could be, none set."""
    unit, low = np.uint64(1), np.uint64(63)
    for e in range(len(numbers)):
        number = np.uint64(numbers[e])
        bits[number >> np.uint64(6)] |= unit << (number & low)
    count = np.uint64(0)
    for w in range(len(bits)):
        word = np.uint64(w)
        left = bits[word]
        while left != np.uint64(0):
            numbers[count] = (word << np.uint64(6)) + lowest_bit(left)
            count += unit
            left &= left - unit
        bits[word] = np.uint64(0)


@compiled
def pairs_after(shared: Incidence) -> Int64Array:
    """Count what has to be summed up for each rank: its pairs with later ones, once for each place they share."""
    pairs, indptr = np.zeros(len(shared.names), np.int64), shared.indptr
    for middle in range(len(indptr) - 1):
        begin = shared.across[middle] if shared.split else indptr[middle]
        for e in range(indptr[middle], indptr[middle + 1]):
            pairs[shared.ranks[e]] += indptr[middle + 1] - max(e + 1, begin)
    return pairs


@compiled
def others_begin(indptr: Int64Array, ranks: AnyArray, split: int) -> Int64Array:
    """Return where the entries of ranks from ``split`` on begin at each middle node."""
    across = np.empty(len(indptr) - 1, np.int64)
    for middle in range(len(across)):
        first, last = indptr[middle], indptr[middle + 1]
        across[middle] = first + np.searchsorted(ranks[first:last], split)
    return across


@compiled
def reachable(indptr: Int64Array, ranks: AnyArray, size: int) -> Int64Array:
    """Return for each rank how many others it can have anything in common with, at most."""
    others = np.zeros(size, np.int64)
    for middle in range(len(indptr) - 1):
        for e in range(indptr[middle], indptr[middle + 1]):
            others[ranks[e]] += indptr[middle + 1] - indptr[middle] - 1
    for rank in range(size):
        others[rank] = min(others[rank], size - 1)
    return others


@compiled
def first_ranks(indptr: Int64Array, ranks: AnyArray, size: int) -> Int32Array:
    """Return the first rank that comes at each middle node, ``size`` where none does."""
    firsts = np.full(len(indptr) - 1, size, np.int32)
    for middle in range(len(firsts)):
        if indptr[middle] < indptr[middle + 1]:
            firsts[middle] = ranks[indptr[middle]]
    return firsts


@compiled
def offer_rows(
    first: int, last: int, shared: Incidence, room: Room, offers: tuple[BufferArrays, ...]
) -> None:
    """Sum up the pairs of each ``first <= i < last`` with every later ``j``, and offer each to both."""
    find_stretches(first, last, shared, room)
    for row in range(first, last):
        _add(row, first, shared, room)
        for buffers in offers:
            offer_row(row, max(row + 1, shared.split), room.sums, shared.names, buffers)
        clear_after(row, room.sums)


@nested
def clear_after(row: int, sums: AnyArray) -> None:
    """Set the sums of all columns after a row back to zero."""
    for column in range(np.uint64(row + 1), np.uint64(len(sums))):
        sums[column] = 0.0


@nested
def find_stretches(first: int, last: int, shared: Incidence, room: Room) -> None:
    """Find the entries of later rows that share each middle node of some rows, and what that node weighs.

    It is done for all of them before any is gone through: what lies far apart in memory then comes in at once. Middle
    nodes are gone through in order, so those of each row are in order as well.
    """
    ranks, indptr, none = shared.ranks, shared.indptr, np.int64(len(shared.names))
    for row in range(first, last):
        room.filled[row - first] = shared.begins[row] - shared.begins[first]
    for m in range(len(room.coming)):
        # Unsigned throughout: otherwise each access would first look whether its index is negative.
        middle = np.uint64(m)
        rank = np.int64(room.coming[middle])
        if rank >= last:
            continue
        place, end = np.uint64(room.places[middle]), np.uint64(indptr[middle + np.uint64(1)])
        while rank < last:
            place += np.uint64(1)
            if rank >= first:
                slot = np.uint64(room.filled[np.uint64(rank - first)])
                begin = place
                if shared.split:
                    room.owns[slot] = place - np.uint64(1)
                    begin = max(place, np.uint64(shared.across[middle]))
                room.starts[slot], room.ends[slot], room.via[slot] = begin, end, shared.via[middle]
                room.filled[np.uint64(rank - first)] = slot + np.uint64(1)
            rank = np.int64(ranks[place]) if place < end else none
        room.places[middle], room.coming[middle] = place, rank


@compiled
def stretches(row: int, first: int, shared: Incidence) -> tuple[Any, Any]:
    """Return where the stretches of a row begin and end, of those that were found from the row ``first`` on."""
    before = shared.begins[first]
    return np.uint64(shared.begins[row] - before), np.uint64(shared.begins[row + 1] - before)


@nested
def own_entry(stretch: Any, shared: Incidence, room: Room) -> Any:
    """Return where the own entry of a stretch's row is."""
    return np.uint64(room.owns[stretch] if shared.split else room.starts[stretch] - 1)


@nested
def fetch_ahead(stretch: Any, last: Any, starts: Int64Array, entries: AnyArray) -> None:
    """Ask for the entries of a stretch that comes soon, of those before ``last``."""
    if stretch + np.uint64(_AHEAD) < last:
        for line in range(_LINES):
            prefetch(entries, np.uint64(starts[stretch + np.uint64(_AHEAD)] + line * _LINE))


@nested
def _add(row: int, first: int, shared: Incidence, room: Room) -> None:
    """Add up what a row shares with later ones."""
    ranks, weights, sums = shared.ranks, shared.weights, room.sums
    low, high = stretches(row, first, shared)
    for stretch in range(low, high):
        fetch_ahead(stretch, high, room.starts, ranks)
        start, end, via = np.uint64(room.starts[stretch]), np.uint64(room.ends[stretch]), room.via[stretch]
        if len(weights) == 0:
            for c in range(start, end):
                sums[np.uint64(ranks[c])] += via
        else:
            weight = np.float64(weights[own_entry(stretch, shared, room)])
            for c in range(start, end):
                sums[np.uint64(ranks[c])] += via * (weight * weights[c])


@compiled
def offer_few(first: int, last: int, shared: Incidence, room: Room, offers: tuple[BufferArrays, ...]) -> None:
    """Do as :func:`offer_rows` for rows that share little: only the pairs that share anything are looked at."""
    find_stretches(first, last, shared, room)
    for row in range(first, last):
        count = _reach(row, first, shared, room)
        for buffers in offers:
            offer_reached(row, count, room, shared.names, buffers)
        forget(count, room)


@nested
def _reach(row: int, first: int, shared: Incidence, room: Room) -> int:
    """Add up what a row shares with later ones, and note which; return how many they are."""
    ranks, weights, sums, even = shared.ranks, shared.weights, room.sums, len(shared.weights) == 0
    count = 0
    low, high = stretches(row, first, shared)
    for stretch in range(low, high):
        start, end, via = np.uint64(room.starts[stretch]), np.uint64(room.ends[stretch]), room.via[stretch]
        weight = 1.0 if even else np.float64(weights[own_entry(stretch, shared, room)])
        for c in range(start, end):
            column = ranks[c]
            term = via if even else via * (weight * weights[c])
            if sums[column] == 0.0 and term > 0.0:
                room.reached[count] = column
                count += 1
            sums[column] += term
    return count


@compiled
def forget(count: int, room: Room) -> None:
    """Set the sums of the ``count`` columns that have been reached back to zero."""
    for r in range(count):
        room.sums[room.reached[r]] = 0.0
