"""Every source that can be loaded, by what it is called or by what it looks like."""

from __future__ import annotations

import dataclasses
import logging
from typing import TYPE_CHECKING, Final

from cinewalk.errors import RejectedRowsError, RequestError
from cinewalk.graph.model.schema import RATING, USUAL_RATINGS
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.loaders.fetch.datasets import DATASETS
from cinewalk.loaders.sources.containers import located
from cinewalk.loaders.sources.folders import plan_folder
from cinewalk.loaders.sources.interactions import plan_interactions
from cinewalk.loaders.tables.checks import read_rating_range
from cinewalk.loaders.tables.join import join_tables
from cinewalk.loaders.tables.parquet import ParquetFile, read_parquet_file
from cinewalk.loaders.tables.reading import read_text_file
from cinewalk.loaders.tables.tables import Tables, write_rejects
from cinewalk.loaders.text.column_names import NOTHING, check_used, name_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cinewalk.loaders.tables.checks import RatingRange
    from cinewalk.loaders.tables.layouts import TableRows, TextFile

__all__ = ["DATASETS", "read_tables"]

#: How the reason begins for a value that is too high, or too low.
_ABOVE: Final = "is above"
_BELOW: Final = "is below"

_log: Final = logging.getLogger("cinewalk")


def read_tables(
    source: str | Path,
    *,
    max_rejects: int = 0,
    rejects_path: Path | None = None,
    rating_range: RatingRange = USUAL_RATINGS,
    cache: Path | None = None,
    progress: Progress = no_progress,
    notify: Callable[[str], None] | None = None,
    columns: Mapping[str, str] = NOTHING,
) -> Tables:
    """Read a source into checked tables.

    Parameters
    ----------
    source
        The name of a data set (:data:`DATASETS`), a folder or archive of files, or a single file of interactions.
    max_rejects
        How many bad rows may be left out. With one more, nothing is loaded.
    rejects_path
        Where every bad row is listed, if there are any. By default ``<source>.rejects.csv`` in the current
        folder, or in the cache for a data set known by name.
    rating_range
        The lowest and the highest rating that is valid.
    cache
        Where fetched data sets are kept; by default the user's cache folder, or ``CINEWALK_CACHE``.
    progress
        Told how far fetching and reading are.
    notify
        Told what is downloaded and under which licence, and what a person should know; by default the log is, of the
        first as a warning.
    columns
        What columns of the files are, where their names do not say it: ``{"film_nr": "title_id"}``; ``""`` leaves
        one out.

    Returns
    -------
    Tables

    Raises
    ------
    SourceError
        If the source does not exist or is not understood.
    FileFormatError
        If a file cannot be read as what it claims to be.
    RejectedRowsError
        If there are more bad rows than allowed.
    DownloadError
        If a data set cannot be fetched.

    Notes
    -----
    Of several events of one user with one title the newest is kept. Users, or titles, that no file lists
    are taken from the events; where a file does list them, an event of another one is a bad row.
    """
    rating_range = check_limits(rating_range, max_rejects)
    with located(source, cache, progress, notify or _log.warning) as (place, default_rejects_path):
        files = [plan_interactions(place, columns)] if place.is_file() else plan_folder(place, columns)
        if columns:
            check_used(columns, [name for file in files for name in file.named.written])
        rows = [_read_file(file, rating_range, progress) for file in files]
    tables = join_tables(rows, [note for file in files for note in file.notes])
    return _judge(tables, max_rejects, rejects_path or default_rejects_path, notify or _log.info, columns)


def check_limits(rating_range: RatingRange, max_rejects: int) -> RatingRange:
    """Refuse a range of ratings that is none, and fewer bad rows than none; return the range as two floats."""
    if max_rejects < 0:
        raise RequestError(f"max_rejects is {max_rejects}. Give 0 or more.")
    return read_rating_range(rating_range)


def _read_file(file: TextFile | ParquetFile, rating_range: RatingRange, progress: Progress) -> TableRows:
    if isinstance(file, ParquetFile):
        rows = read_parquet_file(file, rating_range, progress)
    else:
        rows = read_text_file(file, rating_range, progress)
        rows.is_partial = file.is_partial
    rows.shown = file.named.shown
    return rows


def _judge(
    tables: Tables, max_rejects: int, path: Path, notify: Callable[[str], None], columns: Mapping[str, str]
) -> Tables:
    """List the bad rows, and refuse the tables where there are more than allowed."""
    if not tables.rejects:
        return tables
    listed: Path | None = path
    note = f"The bad rows are listed in {path}."
    try:
        write_rejects(path, tables.rejects)
    except OSError as error:
        listed = None
        note = f"The bad rows could not be listed in {path} ({error.strerror or error})."
    refusal = refusal_of(tables, max_rejects, columns, listed)
    if refusal is not None:
        if listed is None:
            notify(note)
        refusal.add_note(note)
        raise refusal
    return dataclasses.replace(tables, notes=(*tables.notes, note))


def refusal_of(
    tables: Tables,
    max_rejects: int,
    columns: Mapping[str, str],
    listed: Path | None = None,
    *,
    frames: bool = False,
) -> RejectedRowsError | None:
    """Return the error that there are more bad rows than allowed; ``None`` where there are not."""
    rejected = sum(count.rejected for count in tables.counts.values())
    if rejected <= max_rejects:
        return None
    return RejectedRowsError(
        rejected,
        max_rejects,
        f"{tables.rejects[0]}{_range_hint(tables, columns)}",
        listed,
        frames=frames,
    )


def _range_hint(tables: Tables, columns: Mapping[str, str]) -> str:
    """Say how far ratings go, if any is above or below what may be."""
    beyond = [reject for reject in tables.rejects if reject.reason.startswith((_ABOVE, _BELOW))]
    rated = [
        each for each in beyond if RATING.name in name_columns([each.column], "ratings", columns).meanings
    ]
    if not rated:
        return ""
    below = [float(each.value) for each in rated if each.reason.startswith(_BELOW)]
    above = [float(each.value) for each in rated if each.reason.startswith(_ABOVE)]
    ends = [*(f"down to {min(below):g}" for _ in below[:1]), *(f"up to {max(above):g}" for _ in above[:1])]
    return f" (ratings go {' and '.join(ends)}; --rating-range LOW:HIGH says what may be)"
