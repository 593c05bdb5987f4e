"""Lists of JSON as tables: entries become rows and their keys columns, so that one reader serves CSV and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cinewalk.clean_text import control_in
from cinewalk.errors import FileFormatError
from cinewalk.loaders.exports.csv_rows import CsvTable, Record, table_of
from cinewalk.loaders.tables.groups import snake_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.loaders.exports.export_files import ExportFile

_NO_ENTRY: Final = "is not an entry"


def read_json(file: ExportFile) -> Any:
    """Read what a file of JSON holds.

    Raises
    ------
    FileFormatError
        Where it is not JSON.
    """
    try:
        return json.loads(file.text())
    except (ValueError, RecursionError) as error:
        problem = f"is not JSON ({' '.join(str(error).split())[:80]})"
        raise FileFormatError(file.name, problem, "Download it again") from error


def table_of_entries(file: ExportFile, entries: Iterable[Any]) -> CsvTable:
    """Make a table of a list of objects; an entry's line is its place in the list, counted from 1.

    What an entry holds in lists and objects of its own is left out, and what is not given is an empty cell.
    """
    rows = [_cells(entry) if isinstance(entry, dict) else None for entry in entries]
    names = tuple(dict.fromkeys(name for row in rows if row for name in row))
    records = [_record(place, row, names) for place, row in enumerate(rows, 1)]
    return table_of(file, names, records)


def _cells(entry: dict[str, Any]) -> dict[str, str]:
    return {
        snake_case(key): _text(value) for key, value in entry.items() if not isinstance(value, dict | list)
    }


def _text(value: object) -> str:
    """Write a value as it would stand in a cell; half a character is none."""
    if value is None:
        return ""
    return " ".join(str(value).encode(errors="replace").decode().split())


def _record(place: int, row: dict[str, str] | None, names: tuple[str, ...]) -> Record:
    if row is None:
        return Record(place, 1, "", (), _NO_ENTRY)
    cells = tuple(row.get(name, "") for name in names)
    control = next(filter(None, map(control_in, cells)), None)
    return Record(place, 1, "", cells, f"holds the control character U+{ord(control):04X}" if control else "")
