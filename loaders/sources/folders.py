"""Folders of files: which kind each is, and what is read from it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.errors import SourceError
from cinewalk.graph.model.schema import EVENT_TABLES, TABLES
from cinewalk.loaders.sources.file_names import file_in
from cinewalk.loaders.sources.interactions import is_interactions, plan_interactions
from cinewalk.loaders.sources.kaggle import is_kaggle, plan_kaggle
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
    f"a folder, .zip or .tar.gz of {', '.join(TABLES)} (.csv, .tsv, each also as .gz, or .parquet, one of "
    f"{', '.join(EVENT_TABLES)} at least), of files of MovieLens, Kaggle's The Movies Dataset or RecBole; or a single "
    ".csv, .tsv, .txt, .csv.gz, .inter or .parquet file of interactions; or a .json file of such tables"
)


class Format(NamedTuple):
    """A form in which data sets come: which files may be of it, and what is read of a folder where it is one.

    ``plan`` takes the folder and what a person says that columns are.
    """

    is_file: Callable[[str], bool]
    plan: Callable[[Path, Mapping[str, str]], Sequence[TextFile | ParquetFile] | None]


#: What the files of a table are called, the surest name first: its own, and what other people call them.
_STEMS: Final = {
    **{table: (table,) for table in TABLES},
    "users": ("users", "user"),
    "titles": ("titles", "title", "movies", "movie", "films", "film", "items", "item", "anime"),
    "ratings": ("ratings", "rating", "ratings_small"),
    "links": ("links", "links_small"),
}
_SUFFIXES: Final = (".csv", ".tsv", ".parquet")

#: Every form but cinewalk's own tables, in the order in which they are looked for.
FORMATS: Final = (
    Format(is_kaggle, plan_kaggle),
    Format(is_movielens, plan_movielens),
    Format(is_recbole, plan_recbole),
)

#: The tables that may stand beside the files of any other form, too.
_BESIDE: Final = ("same_titles", "links")

#: How a table's CSV file is laid out, where its columns have names that need no word.
_CSV: Final = {"links": partial(lay_out_csv, own=frozenset({"movieId"}))}

_TABLE_FILES: Final = frozenset(
    f"{stem}{suffix}" for stems in _STEMS.values() for stem in stems for suffix in _SUFFIXES
)


def is_data_file(name: str) -> bool:
    """Tell by its name whether a file may be part of a source.

    >>> is_data_file("ratings.csv"), is_data_file("Ratings.CSV"), is_data_file("README")
    (True, True, False)
    """
    if name.startswith("."):
        return False
    return name.lower() in _TABLE_FILES or any(form.is_file(name) for form in FORMATS)


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
        single = [entry for entry in entries if entry.is_file() and is_interactions(entry.name)]
        if len(single) == 1 and not files:
            return [plan_interactions(single[0], columns)]
        names = [entry.name for entry in entries]
        listing = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        raise SourceError(f"{folder}: holds {listing or 'nothing'}. What can be loaded: {UNDERSTOOD}.")
    return list(files.values())


def _plan_tables(
    folder: Path, columns: Mapping[str, str], tables: Iterable[str] = TABLES
) -> dict[str, TextFile | ParquetFile]:
    """Lay out the tables that are in a folder under a name of theirs."""
    files: dict[str, TextFile | ParquetFile] = {}
    for table in tables:
        there = [file_in(folder, f"{stem}{suffix}") for stem in _STEMS[table] for suffix in _SUFFIXES]
        there = [path for path in there if path.is_file()]
        if not there:
            continue
        first, *others = there
        if same := [path for path in others if path.stem.lower() == first.stem.lower()]:
            raise SourceError(f"{folder}: holds {first.name} and {same[0].name}. Keep one of them.")
        lay_out = lay_out_parquet if first.suffix.lower() == ".parquet" else _CSV.get(table, lay_out_csv)
        file = lay_out(first, table, columns)
        told = [f"{path.name}: not read, because {first.name} is." for path in others]
        files[table] = replace(file, notes=(*file.notes, *told))
    return files
