"""Parquet files: typed columns where they fit, and the text of each cell elsewhere."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from cinewalk.errors import FileFormatError
from cinewalk.extras import need
from cinewalk.loaders.tables.cells import BadCellError, Field
from cinewalk.loaders.tables.checks import failures
from cinewalk.loaders.tables.headers import check_columns, notes_on_columns, usual_fields
from cinewalk.loaders.tables.layouts import Layout, TableRows, join_rows
from cinewalk.loaders.tables.lines import BadRowError, decode
from cinewalk.loaders.tables.reading import check_cells
from cinewalk.loaders.text.column_names import NO_COLUMNS, NOTHING, name_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.tables.checks import RatingRange
    from cinewalk.loaders.text.column_names import NamedColumns

_BATCH: Final = 1 << 20
#: The types of cells that hold several values.
NESTED: Final = (list, tuple, dict, set, frozenset)
#: Up to here every whole number has a float of its own.
_MOST_WHOLE: Final = 1 << 53
#: The types that a typed column may have to be taken as it is.
_TYPED: Final = {"id": "iu", "integer": "iu", "time": "iu", "float": "f"}


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A Parquet file to read: its table, how each column is read, and what should be said about it.

    ``constants`` are columns of whole numbers that it does not have, and what each row has in them.
    """

    path: Path
    table: str
    fields: dict[str, Field]
    notes: tuple[str, ...] = ()
    constants: Mapping[str, int] = field(default_factory=dict)
    named: NamedColumns = NO_COLUMNS


@contextmanager
def _arrow(path: Path) -> Iterator[Any]:
    """Give pyarrow's Parquet module, and turn what it raises into errors of ours."""
    need("parquet", f"Reading {path.name}")
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        yield pq
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        problem = f"cannot be read as Parquet ({first.strip().rstrip('.')})"
        raise FileFormatError(path, problem, "Write it again, or save it as CSV") from error


def read_column_names(path: Path) -> list[str]:
    """Read the names of a Parquet file's columns, as they are written."""
    with _arrow(path) as pq, pq.ParquetFile(path) as file:
        return [str(name) for name in file.schema_arrow.names]


def lay_out_parquet(
    path: Path,
    table: str,
    columns: Mapping[str, str] = NOTHING,
    *,
    constants: Mapping[str, int] = MappingProxyType({}),
) -> ParquetFile:
    """Lay out a Parquet file; parameters are those of :func:`cinewalk.loaders.tables.headers.lay_out_csv`."""
    written = read_column_names(path)
    named = name_columns(written, table, columns)
    fields = usual_fields(named, table)
    check_columns(path, table, named, fields, constants=constants)
    kept = {old: known for old, known in zip(written, fields, strict=True) if known is not None}
    notes = notes_on_columns(path.name, table, named, fields)
    return ParquetFile(path, table, kept, notes, constants, named)


def read_parquet_file(file: ParquetFile, rating_range: RatingRange, progress: Progress) -> TableRows:
    """Read and check every row of a Parquet file. Rows count from 1."""
    parts = []
    done = 0
    with _arrow(file.path) as pq, pq.ParquetFile(file.path) as source:
        total = source.metadata.num_rows
        for batch in source.iter_batches(_BATCH, columns=list(file.fields)):
            parts.append(_read_batch(batch, done + 1, file, rating_range))
            done += batch.num_rows
            progress(f"Reading {file.path.name}", done, total)
    return join_rows(parts or [_read_texts({}, pd.RangeIndex(0), file, rating_range)])


def _read_batch(batch: Any, first: int, file: ParquetFile, rating_range: RatingRange) -> TableRows:
    index = pd.RangeIndex(first, first + batch.num_rows)
    columns = {old: batch.column(place) for place, old in enumerate(batch.schema.names)}
    typed = {known.name: _as_typed(columns[old], known) for old, known in file.fields.items()}
    if all(values is not None for values in typed.values()):
        frame = pd.DataFrame(typed, index=index).assign(**file.constants)
        if not failures(frame, file.table, rating_range):
            return TableRows(file.table, file.path.name, frame, len(frame))
    values = {old: columns[old].to_pylist() for old in file.fields}
    return _read_texts(values, index, file, rating_range)


def _as_typed(column: Any, known: Field) -> np.ndarray[Any, Any] | None:
    """The column as numbers, where it has the type for that and no gaps."""
    if known.kind not in _TYPED or column.null_count:
        return None
    try:
        values: np.ndarray[Any, Any] = column.to_numpy(zero_copy_only=False)
    except (ValueError, NotImplementedError):
        return None
    if values.dtype.kind not in _TYPED[known.kind]:
        return None
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    if values.size and (values.min() < 0 or values.max() >= 10**18):
        return None
    return values.astype(np.int64)


def _read_texts(
    values: dict[str, list[Any]], index: pd.Index[int], file: ParquetFile, rating_range: RatingRange
) -> TableRows:
    cells = {}
    for old, known in file.fields.items():
        texts = tuple(as_text(value, known.kind) for value in values.get(old, ()))
        read = guarded(known.read, flaws_of(values.get(old, ()), texts, known.kind))
        cells[known.name] = (Field(known.name, known.kind, read), texts)
    fields = tuple(known for known, _ in cells.values())
    layout = Layout(file.table, fields, delimiter="", constants=file.constants)
    return check_cells(cells, index, layout, file.path.name, rating_range)


def guarded(read: Callable[[str], Any], flaws: Mapping[str, str] = NOTHING) -> Callable[[str], Any]:
    """Read a cell as one of a text file is read: on one line, without control characters.

    ``flaws`` say of texts that they stand for values that are none of the kind.
    """

    def read_one_line(text: str) -> Any:
        if text in flaws:
            raise BadCellError(flaws[text])
        if "\n" in text or "\r" in text:
            raise BadCellError("holds a line end")
        try:
            return read(decode(text.encode("utf-8", "backslashreplace"), "utf-8"))
        except BadRowError as error:
            raise BadCellError(str(error)) from None

    return read_one_line


def _nested_text(value: Any) -> str:
    """Write names with bars between them, and whatever has parts of its own as JSON."""
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, dict) or any(isinstance(part, NESTED) for part in value):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "|".join(as_text(part, "text") for part in value)


def flaw_of(value: Any, kind: str) -> str:
    """Say why a value is none of its kind, where its text would hide it; nothing where all is well.

    >>> flaw_of(2.5, "id"), flaw_of(7.0, "id"), flaw_of(["a"], "text")
    ('is no whole number, and ids that are numbers are whole', '', 'holds several values')
    """
    if isinstance(value, NESTED) and kind != "list":
        return "holds several values"
    if kind != "id" or not isinstance(value, float | decimal.Decimal) or not math.isfinite(value):
        return ""
    if value != int(value):
        return "is no whole number, and ids that are numbers are whole"
    if isinstance(value, float) and abs(value) > _MOST_WHOLE:
        return "is a float over 2^53, whose last digits are lost; give ids as whole numbers or text"
    return ""


def flaws_of(values: Iterable[Any], texts: Iterable[str], kind: str) -> dict[str, str]:
    """Say by their text which values are none of their kind, as :func:`flaw_of` has it."""
    return {text: why for value, text in zip(values, texts, strict=True) if (why := flaw_of(value, kind))}


def as_text(value: Any, kind: str) -> str:
    """Write a value as a text file would have it.

    >>> as_text(None, "text"), as_text(5.0, "id"), as_text(["Drama", "War"], "list")
    ('', '5', 'Drama|War')
    >>> as_text([{"id": 18, "name": "Drama"}], "list"), as_text({"War", "Drama"}, "list")
    ('[{"id": 18, "name": "Drama"}]', 'Drama|War')
    """
    if value is None:
        return ""
    if isinstance(value, NESTED):
        return _nested_text(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, float) and kind in {"id", "text"} and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date):  # a datetime is one too
        return value.isoformat()[:10] if kind == "date" else value.isoformat()
    return f"{value:f}" if isinstance(value, decimal.Decimal) else str(value)
