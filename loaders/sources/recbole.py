"""RecBole's atomic files: ``*.inter``, ``*.user`` and ``*.item``, with types in their headers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import FileFormatError, SourceError
from cinewalk.graph.model.schema import GENRES, TITLE, YEAR
from cinewalk.loaders.sources.events import EventKind, events_in
from cinewalk.loaders.tables.cells import Field, read_list, unique_names
from cinewalk.loaders.tables.headers import layout_of, usual_fields
from cinewalk.loaders.tables.lines import read_header
from cinewalk.loaders.text.column_names import NOTHING, name_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cinewalk.loaders.tables.layouts import TextFile

_DELIMITER: Final = "\t"
_EVENTS: Final = ".inter"
#: What the parts of interactions are called, which stands before the suffix.
_PARTS: Final = ("train", "valid", "validation", "test")
_PART: Final = re.compile(r"part[0-9]+")
#: The kinds of atomic files that are read, and the table that each becomes.
SUFFIXES: Final = {_EVENTS: "ratings", ".user": "users", ".item": "titles"}
#: The names that its sets have, and those that titles have there and nowhere else.
_OWN: Final = frozenset({"item_id", "movie_id", "movie_title", "name", "release_year", "class", "genre"})
_OTHER_NAMES: Final = {"class": GENRES.name}

#: In RecBole's copy of MovieLens-100K, what stands where a title or year is not known. ``V`` is left of
#: the "(V)" that IMDb puts behind the year of a video.
_COPY: Final = "ml-100k"
_NOT_KNOWN_IN_COPY: Final = {TITLE.name: frozenset({"unkonwn"}), YEAR.name: frozenset({"unkonwn", "V"})}


def is_recbole(name: str) -> bool:
    """Tell by its name whether a file may be one of RecBole's."""
    return PurePath(name).suffix.lower() in SUFFIXES


def plan_recbole(folder: Path, columns: Mapping[str, str] = NOTHING) -> list[TextFile] | None:
    """Lay out the files of a folder, where it is one of atomic files.

    Interactions that are parted (``x.train.inter``, ``x.valid.inter``, ``x.test.inter``) are read together.

    Raises
    ------
    SourceError
        If it holds the files of more than one data set.
    """
    entries = sorted(folder.iterdir())
    files = {suffix: [path for path in entries if path.suffix.lower() == suffix] for suffix in SUFFIXES}
    events = files[_EVENTS]
    if not events:
        return None
    stem = min((_data_set(path) for path in events), key=len)
    for suffix, paths in files.items():
        if (len(paths) > 1 and suffix != _EVENTS) or any(_data_set(path) != stem for path in paths):
            names = ", ".join(path.name for path in [*events[:1], *paths][:3])
            problem = f"holds the {suffix} files of several data sets ({names})"
            raise SourceError(f"{folder}: {problem}. Load one folder for each.")
    parts = sorted((path for path in events if path.stem != stem), key=_order)
    whole = [path for path in events if path.stem == stem] or parts
    planned = [
        plan_atomic_file(path, columns)
        for path in (
            *whole,
            *(path for suffix, paths in files.items() if suffix != _EVENTS for path in paths),
        )
    ]
    if parts:
        names = ", ".join(path.name for path in parts)
        told = (
            f"read together: {names}." if whole == parts else f"{whole[0].name} holds all; not read: {names}."
        )
        planned[0] = replace(planned[0], notes=(told, *planned[0].notes))
    return planned


def _data_set(path: Path) -> str:
    """Return the name of the data set that a file is of, or a part of."""
    stem, _, part = path.stem.rpartition(".")
    return stem if part in _PARTS or _PART.fullmatch(part) else path.stem


def _order(path: Path) -> tuple[int, str]:
    """Return the place of a part among the others."""
    part = path.stem.rpartition(".")[2]
    return (_PARTS.index(part) if part in _PARTS else 0), path.name


def plan_atomic_file(path: Path, columns: Mapping[str, str] = NOTHING) -> TextFile:
    """Lay out one atomic file, by the line that names and types its columns.

    Raises
    ------
    FileFormatError
        If its columns are not parted by tabs, or one is missing.
    """
    header = read_header(path)
    parts = [cell.strip().partition(":") for cell in header.text.split(_DELIMITER)]
    if len(parts) == 1 and header.text.count(":") > 1:
        blank = "commas" if "," in header.text else "blanks"
        problem = f"has columns that are parted by {blank}; atomic files have tabs"
        raise FileFormatError(path, problem, f"Put tabs in place of the {blank}", line=header.line)
    written = [name for name, _, _ in parts]
    suffix = path.suffix.lower()
    table = SUFFIXES[suffix]
    events = EventKind(table, {})
    if suffix == _EVENTS:
        events = events_in(path, written, columns)
    others = _OTHER_NAMES if table == "titles" else NOTHING
    named = name_columns(written, events.table, {**others, **columns})
    fields = [
        usual and _field(usual, kind, table, path.stem)
        for usual, (_, _, kind) in zip(usual_fields(named, events.table), parts, strict=True)
    ]
    file = layout_of(
        path,
        events.table,
        header,
        named,
        fields,
        delimiter=_DELIMITER,
        quoted=False,
        constants=events.constants,
        own=_OWN,
    )
    return replace(file, notes=(*file.notes, *events.notes))


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
