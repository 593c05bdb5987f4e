"""Data frames in memory as a source: tables by their names, or one frame of interactions, checked as files are."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict

from cinewalk.errors import RequestError
from cinewalk.graph.model.schema import EVENT_TABLES, TABLES
from cinewalk.loaders.sources.events import EventKind, events_in
from cinewalk.loaders.sources.frame_rows import open_frame, read_frame
from cinewalk.loaders.sources.sources import check_limits, refusal_of
from cinewalk.loaders.tables.join import join_tables
from cinewalk.loaders.tables.tables import rejects_frame
from cinewalk.loaders.text.column_names import NOTHING, check_used

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.loaders.tables.checks import RatingRange
    from cinewalk.loaders.tables.tables import Tables

#: What a frame is called that is given without a name.
SINGLE: Final = "frame"


class Frames(TypedDict, total=False):
    """The tables that may be given as frames of pandas, polars or pyarrow."""

    users: Any
    titles: Any
    ratings: Any
    watches: Any
    thumbs: Any
    blocks: Any
    people: Any
    same_titles: Any
    links: Any


def read_frames(
    frames: Mapping[str, Any],
    rating_range: RatingRange,
    max_rejects: int = 0,
    columns: Mapping[str, str] = NOTHING,
) -> Tables:
    """Read data frames into checked tables. Nothing refers to them afterwards, and nothing is written.

    Parameters
    ----------
    frames
        By the name of the table, or one as :data:`SINGLE`: ratings, watches or thumbs by its columns, and else likes.
    rating_range, max_rejects, columns
        As for :func:`cinewalk.loaders.sources.sources.read_tables`.

    Raises
    ------
    RequestError
        Where there is no such table, none holds events, or one is no data frame.
    FileFormatError
        Where a column is missing or there twice.
    RejectedRowsError
        With more bad rows than allowed; its ``rejects`` are all of them as a frame.

    Examples
    --------
    >>> import pandas as pd
    >>> from cinewalk.errors import RejectedRowsError
    >>> ratings = pd.DataFrame({"user": ["ann", "bob"], "item": ["alien", "alien"], "score": [5, 9]})
    >>> try:
    ...     read_frames({"ratings": ratings}, rating_range=(0.5, 5.0))
    ... except RejectedRowsError as error:
    ...     print(error.rejects)
         table  row column value      reason
    0  ratings    1  score     9  is above 5
    """
    rating_range = check_limits(rating_range, max_rejects)
    given = {name: data for name, data in frames.items() if data is not None}
    if unknown := [name for name in given if name not in {*TABLES, SINGLE}]:
        raise RequestError(f"there is no table {unknown[0]}; there are {', '.join(TABLES)}.")
    if not given.keys() & {*EVENT_TABLES, SINGLE}:
        beside = f", beside {', '.join(given)}" if given else ""
        raise RequestError(f"a graph needs events: give one of {', '.join(EVENT_TABLES)}{beside}.")
    opened = {name: open_frame(data, name) for name, data in given.items()}
    if columns:
        check_used(
            columns, [str(column) for frame in opened.values() for column in frame.columns], what="frame"
        )
    rows, notes = [], list[str]()
    for name, frame in opened.items():
        events = EventKind(name, {})
        if name == SINGLE:
            events = events_in(Path(name), [str(column) for column in frame.columns], columns)
        rows.append(read_frame(frame, name, events.table, rating_range, columns, events.constants))
        notes += events.notes
    tables = join_tables(rows, notes)
    refusal = refusal_of(tables, max_rejects, columns, frames=True)
    if refusal is not None:
        refusal.rejects = rejects_frame(tables.rejects)
        raise refusal
    if tables.rejects:
        rejected = sum(count.rejected for count in tables.counts.values())
        left_out = f"{rejected} bad rows were" if rejected > 1 else "1 bad row was"
        note = f"{left_out} left out (first: {tables.rejects[0]}). left_out= is told of all of them."
        tables = dataclasses.replace(tables, notes=(*tables.notes, note))
    return tables
