"""Folders of files: which kind each is, and what is read from it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from cinewalk.errors import SourceError
from cinewalk.graph.model.schema import EVENT_TABLES, TABLES
from cinewalk.loaders.sources.movielens import FORMATS, plan_movielens
from cinewalk.loaders.sources.recbole import SUFFIXES, plan_recbole
from cinewalk.loaders.tables.headers import lay_out_csv
from cinewalk.loaders.tables.lines import readable
from cinewalk.loaders.tables.parquet import ParquetFile, lay_out_parquet

if TYPE_CHECKING:
    from pathlib import Path

    from cinewalk.loaders.tables.layouts import TextFile

#: What a folder may be, for a person whose folder is none of it.
UNDERSTOOD: Final = (
    f"a folder or .zip of {', '.join(TABLES)} (.csv or .parquet, one of {', '.join(EVENT_TABLES)} at least), "
    "of MovieLens files as GroupLens ships them, or of RecBole's .inter, .user and .item files; or a single "
    ".csv, .csv.gz or .parquet file of interactions"
)

_MOVIELENS_FILES: Final = frozenset(
    {name for names in FORMATS for name in names} | {"u.item", "u.user", "u.genre", "movies.dat", "users.dat"}
)
_TABLE_FILES: Final = frozenset(f"{name}{suffix}" for name in TABLES for suffix in (".csv", ".parquet"))


def is_data_file(name: str) -> bool:
    """Tell by its name whether a file may be part of a source.

    >>> is_data_file("ratings.csv"), is_data_file("README")
    (True, False)
    """
    if name.startswith("."):
        return False
    return name in _MOVIELENS_FILES or name in _TABLE_FILES or PurePath(name).suffix in SUFFIXES


def plan_folder(folder: Path) -> list[TextFile | ParquetFile]:
    """Lay out the files of a folder, or of the only folder in it.

    Raises
    ------
    SourceError
        If it holds nothing that is understood, or the same table twice.
    """
    with readable(folder):
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX")))
        folders = [entry for entry in entries if entry.is_dir()]
    if len(folders) == 1 and not any(is_data_file(entry.name) for entry in entries if entry.is_file()):
        return plan_folder(folders[0])
    if not (folder / "titles.csv").is_file() and (movielens := plan_movielens(folder)) is not None:
        return list(movielens)
    if (recbole := plan_recbole(folder)) is not None:
        return list(recbole)
    files = _plan_tables(folder)
    if not any(name in EVENT_TABLES for name in files):
        names = [entry.name for entry in entries]
        found = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        raise SourceError(f"{folder}: holds {found or 'nothing'}. What can be loaded: {UNDERSTOOD}.")
    return list(files.values())


def _plan_tables(folder: Path) -> dict[str, TextFile | ParquetFile]:
    """Lay out a folder of cinewalk's own tables."""
    files: dict[str, TextFile | ParquetFile] = {}
    for table in TABLES:
        text, parquet = folder / f"{table}.csv", folder / f"{table}.parquet"
        if text.is_file() and parquet.is_file():
            raise SourceError(f"{folder}: holds {text.name} and {parquet.name}. Keep one of them.")
        if text.is_file():
            files[table] = lay_out_csv(text, table)
        elif parquet.is_file():
            files[table] = lay_out_parquet(parquet, table)
    return files
