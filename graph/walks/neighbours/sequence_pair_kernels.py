"""The inner loops of the sequence-aware walk for everybody, beside :mod:`cinewalk.graph.numeric.cooccurrence_kernels`.

A pair of likes counts by how far apart they are and by which came first, so each pair of titles has two sums. The
terms of both are found in one step: what a distance weighs is looked up for both directions at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cinewalk.graph.numeric.cooccurrence_kernels import (
    clear_after,
    fetch_ahead,
    find_stretches,
    forget,
    own_entry,
    stretches,
)
from cinewalk.graph.numeric.intrinsics import compiled, nested
from cinewalk.graph.numeric.topk_buffer_kernels import offer_reached, offer_row
from cinewalk.graph.walks.neighbours.sequence_kernels import order_weights

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, AnyArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.cooccurrence_kernels import Incidence, Room
    from cinewalk.graph.numeric.topk_buffer_kernels import BufferArrays


class InOrder(NamedTuple):
    """When things were liked, and what that weighs.

    ``times`` are twice the ranks by time of the entries of ``Shared.ranks``, each among those of its viewer: whole
    numbers, equal times sharing their mean rank. ``weights`` has two weights of every distance, from the longest
    before to the longest after: of the way there, and as its imaginary part of the way back.
    """

    times: AnyArray
    weights: AnyArray


@compiled
def sort_times(doubled: AnyArray, backward: CSR, names: Int32Array, ranks: AnyArray, times: Any) -> None:
    """Fill in the ``times`` of :class:`InOrder`, from those of the likes in the order of ``backward``."""
    of_title = np.empty(len(names), times.dtype)
    for viewer in range(len(backward.indptr) - 1):
        for e in range(backward.indptr[viewer], backward.indptr[viewer + 1]):
            of_title[backward.indices[e]] = doubled[e]
        for e in range(backward.indptr[viewer], backward.indptr[viewer + 1]):
            times[e] = of_title[names[ranks[e]]]


@compiled
def both_ways(indptr: Int64Array, span: float, ahead: float) -> AnyArray:
    """Return the ``weights`` of :class:`InOrder`."""
    there = order_weights(indptr, span, ahead)
    both = np.empty(len(there), np.complex128)
    for place in range(len(there)):
        both[place] = complex(there[place], there[len(there) - 1 - place])
    return both


@compiled
def offer_rows(
    first: int, last: int, shared: Incidence, room: Room, offers: tuple[BufferArrays, ...], order: InOrder
) -> None:
    """Sum up the pairs of each ``first <= i < last`` with every later ``j``, and offer each to both."""
    find_stretches(first, last, shared, room)
    for row in range(first, last):
        _add(row, first, shared, room, order)
        for buffer in offers:
            offer_row(row, max(row + 1, shared.split), room.sums, shared.names, buffer)
        clear_after(row, room.sums)


@nested
def _add(row: int, first: int, shared: Incidence, room: Room, order: InOrder) -> None:
    """Add up what a row shares with later ones."""
    ranks, weights = shared.ranks, shared.weights
    sums, times, both_weights = room.sums, order.times, order.weights
    low, high = stretches(row, first, shared)
    for stretch in range(low, high):
        fetch_ahead(stretch, high, room.starts, ranks)
        fetch_ahead(stretch, high, room.starts, times)
        start, end, via = np.uint64(room.starts[stretch]), np.uint64(room.ends[stretch]), room.via[stretch]
        entry = own_entry(stretch, shared, room)
        same = _same_time(entry, order)
        if len(weights) == 0:
            for c in range(start, end):
                sums[np.uint64(ranks[c])] += _times(via, both_weights[np.uint64(times[c]) + same])
        else:
            weight = np.float64(weights[entry])
            for c in range(start, end):
                factor = via * (weight * weights[c])
                sums[np.uint64(ranks[c])] += _times(factor, both_weights[np.uint64(times[c]) + same])


@nested
def _same_time(entry: Any, order: InOrder) -> Any:
    """Return where the weight of the time 0 is for a row whose own entry is at ``entry``."""
    return np.uint64(len(order.weights) // 2) - np.uint64(order.times[entry])


@compiled
def _times(factor: float, both: complex) -> complex:
    return complex(factor * both.real, factor * both.imag)


@compiled
def offer_few(
    first: int, last: int, shared: Incidence, room: Room, offers: tuple[BufferArrays, ...], order: InOrder
) -> None:
    """Do as :func:`offer_rows` for rows that share little: only the pairs that share anything are looked at."""
    find_stretches(first, last, shared, room)
    for row in range(first, last):
        count = _reach(row, first, shared, room, order)
        for buffer in offers:
            offer_reached(row, count, room, shared.names, buffer)
        forget(count, room)


@nested
def _reach(row: int, first: int, shared: Incidence, room: Room, order: InOrder) -> int:
    """Add up what a row shares with later ones, and note which; return how many they are."""
    ranks, weights, sums, even = shared.ranks, shared.weights, room.sums, len(shared.weights) == 0
    count = 0
    low, high = stretches(row, first, shared)
    for stretch in range(low, high):
        start, end, via = np.uint64(room.starts[stretch]), np.uint64(room.ends[stretch]), room.via[stretch]
        entry = own_entry(stretch, shared, room)
        weight = 1.0 if even else np.float64(weights[entry])
        same = _same_time(entry, order)
        for c in range(start, end):
            column = ranks[c]
            factor = via if even else via * (weight * weights[c])
            term = _times(factor, order.weights[np.uint64(order.times[c]) + same])
            if sums[column] == 0.0 and term != 0.0:
                room.reached[count] = column
                count += 1
            sums[column] += term
    return count
