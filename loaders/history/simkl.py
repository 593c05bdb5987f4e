"""Simkl's backups: ``SimklBackup.json`` (what its interface answers, too) and ``SimklBackup.csv``.

An entry is a title, the list that it is on, a rating from 1 to 10, and of a series its episodes (in JSON), or the last
one that was seen. Seasons up to that one count as seen. Simkl writes days in CSV with the month first; where that
cannot be for some day of the file, all are read with the day first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import FILM, SERIES
from cinewalk.loaders.exports.csv_rows import read_table
from cinewalk.loaders.exports.export_rows import Ignored, name_in, read_rows, time_in, year_in
from cinewalk.loaders.exports.history_rows import HistoryRow, Rated, Watched, joined
from cinewalk.loaders.exports.json_table import read_json, table_of_entries
from cinewalk.loaders.history.dates import DateOrder, read_day
from cinewalk.loaders.tables.cells import BadCellError, read_float, read_integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.loaders.exports.csv_rows import CsvTable
    from cinewalk.loaders.exports.export_files import Export, ExportFile
    from cinewalk.loaders.exports.export_rows import Cells
    from cinewalk.loaders.exports.history_rows import Event, ExportedHistory

#: The files that are looked for.
FILES: Final = "SimklBackup.json and SimklBackup.csv"

_KINDS: Final = {"movie": FILM, "tv": SERIES, "show": SERIES, "anime": SERIES}
_LISTS: Final = {"movies": "movie", "shows": "tv", "anime": "anime"}
_MOST: Final = 10
_LAST: Final = re.compile(r"s0*(\d{1,3})\s*e\d{1,4}", re.IGNORECASE)
_COMPLETED: Final = "completed"
_PLANNED: Final = "plantowatch"


def is_wanted(name: str) -> bool:
    """Tell by its path in lower case whether a file of the export is read."""
    base = name.rpartition("/")[2]
    return base.startswith("simkl") and base.endswith((".json", ".csv"))


def read_simkl(export: Export) -> ExportedHistory:
    """Read a backup.

    Raises
    ------
    FileFormatError
        Where a file holds none of Simkl's lists, or a column is missing.
    """
    return joined(_read(file) for file in export.files)


def _read(file: ExportFile) -> ExportedHistory:
    is_json = file.base.lower().endswith(".json")
    table = table_of_entries(file, _entries(file)) if is_json else read_table(file)
    if table.names:
        table.need("title", "type", "watchlist")
    order = _order(table)
    return read_rows(table, lambda cells, line: _row(table, cells, line, order))


def _entries(file: ExportFile) -> Iterator[Any]:
    held = read_json(file)
    if not isinstance(held, dict) or not any(isinstance(held.get(name), list) for name in _LISTS):
        raise FileFormatError(file.name, "holds no list of movies, shows or anime", f"Give {FILES}")
    for name, kind in _LISTS.items():
        entries = held.get(name)
        for entry in entries if isinstance(entries, list) else []:
            yield _flat(entry, kind) if isinstance(entry, dict) else entry


def _flat(entry: dict[str, Any], kind: str) -> dict[str, Any]:
    """Lay out an entry of JSON as a row of the CSV, and what the CSV has not."""
    about = next(filter(None, (_object(entry, name) for name in ("movie", "show", "anime"))), {})
    ids = _object(about, "ids")
    seasons = entry.get("seasons")
    listed = [season for season in seasons if isinstance(season, dict)] if isinstance(seasons, list) else []
    is_film = kind == "movie" or entry.get("anime_type") == "movie"
    return {
        "type": "movie" if is_film else kind,
        "title": about.get("title"),
        "year": about.get("year"),
        "imdb": ids.get("imdb"),
        "tmdb": ids.get("tmdb"),
        "watchlist": entry.get("status"),
        "last_ep_watched": entry.get("last_watched"),
        "watched_date": entry.get("last_watched_at") or entry.get("user_rated_at"),
        "rating": entry.get("user_rating"),
        "seasons": sum(bool(season.get("episodes")) and season.get("number") != 0 for season in listed),
        "watched": entry.get("watched_episodes_count"),
        "episodes": entry.get("total_episodes_count"),
    }


def _object(holder: dict[str, Any], key: str) -> dict[str, Any]:
    held = holder.get(key)
    return held if isinstance(held, dict) else {}


def _order(table: CsvTable) -> DateOrder:
    """Tell the order of the days that are not written as ISO has it."""
    if not table.has("watched_date"):
        return DateOrder.MONTH_FIRST
    place = table.names.index("watched_date")
    texts = [record.cells[place] for record in table.records]
    days = [
        [read_day(text, order) for text in texts] for order in (DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST)
    ]
    is_day_first = any(month is None and day is not None for month, day in zip(*days, strict=True))
    return DateOrder.DAY_FIRST if is_day_first else DateOrder.MONTH_FIRST


def _row(table: CsvTable, cells: Cells, line: int, order: DateOrder) -> HistoryRow:
    kind = _KINDS.get(cells["type"].strip().lower(), "")
    name, rating = name_in(cells["title"]), _rating(cells.get("rating", ""))
    status = "".join(filter(str.isalpha, cells["watchlist"])).lower()
    watched = _film(status) if kind == FILM else _series(cells, status)
    events: list[Event] = [event for event in (watched, rating) if event is not None]
    if not events:
        why = "is still to be seen" if status == _PLANNED else "says neither that it was seen nor a rating"
        raise Ignored(why)
    date = cells.get("watched_date", "")
    day = read_day(date, order)
    return HistoryRow(
        table.file.base,
        line,
        name,
        tuple(events),
        time_in(date) if day is None else day,
        year_in(cells.get("year", "")),
        kind,
        series=name if kind == SERIES else "",
        external_id=_external_id(cells, kind),
        record=f"backup {table.file.base}",
    )


def _rating(text: str) -> Rated | None:
    rating = read_float(text)
    if not rating:
        return None
    if not 1 <= rating <= _MOST:
        raise BadCellError(f"has the rating {rating:g}, and there are 1 to {_MOST}")
    return Rated(rating / 2)


def _film(status: str) -> Watched | None:
    return Watched(1.0, 1, whole=True) if status == _COMPLETED else None


def _series(cells: Cells, status: str) -> Watched | None:
    """Take the seasons with an episode that was seen, else those up to the last one, for what was finished."""
    last = _LAST.fullmatch(cells.get("last_ep_watched", "").strip())
    seasons, watched, episodes = (
        read_integer(cells.get(name, "")) or 0 for name in ("seasons", "watched", "episodes")
    )
    seasons = seasons or (int(last[1]) if last else 0)
    if not (seasons or watched or status == _COMPLETED):
        return None
    part = watched / episodes if watched > 0 and episodes > 0 and status != _COMPLETED else 1.0
    return Watched(min(part, 1.0), max(seasons, 1), whole=True)


def _external_id(cells: Cells, kind: str) -> str:
    """Return the id at IMDb, or that of a film at TMDB, which numbers series apart."""
    imdb = (cells.get("imdb", "") or cells.get("imdb_id", "")).strip()
    tmdb = (cells.get("tmdb", "") or cells.get("tmdb_id", "")).strip()
    return imdb or (f"tmdb:{tmdb}" if kind == FILM and tmdb.isascii() and tmdb.isdecimal() else "")
