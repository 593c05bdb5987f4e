"""Everybody's nearest nodes, in the way that suits the size of the graph; either gives the same numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.parallel import rows_of_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.numeric.arrays import CSR
    from cinewalk.graph.numeric.cooccurrence import NearestQuery
    from cinewalk.graph.numeric.kernels import Neighbourhood
    from cinewalk.graph.numeric.progress import RowProgress

#: So many steps over a middle node are taken in a moment, one row after the other.
_FEW_STEPS = 1 << 26


def nearest_of_each(wanted: Sequence[NearestQuery], progress: RowProgress = None) -> list[CSR]:
    """Return the nearest nodes of every node by each of several walks, best first.

    On a small graph row by row, on others by pairs (:func:`cinewalk.graph.numeric.cooccurrence.nearest_by_each`),
    whose loops take ten seconds to be compiled: nobody waits for them before a first list.

    Parameters
    ----------
    wanted
        Walks over the same edges that weigh middle nodes alike; they may differ in everything else.
    progress
        Told how many of how many rows are done.
    """
    if is_small(wanted[0].walk) and all(query.kind is np.float32 for query in wanted):
        return [_row_by_row(query, progress) for query in wanted]
    from cinewalk.graph.numeric.cooccurrence import nearest_by_each

    return nearest_by_each(wanted, progress)


def is_small(walk: Neighbourhood) -> bool:
    """Tell whether a walk takes few steps, ``Σ_m d_m²`` over its middle nodes: row by row is soon done."""
    meeting = np.diff(walk.backward.indptr).astype(np.float64)
    return float(meeting @ meeting) <= _FEW_STEPS


def _row_by_row(query: NearestQuery, progress: RowProgress) -> CSR:
    kernel = partial(kernels.neighbour_rows, walk=query.walk, row_exponent=query.row_exponent)
    return rows_of_all(kernel, len(query.walk.out), progress)
