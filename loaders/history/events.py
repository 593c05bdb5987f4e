"""From matched rows to the events of the graph: one of a kind for each user and title."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import pandas as pd

from cinewalk.graph.model import schema
from cinewalk.graph.model.schema import SERIES
from cinewalk.loaders.exports.history_rows import RATINGS, Rated, Thumbed, Watched
from cinewalk.loaders.history.names import is_special, season_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cinewalk.loaders.exports.history_rows import HistoryRow

_Number = TypeVar("_Number", int, float)
_MOST_FINISHED: Final = int(schema.FINISHED.maximum or 0)


class Placed(NamedTuple):
    """A row, the user that its profile becomes, and the title that it speaks of."""

    row: HistoryRow
    user_id: str
    title_id: str


def event_frames(placed: Iterable[Placed]) -> dict[str, pd.DataFrame]:
    """Fold rows into the frames of the event tables that they fill.

    Ratings and thumbs: the newest counts, and of equally new ones the last; one that takes another back leaves
    nothing. What a list of ratings says of a title comes before what single viewings were given. Watches: see
    :func:`watch_of`.
    """
    groups: dict[tuple[str, str], list[HistoryRow]] = defaultdict(list)
    for row, user_id, title_id in placed:
        groups[user_id, title_id].append(row)
    return {
        table: frame
        for table, fold in (("ratings", rating_of), ("watches", watch_of), ("thumbs", thumb_of))
        if len(frame := _frame(table, groups, fold))
    }


def _frame(
    table: str,
    groups: Mapping[tuple[str, str], list[HistoryRow]],
    fold: Callable[[list[HistoryRow]], tuple[float, ...] | None],
) -> pd.DataFrame:
    columns = [column.name for column in schema.TABLES[table].columns]
    events = [(*key, *cells) for key, rows in groups.items() if (cells := fold(rows)) is not None]
    return pd.DataFrame(events, columns=columns)


def rating_of(rows: list[HistoryRow]) -> tuple[float, int] | None:
    """Return the rating that holds, and its time: that of the title, else of its newest viewing that was rated."""
    given = [(row, event.rating) for row in rows for event in row.events if isinstance(event, Rated)]
    of_title = [(row, rating) for row, rating in given if row.record == RATINGS]
    return _newest([(row.timestamp, rating) for row, rating in of_title or given])


def thumb_of(rows: list[HistoryRow]) -> tuple[int, int] | None:
    """Return the thumb that holds, and its time."""
    given = [
        (row.timestamp, event.value) for row in rows for event in row.events if isinstance(event, Thumbed)
    ]
    return _newest(given)


def _newest(given: list[tuple[int, _Number]]) -> tuple[_Number, int] | None:
    """Return value and time of the newest, of equally new ones the last; nothing where it takes one back."""
    if not given:
        return None
    _, (moment, value) = max(enumerate(given), key=lambda pair: (pair[1][0], pair[0]))
    return (value, moment) if value else None


def watch_of(rows: list[HistoryRow]) -> tuple[float, int, int] | None:
    """Return progress, how often it was finished, and the newest time.

    A film's progress is that of the newest viewing, and it was finished as often as its viewings say. A series is
    one watch: its progress is 1 once any episode was finished, else the farthest that an episode went; it was finished
    as often as it has seasons with a finished episode, specials left out. Where several records speak of the title, the
    one that knows of most counts.
    """
    viewings = [(row, event) for row in rows for event in row.events if isinstance(event, Watched)]
    if not viewings:
        return None
    records: dict[str, list[tuple[HistoryRow, Watched]]] = defaultdict(list)
    for row, event in viewings:
        records[row.record].append((row, event))
    finished = max(_finished(record) for record in records.values())
    newest = max(row.timestamp for row, _ in viewings)
    if any(row.kind == SERIES for row, _ in viewings):
        summed = [event.progress for _, event in viewings if event.whole]
        farthest = max(event.progress for _, event in viewings)
        progress = max(summed) if summed else 1.0 if finished else farthest
    else:
        progress = max(event.progress for row, event in viewings if row.timestamp == newest)
    return progress, min(finished, _MOST_FINISHED), newest


def _finished(record: list[tuple[HistoryRow, Watched]]) -> int:
    whole = [event.finished for _, event in record if event.whole]
    if whole:
        return sum(whole)
    seasons = {
        season_key(row.season)
        for row, event in record
        if row.kind == SERIES and event.finished and not is_special(row.season)
    }
    return len(seasons) + sum(event.finished for row, event in record if row.kind != SERIES)
