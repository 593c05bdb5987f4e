"""Strings in flat arrays, and the two-way map between external ids and positions ``0..n-1``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, overload

import numpy as np

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import Bytes, Int64Array

from cinewalk.graph.numeric.arrays import Portable, frozen


class StringArray(Portable, Sequence[str]):
    """An immutable sequence of strings in two arrays, so that it can be memory-mapped.

    Parameters
    ----------
    data
        All strings in UTF-8, end to end.
    offsets
        ``offsets[i]:offsets[i + 1]`` is string ``i`` in ``data``; ``n + 1`` numbers.

    Examples
    --------
    >>> names = StringArray.of(["Alien", "Amélie"])
    >>> names[1], len(names)
    ('Amélie', 2)
    """

    __slots__ = ("data", "offsets")

    def __init__(self, data: Bytes, offsets: Int64Array) -> None:
        self.data, self.offsets = frozen(data), frozen(offsets)

    @classmethod
    def of(cls, strings: Iterable[str]) -> StringArray:
        """Lay out ``strings``, in their order."""
        encoded = [string.encode() for string in strings]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(string) for string in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets)

    def encoded(self, index: int) -> bytes:
        """Return string ``index`` in UTF-8."""
        return self.data[self.offsets[index] : self.offsets[index + 1]].tobytes()

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self.encoded(i).decode() for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self.encoded(int(index) % len(self)).decode()

    def __repr__(self) -> str:
        return f"StringArray({self[:3]!r}{', …' if len(self) > 3 else ''})"


@dataclass(frozen=True, slots=True)
class IdMap:
    """External ids (strings) and their positions ``0..n-1``.

    Positions follow the ids' code-point order, so a tie broken by position is a tie broken by id.

    Parameters
    ----------
    ids
        The ids, sorted and distinct.

    Examples
    --------
    >>> users = IdMap.of(["b", "a", "c"])
    >>> users.position("b"), users.ids[0], "z" in users
    (1, 'a', False)
    """

    ids: StringArray

    @classmethod
    def of(cls, ids: Iterable[str]) -> IdMap:
        """Map the distinct ``ids``."""
        return cls(StringArray.of(sorted(set(ids))))

    def find(self, external: str) -> int | None:
        """Return the position of an id, or ``None`` where there is no such id. Cost: O(log n)."""
        key, low, high = external.encode("utf-8", "surrogatepass"), 0, len(self.ids)
        while low < high:
            middle = (low + high) // 2
            if self.ids.encoded(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self.ids) and self.ids.encoded(low) == key else None

    def position(self, external: str) -> int:
        """Return the position of an id.

        Raises
        ------
        KeyError
            Where there is no such id.
        """
        position = self.find(external)
        if position is None:
            raise KeyError(external)
        return position

    def __contains__(self, external: object) -> bool:
        return isinstance(external, str) and self.find(external) is not None

    def __len__(self) -> int:
        return len(self.ids)


#: In a list, what stands where it has no title.
NO_TITLE: Final = -1
