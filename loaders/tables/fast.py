"""The fast way to read a block of lines: only for one that is nothing but plain numbers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from cinewalk.loaders.tables.cells import READERS
from cinewalk.loaders.tables.checks import read_thumb

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from cinewalk.loaders.tables.layouts import Layout

_DIGIT, _SEPARATOR, _POINT, _OTHER = 0, 1, 2, 3
_CLASSES: Final = bytes(
    _DIGIT if byte in b"0123456789" else _POINT if byte in b"." else _OTHER for byte in range(256)
)
#: Readers that take a plain decimal number for what it is.
_PLAIN: Final = frozenset({*READERS.values(), read_thumb})
_PIECE: Final = 1 << 18
#: Up to so many characters, int64 and the parser's floats are exact.
_LONGEST: Final = {"id": 18, "integer": 18, "time": 18, "float": 15}


def read_fast(data: bytes, first_line: int, layout: Layout) -> pd.DataFrame | None:
    """Read a block of lines with pandas' C parser, where every cell is a plain decimal number.

    The bytes are looked at first: each line has exactly the cells that it should have, and no cell is
    one that the parser and :mod:`cinewalk.loaders.tables.cells` could take for different values.

    Returns
    -------
    pandas.DataFrame or None
        The columns, typed, indexed by line number; None where the block needs the careful way.
    """
    if not _is_numeric(layout):
        return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if not data.endswith(b"\n"):
        data += b"\n"
    if not all(_is_plain(piece, layout) for piece in _pieces(data)):
        return None
    width = len(layout.delimiter)
    used = {place * width: known for place, known in enumerate(layout.fields) if known is not None}
    types = {place: "float64" if known.kind == "float" else "int64" for place, known in used.items()}
    try:
        frame = pd.read_csv(
            io.BytesIO(data),
            sep=layout.delimiter[0],
            header=None,
            usecols=list(used),
            dtype=types,
            engine="c",
            quoting=3,
            na_filter=False,
            low_memory=False,
        )
    except (ValueError, OverflowError):
        return None
    frame.columns = pd.Index([known.name for known in used.values()])
    frame.index = pd.RangeIndex(first_line, first_line + len(frame))
    return frame.assign(**layout.constants)


def _is_numeric(layout: Layout) -> bool:
    """Tell whether every column that is kept is a number that is read in the plain way."""
    return layout.combine is None and all(
        known is None or (known.kind in _LONGEST and known.read in _PLAIN) for known in layout.fields
    )


def _pieces(data: bytes) -> Iterator[bytes]:
    """Cut whole lines into pieces that fit into a processor's cache, which makes looking at them quick."""
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + _PIECE) + 1 or data.index(b"\n", start) + 1
        yield data[start:end]
        start = end


def _is_plain(data: bytes, layout: Layout) -> bool:
    """Tell whether every line has the right number of cells, and every cell is a plain decimal number."""
    delimiter, width, fields = ord(layout.delimiter[0]), len(layout.delimiter), len(layout.fields)
    table = bytearray(_CLASSES)
    table[delimiter] = table[ord("\n")] = _SEPARATOR
    text = np.frombuffer(data, np.uint8)
    classes = np.frombuffer(data.translate(bytes(table)), np.uint8)
    if classes.max() == _OTHER:
        return False
    separators = np.flatnonzero(classes == _SEPARATOR)
    in_line = (fields - 1) * width + 1
    if separators.size % in_line:
        return False
    grid = separators.reshape(-1, in_line)
    pattern = np.full(in_line, delimiter, np.uint8)
    pattern[-1] = ord("\n")
    if not (text[grid] == pattern).all():
        return False
    if width == 2 and not (grid[:, 1::2] - grid[:, :-1:2] == 1).all():
        return False
    starts = np.zeros_like(separators)
    np.add(separators[:-1], 1, out=starts[1:])
    # Of two delimiters side by side, a cell begins after the second and ends before the first.
    starts, ends = starts.reshape(grid.shape)[:, ::width], grid[:, ::width]
    return _cells_are_plain(classes, text, starts, ends, layout)


def _cells_are_plain(
    classes: npt.NDArray[np.uint8],
    text: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    layout: Layout,
) -> bool:
    lengths = ends - starts
    if lengths.min() < 1:
        return False
    longest = [_LONGEST["id" if known is None else known.kind] for known in layout.fields]
    if any(lengths[:, place].max() > most for place, most in enumerate(longest)):
        return False
    if classes[starts].any() or classes[ends - 1].any():  # a point at either end
        return False
    zeros = starts[(text[starts] == ord("0")) & (lengths > 1)]
    if not classes[zeros + 1].all():  # a zero before a digit: an id that is not its number's plain decimal
        return False
    points = np.flatnonzero(classes == _POINT)
    if points.size:
        place = np.searchsorted(ends.ravel(), points) % len(layout.fields)
        floats = np.array([known is not None and known.kind == "float" for known in layout.fields])
        return bool(floats[place].all())
    return True
