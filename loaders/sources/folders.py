"""Folders of files: which kind each is, and what is read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.errors import SourceError
from cinewalk.graph.model.schema import EVENT_TABLES, TABLES
from cinewalk.loaders.sources.movielens import is_movielens, plan_movielens
from cinewalk.loaders.sources.recbole import is_recbole, plan_recbole
from cinewalk.loaders.tables.headers import lay_out_csv
from cinewalk.loaders.tables.lines import readable
from cinewalk.loaders.tables.parquet import ParquetFile, lay_out_parquet
from cinewalk.loaders.text.column_names import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from cinewalk.loaders.tables.layouts import TextFile

#: What a folder may be, for a person whose folder is none of it.
UNDERSTOOD: Final = (
    f"a folder or .zip of {', '.join(TABLES)} (.csv or .parquet, one of {', '.join(EVENT_TABLES)} at least), "
    "of MovieLens files as GroupLens ships them, or of RecBole's .inter, .user and .item files; or a single "
    ".csv, .csv.gz or .parquet file of interactions"
)


class Format(NamedTuple):
    """A form in which data sets come: which files may be of it, and what is read of a folder where it is one.

    ``plan`` takes the folder and what a person says that columns are.
    """

    is_file: Callable[[str], bool]
    plan: Callable[[Path, Mapping[str, str]], Sequence[TextFile | ParquetFile] | None]


#: Every form but cinewalk's own tables, in the order in which they are looked for.
FORMATS: Final = (Format(is_movielens, plan_movielens), Format(is_recbole, plan_recbole))

#: The table that may stand beside the files of any other form, too.
_BESIDE: Final = ("same_titles",)

_TABLE_FILES: Final = frozenset(f"{name}{suffix}" for name in TABLES for suffix in (".csv", ".parquet"))


def is_data_file(name: str) -> bool:
    """Tell by its name whether a file may be part of a source.

    >>> is_data_file("ratings.csv"), is_data_file("README")
    (True, False)
    """
    if name.startswith("."):
        return False
    return name in _TABLE_FILES or any(form.is_file(name) for form in FORMATS)


def plan_folder(folder: Path, columns: Mapping[str, str] = NOTHING) -> list[TextFile | ParquetFile]:
    """Lay out the files of a folder, or of the only folder in it; ``columns`` is what a person says of columns.

    Raises
    ------
    SourceError
        If it holds nothing that is understood, or the same table twice.
    """
    with readable(folder):
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX")))
        folders = [entry for entry in entries if entry.is_dir()]
    if len(folders) == 1 and not any(is_data_file(entry.name) for entry in entries if entry.is_file()):
        return plan_folder(folders[0], columns)
    for form in FORMATS:
        if (planned := form.plan(folder, columns)) is not None:
            return [*planned, *_plan_tables(folder, columns, _BESIDE).values()]
    files = _plan_tables(folder, columns)
    if not any(name in EVENT_TABLES for name in files):
        names = [entry.name for entry in entries]
        listing = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        raise SourceError(f"{folder}: holds {listing or 'nothing'}. What can be loaded: {UNDERSTOOD}.")
    return list(files.values())


def _plan_tables(
    folder: Path, columns: Mapping[str, str], tables: Iterable[str] = TABLES
) -> dict[str, TextFile | ParquetFile]:
    """Lay out the tables of cinewalk's own that are in a folder."""
    files: dict[str, TextFile | ParquetFile] = {}
    for table in tables:
        text, parquet = folder / f"{table}.csv", folder / f"{table}.parquet"
        if text.is_file() and parquet.is_file():
            raise SourceError(f"{folder}: holds {text.name} and {parquet.name}. Keep one of them.")
        if text.is_file():
            files[table] = lay_out_csv(text, table, columns)
        elif parquet.is_file():
            files[table] = lay_out_parquet(parquet, table, columns)
    return files
