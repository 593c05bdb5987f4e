"""Arrow arrays over the memory of numpy's.

``pyarrow.array`` looks whether it was given something of pandas, and ``to_numpy`` goes by pandas: both import it, 46 MB
and a third of a second, which nothing here needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.numeric.arrays import CSR, frozen

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


def plain(values: Any) -> AnyArray:
    """Return the numbers of an Arrow array, none of them missing, over the same memory.

    >>> plain(numbers(np.array([7, 8, 9], np.int16))[1:]).tolist()
    [8, 9]
    """
    kind: np.dtype[Any] = np.dtype(values.type.to_pandas_dtype())
    if not len(values):
        return np.empty(0, kind)
    return np.frombuffer(values.buffers()[1], kind, len(values), values.offset * kind.itemsize)


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


def rows_table(rows: CSR) -> Any:
    """Return rows as an Arrow table: a row a node, in lists of other nodes and of values.

    >>> rows = CSR(np.array([0, 1, 1]), np.array([4], np.int32), np.array([0.5]))
    >>> rows_table(rows).to_pylist()
    [{'others': [4], 'values': [0.5]}, {'others': [], 'values': []}]
    """
    import pyarrow as pa

    ends = numbers(rows.indptr.astype(np.int64))
    columns = [pa.LargeListArray.from_arrays(ends, numbers(part)) for part in (rows.indices, rows.values)]
    return pa.table(columns, names=["others", "values"])


def table_rows(table: Any) -> CSR:
    """Return the rows of an Arrow table.

    >>> rows = CSR(np.array([0, 1, 1]), np.array([4], np.int32), np.array([0.5]))
    >>> table_rows(rows_table(rows)).indices.tolist()
    [4]
    """
    others, values = (_whole(table[name]) for name in ("others", "values"))
    indptr = plain(others.offsets) if len(table) else np.zeros(1, np.int64)
    indices, values_ = plain(others.flatten()), plain(values.flatten())
    return CSR(frozen(indptr - indptr[0]), frozen(indices), frozen(values_))


def _whole(column: Any) -> Any:
    """Return a column as one array; where it is one already, as it is."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
