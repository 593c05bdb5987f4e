"""The array types that the graph and its walks are made of."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
BoolArray = NDArray[np.bool_]
UInt16Array = NDArray[np.uint16]
UInt32Array = NDArray[np.uint32]
Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]
Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
AnyArray = NDArray[Any]

_A = TypeVar("_A", bound=np.generic)


def frozen(array: NDArray[_A]) -> NDArray[_A]:
    """Return a read-only, plain, contiguous view of ``array`` (a copy only where it is not contiguous).

    >>> frozen(np.arange(3)).flags.writeable
    False
    """
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view


class CSR(NamedTuple):
    """Weighted rows: ``indices`` and ``values`` of row ``r`` lie at ``indptr[r]:indptr[r + 1]``."""

    indptr: Int64Array
    indices: Int32Array
    values: Float32Array
