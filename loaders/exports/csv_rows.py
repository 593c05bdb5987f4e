"""Rows of CSV as services export it: quoted cells may hold line breaks, and one bad quote spoils one row only."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.errors import FileFormatError
from cinewalk.loaders.tables.groups import snake_case
from cinewalk.loaders.tables.lines import LONGEST_LINE, MOST_LINES
from cinewalk.loaders.tables.tables import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cinewalk.loaders.exports.export_files import ExportFile

_LINES: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BAD: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_DELIMITERS: Final = (",", ";", "\t")


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
    """A CSV file: the names of its columns in snake_case, its rows, and those that are none.

    ``written`` are the names as the file has them, where it has any.
    """

    file: ExportFile
    names: tuple[str, ...]
    records: tuple[Record, ...]
    bad: tuple[Reject, ...]
    written: tuple[str, ...] = ()

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
                has = ", ".join((self.written or self.names)[:12]) or "none"
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
    written = tuple(cell.strip() for cell in records[0].cells)
    return replace(table_of(file, tuple(map(snake_case, written)), records[1:]), written=written)


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
