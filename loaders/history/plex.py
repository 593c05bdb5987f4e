"""What Plex, and Tautulli beside it, keep of what was played: one entry for each viewing, in JSON or CSV.

Tautulli's ``get_history`` says how far a viewing went (``percent_complete``) and whether that was to the end
(``watched_status`` 1). Scripts write the same columns as CSV, some with a title *Series - Episode* and no more. What
Plex itself lists under ``/status/sessions/history/all`` was seen. The year of an episode is that in which it was shown,
and not its series'. Viewings that went on later have one ``reference_id``, and are finished once.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import FILM, SERIES
from cinewalk.loaders.exports.csv_rows import read_table
from cinewalk.loaders.exports.export_rows import Ignored, name_in, read_rows, time_in, year_in
from cinewalk.loaders.exports.history_rows import HistoryRow, Watched, joined
from cinewalk.loaders.exports.json_table import read_json, table_of_entries
from cinewalk.loaders.history.netflix_activity import THE_END
from cinewalk.loaders.tables.cells import BadCellError, read_float

if TYPE_CHECKING:
    from cinewalk.loaders.exports.csv_rows import CsvTable
    from cinewalk.loaders.exports.export_files import Export, ExportFile
    from cinewalk.loaders.exports.export_rows import Cells
    from cinewalk.loaders.exports.history_rows import ExportedHistory

#: The files that are looked for.
FILES: Final = "*history*.json and *history*.csv"

_KINDS: Final = {"movie": FILM, "episode": SERIES}
#: Where the list of viewings is, under these keys one inside the other.
_AROUND: Final = ("response", "MediaContainer", "data", "Metadata", "history")
_TIMES: Final = ("date", "viewed_at", "started", "stopped")
_PROFILES: Final = ("friendly_name", "user", "account_id")
_IMDB: Final = re.compile(r"imdb://(tt\d+)")
_TMDB: Final = re.compile(r"(?:themoviedb|tmdb)://(\d+)")


def is_wanted(name: str) -> bool:
    """Tell by its path in lower case whether a file of the export is read."""
    base = name.rpartition("/")[2]
    return "history" in base and base.endswith((".json", ".csv"))


def read_plex(export: Export) -> ExportedHistory:
    """Read an export.

    Raises
    ------
    FileFormatError
        Where a file holds no list of viewings, or a column is missing.
    """
    return joined(_read(_table(file)) for file in export.files)


def _table(file: ExportFile) -> CsvTable:
    if not file.base.lower().endswith(".json"):
        return read_table(file)
    return table_of_entries(file, _viewings(file, read_json(file)))


def _viewings(file: ExportFile, held: Any) -> list[Any]:
    """Find the list of viewings in what the servers put around it."""
    while isinstance(held, dict):
        held = next((held[key] for key in _AROUND if held.get(key) is not None), None)
    if not isinstance(held, list):
        raise FileFormatError(file.name, "holds no list of viewings", "Give what get_history answers")
    return held


def _read(table: CsvTable) -> ExportedHistory:
    if table.names:
        table.need("title")
        if not table.has("type"):
            table.need("media_type")
    references: dict[int, str] = {}

    def read(cells: Cells, line: int) -> HistoryRow:
        references[line] = cells.get("reference_id", "")
        return _row(table.file.base, cells, line)

    history = read_rows(table, read)
    return dataclasses.replace(history, rows=_finished_once(history.rows, references))


def _first(cells: Cells, names: tuple[str, ...]) -> str:
    """Return the first cell of these columns that says something."""
    return next((text for name in names if (text := cells.get(name, "").strip())), "")


def _row(file: str, cells: Cells, line: int) -> HistoryRow:
    kind = _KINDS.get(_first(cells, ("media_type", "type")).lower())
    if kind is None:
        raise Ignored("is neither a film nor an episode")
    if cells.get("live", "").strip().lower() in {"1", "true"}:
        raise Ignored("was on television, where it is no title of the library")
    name, moment = name_in(_first(cells, ("full_title", "title"))), time_in(_first(cells, _TIMES))
    row = HistoryRow(
        file, line, name, (_watched(cells),), moment, None, kind, profile=_first(cells, _PROFILES), record="history"
    )  # fmt: skip
    if kind == FILM:
        year = _first(cells, ("year",)) or _first(cells, ("originally_available_at",))[:4]
        name = name_in(cells["title"])
        return dataclasses.replace(
            row, name=name, year=year_in(year), external_id=_external_id(cells.get("guid", ""))
        )
    return dataclasses.replace(
        row,
        series=_first(cells, ("grandparent_title",)) or name.partition(" - ")[0],
        season=_first(cells, ("parent_media_index", "parent_index")),
        episode=_first(cells, ("media_index", "index")),
    )


def _watched(cells: Cells) -> Watched:
    """Tell how far a viewing went; what is in the list without a word of that was seen."""
    percent = read_float(cells.get("percent_complete", "").strip().removesuffix("%"))
    if percent is not None and percent < 0:
        raise BadCellError(f"has a viewing of {percent:g} %")
    progress = 1.0 if percent is None else min(percent / 100, 1.0)
    status = cells.get("watched_status", "").strip()
    is_finished = read_float(status) == 1 if status else progress >= THE_END
    return Watched(progress, int(is_finished))


def _external_id(guid: str) -> str:
    """Read the id of a film out of the address that Plex has for it.

    >>> _external_id("com.plexapp.agents.imdb://tt0113277?lang=en"), _external_id("tmdb://949"), _external_id("plex://movie/5")
    ('tt0113277', 'tmdb:949', '')
    """
    if match := _IMDB.search(guid):
        return match[1]
    return f"tmdb:{match[1]}" if (match := _TMDB.search(guid)) else ""


def _finished_once(rows: tuple[HistoryRow, ...], references: dict[int, str]) -> tuple[HistoryRow, ...]:
    """Leave the end of a viewing to the first of its entries that came there."""
    ended: set[tuple[str, str]] = set()
    counted = {}
    for row in sorted(rows, key=lambda row: (row.timestamp, row.line)):
        (event,) = row.events
        reference = (row.profile, references[row.line])
        counted[row.line] = row
        if references[row.line] and isinstance(event, Watched) and event.finished:
            if reference in ended:
                counted[row.line] = dataclasses.replace(row, events=(Watched(event.progress),))
            ended.add(reference)
    return tuple(counted[row.line] for row in rows)
