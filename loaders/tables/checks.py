"""The pandera schemas of the tables, made from the words of the graph, and what their failures mean."""

from __future__ import annotations

import datetime as dt
import functools
import math
import time
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cinewalk.clean_text import quoted
from cinewalk.errors import RequestError
from cinewalk.graph.model.schema import (
    EARLIEST_TIME,
    FUTURE_TOLERANCE,
    ROLE,
    ROLES,
    TABLES,
    THUMB,
    THUMB_VALUES,
)
from cinewalk.loaders.tables.cells import MISSING, BadCellError, read_integer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from pandera.pandas import DataFrameSchema

    from cinewalk.graph.model.schema import Property

#: The lowest and the highest rating of a source, where it has its own.
RatingRange = tuple[float, float]

#: Digits that a number of milliseconds, microseconds or nanoseconds has more than one of seconds.
_FINER: Final = ((1_000_000_000, "nanoseconds"), (1_000_000, "microseconds"), (1_000, "milliseconds"))


#: How spreadsheets number the first day of 1970, and how long a day is.
_DAY_OF_1970: Final = 25_569
_SECONDS_OF_A_DAY: Final = 86_400
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that a check turned down: the label of its row, its column, the check, and its value."""

    label: int
    column: str
    check: str
    value: Any


def read_rating_range(given: object) -> RatingRange:
    """Take the lowest and the highest rating, as any two numbers.

    Raises
    ------
    RequestError
        Where they are not two numbers, the lower one first.

    Examples
    --------
    >>> read_rating_range([1, 10])
    (1.0, 10.0)
    """
    try:
        low, high = map(float, given if isinstance(given, Iterable) and not isinstance(given, str) else ())
    except (TypeError, ValueError):
        raise RequestError(
            f"rating_range is {quoted(given)}; give the lowest and the highest rating, such as (1, 10)."
        ) from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise RequestError(
            f"The rating range {low:g} to {high:g} is none. Give the lowest and the highest rating."
        )
    return low, high


def _latest_time() -> float:
    return time.time() + FUTURE_TOLERANCE


def _is_given(cells: pd.Series[Any]) -> pd.Series[bool]:
    """Tell which cells are given, whatever their kind."""
    if cells.dtype == "int64":
        return cells != MISSING
    if cells.dtype == "float64":
        return cells.notna()
    return cells != ""


def _in_time(cells: pd.Series[Any]) -> pd.Series[bool]:
    return cells.between(EARLIEST_TIME, _latest_time()) | (cells == MISSING)


def _in_range(minimum: float, maximum: float) -> Callable[[pd.Series[Any]], pd.Series[bool]]:
    def check(cells: pd.Series[Any]) -> pd.Series[bool]:
        inside = cells.between(minimum, maximum)
        return inside if inside.all() else inside | ~_is_given(cells)

    return check


def _is_one_of(values: tuple[Any, ...]) -> Callable[[pd.Series[Any]], pd.Series[bool]]:
    def check(cells: pd.Series[Any]) -> pd.Series[bool]:
        return cells.isin(values) | ~_is_given(cells)

    return check


def _checks(column: Property) -> dict[str, Callable[[pd.Series[Any]], pd.Series[bool]]]:
    """The checks of one column, by name."""
    checks: dict[str, Callable[[pd.Series[Any]], pd.Series[bool]]] = {}
    if column.required:
        checks["given"] = _is_given
    if column.kind == "time":
        checks["time"] = _in_time
    if column == THUMB:
        checks["one of"] = _is_one_of(THUMB_VALUES)
    elif column == ROLE:
        checks["one of"] = _is_one_of(tuple(ROLES))
    elif column.minimum is not None:
        maximum = float("inf") if column.maximum is None else column.maximum
        checks["range"] = _in_range(column.minimum, maximum)
    return checks


def columns_of(table: str, rating_range: RatingRange) -> Mapping[str, Property]:
    """The columns of a table by name, with the rating's range that of the source."""
    import dataclasses

    columns = {column.name: column for column in TABLES[table].columns}
    if table == "ratings":
        low, high = rating_range
        columns["rating"] = dataclasses.replace(columns["rating"], minimum=low, maximum=high)
    return columns


@functools.cache
def schema_of(table: str, rating_range: RatingRange) -> DataFrameSchema:
    """Make the pandera schema of a table, once."""
    pandera = _pandera()
    columns = {
        name: pandera.Column(
            None,
            [pandera.Check(check, name=what, ignore_na=False) for what, check in _checks(column).items()],
            nullable=True,
            required=column.required,
        )
        for name, column in columns_of(table, rating_range).items()
    }
    schema: DataFrameSchema = pandera.DataFrameSchema(columns, name=table)
    return schema


def _pandera() -> Any:
    """Import pandera; where pyspark is there it imports that, too, which warns of a pandas that it does not know."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet", FutureWarning)
        import pandera.pandas
    return pandera.pandas


def failures(frame: pd.DataFrame, table: str, rating_range: RatingRange) -> list[Failure]:
    """Check a frame whose columns have their types, and return every cell that does not pass."""
    if frame.empty:
        return []
    _pandera()
    from pandera.errors import SchemaErrors

    try:
        schema_of(table, rating_range).validate(frame, lazy=True, inplace=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        columns = (cases["index"], cases["column"], cases["check"], cases["failure_case"])
        return [Failure(int(label), *rest) for label, *rest in zip(*columns, strict=True)]
    return []


def reason(failure: Failure, column: Property) -> str:
    """Say what a failure means."""
    if failure.check == "given":
        return "is missing"
    if failure.check == "one of":
        allowed = THUMB_VALUES if column == THUMB else tuple(ROLES)
        return f"is not one of {', '.join(map(str, allowed))}"
    if failure.check == "time":
        return _time_reason(int(failure.value))
    if column.minimum is not None and failure.value < column.minimum:
        return f"is below {column.minimum:g}"
    return f"is above {column.maximum:g}"


def read_thumb(text: str) -> int | None:
    """Read a thumb.

    >>> read_thumb("-1"), read_thumb("2.0")
    (-1, 2)
    """
    try:
        return read_integer(text)
    except BadCellError:
        raise BadCellError("is no thumb: write -1 for down, 1 for up, 2 for two thumbs up") from None


def _time_reason(value: int) -> str:
    if EARLIEST_TIME <= (value - _DAY_OF_1970) * _SECONDS_OF_A_DAY <= _latest_time():
        day = dt.date.fromordinal(value - _DAY_OF_1970 + _EPOCH)
        return (
            f"looks like a spreadsheet's day number, {day}; give days so, or leave them out (--columns NAME=)"
        )
    for factor, unit in _FINER:
        if EARLIEST_TIME <= value // factor <= _latest_time():
            return f"looks like {unit}; give seconds"
    if value < EARLIEST_TIME:
        return "is before 1990"
    return "lies in the future"
