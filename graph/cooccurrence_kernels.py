"""The inner loops of finding everybody's nearest nodes at once, in the manner of :mod:`cinewalk.graph.kernels`.

How alike two nodes are is one sum over what they share, whichever of the two is asked for. So each pair is summed
once and offered to both. Nodes go by rank here, the busiest first, so most of the sums of a row lie close together, in
a processor's cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cinewalk.graph.kernels import CLOSE, compiled, empty_rows, keep_best, store_row, trimmed
from cinewalk.graph.prefetch import prefetch

if TYPE_CHECKING:
    from cinewalk.graph.arrays import AnyArray, Float32Array, FloatArray, Int32Array, Int64Array
    from cinewalk.graph.rows import Rows

#: How many columns are looked at together; in most such groups nothing is near enough.
_GROUP = 32
#: How many columns are looked at before what was found is offered: as long as it takes to fetch the room for it.
_BLOCK = 1024
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

    Entries of the middle node ``m`` before ``places[m]`` belong to earlier rows. ``starts``, ``ends`` and ``weights``
    are for the stretches of one row, one for each of its middle nodes.
    """

    sums: FloatArray
    places: Int64Array
    starts: Int64Array
    ends: Int64Array
    weights: FloatArray


class Offers(NamedTuple):
    """The best offers so far to each node, as they are before they are sharpened.

    The node of rank ``i`` has ``filled[i]`` of them, from ``starts[i]`` on: in ``others`` the position of the other
    node, in ``sums`` the sum. Where there are ``most`` they are sorted out. Only from ``least[i]`` on can an offer be
    among the best ``size``.
    """

    starts: Int64Array
    others: Int32Array
    sums: FloatArray
    filled: Int32Array
    least: FloatArray
    size: int
    most: int


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
        _add(row, shared, room)
        _offer_row(row, room.sums, shared, offers)
        room.sums[row + 1 :] = 0.0


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
    # Where each stretch begins is looked up for all of them before any is gone through: what lies far apart in memory
    # then comes in at once. Unsigned throughout: otherwise each access would first look whether its index is negative.
    for e in range(first, last):
        middle = np.uint64(forward.indices[e])
        place = np.uint64(room.places[middle])
        while ranks[place] < row:
            place += np.uint64(1)
        room.places[middle] = place + np.uint64(1)
        own = e - first
        room.starts[own], room.ends[own] = place + np.uint64(1), shared.indptr[middle + np.uint64(1)]
        room.weights[own] = shared.via[middle]
    for stretch in range(last - first):
        if stretch + _AHEAD < last - first:
            for line in range(_LINES):
                prefetch(ranks, np.uint64(room.starts[stretch + _AHEAD] + line * _LINE))
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
def offer_few(first: int, last: int, shared: Shared, sums: FloatArray, offers: Offers) -> None:
    """Do as :func:`offer_rows` for rows that share little: only the pairs that share anything are looked at.

    ``sums`` is as long as there are nodes, all zeros, and left so.
    """
    ranks, forward, even = shared.ranks, shared.forward, len(shared.weights) == 0
    reached = np.empty(len(sums), np.int32)
    for row in range(first, last):
        count = 0
        for e in range(forward.indptr[shared.names[row]], forward.indptr[shared.names[row] + 1]):
            middle = forward.indices[e]
            stop = np.uint64(shared.indptr[middle + 1])
            place = _from(row + 1, ranks, np.uint64(shared.indptr[middle]), stop)
            via, weight = shared.via[middle], np.float64(forward.values[e])
            for c in range(place, stop):
                column = ranks[c]
                term = via if even else via * (weight * shared.weights[c])
                if sums[column] == 0.0 and term > 0.0:
                    reached[count] = column
                    count += 1
                sums[column] += term
        for r in range(count):
            column = int(reached[r])
            _push(row, column, shared.out[row] * sums[column] * shared.into[column], shared, offers)
            _push(column, row, shared.out[column] * sums[column] * shared.into[row], shared, offers)
            sums[column] = 0.0


@compiled
def _from(wanted: int, ranks: AnyArray, low: Any, high: Any) -> Any:
    """Return the first place in ``low..high`` whose rank is at least ``wanted``."""
    while low < high:
        middle = (low + high) >> np.uint64(1)
        if ranks[middle] < wanted:
            low = middle + np.uint64(1)
        else:
            high = middle
    return low


@compiled
def _offer_row(row: int, sums: FloatArray, shared: Shared, offers: Offers) -> None:
    """Offer the pairs of a row with all later columns to both, where they may be among the best."""
    out, into, least = shared.out, shared.into, offers.least
    own_out, own_into, n = out[row], into[row], len(sums)
    hits = np.empty(_BLOCK + 1, np.int64)
    for block in range(row + 1, n, _BLOCK):
        count, enough = 0, least[row]
        for low in range(block, min(block + _BLOCK, n), _GROUP):
            high = min(low + _GROUP, n)
            near = False
            for c in range(np.uint64(low), np.uint64(high)):
                near |= own_out * sums[c] * into[c] >= enough
                near |= out[c] * sums[c] * own_into >= least[c]
            if not near:
                continue
            before = count
            for c in range(np.uint64(low), np.uint64(high)):
                # Written whether it counts or not: cheaper than guessing which way each one goes.
                hits[np.uint64(count)] = c
                for_row = own_out * sums[c] * into[c] >= enough
                for_column = out[c] * sums[c] * own_into >= least[c]
                count += for_row | for_column
            for h in range(before, count):
                column = np.uint64(hits[np.uint64(h)])
                place = np.uint64(offers.starts[column] + offers.filled[column])
                prefetch(offers.others, place)
                prefetch(offers.sums, place)
        for h in range(count):
            column = hits[h]
            both = sums[np.uint64(column)]
            _push(row, column, own_out * both * into[column], shared, offers)
            _push(column, row, out[column] * both * own_into, shared, offers)


@compiled
def _push(node: int, other: int, value: float, shared: Shared, offers: Offers) -> None:
    """Keep an offer to a node if it may be among the best."""
    if value >= offers.least[node]:
        place = offers.starts[node] + offers.filled[node]
        offers.others[place] = shared.names[other]
        offers.sums[place] = value
        offers.filled[node] += 1
        if offers.filled[node] == offers.most:
            _compact(node, shared.sharpness, offers)


@compiled
def _compact(node: int, sharpness: float, offers: Offers) -> None:
    """Drop all offers to a node but the best ``size``, and ask more of those to come."""
    size, count = offers.size, offers.most
    own = slice(offers.starts[node], offers.starts[node] + count)
    others, sums = offers.others[own], offers.sums[own]
    edge = np.partition(sums, count - size)[count - size]
    # Sharpened, and so rounded, some that are close to the edge may be equal; then their positions decide.
    close = CLOSE / min(sharpness, 1.0)
    low, high = edge * (1.0 - close), edge * (1.0 + close)
    above, near = 0, 0
    names, values = np.empty(count, np.int32), np.empty(count)
    for c in range(count):
        if sums[c] > high:
            above += 1
        elif sums[c] >= low:
            names[near], values[near] = others[c], sums[c] ** sharpness
            near += 1
    kept = keep_best(names, values, near, size - above)
    worst, worst_name = values[kept - 1], names[kept - 1]
    filled = 0
    for c in range(count):
        keep = sums[c] > high
        if not keep and sums[c] >= low:
            value = sums[c] ** sharpness
            keep = value > worst or (value == worst and others[c] <= worst_name)
        if keep:
            others[filled], sums[filled] = others[c], sums[c]
            filled += 1
    offers.filled[node] = filled
    offers.least[node] = max(offers.least[node], low)


@compiled
def best_rows(
    nodes: Int32Array,
    starts: Int64Array,
    others: Int32Array,
    sums: FloatArray,
    filled: Int32Array,
    sharpness: float,
    size: int,
    row_exponent: float,
) -> Rows:
    """Return the best offers to each of ``nodes`` (ranks), sharpened, best first, each row divided as it must be.

    The offers are those of several workers, one row of ``others``, ``sums`` and ``filled`` for each.
    """
    workers, n = filled.shape
    built = empty_rows(len(nodes), size, n)
    room = workers * (np.max(starts[1:] - starts[:-1]) if n else 0)
    indices, values = np.empty(room, np.int32), np.empty(room)
    for s in range(len(nodes)):
        node, count = nodes[s], 0
        for w in range(workers):
            for c in range(filled[w, node]):
                place = starts[node] + c
                value = sums[w, place] ** sharpness
                if value > 0.0:
                    indices[count], values[count] = others[w, place], value
                    count += 1
        kept = keep_best(indices, values, count, size)
        store_row(built, s, indices, values, kept, row_exponent)
    return trimmed(built)
