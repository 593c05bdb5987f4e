"""Keeping the best of what is offered to each node: inner loops of :mod:`cinewalk.graph.numeric.cooccurrence`.

A pair of nodes is offered to both. Where it has one sum in each direction, these are the two parts of a complex
number: two floats beside each other. No complex arithmetic is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled, nested, prefetch
from cinewalk.graph.numeric.kernels import CLOSE, total_of
from cinewalk.graph.numeric.topk import edge_of, keep_best

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.cooccurrence_kernels import Room

#: How many columns are looked at together; in most such groups nothing is near enough.
_GROUP = 32
#: How many columns are looked at before what was found is offered: as long as it takes to fetch the room for it.
_BLOCK = 1024


class BufferArrays(NamedTuple):
    """The best offers so far to each node, as they are before they are sharpened.

    ``out`` and ``into`` weigh the nodes, by rank, as the start of a walk and as its end. The node of rank ``i`` has
    ``filled[i]`` offers, from ``starts[i]`` on: in ``others`` the position of the other node, in ``sums`` the sum.
    Where there are ``most`` they are sorted out. Only from ``least[i]`` on can an offer be among the best ``size``.
    """

    out: FloatArray
    into: FloatArray
    starts: Int64Array
    others: AnyArray
    sums: FloatArray
    filled: Int32Array
    least: FloatArray
    sharpness: float
    size: int
    most: int


@nested
def offer_row(row: int, begin: int, sums: AnyArray, names: Int32Array, offers: BufferArrays) -> None:
    """Offer the pairs of a row with all columns from ``begin`` on to both, where they may be among the best."""
    out, into, least = offers.out, offers.into, offers.least
    own_out, own_into, n = out[row], into[row], len(sums)
    hits = np.empty(_BLOCK + 1, np.int64)
    for block in range(begin, n, _BLOCK):
        count, enough = 0, least[row]
        for low in range(block, min(block + _BLOCK, n), _GROUP):
            high = min(low + _GROUP, n)
            near = False
            for c in range(np.uint64(low), np.uint64(high)):
                near |= own_out * _there(sums[c]) * into[c] >= enough
                near |= out[c] * _back(sums[c]) * own_into >= least[c]
            if not near:
                continue
            before = count
            for c in range(np.uint64(low), np.uint64(high)):
                # Written whether it counts or not: cheaper than guessing which way each one goes.
                hits[np.uint64(count)] = c
                for_row = own_out * _there(sums[c]) * into[c] >= enough
                for_column = out[c] * _back(sums[c]) * own_into >= least[c]
                count += for_row | for_column
            for h in range(before, count):
                column = np.uint64(hits[np.uint64(h)])
                place = np.uint64(offers.starts[column] + offers.filled[column])
                prefetch(offers.others, place)
                prefetch(offers.sums, place)
        for h in range(count):
            column = hits[h]
            both = sums[np.uint64(column)]
            if _push(row, names[column], own_out * _there(both) * into[column], offers):
                compact(row, offers)
            if _push(column, names[row], out[column] * _back(both) * own_into, offers):
                compact(column, offers)


@nested
def offer_reached(row: int, count: int, room: Room, names: Int32Array, offers: BufferArrays) -> None:
    """Offer the pairs of a row with the ``count`` columns it has reached to both."""
    out, into = offers.out, offers.into
    for r in range(count):
        column = int(room.reached[r])
        both = room.sums[column]
        if _push(row, names[column], out[row] * _there(both) * into[column], offers):
            compact(row, offers)
        if _push(column, names[row], out[column] * _back(both) * into[row], offers):
            compact(column, offers)


@nested
def _there(both: Any) -> Any:
    """Return what leads from the row to the column, of the sum or the two sums of a pair."""
    return both.real


@nested
def _back(both: Any) -> Any:
    """Return what leads from the column to the row: the same where a pair has one sum."""
    return both.imag if np.iscomplexobj(both) else both.real


@nested
def _push(node: int, name: int, value: float, offers: BufferArrays) -> bool:
    """Keep an offer to a node if it may be among the best; return whether they have to be sorted out."""
    if value < offers.least[node]:
        return False
    place = offers.starts[node] + offers.filled[node]
    offers.others[place] = name
    offers.sums[place] = value
    offers.filled[node] += 1
    return bool(offers.filled[node] == offers.most)


@compiled
def compact(node: int, offers: BufferArrays) -> None:
    """Drop all offers to a node but the best ``size``, of more than that, and ask more of those to come."""
    size, count, sharpness = offers.size, int(offers.filled[node]), offers.sharpness
    first = offers.starts[node]
    others, sums = offers.others[first : first + count], offers.sums[first : first + count]
    edge = edge_of(sums, size)
    # Sharpened, and so rounded, some that are close to the edge may be equal; then their positions decide.
    close = CLOSE / min(sharpness, 1.0)
    low, high = edge * (1.0 - close), edge * (1.0 + close)
    filled = 0
    for c in range(np.uint64(0), np.uint64(count)):
        # Written whether it is kept or not: cheaper than guessing which way each one goes.
        others[np.uint64(filled)], sums[np.uint64(filled)] = others[c], sums[c]
        filled += sums[c] >= low
    if filled > size:
        filled = _without_last(others[:filled], sums[:filled], high, sharpness, size)
    offers.filled[node] = filled
    offers.least[node] = max(offers.least[node], low)


@compiled
def compact_all(offers: BufferArrays) -> None:
    """Leave to each node its best ``size`` offers at most."""
    for node in range(len(offers.filled)):
        if offers.filled[node] > offers.size:
            compact(node, offers)


@nested
def _without_last(others: AnyArray, sums: FloatArray, high: float, sharpness: float, size: int) -> int:
    """Keep ``size`` offers of those that are above ``high`` and, by their sharpened values, of those that are not."""
    above, near = 0, 0
    names, values = np.empty(len(sums), np.int32), np.empty(len(sums))
    for c in range(len(sums)):
        if sums[c] > high:
            above += 1
        else:
            names[near], values[near] = others[c], sums[c] ** sharpness
            near += 1
    kept = keep_best(names, values, near, size - above)
    worst, worst_name = values[kept - 1], names[kept - 1]
    filled = 0
    for c in range(len(sums)):
        keep = sums[c] > high
        if not keep:
            value = sums[c] ** sharpness
            keep = value > worst or (value == worst and others[c] <= worst_name)
        if keep:
            others[filled], sums[filled] = others[c], sums[c]
            filled += 1
    return filled


@compiled
def settle(
    first: int,
    last: int,
    starts: Int64Array,
    others: AnyArray,
    sums: FloatArray,
    filled: Int32Array,
    sharpness: float,
    size: int,
    row_exponent: float,
) -> None:
    """Leave to each node of rank ``first <= i < last`` its row: the best offers, sharpened, best first, and divided.

    The offers are those of several workers, one row of ``others``, ``sums`` and ``filled`` for each; what is left
    takes the place of the first one's.
    """
    workers = len(filled)
    longest = 0
    for node in range(first, last):
        longest = max(longest, starts[node + 1] - starts[node])
    indices, values = np.empty(workers * longest, np.int32), np.empty(workers * longest)
    for node in range(first, last):
        start, count = starts[node], 0
        for w in range(workers):
            for place in range(start, start + filled[w, node]):
                value = sums[w, place] ** sharpness
                if value > 0.0:
                    indices[count], values[count] = others[w, place], value
                    count += 1
        kept = keep_best(indices, values, count, size)
        scale = total_of(values, kept) ** row_exponent if kept else 1.0
        for c in range(kept):
            others[0, start + c], sums[0, start + c] = indices[c], values[c] / scale
        filled[0, node] = kept


@compiled
def bring_together(
    rank: Int32Array, starts: Int64Array, scattered: AnyArray, indptr: Int64Array, gathered: Any
) -> None:
    """Fill the rows of ``gathered`` in the order of the nodes' positions, from where their ranks have them."""
    for node in range(len(rank)):
        start = starts[rank[node]]
        for place in range(indptr[node], indptr[node + 1]):
            gathered[place] = scattered[start]
            start += 1
