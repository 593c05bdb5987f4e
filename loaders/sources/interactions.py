"""A single file of interactions: which events it holds is told by its columns."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import BLOCKED, EVENT_TABLES, THUMB, THUMBED
from cinewalk.loaders.fetch.archives import GZIP_SUFFIX, decompressed
from cinewalk.loaders.tables.groups import snake_case
from cinewalk.loaders.tables.headers import lay_out_csv, read_names
from cinewalk.loaders.tables.parquet import ParquetFile, lay_out_parquet, read_column_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cinewalk.loaders.tables.layouts import TextFile

#: What the name of such a file ends in.
SUFFIXES: Final = (".csv", f".csv{GZIP_SUFFIX}", ".parquet")

#: The column that makes a row an event of a kind, and the table of that kind: ``rating``, ``ratings`` …
_MEANINGS: Final = {
    event.properties[0].name: table for table, event in EVENT_TABLES.items() if event is not BLOCKED
}
_THUMBS: Final = next(table for table, event in EVENT_TABLES.items() if event is THUMBED)
_THUMB_UP: Final = {THUMB.name: 1}


def is_interactions(name: str) -> bool:
    """Tell by its name whether a file may be one of interactions.

    >>> is_interactions("train.csv.gz"), is_interactions("train.zip")
    (True, False)
    """
    return name.lower().endswith(SUFFIXES)


def plain_name(name: str) -> str:
    """Return a file's name without what tells its format.

    >>> plain_name("train.csv.gz"), plain_name("films.zip")
    ('train', 'films')
    """
    suffix = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
    return name[: -len(suffix)] if suffix else name.rpartition(".")[0] or name


@contextlib.contextmanager
def uncompressed(path: Path) -> Iterator[Path]:
    """Give a file itself, or what a gzipped one unpacks to."""
    if path.name.lower().endswith(GZIP_SUFFIX):
        with decompressed(path) as file:
            yield file
    else:
        yield path


def plan_interactions(path: Path) -> TextFile | ParquetFile:
    """Lay out a file of interactions: ratings, watches or thumbs by its columns, and else likes.

    Parameters
    ----------
    path
        A ``.csv`` or ``.parquet`` file with the columns ``user_id`` and ``title_id`` at least. With one of
        ``rating``, ``progress`` and ``value`` it is the table of that column; without any, each row is a
        thumb up.

    Raises
    ------
    FileFormatError
        If a column is missing or there twice, or it holds several kinds of events.
    """
    is_parquet = path.suffix.lower() == ".parquet"
    names = [snake_case(name) for name in read_column_names(path)] if is_parquet else read_names(path)[2]
    kinds = [name for name in _MEANINGS if name in names]
    if len(kinds) > 1:
        problem = f"holds several kinds of events ({', '.join(kinds)})"
        raise FileFormatError(path, problem, "Keep one of these columns, or make a folder of tables of it")
    table, constants = (_MEANINGS[kinds[0]], {}) if kinds else (_THUMBS, _THUMB_UP)
    file = lay_out_parquet(path, table, constants) if is_parquet else lay_out_csv(path, table, constants)
    if kinds:
        return file
    note = f"{path.name}: has no column {', '.join(_MEANINGS)}, so each row is a like (a thumb up)."
    return dataclasses.replace(file, notes=(*file.notes, note))
