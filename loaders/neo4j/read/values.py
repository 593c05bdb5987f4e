"""From what Neo4j holds to typed columns: the checks of files, for values that have types already."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import RejectedRowsError
from cinewalk.graph.model.schema import (
    EARLIEST_TIME,
    EVENT_TABLES,
    LIKES,
    PREFERENCE,
    RATING,
    UNKNOWN_TIME,
    USUAL_RATINGS,
)
from cinewalk.loaders.tables.cells import READERS, BadCellError, as_column, as_day, read_id
from cinewalk.loaders.tables.checks import columns_of, failures, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cinewalk.graph.model.schema import Kind, Property
    from cinewalk.graph.numeric.arrays import AnyArray
    from cinewalk.loaders.tables.checks import Failure, RatingRange

#: Any rating that fits.
ANY_RATING: Final = (float(np.finfo(np.float32).min), float(np.finfo(np.float32).max))
_ANY_PREFERENCE: Final = (float(np.finfo(np.float32).tiny), ANY_RATING[1])

#: Numbers farther from 0 are as good as this one; the checks turn both down.
_FARTHEST: Final = 1 << 62

#: The types that numpy takes over as they are, by what is wanted.
_PLAIN: Final[Mapping[str, frozenset[type]]] = {
    "float": frozenset({int, float}),
    "integer": frozenset({int}),
    "time": frozenset({int}),
}
_TABLES: Final = {event.name: table for table, event in EVENT_TABLES.items()}


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of values.

    Parameters
    ----------
    exact
        Whether ids and texts are taken as they stand, in a database of this schema; else they are cleaned like
        those of files.
    trusted
        Whether cinewalk has written the database: then times before 1990 are let through.
    rating_range
        The lowest and highest rating.
    """

    exact: bool
    trusted: bool
    rating_range: RatingRange

    @classmethod
    def of(cls, *, exact: bool, written: bool, rating_range: RatingRange | None) -> Rules:
        """Make the rules; a range that is not given is wide for what cinewalk has written."""
        trusted = exact and written
        return cls(exact, trusted, rating_range or (ANY_RATING if trusted else USUAL_RATINGS))


@dataclass(frozen=True, slots=True)
class BadValue:
    """A value that does not pass: its row, its property, what it is, and why."""

    row: int
    prop: str
    value: Any
    why: str

    def __str__(self) -> str:
        return f"{self.prop} {'' if self.value is None else f'{self.value!r} '}{self.why}"


class Rejects:
    """The rows that were left out so far, and how many may be."""

    def __init__(self, limit: int) -> None:
        self.limit, self.count, self._first = limit, 0, ""

    def add(self, count: int, first: str) -> None:
        """Count rows; ``first`` says where the first of them is, and what is wrong with it."""
        self._first = self._first or first
        self.count += count

    def judge(self) -> None:
        """Give up where there are too many.

        Raises
        ------
        RejectedRowsError
            With more rows than allowed.
        """
        if self.count > self.limit:
            raise RejectedRowsError(self.count, self.limit, self._first, None)


def read_value(kind: Kind, value: Any, *, exact: bool) -> Any:
    """Read a value as its kind, like the text of a file's cell; None where there is none.

    Raises
    ------
    BadCellError
        Where it is not of that kind.

    Examples
    --------
    >>> read_value("id", 196, exact=False), read_value("text", " Toy  Story", exact=False)
    ('196', 'Toy Story')
    """
    if value is None:
        return None
    if isinstance(value, str):
        if exact and kind in {"id", "text"}:
            if kind == "id":
                read_id(value)  # an exact id is as it stands, but it steers no terminal either
            return value
        return READERS[kind](value)
    if kind == "date":
        if all(hasattr(value, part) for part in ("year", "month", "day")):
            return as_day(str(value.year), str(value.month), str(value.day))
        raise BadCellError("is not a date")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in {"id", "text"}:
        if is_number and isinstance(value, int):
            return str(value)
        raise BadCellError("is neither text nor a whole number")
    if not is_number:
        raise BadCellError("is not a number")
    return _read_number(kind, value)


def _read_number(kind: Kind, value: float) -> float:
    if not math.isfinite(value):
        raise BadCellError("is not a finite number")
    if kind == "float":
        return float(value)
    if isinstance(value, int):
        return value
    if kind == "integer" and value != int(value):
        raise BadCellError("is not a whole number")
    return math.floor(max(min(value, _FARTHEST), -_FARTHEST))


def read_values(
    prop: Property, values: Sequence[Any], *, exact: bool, name: str = ""
) -> tuple[list[Any], list[BadValue]]:
    """Read values of one property; None where one is missing or bad."""
    cells: list[Any] = []
    bad: list[BadValue] = []
    for row, value in enumerate(values):
        try:
            cells.append(read_value(prop.kind, value, exact=exact))
        except BadCellError as error:
            cells.append(None)
            bad.append(BadValue(row, name or prop.name, value, str(error)))
    return cells, bad


def read_numbers(prop: Property, values: list[Any]) -> tuple[AnyArray, list[BadValue]]:
    """Read values of a property of numbers or times into an array, fast where all are plain numbers.

    >>> read_numbers(RATING, [4, 3.5])[0].tolist()
    [4.0, 3.5]
    """
    if set(map(type, values)) <= _PLAIN[prop.kind]:
        numbers: AnyArray = np.array(values, dtype=np.float64 if prop.kind == "float" else np.int64)
        if prop.kind != "float" or np.isfinite(numbers).all():
            return numbers, []
    cells, bad = read_values(prop, values, exact=True)
    return as_column(prop.kind, cells).to_numpy(), bad


def check_events(name: str, columns: Mapping[str, AnyArray], rules: Rules) -> Iterator[BadValue]:
    """Check the properties of relationships, with the checks of the tables that hold such events.

    Parameters
    ----------
    name
        The relationship's name in Python.
    columns
        Its properties.
    rules
        What is asked of them.
    """
    if name == LIKES.name:
        # A preference is checked like a rating of another range.
        likes = {RATING.name if key == PREFERENCE.name else key: values for key, values in columns.items()}
        wider = replace(rules, rating_range=_ANY_PREFERENCE)
        for bad in _check_table("ratings", likes, wider):
            yield replace(bad, prop=PREFERENCE.name) if bad.prop == RATING.name else bad
    elif name in _TABLES:
        yield from _check_table(_TABLES[name], columns, rules)


def check_nodes(table: str, columns: Mapping[str, Any], rules: Rules) -> Iterator[BadValue]:
    """Check the numbers of users or titles, as those of their table."""
    yield from _check_table(table, columns, rules)


def _check_table(table: str, columns: Mapping[str, Any], rules: Rules) -> Iterator[BadValue]:
    import pandas as pd

    known = columns_of(table, rules.rating_range)
    keys = [name for name, column in known.items() if column.kind == "id"]
    frame = pd.DataFrame(
        {**dict.fromkeys(keys, 0), **columns}, index=range(len(next(iter(columns.values()))))
    )
    for failure in failures(frame, table, rules.rating_range):
        if not (rules.trusted and _is_old_time(failure)):
            yield BadValue(
                failure.label, failure.column, _shown(failure), reason(failure, known[failure.column])
            )


def _shown(failure: Failure) -> Any:
    return None if failure.check == "given" else getattr(failure.value, "item", lambda: failure.value)()


def _is_old_time(failure: Failure) -> bool:
    return failure.check == "time" and UNKNOWN_TIME < failure.value < EARLIEST_TIME
