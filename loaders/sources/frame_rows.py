"""One data frame in memory as checked rows of a table: typed columns as they are, and each distinct text read once."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from cinewalk.errors import FileFormatError, RequestError
from cinewalk.graph.model.schema import TABLES
from cinewalk.loaders.tables.cells import MISSING, as_column, convert, note_on_invisible
from cinewalk.loaders.tables.checks import columns_of, failures, reason
from cinewalk.loaders.tables.headers import check_columns, notes_on_columns, usual_fields
from cinewalk.loaders.tables.layouts import TableRows
from cinewalk.loaders.tables.parquet import as_text, flaws_of, guarded
from cinewalk.loaders.tables.tables import Reject
from cinewalk.loaders.text.column_names import NOTHING, name_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narwhals import DataFrame, Series

    from cinewalk.graph.numeric.arrays import AnyArray
    from cinewalk.loaders.tables.cells import Field
    from cinewalk.loaders.tables.checks import RatingRange

#: Whole numbers from here on are read as text, which says what is wrong with them.
_MOST: Final = 10**18


def open_frame(data: Any, name: str) -> DataFrame[Any]:
    """Take a data frame of pandas, polars, pyarrow or another library that narwhals knows; nothing is copied.

    Raises
    ------
    RequestError
        Where it is none, or has two columns of one name.

    Examples
    --------
    >>> open_frame([1, 2], "ratings")
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: ratings is a list, and must be a data frame ...
    """
    import narwhals.stable.v2 as nw
    from narwhals.exceptions import NarwhalsError

    try:
        frame: DataFrame[Any] = nw.from_native(data, eager_only=True)
    except (TypeError, ValueError, NarwhalsError) as error:
        twice = pd.Index(getattr(data, "columns", ())) if isinstance(data, pd.DataFrame) else pd.Index(())
        if twice.has_duplicates:
            named = ", ".join(dict.fromkeys(map(str, twice[twice.duplicated()])))
            raise RequestError(f"{name} has more than one column {named}; keep one of them.") from error
        raise RequestError(
            f"{name} is a {type(data).__name__}, and must be a data frame of pandas, polars or pyarrow "
            "(a lazy one after collect()). A file or folder is given by its path, as text."
        ) from error
    return frame


def read_frame(
    frame: DataFrame[Any],
    name: str,
    table: str,
    rating_range: RatingRange,
    columns: Mapping[str, str] = NOTHING,
    constants: Mapping[str, int] = MappingProxyType({}),
) -> TableRows:
    """Read and check every row of a frame; rows count from 0.

    Parameters
    ----------
    frame, name, table
        The frame, what it is called, and the table that it becomes.
    rating_range
        The lowest and the highest rating.
    columns
        What a person says that columns are; see :func:`cinewalk.loaders.text.column_names.name_columns`.
    constants
        Columns of whole numbers that it does not have, and what each row has in them.

    Raises
    ------
    FileFormatError
        If a column is missing or there twice.
    """
    written = [str(column) for column in frame.columns]
    if not written:
        problem, advice = (
            "has no columns",
            f"Give a frame with columns such as {', '.join(TABLES[table].key)}",
        )
        raise FileFormatError(name, problem, advice)
    named = name_columns(written, table, columns)
    fields = usual_fields(named, table)
    check_columns(name, table, named, fields, constants=constants, index=_index_names(frame))
    used = [(known, series) for known, series in zip(fields, frame.iter_columns(), strict=True) if known]
    bad: dict[tuple[int, str], Reject] = {}
    typed: dict[str, Any] = {}
    told: list[str] = []
    for known, series in used:
        values = _as_typed(series, known)
        typed[known.name] = _read_texts(series, known, name, bad, told) if values is None else values
    rows = pd.DataFrame(typed, index=pd.RangeIndex(len(frame)), copy=False).assign(**constants)
    unfit, cells = failures(rows, table, rating_range), {known.name: series for known, series in used}
    ranges = columns_of(table, rating_range)
    for failure in unfit:
        if (failure.label, failure.column) not in bad:
            why = reason(failure, ranges[failure.column])
            text = _text(cells[failure.column][failure.label], "text") if failure.column in cells else ""
            bad[failure.label, failure.column] = Reject(name, failure.label, failure.column, text, why)
    if bad:
        rows = rows.drop(index=list({row for row, _ in bad}))
    notes = (*notes_on_columns(name, table, named, fields), *dict.fromkeys(told))
    return TableRows(table, name, rows, len(frame), list(bad.values()), shown=named.shown, notes=notes)


def _index_names(frame: DataFrame[Any]) -> list[str]:
    """Return what the index of a frame of pandas is called, where it has a name."""
    index = getattr(frame.to_native(), "index", None)
    return [str(name) for name in getattr(index, "names", ()) if name is not None]


def _as_typed(series: Series[Any], known: Field) -> AnyArray | None:
    """Return a column as an array of its kind, where it has a type for that; None where it has to be read as text."""
    if known.kind in {"time", "date"} and series.dtype.is_temporal():
        return _as_moments(series, known.kind)
    if known.kind not in {"id", "integer", "time", "float"} or not series.dtype.is_numeric():
        return None
    if series.dtype.is_integer() and not series.null_count():
        values = series.to_numpy()
        if known.kind == "float":
            return values.astype(np.float64)
        lowest = 0 if known.kind == "id" else -_MOST
        fits = not len(values) or (values.min() >= lowest and values.max() < _MOST)
        return values.astype(np.int64) if fits else None
    if known.kind == "id" or series.dtype.is_decimal():
        return None
    numbers = np.array(series.to_numpy(), np.float64)
    return _as_whole(numbers, known.kind) if known.kind != "float" or np.isinf(numbers).any() else numbers


def _as_whole(numbers: AnyArray, kind: str) -> AnyArray | None:
    """Return floats as whole numbers, with what stands for "not given" in place of NaN; None where one is none."""
    is_given = ~np.isnan(numbers)
    whole = np.floor(numbers[is_given])
    if (
        kind == "float"
        or (kind == "integer" and (whole != numbers[is_given]).any())
        or (abs(whole) >= _MOST).any()
    ):
        return None
    values = np.full(len(numbers), MISSING)
    values[is_given] = whole.astype(np.int64)
    return values


def _as_moments(series: Series[Any], kind: str) -> AnyArray | None:
    """Return days, or moments in UTC as seconds since 1970; None where the column has another form."""
    zone = getattr(series.dtype, "time_zone", None)
    if zone is not None:
        series = (series.dt.convert_time_zone("UTC") if kind == "time" else series).dt.replace_time_zone(None)
    values = series.to_numpy()
    if values.dtype.kind != "M":
        return None
    return (
        values.astype("datetime64[D]").astype("datetime64[s]")
        if kind == "date"
        else values.astype("datetime64[s]").astype(np.int64)  # of what is not given it makes MISSING
    )


def _read_texts(
    series: Series[Any], known: Field, name: str, bad: dict[tuple[int, str], Reject], told: list[str]
) -> pd.Series[Any]:
    """Read a column as the text of a file would be, each distinct value once, name every bad cell, and tell notes."""
    codes, distinct = _distinct(series)
    texts = [_text(value, known.kind) for value in distinct]
    flaws = flaws_of(distinct, texts, known.kind)
    told.extend(note_on_invisible(name, texts) if known.kind == "id" else ())
    if known.kind == "text":
        texts = [" ".join(text.splitlines()) for text in texts]
    if (codes < 0).any():
        codes, texts = np.where(codes < 0, len(texts), codes), [*texts, ""]
    values, reasons = convert(texts, guarded(known.read, flaws))
    wrong = [place for place, text in enumerate(texts) if text in reasons] if reasons else []
    for row in np.flatnonzero(np.isin(codes, wrong)).tolist() if wrong else ():
        text = texts[codes[row]]
        bad[row, known.name] = Reject(name, row, known.name, text, reasons[text])
    read = as_column(known.kind, values, pd.RangeIndex(len(values)))
    return read.take(codes).set_axis(pd.RangeIndex(len(codes)))


def _distinct(series: Series[Any]) -> tuple[AnyArray, list[Any]]:
    """Number the distinct values of a column, and return them; what is not given has a number below 0."""
    native = series.to_native()
    is_pandas = isinstance(native, pd.Series)  # which numbers its own columns without making objects of them
    cells: Any = native if is_pandas else np.fromiter(series.to_list(), object, len(series))
    try:
        codes, distinct = pd.factorize(cells)
    except (TypeError, NotImplementedError):  # cells that hold lists or structures
        cells = [_plain(cell) for cell in cells]
        codes, _ = pd.factorize(np.fromiter((repr(cell) for cell in cells), object, len(cells)))
        distinct = [cells[at] for at in np.unique(codes, return_index=True)[1]]
    return codes, [_plain(value) for value in distinct]


def _plain(value: Any) -> Any:
    """Return a value of numpy as Python's, and nothing for what is not given."""
    value = getattr(value, "tolist", lambda: value)()
    return None if value is pd.NA or value is pd.NaT or value != value else value  # noqa: PLR0124


def _text(value: Any, kind: str) -> str:
    """Write a value as a text file would have it; numpy's are Python's, and what is not given is nothing."""
    return as_text(_plain(value), kind)
