"""Rows of CSV as services export it: quoted cells may hold line breaks, and one bad quote spoils one row only."""

from __future__ import annotations

import csv
import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import EARLIEST_TIME, FUTURE_TOLERANCE, UNKNOWN_TIME
from cinewalk.loaders.tables.cells import BadCellError, read_text, read_time
from cinewalk.loaders.tables.groups import snake_case
from cinewalk.loaders.tables.history_rows import ExportedHistory
from cinewalk.loaders.tables.lines import LONGEST_LINE, MOST_LINES
from cinewalk.loaders.tables.tables import Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cinewalk.loaders.tables.export_files import ExportFile
    from cinewalk.loaders.tables.history_rows import HistoryRow

_LINES: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BAD: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_DELIMITERS: Final = (",", ";", "\t")
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


class Record(NamedTuple):
    """A row: its first line, how many lines it takes, its text, and its cells or else what is wrong with it."""

    line: int
    lines: int
    text: str
    cells: tuple[str, ...] = ()
    problem: str = ""


def split_records(text: str, delimiter: str) -> Iterator[Record]:
    r"""Split text into its rows; blank lines are none.

    A row with an open quote takes in the lines that follow. Where that leads to no row, its first line alone is
    bad, and the next line starts anew: nothing that follows is swallowed.

    >>> [record.cells for record in split_records('a,"b\nc"\nd,e', ",")]
    [('a', 'b\nc'), ('d', 'e')]
    """
    lines = _LINES.findall(text)
    number = 0
    while number < len(lines):
        line = lines[number]
        if not line.strip(" \t\r\n"):
            number += 1
            continue
        record = _whole(lines, number, delimiter) if '"' in line else _unquoted(line, number, delimiter)
        yield record
        number += record.lines


def _unquoted(line: str, number: int, delimiter: str) -> Record:
    bare = line.rstrip("\r\n")
    problem = _problem(bare)
    return Record(number + 1, 1, bare, () if problem else tuple(bare.split(delimiter)), problem)


def _whole(lines: Sequence[str], number: int, delimiter: str) -> Record:
    """Put a row together whose cells are quoted."""
    text, quotes = "", 0
    for count, line in enumerate(lines[number : number + MOST_LINES], 1):
        text += line
        quotes += line.count('"')
        if len(text) > LONGEST_LINE:
            break
        if quotes % 2 == 0:
            bare = text.rstrip("\r\n")
            try:
                (cells,) = csv.reader([bare], delimiter=delimiter, strict=True)
            except (csv.Error, ValueError):
                break
            problem = _problem(bare)
            return Record(number + 1, count, bare, () if problem else tuple(cells), problem)
    return Record(number + 1, 1, lines[number].rstrip("\r\n"), (), "has a quote that is not closed")


def _problem(text: str) -> str:
    if len(text) > LONGEST_LINE:
        return f"is longer than {LONGEST_LINE} characters"
    match = _BAD.search(text)
    if match is None:
        return ""
    code = ord(match[0])
    is_text = code < 0xD800
    return f"holds the control character U+{code:04X}" if is_text else "holds bytes that are no text"


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV file: the names of its columns in snake_case, its rows, and those that are none."""

    file: ExportFile
    names: tuple[str, ...]
    records: tuple[Record, ...]
    bad: tuple[Reject, ...]

    def has(self, *names: str) -> bool:
        """Tell whether the file has all of these columns."""
        return all(name in self.names for name in names)

    def renamed(self, earlier: Mapping[str, str]) -> CsvTable:
        """Return the table with columns under later names, where it has none of these yet."""
        names = [
            name if earlier.get(name, name) in self.names else earlier.get(name, name) for name in self.names
        ]
        return replace(self, names=tuple(names))

    def need(self, *names: str) -> None:
        """Refuse a file that lacks a column.

        Raises
        ------
        FileFormatError
            With the columns that there are.
        """
        for name in names:
            if name not in self.names:
                has = ", ".join(self.names[:12]) or "none"
                problem = f"has no column {name}; it has {has}"
                raise FileFormatError(self.file.name, problem, "Give the file as it was downloaded")


def delimiter_of(text: str) -> str:
    """Tell by the first line that is not blank what stands between cells."""
    first = next((line for line in _LINES.findall(text[:LONGEST_LINE]) if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def read_table(file: ExportFile) -> CsvTable:
    """Read a CSV file whose first row names its columns.

    Raises
    ------
    FileFormatError
        Where there is no such row.
    """
    return named_table(file, records_of(file))


def records_of(file: ExportFile) -> list[Record]:
    """Split a CSV file into its rows, without empty columns at the end."""
    text = file.text()
    return _without_empty_columns(list(split_records(text, delimiter_of(text))))


def named_table(file: ExportFile, records: Sequence[Record]) -> CsvTable:
    """Make a table of rows the first of which names the columns; errors are those of :func:`read_table`."""
    if not records or records[0].problem:
        problem = records[0].problem if records else "is empty"
        raise FileFormatError(file.name, problem, "Its first line must name its columns", line=1)
    names = tuple(snake_case(cell) for cell in records[0].cells)
    return table_of(file, names, records[1:])


def _without_empty_columns(records: list[Record]) -> list[Record]:
    """Leave out empty columns at the end, which spreadsheets add; none where any row has something there."""
    width = (
        max((place for place, cell in enumerate(records[0].cells, 1) if cell.strip()), default=0)
        if records
        else 0
    )
    if any(cell.strip() for record in records for cell in record.cells[width:]):
        return records
    return [record._replace(cells=record.cells[:width]) for record in records]


def table_of(file: ExportFile, names: tuple[str, ...], records: Sequence[Record]) -> CsvTable:
    """Part the rows that have as many cells as there are columns from those that have not."""
    good, bad = [], []
    for record in records:
        if record.problem or len(record.cells) != len(names):
            problem = record.problem or f"has {len(record.cells)} cells instead of {len(names)}"
            bad.append(Reject(file.name, record.line, "", "", problem))  # which cell is whose is not known
        else:
            good.append(record)
    return CsvTable(file, names, tuple(good), tuple(bad))


class Ignored(Exception):  # noqa: N818 - it is no error, and never leaves this room
    """A row that says nothing about taste; the message is the reason."""


Cells = dict[str, str]


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
    for record in table.records:
        cells = dict(zip(table.names, record.cells, strict=True))
        try:
            row = read(cells, record.line)
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
    notes = tuple(
        f"{table.file.name}: {count:,} {'row has' if count == 1 else 'rows have'} a {what} that cannot be read or be "
        "right; it counts as unknown."
        for what, count in unknown.items()
        if count
    )
    return ExportedHistory(tuple(rows), tuple(ignored), tuple(bad), notes)


def title_in(cells: Cells) -> str:
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
    """Read when something happened; before 1990, or what is no time, is unknown, and so older than all else."""
    try:
        moment = read_time(text)
    except BadCellError:
        return UNKNOWN_TIME
    return checked_time(moment)


def checked_time(moment: int | None) -> int:
    """Refuse a time that lies ahead."""
    if moment is None or moment < EARLIEST_TIME:
        return UNKNOWN_TIME
    if moment > time.time() + FUTURE_TOLERANCE:
        raise BadCellError("lies in the future")
    return moment
