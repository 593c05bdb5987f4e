"""Arrow arrays over the memory of numpy's.

``pyarrow.array`` looks whether it was given something of pandas, and imports pandas for that: 46 MB and a third of a
second, which nothing here needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.model.ids import StringArray

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import AnyArray, BoolArray


def numbers(values: AnyArray, known: BoolArray | None = None) -> Any:
    """Return numbers as an Arrow array.

    Parameters
    ----------
    values
        The numbers.
    known
        For each, whether it is there; all are by default.

    Examples
    --------
    >>> numbers(np.array([7, 8], np.int16), np.array([True, False])).to_pylist()
    [7, None]
    """
    import pyarrow as pa  # type: ignore[import-untyped]

    there = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [there, pa.py_buffer(np.ascontiguousarray(values))])


def strings(values: StringArray) -> Any:
    """Return strings as an Arrow array.

    >>> from cinewalk.graph.model.ids import StringArray
    >>> strings(StringArray.of(["Alien", "Amélie"])).to_pylist()
    ['Alien', 'Amélie']
    """
    import pyarrow as pa

    buffers = [None, pa.py_buffer(values.offsets), pa.py_buffer(values.data)]
    return pa.Array.from_buffers(pa.large_string(), len(values), buffers).cast(pa.string())


def repeated(text: str, length: int) -> Any:
    """Return one string so many times.

    >>> repeated("blend", 2).to_pylist()
    ['blend', 'blend']
    """
    return strings(StringArray.of([text])).take(numbers(np.zeros(length, np.int32)))


def empty_lists(kind: Any, length: int) -> Any:
    """Return so many empty lists of an Arrow type.

    >>> import pyarrow as pa
    >>> empty_lists(pa.list_(pa.int8()), 2).to_pylist()
    [[], []]
    """
    import pyarrow as pa

    nothing = pa.nulls(0, kind.value_type)
    return pa.ListArray.from_arrays(numbers(np.zeros(length + 1, np.int32)), nothing, type=kind)
