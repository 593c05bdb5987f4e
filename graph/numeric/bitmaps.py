"""Nodes that many lead to, as a bitmap index: going through a bit for everybody is faster than through a long list.

References
----------
Chan, Ioannidis, "Bitmap index design and evaluation", SIGMOD 1998, doi:10.1145/276304.276336.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.graph.numeric.intrinsics import WORD, compiled

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import CSR, Int32Array, UInt32Array

#: A node has a crowd if at least one of so many is in it: bits take up to twice the memory of the list there.
_RARE: Final = 64

#: Sums for fewer nodes lie in the cache anyway.
_MANY: Final = 16_384


class Bitmaps(NamedTuple):
    """Who leads to each of the nodes that many lead to.

    ``slots`` says for each node which of the rows of ``bits`` is its own, -1 for a node without a crowd; bit ``b`` of
    word ``w`` of a row stands for ``32 w + b``.
    """

    slots: Int32Array
    bits: UInt32Array


#: Where there are no bitmaps.
NOBODY: Final = Bitmaps(np.empty(0, np.int32), np.empty((0, 0), np.uint32))


def bitmaps(rows: CSR, size: int) -> Bitmaps:
    """Find the bitmaps of rows of ``size`` nodes; none where nodes are few. Cost: ``O(edges)``."""
    return bitmaps_of(rows, size) if size >= _MANY else NOBODY


def bitmaps_of(rows: CSR, size: int) -> Bitmaps:
    """Find the bitmaps of rows of ``size`` nodes, however few these are."""
    lengths = np.diff(rows.indptr)
    crowded = np.flatnonzero(lengths * _RARE >= max(size, 1)).astype(np.int32)
    slots = np.full(len(lengths), -1, np.int32)
    slots[crowded] = np.arange(len(crowded), dtype=np.int32)
    bits = np.zeros((len(crowded), -(-size // WORD)), np.uint32)
    _set_bits(crowded, rows, bits)
    return Bitmaps(slots, bits)


@compiled
def _set_bits(crowded: Int32Array, rows: CSR, bits: UInt32Array) -> None:
    for slot in range(len(crowded)):
        row_bits = bits[slot]
        for e in range(np.uint64(rows.indptr[crowded[slot]]), np.uint64(rows.indptr[crowded[slot] + 1])):
            place = np.uint32(rows.indices[e])
            row_bits[np.uint64(place >> np.uint32(5))] |= np.uint32(1) << (place & np.uint32(31))
