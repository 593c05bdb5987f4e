"""What Netflix hands out: the account page's viewing history, and the files of the full export.

The account page's ``NetflixViewingHistory.csv`` has a title and a day in each row, and no durations: each row is
one film seen to its end, or one episode. The full export (``CONTENT_INTERACTION/``) has ``ViewingActivity.csv``
(see :mod:`cinewalk.loaders.history.netflix_activity`) and ``Ratings.csv``: stars of the years before 2017, and
thumbs, where 1 is down, 2 up, 3 two up, and 0 takes the thumb back.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import UNKNOWN_TIME
from cinewalk.loaders.exports.csv_rows import named_table, records_of, table_of
from cinewalk.loaders.exports.export_rows import Ignored, name_in, read_rows, time_in
from cinewalk.loaders.exports.history_rows import RATINGS, HistoryRow, Rated, Thumbed, Watched, joined
from cinewalk.loaders.history.dates import DateOrder, decide_order, read_day
from cinewalk.loaders.history.names import in_parts, is_extra
from cinewalk.loaders.history.netflix_activity import read_activity
from cinewalk.loaders.tables.cells import BadCellError, read_float, read_integer
from cinewalk.loaders.tables.groups import snake_case

if TYPE_CHECKING:
    from cinewalk.loaders.exports.csv_rows import Record
    from cinewalk.loaders.exports.export_files import Export, ExportFile
    from cinewalk.loaders.exports.export_rows import Cells
    from cinewalk.loaders.exports.history_rows import Event, ExportedHistory

#: The files that are looked for.
FILES: Final = "NetflixViewingHistory.csv, ViewingActivity.csv and Ratings.csv"
_THUMBS: Final = {0: 0, 1: -1, 2: 1, 3: 2}
_MOST_STARS: Final = 5
#: Codes of stars that were taken back, or never given.
_NO_STARS: Final = frozenset({-1.0, -2.0})
_WANTED: Final = re.compile(r"(?:.*/)?(?:viewingactivity|ratings|netflixviewinghistory[^/]*)\.csv")


def is_wanted(name: str) -> bool:
    """Tell by its path in lower case whether a file of the export is read."""
    return _WANTED.fullmatch(name) is not None


def read_netflix(export: Export, date_order: DateOrder | None = None) -> ExportedHistory:
    """Read the files of an export.

    Parameters
    ----------
    export
        The files.
    date_order
        The order of the numbers in the account page's dates; not given, the column tells.

    Raises
    ------
    FileFormatError
        Where a file is none of Netflix's.
    RequestError
        Where the order of dates cannot be told.
    """
    split = {file: records_of(file) for file in export.files}
    full = next((file for file in split if _is_activity(split[file])), None)
    twice = [
        file.name for file, records in split.items() if full is not None and _is_viewing_history(records)
    ]
    notes = tuple(
        f"{name}: not read, because {full.name} tells the same with profiles." for name in twice if full
    )
    history = joined(_read(file, split[file], date_order) for file in export.files if file.name not in twice)
    return dataclasses.replace(history, notes=(*notes, *history.notes))


def _is_activity(records: list[Record]) -> bool:
    return bool(records) and {"start_time", "title"} <= set(map(snake_case, records[0].cells))


def _is_viewing_history(records: list[Record]) -> bool:
    return bool(records) and len(records[0].cells) == 2


def _read(file: ExportFile, records: list[Record], date_order: DateOrder | None) -> ExportedHistory:
    if not records:
        raise FileFormatError(file.name, "is empty", "Download it again")
    if _is_viewing_history(records):
        return _read_viewing_history(file, records, date_order)
    table = named_table(file, records)
    if _is_activity(records):
        return read_activity(table)
    if table.has("title_name") and (table.has("thumbs_value") or table.has("star_value")):
        return read_rows(table, lambda cells, line: _rating(file.base, cells, line))
    problem = f"is none of {FILES}"
    raise FileFormatError(file.name, problem, "Give the file as it was downloaded", line=1)


def _read_viewing_history(
    file: ExportFile, records: list[Record], date_order: DateOrder | None
) -> ExportedHistory:
    """Read titles and days; a first row without a day names the columns, in whatever language."""
    if not _is_day(records[0].cells[1]):
        records = records[1:]
    table = table_of(file, ("title", "date"), records)
    if table.records and not any(_is_day(record.cells[1]) for record in table.records):
        problem = "has no day in its second column"
        raise FileFormatError(file.name, problem, "Give the file as it was downloaded")
    order = date_order or decide_order([record.cells[1] for record in table.records], file.name)
    return read_rows(table, lambda cells, line: _viewing(file.base, cells, line, order))


def _is_day(text: str) -> bool:
    return any(read_day(text, order) for order in DateOrder)


def _viewing(file: str, cells: Cells, line: int, order: DateOrder) -> HistoryRow:
    name = name_in(cells["title"])
    if is_extra(name):
        raise Ignored("is a trailer, a recap or an extra")
    day = read_day(cells["date"], order) or UNKNOWN_TIME
    return in_parts(HistoryRow(file, line, name, (Watched(1.0, 1),), day, record="viewing history"))


def _rating(file: str, cells: Cells, line: int) -> HistoryRow:
    name, moment = name_in(cells["title_name"]), time_in(cells.get("event_utc_ts", ""))
    stars, thumbs = read_float(cells.get("star_value", "")), read_integer(cells.get("thumbs_value", ""))
    kind = cells.get("rating_type", "").strip().lower()
    event: Event
    if thumbs is not None and not (kind.startswith("star") and stars is not None):
        if thumbs not in _THUMBS:
            raise BadCellError(f"has the thumb {thumbs}, and there are 0 to 3")
        event = Thumbed(_THUMBS[thumbs])
    elif stars is None:
        raise Ignored("has neither stars nor a thumb")
    elif stars in _NO_STARS:
        event = Rated(0.0)
    elif not 0 <= stars <= _MOST_STARS:
        raise BadCellError(f"has {stars:g} stars, and there are up to {_MOST_STARS}")
    else:
        event = Rated(stars)
    return HistoryRow(
        file, line, name, (event,), moment, profile=cells.get("profile_name", "").strip(), record=RATINGS
    )
