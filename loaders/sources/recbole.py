"""RecBole's atomic files: ``*.inter``, ``*.user`` and ``*.item``, with types in their headers."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import SourceError
from cinewalk.graph.model.schema import GENRES, TITLE, YEAR
from cinewalk.loaders.tables.cells import Field, read_list, unique_names
from cinewalk.loaders.tables.headers import layout_of, usual_fields
from cinewalk.loaders.tables.lines import read_header
from cinewalk.loaders.text.column_names import NOTHING, name_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cinewalk.loaders.tables.layouts import TextFile

_DELIMITER: Final = "\t"
#: The kinds of atomic files that are read, and the table that each becomes.
SUFFIXES: Final = {".inter": "ratings", ".user": "users", ".item": "titles"}
#: The names that its sets have, and those that titles have there and nowhere else.
_OWN: Final = frozenset({"item_id", "movie_id", "movie_title", "name", "release_year", "class", "genre"})
_OTHER_NAMES: Final = {"class": GENRES.name}

#: In RecBole's copy of MovieLens-100K, what stands where a title or year is not known. ``V`` is left of
#: the "(V)" that IMDb puts behind the year of a video.
_COPY: Final = "ml-100k"
_NOT_KNOWN_IN_COPY: Final = {TITLE.name: frozenset({"unkonwn"}), YEAR.name: frozenset({"unkonwn", "V"})}


def is_recbole(name: str) -> bool:
    """Tell by its name whether a file may be one of RecBole's."""
    return PurePath(name).suffix in SUFFIXES


def plan_recbole(folder: Path, columns: Mapping[str, str] = NOTHING) -> list[TextFile] | None:
    """Lay out the files of a folder, where it is one of atomic files.

    Raises
    ------
    SourceError
        If it holds the files of more than one data set.
    """
    files = {suffix: sorted(folder.glob(f"*{suffix}")) for suffix in SUFFIXES}
    if not files[".inter"]:
        return None
    stem = files[".inter"][0].stem
    for suffix, paths in files.items():
        if len(paths) > 1 or (paths and paths[0].stem != stem):
            names = ", ".join(path.name for path in [*files[".inter"][:1], *paths][:3])
            problem = f"holds the {suffix} files of several data sets ({names})"
            raise SourceError(f"{folder}: {problem}. Load one folder for each.")
    return [_plan_file(paths[0], SUFFIXES[suffix], columns) for suffix, paths in files.items() if paths]


def _plan_file(path: Path, table: str, columns: Mapping[str, str]) -> TextFile:
    header = read_header(path)
    parts = [cell.strip().partition(":") for cell in header.text.split(_DELIMITER)]
    others = _OTHER_NAMES if table == "titles" else NOTHING
    named = name_columns([name for name, _, _ in parts], table, {**others, **columns})
    fields = [
        usual and _field(usual, kind, table, path.stem)
        for usual, (_, _, kind) in zip(usual_fields(named, table), parts, strict=True)
    ]
    return layout_of(path, table, header, named, fields, delimiter=_DELIMITER, quoted=False, own=_OWN)


def _field(usual: Field, kind: str, table: str, stem: str) -> Field:
    """Tell how a column is read."""
    if table != "titles":
        return usual
    if usual.name == GENRES.name:
        return Field(usual.name, "list", _read_sequence if kind == "token_seq" else read_list)
    missing = _NOT_KNOWN_IN_COPY.get(usual.name) if stem == _COPY else None
    return Field(usual.name, usual.kind, _unless(missing, usual.read)) if missing else usual


def _read_sequence(text: str) -> tuple[str, ...]:
    return unique_names(text.split(" "))


def _unless(missing: frozenset[str], read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Read a cell, except where its text stands for "not known"."""
    return lambda text: None if text.strip() in missing else read(text)
