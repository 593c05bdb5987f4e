"""Weighted rows: the form in which every walk takes its edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cinewalk.graph.arrays import Float32Array, Int32Array, Int64Array


class Rows(NamedTuple):
    """Weighted rows: ``indices`` and ``values`` of row ``r`` lie at ``indptr[r]:indptr[r + 1]``."""

    indptr: Int64Array
    indices: Int32Array
    values: Float32Array
