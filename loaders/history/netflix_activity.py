"""Netflix' ``ViewingActivity.csv``: one row for each time that somebody pressed play.

How far somebody got
--------------------
``Bookmark`` is the position at which a session ended. How long a title is, the file does not say. It is taken to be

    length = max(longest bookmark of the title, floor, for an episode also the usual length of its series)

over all profiles and sessions, where the floor is 75 minutes for a film and 18 for an episode (so that ten minutes of
something are not the whole of it), and the usual length of a series is the median of its episodes' longest bookmarks.
Then ``progress = bookmark / length``, at most 1. ``Latest Bookmark`` repeats the bookmark for the newest session, and
says *Not latest view* for the others; of those the own ``Bookmark`` still says how far that session came. A session
without any bookmark counts by its ``Duration``.

A session ends at the end where ``progress`` is at least .9 (credits are left running by few). It finishes the title
where the session before it did not end there as well, or where it took over half of the title's length itself.

Times are in UTC. Rows with a ``Supplemental Video Type`` (trailers, hooks, promotions), clips that are told by their
title, and what played by itself without a click, say nothing about taste; they are counted and left out.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.graph.model.schema import SERIES
from cinewalk.loaders.exports.export_rows import Ignored, name_in, read_rows, time_in
from cinewalk.loaders.exports.history_rows import ExportedHistory, HistoryRow, Watched
from cinewalk.loaders.history.names import in_parts
from cinewalk.loaders.tables.cells import BadCellError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.loaders.exports.csv_rows import CsvTable
    from cinewalk.loaders.exports.export_rows import Cells

#: The shortest that a film and an episode are taken to be, in seconds.
FILM_FLOOR: Final = 75 * 60
EPISODE_FLOOR: Final = 18 * 60
#: From this part on a title has been seen to its end.
THE_END: Final = 0.9

_CLOCK: Final = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})")
_CLIPS: Final = ("_hook_", "_clip_", "_backfill", "clip:", "trailer:", "teaser:")
_BY_ITSELF: Final = "autoplayed: user action: none"
RECORD: Final = "viewing activity"


class _Session(NamedTuple):
    row: HistoryRow
    bookmark: int
    duration: int


def read_activity(table: CsvTable) -> ExportedHistory:
    """Read the file; see the rules above."""
    table.need("profile_name", "start_time", "duration", "title", "bookmark")
    sessions: dict[int, _Session] = {}

    def read(cells: Cells, line: int) -> HistoryRow:
        sessions[line] = _session(table.file.base, cells, line)
        return sessions[line].row

    history = read_rows(table, read)
    lengths = title_lengths((session.row, session.bookmark) for session in sessions.values())
    watched = _watched(sessions.values(), lengths)
    rows = tuple(dataclasses.replace(row, events=(watched[row.line],)) for row in history.rows)
    return dataclasses.replace(history, rows=rows)


def _session(file: str, cells: Cells, line: int) -> _Session:
    name, moment = name_in(cells["title"]), time_in(cells["start_time"])
    kind = cells.get("supplemental_video_type", "").strip()
    duration, bookmark = _seconds(cells["duration"]), _seconds(cells["bookmark"])
    if kind:
        raise Ignored(f"is a {kind.lower().replace('_', ' ')}")
    if any(mark in name.lower() for mark in _CLIPS):
        raise Ignored("is a clip")
    if _BY_ITSELF in cells.get("attributes", "").lower():
        raise Ignored("played by itself, without a click")
    profile = cells["profile_name"].strip()
    row = in_parts(HistoryRow(file, line, name, (), moment, profile=profile, record=RECORD))
    return _Session(row, (duration or 0) if bookmark is None else bookmark, duration or 0)


def _seconds(text: str) -> int | None:
    """Read ``1:02:03``; nothing, and what is no clock by intent, is ``None``."""
    text = text.strip()
    if not text or text.lower() in {"not latest view", "n/a"}:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise BadCellError(f"has {text[:20]!r} where hours, minutes and seconds should be")
    hours, minutes, seconds = map(int, match.groups())
    return 3600 * hours + 60 * minutes + seconds


def title_lengths(positions: Iterable[tuple[HistoryRow, int]]) -> dict[str, int]:
    """Return how long each title is taken to be, in seconds, of how far somebody came in each row.

    >>> title_lengths([(HistoryRow("x", 1, "Heat", ()), 600), (HistoryRow("x", 2, "Heat", ()), 9000)])
    {'Heat': 9000}
    """
    longest: dict[str, int] = defaultdict(int)
    series: dict[str, str] = {}
    for row, position in positions:
        longest[row.name] = max(longest[row.name], position)
        if row.kind == SERIES:
            series[row.name] = row.series
    episodes: dict[str, list[int]] = defaultdict(list)
    for name, of in series.items():
        episodes[of].append(longest[name])
    usual = {of: int(median(lengths)) for of, lengths in episodes.items()}
    return {
        name: max(length, EPISODE_FLOOR, usual[series[name]]) if name in series else max(length, FILM_FLOOR)
        for name, length in longest.items()
    }


def _watched(sessions: Iterable[_Session], lengths: dict[str, int]) -> dict[int, Watched]:
    """Return what each session was, by its line."""
    watches: dict[int, Watched] = {}
    ended: dict[tuple[str, str], bool] = {}
    # The newest come first in the file, so of equal times the later line is the older one.
    for session in sorted(sessions, key=lambda s: (s.row.timestamp, -s.row.line)):
        row, length = session.row, lengths[session.row.name]
        progress = min(session.bookmark / length, 1.0)
        at_end = progress >= THE_END
        again = ended.get((row.profile, row.name), False)
        finished = at_end and (not again or 2 * session.duration > length)
        ended[row.profile, row.name] = at_end
        watches[row.line] = Watched(progress, int(finished))
    return watches
