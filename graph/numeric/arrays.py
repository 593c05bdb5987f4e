"""The array types that the graph and its walks are made of, and how values of arrays travel: pickled or copied."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
BoolArray = NDArray[np.bool_]
Int8Array = NDArray[np.int8]
UInt16Array = NDArray[np.uint16]
UInt32Array = NDArray[np.uint32]
Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]
Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
AnyArray = NDArray[Any]

_A = TypeVar("_A", bound=np.generic)
_K = TypeVar("_K")
_V = TypeVar("_V")


def frozen(array: NDArray[_A]) -> NDArray[_A]:
    """Return a read-only, plain, contiguous view of ``array`` (a copy only where it is not contiguous).

    >>> frozen(np.arange(3)).flags.writeable
    False
    """
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view


def let_go(array: AnyArray) -> None:
    """Give the memory back into which a file has been mapped; what is needed again is read again.

    An array of another kind is left as it is.

    >>> numbers = np.arange(3)
    >>> let_go(numbers)
    >>> numbers.tolist()
    [0, 1, 2]
    """
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def remade(make: Callable[..., Any], *parts: Any) -> Any:
    """Make a value of its parts again; arrays are read-only again, which pickling and copying them forgets."""
    return make(*(_refrozen(part) for part in parts))


def places_of(indptr: Int64Array, rows: Int32Array) -> tuple[Int64Array, Int64Array]:
    """Return where the entries of some rows lie, row after row, and where each of these rows begins among them.

    >>> begins, places = places_of(np.array([0, 2, 2, 5]), np.array([2, 0], np.int32))
    >>> begins.tolist(), places.tolist()
    ([0, 3, 5], [2, 3, 4, 0, 1])
    """
    starts, lengths = indptr[rows], indptr[rows + 1] - indptr[rows]
    begins = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(lengths, out=begins[1:])
    return begins, np.arange(begins[-1]) + np.repeat(starts - begins[:-1], lengths)


class Portable:
    """What can be pickled and copied: a value that its slots, in their order, make again; arrays stay read-only.

    Arrays that are mapped from a file become ordinary ones.

    Examples
    --------
    >>> import pickle
    >>> from cinewalk.graph.model.ids import StringArray
    >>> names = pickle.loads(pickle.dumps(StringArray.of(["Alien"])))
    >>> names, names.data.flags.writeable
    (StringArray(['Alien']), False)
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        names: tuple[str, ...] = self.__slots__
        return remade, (type(self), *(getattr(self, name) for name in names))


class FrozenMapping(Mapping[_K, _V]):
    """A mapping that nobody can change, and that can be pickled and copied; arrays in it stay read-only.

    Parameters
    ----------
    items
        What it holds; what is done to that later does not show.

    Examples
    --------
    >>> FrozenMapping({"a": 1})
    FrozenMapping({'a': 1})
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[_K, _V] | None = None) -> None:
        self._items = dict(items or {})

    def __getitem__(self, key: _K) -> _V:
        return self._items[key]

    def __iter__(self) -> Iterator[_K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade_mapping, (self._items,)

    def __repr__(self) -> str:
        return f"FrozenMapping({self._items!r})"


def _remade_mapping(items: dict[Any, Any]) -> FrozenMapping[Any, Any]:
    return FrozenMapping({key: _refrozen(value) for key, value in items.items()})


def _refrozen(part: Any) -> Any:
    return frozen(part) if isinstance(part, np.ndarray) else part


class CSR(NamedTuple):
    """Weighted rows: ``indices`` and ``values`` of row ``r`` lie at ``indptr[r]:indptr[r + 1]``."""

    indptr: Int64Array
    indices: Int32Array
    values: Float32Array

    def __reduce__(self) -> tuple[Any, ...]:
        return remade, (CSR, *self)


class Basis(NamedTuple):
    """A subspace that rows are weighed in: each row has a vector there, rounded to 8 bits.

    Row ``r`` is at ``scales_r · vectors_r``; ``vectors`` has shape (rows, dimensions) and whole numbers from -127 to
    127, so that products of two rows are exact in any order of adding up. ``weights`` is how much each row counts.
    """

    vectors: Int8Array
    scales: Float32Array
    weights: FloatArray

    def __reduce__(self) -> tuple[Any, ...]:
        return remade, (Basis, *self)
