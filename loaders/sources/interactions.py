"""A single file of interactions: which events it holds is told by its columns."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import EARLIEST_TIME
from cinewalk.loaders.fetch.archives import GZIP_SUFFIX
from cinewalk.loaders.sources.events import events_in
from cinewalk.loaders.sources.movielens import RATING_FIELDS
from cinewalk.loaders.sources.recbole import is_recbole, plan_atomic_file
from cinewalk.loaders.tables.cells import BadCellError, read_time
from cinewalk.loaders.tables.headers import is_value, lay_out_csv, no_names, read_names
from cinewalk.loaders.tables.layouts import Layout, TextFile
from cinewalk.loaders.tables.lines import read_header
from cinewalk.loaders.tables.parquet import ParquetFile, lay_out_parquet, read_column_names
from cinewalk.loaders.text.column_names import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_PARQUET: Final = ".parquet"
_TEXTS: Final = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".inter")
#: What the name of such a file ends in.
SUFFIXES: Final = (*_TEXTS, *(f"{suffix}{GZIP_SUFFIX}" for suffix in _TEXTS), _PARQUET)

#: What the names of files about data begin with.
_ABOUT: Final = re.compile(r"readme|licen[cs]e|requirements|\.", re.IGNORECASE)
#: The first line of the files of the Netflix Prize, and of each film in them.
_NETFLIX_PRIZE: Final = re.compile(r"[0-9]+:")
_BARE: Final = ", ".join(known.name for known in RATING_FIELDS)


def is_interactions(name: str) -> bool:
    """Tell by its name whether a file may be one of interactions.

    >>> is_interactions("train.csv.gz"), is_interactions("train.zip"), is_interactions("README.txt")
    (True, False, False)
    """
    return name.lower().endswith(SUFFIXES) and not _ABOUT.match(name)


def plan_interactions(path: Path, columns: Mapping[str, str] = NOTHING) -> TextFile | ParquetFile:
    """Lay out a file of interactions: ratings, watches or thumbs by its columns, and else likes.

    Parameters
    ----------
    path
        A file with the columns ``user_id`` and ``title_id`` at least. With one of ``rating``, ``progress`` and
        ``value`` it is the table of that column; without any, each row is a thumb up. Without a line that names
        columns it may be a user, a title, a rating and a time in each line, as MovieLens has it.
    columns
        What a person says that columns are.

    Raises
    ------
    FileFormatError
        If a column is missing or there twice, or it holds several kinds of events.
    """
    if is_recbole(path.name):
        return plan_atomic_file(path, columns)
    if path.suffix.lower() == _PARQUET:
        events = events_in(path, read_column_names(path), columns)
        stored = lay_out_parquet(path, events.table, columns, constants=events.constants)
        return dataclasses.replace(stored, notes=(*stored.notes, *events.notes))
    first = read_header(path)
    if _NETFLIX_PRIZE.fullmatch(first.text.strip()):
        problem = f"is in the form of the Netflix Prize ({first.text.strip()} and then user,rating,day)"
        advice = "Write a line user_id,title_id,rating,timestamp and then the four in each line"
        raise FileFormatError(path, problem, advice, line=first.line)
    _, delimiter, written = read_names(path)
    if written and all(map(is_value, written)):
        return _plan_bare(path, delimiter, written)
    events = events_in(path, written, columns)
    file = lay_out_csv(path, events.table, columns, constants=events.constants)
    return dataclasses.replace(file, notes=(*file.notes, *events.notes))


def _plan_bare(path: Path, delimiter: str, cells: Sequence[str]) -> TextFile:
    """Lay out a file that names no columns, if its first line is a user, a title, a rating and a time."""
    try:
        moment = read_time(cells[-1]) or 0
    except BadCellError:
        moment = 0
    if len(cells) != len(RATING_FIELDS) or not is_value(cells[2]) or moment < EARLIEST_TIME:
        problem, advice = no_names(cells, [known.name for known in RATING_FIELDS[:3]])
        raise FileFormatError(path, problem, advice, line=1)
    note = f"{path.name}: names no columns, so each line is read as {_BARE}."
    return TextFile(path, Layout("ratings", RATING_FIELDS, delimiter), (note,))
