"""RecBole's atomic files: ``*.inter``, ``*.user`` and ``*.item``, with types in their headers."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import SourceError
from cinewalk.graph.model.schema import GENRES, TITLE, TITLE_ID, YEAR
from cinewalk.loaders.tables.cells import Field, read_list, unique_names
from cinewalk.loaders.tables.groups import snake_case
from cinewalk.loaders.tables.headers import layout_of, usual_field
from cinewalk.loaders.tables.lines import read_header

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cinewalk.loaders.tables.layouts import TextFile

_DELIMITER: Final = "\t"
#: The kinds of atomic files that are read, and the table that each becomes.
SUFFIXES: Final = {".inter": "ratings", ".user": "users", ".item": "titles"}
_OTHER_NAMES: Final = {
    "item_id": TITLE_ID.name,
    "movie_id": TITLE_ID.name,
    "movie_title": TITLE.name,
    "name": TITLE.name,
    "release_year": YEAR.name,
    "class": GENRES.name,
    "genre": GENRES.name,
}

#: In RecBole's copy of MovieLens-100K, what stands where a title or year is not known. ``V`` is left of
#: the "(V)" that IMDb puts behind the year of a video.
_COPY: Final = "ml-100k"
_NOT_KNOWN_IN_COPY: Final = {TITLE.name: frozenset({"unkonwn"}), YEAR.name: frozenset({"unkonwn", "V"})}


def is_recbole(name: str) -> bool:
    """Tell by its name whether a file may be one of RecBole's."""
    return PurePath(name).suffix in SUFFIXES


def plan_recbole(folder: Path) -> list[TextFile] | None:
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
    return [_plan_file(paths[0], SUFFIXES[suffix]) for suffix, paths in files.items() if paths]


def _plan_file(path: Path, table: str) -> TextFile:
    header = read_header(path)
    columns = [cell.strip().partition(":") for cell in header.text.split(_DELIMITER)]
    fields = []
    for written, _, kind in columns:
        name = snake_case(written)
        name = name if table == "users" else _OTHER_NAMES.get(name, name)
        fields.append((name, _field(name, kind, table, path.stem)))
    shown = {TITLE_ID.name: "item_id"}
    return layout_of(path, table, header, fields, delimiter=_DELIMITER, quoted=False, shown=shown)


def _field(name: str, kind: str, table: str, stem: str) -> Field | None:
    """Tell how a column is read; None leaves it out."""
    usual = usual_field(name, table)
    if usual is None or table != "titles":
        return usual
    if name == GENRES.name:
        return Field(name, "list", _read_sequence if kind == "token_seq" else read_list)
    missing = _NOT_KNOWN_IN_COPY.get(name) if stem == _COPY else None
    return Field(name, usual.kind, _unless(missing, usual.read)) if missing else usual


def _read_sequence(text: str) -> tuple[str, ...]:
    return unique_names(text.split(" "))


def _unless(missing: frozenset[str], read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Read a cell, except where its text stands for "not known"."""
    return lambda text: None if text.strip() in missing else read(text)
