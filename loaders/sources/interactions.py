"""A single file of interactions: which events it holds is told by its columns."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import BLOCKED, EVENT_TABLES, THUMB, THUMBED
from cinewalk.loaders.fetch.archives import GZIP_SUFFIX, decompressed
from cinewalk.loaders.tables.headers import lay_out_csv, read_names
from cinewalk.loaders.tables.parquet import ParquetFile, lay_out_parquet, read_column_names
from cinewalk.loaders.text.column_names import NOTHING, name_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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


def plan_interactions(path: Path, columns: Mapping[str, str] = NOTHING) -> TextFile | ParquetFile:
    """Lay out a file of interactions: ratings, watches or thumbs by its columns, and else likes.

    Parameters
    ----------
    path
        A ``.csv`` or ``.parquet`` file with the columns ``user_id`` and ``title_id`` at least. With one of
        ``rating``, ``progress`` and ``value`` it is the table of that column; without any, each row is a
        thumb up.
    columns
        What a person says that columns are.

    Raises
    ------
    FileFormatError
        If a column is missing or there twice, or it holds several kinds of events.
    """
    is_parquet = path.suffix.lower() == ".parquet"
    written = read_column_names(path) if is_parquet else read_names(path)[2]
    kinds = _kinds(written, columns)
    if len(kinds) > 1:
        problem = f"holds several kinds of events ({', '.join(kinds.values())})"
        raise FileFormatError(path, problem, "Keep one of these columns, or make a folder of tables of it")
    table, constants = (_MEANINGS[next(iter(kinds))], {}) if kinds else (_THUMBS, _THUMB_UP)
    lay_out = lay_out_parquet if is_parquet else lay_out_csv
    file = lay_out(path, table, columns, constants=constants)
    if kinds:
        return file
    note = f"{path.name}: has no column {', '.join(_MEANINGS)}, so each row is a like (a thumb up)."
    return dataclasses.replace(file, notes=(*file.notes, note))


def _kinds(written: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Tell which columns make rows events of a kind: what each is, and how the file writes it.

    Common names count only where no column is what a person says or the schema has.
    """
    shown, renamed = {}, {}
    for name, table in _MEANINGS.items():
        named = name_columns(written, table, columns)
        if name in named.meanings:
            shown[name] = named.shown[name]
        if name in named.renamed and name not in columns.values():
            renamed[name] = shown.pop(name)
    return shown or renamed
