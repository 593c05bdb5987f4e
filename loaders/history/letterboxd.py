"""Letterboxd's export: ``ratings.csv``, ``diary.csv`` and ``watched.csv``.

The diary has one row for each viewing, ``watched.csv`` one for each film: they speak of the same viewings, and are
two records. A film whose first entry in the diary is a rewatch has been seen once more than the diary says. Files of
the same names in ``deleted/`` and ``orphaned/`` are not the member's any more, and are left alone.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import FILM
from cinewalk.loaders.exports.csv_rows import read_table
from cinewalk.loaders.exports.export_rows import Ignored, name_in, read_rows, time_in, year_in
from cinewalk.loaders.exports.history_rows import RATINGS, HistoryRow, Rated, Watched, joined
from cinewalk.loaders.tables.cells import BadCellError, read_float

if TYPE_CHECKING:
    from cinewalk.loaders.exports.csv_rows import CsvTable
    from cinewalk.loaders.exports.export_files import Export, ExportFile
    from cinewalk.loaders.exports.export_rows import Cells
    from cinewalk.loaders.exports.history_rows import Event, ExportedHistory

#: The files that are looked for.
FILES: Final = "ratings.csv, diary.csv and watched.csv"
_WANTED: Final = frozenset({"ratings.csv", "diary.csv", "watched.csv"})
_LOWEST, _HIGHEST = 0.5, 5.0
_YES: Final = "yes"
#: What columns are called in the files that Letterboxd takes from others, and which of them say something of taste.
_IMPORTED: Final = {
    "title": "name",
    "watcheddate": "watched_date",
    "imdbid": "imdb_id",
    "letterboxduri": "letterboxd_uri",
}
_SAYING: Final = ("watched_date", "rating", "rating10")


def is_wanted(name: str) -> bool:
    """Tell by its path in lower case whether a file of the export is read."""
    return name in _WANTED


def read_letterboxd(export: Export) -> ExportedHistory:
    """Read an export.

    Raises
    ------
    FileFormatError
        Where a file is none of Letterboxd's, or is the watchlist, which says what was not seen.
    """
    return joined(_read(file) for file in export.files)


def _read(file: ExportFile) -> ExportedHistory:
    if "watchlist" in file.base.lower():
        raise FileFormatError(file.name, "is a list of what is still to be seen", f"Give {FILES}")
    table = read_table(file).renamed(_IMPORTED)
    table.need("name")
    if not any(map(table.has, _SAYING)):
        table.need("letterboxd_uri")
    if table.has("watched_date"):
        return _with_earlier_viewings(read_rows(table, lambda cells, line: _diary(table, cells, line)))
    if table.has("rating") or table.has("rating10"):
        return read_rows(table, lambda cells, line: _rating(table, cells, line))
    return read_rows(table, lambda cells, line: _row(table, cells, line, (Watched(1.0, 1),), "watched"))


def _row(table: CsvTable, cells: Cells, line: int, events: tuple[Event, ...], record: str) -> HistoryRow:
    name, year = name_in(cells["name"]), year_in(cells.get("year", ""))
    moment = time_in(cells.get("watched_date", "").strip() or cells.get("date", ""))
    external = cells.get("imdb_id", "").strip()
    return HistoryRow(
        table.file.base, line, name, events, moment, year, FILM, external_id=external, record=record
    )


def _stars(cells: Cells) -> float | None:
    """Read half to five stars; 0 is no rating."""
    stars, of_ten = read_float(cells.get("rating", "")), read_float(cells.get("rating10", ""))
    stars = of_ten / 2 if stars is None and of_ten is not None else stars
    if not stars:
        return None
    if not _LOWEST <= stars <= _HIGHEST:
        raise BadCellError(f"has the rating {stars:g}, and there are {_LOWEST:g} to {_HIGHEST:g}")
    return stars


def _rating(table: CsvTable, cells: Cells, line: int) -> HistoryRow:
    stars = _stars(cells)
    if stars is None:
        raise Ignored("has no rating")
    return _row(table, cells, line, (Rated(stars),), RATINGS)


def _diary(table: CsvTable, cells: Cells, line: int) -> HistoryRow:
    stars = _stars(cells)
    # An earlier viewing is told by the first entry of a film; until that is known it goes along as a second one.
    again = cells.get("rewatch", "").strip().lower() == _YES
    events: tuple[Event, ...] = (Watched(1.0, 2 if again else 1),)
    return _row(table, cells, line, events if stars is None else (*events, Rated(stars)), "diary")


def _with_earlier_viewings(history: ExportedHistory) -> ExportedHistory:
    """Leave a viewing before the diary only to the first entry of each film."""
    seen: set[tuple[str, int | None]] = set()
    rows = {}
    for row in sorted(history.rows, key=lambda row: (row.timestamp, row.line)):
        film = (row.name, row.year)
        rows[row.line] = row
        if film in seen:
            rows[row.line] = dataclasses.replace(row, events=(Watched(1.0, 1), *row.events[1:]))
        seen.add(film)
    return dataclasses.replace(history, rows=tuple(rows[row.line] for row in history.rows))
