"""The inner loops of bringing rows up to date, in the manner of :mod:`cinewalk.graph.numeric.kernels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.numeric.intrinsics import compiled

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import BoolArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.kernels import Neighbourhood


@compiled
def differing(
    before: CSR,
    after: CSR,
    times_before: Int64Array,
    times_after: Int64Array,
    origin: Int32Array,
    now: Int32Array,
) -> BoolArray:
    """Tell of each row of ``after`` whether it is another than before; so is every new one.

    ``origin[r]`` is the row that ``r`` was before, -1 where there was none; ``now[c]`` the column that ``c`` is after,
    -1 where it has gone. Times count where there are any.
    """
    timed = len(times_after) > 0
    differs = np.ones(len(origin), np.bool_)
    for row in range(len(origin)):
        if origin[row] < 0:
            continue
        first, last = after.indptr[row], after.indptr[row + 1]
        start = before.indptr[origin[row]]
        if before.indptr[origin[row] + 1] - start != last - first:
            continue
        same = True
        for e in range(last - first):
            same &= now[before.indices[start + e]] == after.indices[first + e]
            same &= before.values[start + e] == after.values[first + e]
            if timed:
                same &= times_before[start + e] == times_after[first + e]
        differs[row] = not same
    return differs


@compiled
def mark_ends(rows: CSR, chosen: BoolArray, now: Int32Array, marked: BoolArray) -> None:
    """Mark the columns of the chosen rows, each at the place that it has ``now``, -1 for none."""
    for row in range(len(chosen)):
        if chosen[row]:
            for e in range(rows.indptr[row], rows.indptr[row + 1]):
                place = now[rows.indices[e]]
                if place >= 0:
                    marked[place] = True


@compiled
def naming(rows: CSR, columns: BoolArray) -> BoolArray:
    """Tell of each row whether it names any of the columns."""
    named = np.zeros(len(rows.indptr) - 1, np.bool_)
    for row in range(len(named)):
        for e in range(rows.indptr[row], rows.indptr[row + 1]):
            if columns[rows.indices[e]]:
                named[row] = True
                break
    return named


@compiled
def steps(walk: Neighbourhood) -> Int64Array:
    """Count for each node how many ways lead from it over a middle node to an end: what its row costs."""
    counts = np.zeros(len(walk.out), np.int64)
    for node in range(len(counts)):
        for e in range(walk.forward.indptr[node], walk.forward.indptr[node + 1]):
            middle = walk.forward.indices[e]
            counts[node] += walk.backward.indptr[middle + 1] - walk.backward.indptr[middle]
    return counts


@compiled
def joined(before: CSR, origin: Int32Array, now: Int32Array, fresh: CSR, places: Int32Array) -> CSR:
    """Return row ``places[r]`` of ``fresh`` for each ``r``, or what it was before, renumbered, where that is -1."""
    indptr = np.zeros(len(origin) + 1, np.int64)
    for row in range(len(origin)):
        source, place = (before, origin[row]) if places[row] < 0 else (fresh, places[row])
        indptr[row + 1] = indptr[row] + source.indptr[place + 1] - source.indptr[place]
    indices, values = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32)
    for row in range(len(origin)):
        filled = indptr[row]
        if places[row] >= 0:
            start = fresh.indptr[places[row]]
            for e in range(indptr[row + 1] - filled):
                indices[filled + e] = fresh.indices[start + e]
                values[filled + e] = fresh.values[start + e]
        else:
            start = before.indptr[origin[row]]
            for e in range(indptr[row + 1] - filled):
                indices[filled + e] = now[before.indices[start + e]]
                values[filled + e] = before.values[start + e]
    return CSR(indptr, indices, values)
