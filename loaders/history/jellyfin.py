"""What Jellyfin's and Emby's plug-in *Playback Reporting* backs up: one line for each time that somebody pressed play.

``PlaybackReportingBackup-*.tsv`` has no header: day and time, user, item, type and name of the item, method, client,
device, and for how many seconds it played; later columns are of Emby alone. What a person queried from it themselves
has a header. An episode is called *Series - s01e02 - Name*.

How long a title is, the file does not say. It is taken to be as in
:mod:`cinewalk.loaders.history.netflix_activity`, with the longest session in place of the longest bookmark. Sessions
of one title that start within :data:`ONE_VIEWING` of each other are one viewing: each goes on where the one before
ended, and the viewing is finished once, where they come to :data:`THE_END` of the length.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from cinewalk.graph.model.schema import FILM, SERIES
from cinewalk.loaders.exports.csv_rows import Record, read_table, table_of
from cinewalk.loaders.exports.export_rows import Ignored, name_in, read_rows, time_in
from cinewalk.loaders.exports.history_rows import HistoryRow, Watched, joined
from cinewalk.loaders.history.netflix_activity import THE_END, title_lengths
from cinewalk.loaders.tables.cells import BadCellError, read_integer
from cinewalk.loaders.titles.names import parse_title

if TYPE_CHECKING:
    from cinewalk.loaders.exports.csv_rows import CsvTable
    from cinewalk.loaders.exports.export_files import Export, ExportFile
    from cinewalk.loaders.exports.export_rows import Cells
    from cinewalk.loaders.exports.history_rows import ExportedHistory

#: The files that are looked for.
FILES: Final = "PlaybackReportingBackup-*.tsv"
#: Sessions of one title that start within so many seconds of each other are one viewing.
ONE_VIEWING: Final = 48 * 3600

_COLUMNS: Final = (
    "date_created",
    "user_id",
    "item_id",
    "item_type",
    "item_name",
    "playback_method",
    "client_name",
    "device_name",
    "play_duration",
)
_KINDS: Final = {"movie": FILM, "episode": SERIES}
_EPISODE: Final = re.compile(r"(?P<series>.+?) - s(?P<season>\d+)e(?P<episode>\d+)\b.*", re.IGNORECASE)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def is_wanted(name: str) -> bool:
    """Tell by its path in lower case whether a file of the export is read."""
    base = name.rpartition("/")[2]
    return base.startswith("playbackreporting") and base.endswith((".tsv", ".csv", ".txt"))


def read_jellyfin(export: Export) -> ExportedHistory:
    """Read a backup.

    Raises
    ------
    FileFormatError
        Where a column is missing.
    """
    return joined(_read(_table(file)) for file in export.files)


def _table(file: ExportFile) -> CsvTable:
    """Lay out a file; names hold quotes as they are, so lines without a header are split by nothing but tabs."""
    lines = [(line, text) for line, text in enumerate(_LINE_END.split(file.text()), 1) if text.strip()]
    if not lines or "\t" not in lines[0][1] or lines[0][1].lower().startswith("datecreated"):
        return read_table(file)
    records = [Record(line, 1, text, tuple(text.split("\t"))) for line, text in lines]
    later = len(records[0].cells) - len(_COLUMNS)
    return table_of(file, (*_COLUMNS, *(f"later_{n}" for n in range(later))), records)


def _read(table: CsvTable) -> ExportedHistory:
    table.need("date_created", "item_type", "item_name", "play_duration")
    played: dict[int, int] = {}

    def read(cells: Cells, line: int) -> HistoryRow:
        played[line] = _seconds(cells["play_duration"])
        return _row(table.file.base, cells, line)

    history = read_rows(table, read)
    watched = _viewings(history.rows, played)
    rows = tuple(dataclasses.replace(row, events=(watched[row.line],)) for row in history.rows)
    return dataclasses.replace(history, rows=rows)


def _seconds(text: str) -> int:
    seconds = read_integer(text)
    if seconds is None or seconds < 0:
        raise BadCellError(f"has {text[:20]!r} for how many seconds it played")
    return seconds


def _row(file: str, cells: Cells, line: int) -> HistoryRow:
    kind = _KINDS.get(cells["item_type"].strip().lower())
    if kind is None:
        raise Ignored("is neither a film nor an episode")
    name, year = parse_title(name_in(cells["item_name"]))
    row = HistoryRow(
        file,
        line,
        name,
        (),
        time_in(cells["date_created"]),
        year,
        kind,
        profile=cells.get("user_id", "").strip(),
        record="playback",
    )
    if kind == FILM:
        return row
    match = _EPISODE.fullmatch(name)
    if match is None:
        raise BadCellError("is an episode, and does not name its series")
    season, episode = str(int(match["season"])), str(int(match["episode"]))
    return dataclasses.replace(row, series=match["series"], season=season, episode=episode, year=None)


def _viewings(rows: tuple[HistoryRow, ...], played: dict[int, int]) -> dict[int, Watched]:
    """Return what each session was, by its line."""
    lengths = title_lengths((row, played[row.line]) for row in rows)
    sessions: dict[tuple[str, str], list[HistoryRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.timestamp, row.line)):
        sessions[row.profile, row.name].append(row)
    watches: dict[int, Watched] = {}
    for (_, name), of_title in sessions.items():
        before, position = None, 0
        for row in of_title:
            if before is None or row.timestamp - before > ONE_VIEWING:
                position = 0
            end, length = position + played[row.line], lengths[name]
            is_finished = position < THE_END * length <= end
            watches[row.line] = Watched(min(end / length, 1.0), int(is_finished))
            before, position = row.timestamp, end
    return watches
