"""Finding who may be among the nearest nodes of one start by bounds in 16 bits: in the manner of the other kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.intrinsics import TOGETHER, WORD, add_where, compiled, nested
from cinewalk.graph.numeric.kernels import AHEAD, CLOSE, Neighbourhood, add_rows, ask_ahead
from cinewalk.graph.numeric.topk import GROUP, LEAST, edge_of, lanes_for

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, UInt16Array
    from cinewalk.graph.numeric.bitmaps import Bitmaps

#: The largest sum there is room for.
_ROOM = 65_535

#: Bounds are worked out in floats; so much of them may be lost.
_ROUNDING = 1e-9


@compiled
def shortlist(
    start: int,
    targets: Int32Array,
    terms: FloatArray,
    walk: Neighbourhood,
    bitmaps: Bitmaps,
    indices: Int32Array,
) -> int:
    """Find nodes that include the ``size`` with the largest ``sums_t · into_t``, and all that come close to these.

    ``sums_t`` adds up the ``terms`` of those of the ``targets`` that lead to ``t``. Terms are scaled and rounded to
    whole numbers that add up to no more than 65,535; what all of them have gained and lost by it bounds every sum from
    below and above. Returns how many nodes there are; they are in ``indices``, in order, without the start.
    """
    whole, scale = np.empty(len(terms), np.uint16), (_ROOM - 0.5 * len(terms)) / terms.sum()
    gained = lost = 0.0
    for e in range(len(terms)):
        exact = terms[e] * scale
        nearest = np.floor(exact + 0.5)
        whole[e] = np.uint16(nearest)
        gained += max(nearest - exact, 0.0)
        lost += max(exact - nearest, 0.0)
    sums = _whole_sums(targets, whole, walk, bitmaps)
    if start >= 0:
        sums[start] = 0
    least = _reached(sums, gained, walk) * (1.0 - _ROUNDING - CLOSE / min(walk.sharpness, 1.0))
    return _that_may_reach(max(least, LEAST), start, sums, lost, walk.into, indices)


@nested
def _reached(sums: UInt16Array, gained: float, walk: Neighbourhood) -> float:
    """Return what at least ``size`` nodes come to; see :func:`cinewalk.graph.numeric.topk.enough`."""
    lanes = lanes_for(walk.size, len(walk.into))
    if lanes == 0:
        return 0.0
    best = np.zeros(lanes)
    for first in range(0, len(walk.into), lanes):
        for lane in range(min(lanes, len(walk.into) - first)):
            t = np.uint64(first + lane)
            value = (sums[t] - gained) * walk.into[t]
            best[np.uint64(lane)] = value if value > best[np.uint64(lane)] else best[np.uint64(lane)]
    return edge_of(best, walk.size)


@nested
def _that_may_reach(
    least: float, start: int, sums: UInt16Array, lost: float, into: FloatArray, indices: Int32Array
) -> int:
    """Take the positions of all that may come to at least ``least``, without the start; return how many there are."""
    count = 0
    for low in range(0, len(into), GROUP):
        high, near = min(low + GROUP, len(into)), False
        for t in range(np.uint64(low), np.uint64(high)):
            near |= (sums[t] + lost) * into[t] >= least
        if near:
            for t in range(low, high):
                if t != start and (sums[t] + lost) * into[t] >= least:
                    indices[count] = t
                    count += 1
    return count


@nested
def _whole_sums(
    targets: Int32Array, terms: UInt16Array, walk: Neighbourhood, bitmaps: Bitmaps
) -> UInt16Array:
    """Return the sums of whole terms, with room for whole words of them."""
    words = bitmaps.bits.shape[1]
    sums, room = np.zeros(words * WORD, np.uint16), len(targets) + TOGETHER
    first, crowded_terms, crowded = np.zeros(room, np.uint64), np.zeros(room, np.uint16), 0
    listed, listed_terms, others = np.empty(len(targets), np.int32), np.empty(len(targets), np.uint16), 0
    for e in range(len(targets)):
        slot = bitmaps.slots[targets[e]]
        if slot >= 0:
            first[crowded], crowded_terms[crowded] = slot * words, terms[e]
            crowded += 1
        else:
            listed[others], listed_terms[others] = targets[e], terms[e]
            others += 1
    lists, all_one = walk.backward, np.empty(0, np.float32)
    add_rows(listed[:others], listed_terms[:others], lists.indptr, lists.indices, all_one, sums)
    bits = bitmaps.bits.reshape(-1)
    for c in range(0, crowded, TOGETHER):
        f, t = first[c:], crowded_terms[c:]  # terms beyond those there are add nothing
        rows = (f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7])
        added = (t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7])
        for word in range(np.uint64(words)):
            add_where(sums, word, bits, rows, added)
    return sums


@nested
def exact_sums(
    targets: Int32Array, terms: FloatArray, walk: Neighbourhood, nodes: Int32Array, sums: FloatArray
) -> None:
    """Write what the ``terms`` come to for each of some nodes, added in the order of the targets."""
    slots, shared = np.zeros(len(walk.via), np.uint16), np.empty(len(targets) + 1, np.uint16)
    for e in range(len(targets)):
        slots[targets[e]] = e + 1
    indptr, ends = walk.forward.indptr, walk.forward.indices
    for c in range(len(nodes)):
        if c + AHEAD < len(nodes):
            ask_ahead(ends, indptr[nodes[c + AHEAD]])
        # What is shared is gathered first: it is little, and to ask at each whether it is takes longer.
        matches = 0
        for f in range(np.uint64(indptr[nodes[c]]), np.uint64(indptr[nodes[c] + 1])):
            slot = slots[np.uint64(ends[f])]
            shared[np.uint64(matches)] = slot
            matches += slot != 0
        total = 0.0
        for s in range(matches):
            total += terms[shared[s] - 1]
        sums[c] = total
