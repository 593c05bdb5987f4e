"""Rows of an export, read one by one: what cells say, and an account of rows that say nothing or cannot be read."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from cinewalk.graph.model.schema import EARLIEST_TIME, FUTURE_TOLERANCE, UNKNOWN_TIME
from cinewalk.loaders.exports.history_rows import ExportedHistory
from cinewalk.loaders.tables.cells import BadCellError, read_text, read_time
from cinewalk.loaders.tables.tables import Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cinewalk.loaders.exports.csv_rows import CsvTable
    from cinewalk.loaders.exports.history_rows import HistoryRow

#: What exports and facts call the column that names a title.
_TITLES: Final = ("title_id", "title", "name")
#: What exports call the column that says when.
_TIMES: Final = (
    "date",
    "watched_date",
    "date_rated",
    "date_created",
    "event_utc_ts",
    "start_time",
    "viewed_at",
)
_EARLIEST_YEAR, _LATEST_YEAR = 1870, 2100
_YEAR: Final = re.compile(r"(\d{4})(?:\s*[-–—]\s*(?:\d{4})?)?")


class Ignored(Exception):  # noqa: N818 - it is no error, and never leaves this room
    """A row that says nothing about taste; the message is the reason."""


class Cells:
    """The cells of a row by the name of the column, and which columns rows were asked for so far."""

    def __init__(self, cells: Mapping[str, str], asked: set[str]) -> None:
        self._cells, self._asked = cells, asked

    def __getitem__(self, name: str) -> str:
        self._asked.add(name)
        return self._cells[name]

    def get(self, name: str, default: str = "") -> str:
        """Return a cell; one of no column is what is said instead."""
        self._asked.add(name)
        return self._cells.get(name, default)


def read_rows(table: CsvTable, read: Callable[[Cells, int], HistoryRow]) -> ExportedHistory:
    """Read the rows of a table one by one.

    Parameters
    ----------
    table
        The table.
    read
        Makes a row of its cells, by the name of the column, and its line; raises ``BadCellError`` with what is
        wrong, or :class:`Ignored`.
    """
    rows, ignored, bad = [], [], list(table.bad)
    unknown: Counter[str] = Counter()
    asked: set[str] = set()
    for record in table.records:
        cells = dict(zip(table.names, record.cells, strict=True))
        try:
            row = read(Cells(cells, asked), record.line)
            rows.append(row)
            unknown["year"] += row.year is None and bool(cells.get("year", "").strip())
            unknown["time"] += row.timestamp == UNKNOWN_TIME and any(
                cells.get(name, "").strip() for name in _TIMES
            )
        except BadCellError as error:
            bad.append(Reject(table.file.name, record.line, "", title_in(cells), str(error)))
        except Ignored as why:
            ignored.append(Reject(table.file.name, record.line, "", title_in(cells), str(why)))
    bad.sort(key=lambda reject: reject.line)
    notes = list(notes_of_unknown(table.file.name, unknown))
    unread = [
        written
        for written, name in zip(table.written, table.names, strict=False)
        if name not in asked and written
    ]
    if asked and unread:
        notes.append(f"{table.file.name}: columns that are not read: {', '.join(unread)}.")
    return ExportedHistory(tuple(rows), tuple(ignored), tuple(bad), tuple(notes))


def title_in(cells: Mapping[str, str]) -> str:
    """Return the title that a row speaks of, to find it by; no other cell of a row is kept: they may point to people.

    >>> title_in({"title": "Alien", "profile_name": "ann", "country": "NZ"})
    'Alien'
    """
    return next((cells[name] for name in _TITLES if cells.get(name)), "")


def name_in(text: str) -> str:
    """Read a title's name; line breaks and runs of blanks become one blank."""
    name = read_text(text)
    if name is None:
        raise BadCellError("has no title")
    return name


def year_in(text: str) -> int | None:
    """Read the year of a title, of several years the first; what is none is unknown.

    >>> year_in("2013–2023"), year_in("1995"), year_in("soon"), year_in("12")
    (2013, 1995, None, None)
    """
    match = _YEAR.fullmatch(text.strip())
    year = int(match[1]) if match else 0
    return year if _EARLIEST_YEAR <= year <= _LATEST_YEAR else None


def time_in(text: str) -> int:
    """Read when something happened; what is no time, or lies before 1990 or ahead, is unknown, and older than all else.

    >>> time_in("2024-01-02"), time_in("1970-01-01"), time_in("2999-01-01"), time_in("soon")
    (1704153600, 0, 0, 0)
    """
    try:
        moment = read_time(text)
    except BadCellError:
        return UNKNOWN_TIME
    if moment is None or not EARLIEST_TIME <= moment <= time.time() + FUTURE_TOLERANCE:
        return UNKNOWN_TIME
    return moment


def notes_of_unknown(file: str, unknown: Mapping[str, int]) -> tuple[str, ...]:
    """Say of how many rows the year or the time is not known, though something stands there."""
    return tuple(
        f"{file}: {count:,} {'row has' if count == 1 else 'rows have'} a {what} that cannot be read or be right; it "
        "counts as unknown."
        for what, count in unknown.items()
        if count
    )
