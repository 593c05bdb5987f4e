"""Tables in a JSON file: an object of tables by their names, as ``export`` writes one, or a list of interactions."""

from __future__ import annotations

import contextlib
import csv
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import EVENT_TABLES, TABLES
from cinewalk.loaders.fetch.archives import named_as, unwritable
from cinewalk.loaders.tables.lines import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the name of such a file ends in.
JSON_SUFFIX: Final = ".json"

#: What the only table is called of a file that gives it no name.
SINGLE: Final = "interactions"

_ADVICE: Final = (
    f"Write a list of objects, one for each interaction; or one object with such lists under {', '.join(TABLES)} "
    f"(one of {', '.join(EVENT_TABLES)} at least)"
)


@contextlib.contextmanager
def tables_unpacked(path: Path) -> Iterator[Path]:
    """Write the tables of a JSON file as CSV into a folder that goes away afterwards.

    Parameters
    ----------
    path
        A file that holds a list of objects, whose keys are the columns; or one object that holds such lists under
        names of tables, all else in which is left aside.

    Raises
    ------
    FileFormatError
        If it is no JSON, or holds no such lists.
    StorageError
        If the folder cannot be written.
    """
    tables = _tables(path)
    with tempfile.TemporaryDirectory(prefix="cinewalk-") as folder, named_as(folder, path):
        for name, rows in tables.items():
            _write(Path(folder) / f"{name}.csv", rows)
        yield Path(folder)


def _tables(path: Path) -> dict[str, list[dict[str, Any]]]:
    with readable(path):
        content = path.read_bytes()
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(path, f"is no JSON ({error})", _ADVICE) from error
    tables = (
        {name: said[name] for name in TABLES if said.get(name)} if isinstance(said, dict) else {SINGLE: said}
    )
    if not said or not tables.keys() & {*EVENT_TABLES, SINGLE}:
        raise FileFormatError(path, "holds no interactions", _ADVICE)
    for name, rows in tables.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise FileFormatError(path, f"holds no list of objects as {name}", _ADVICE)
    return tables


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    except UnicodeEncodeError as error:
        half = error.object[error.start : error.end]
        raise FileFormatError(
            file, f"holds half of a character ({half!r})", "Write both halves, or leave it out"
        ) from error
    except OSError as error:
        raise unwritable(file, error) from error


def _cell(value: Any) -> str:
    """Return a value as a cell of CSV holds it: nothing is empty, and what is nested stays JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
