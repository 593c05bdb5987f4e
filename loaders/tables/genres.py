"""Genres as other people write them in one cell: parted by commas or semicolons, or as a list in JSON."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.graph.model.schema import GENRES
from cinewalk.loaders.tables.cells import BadCellError, as_column, unique_names
from cinewalk.loaders.tables.tables import Reject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.loaders.tables.layouts import TableRows

_SEPARATORS: Final = {",": "commas", ";": "semicolons"}
_BROKEN: Final = (ValueError, SyntaxError, MemoryError, RecursionError)
Names = tuple[str, ...]


class SplitGenres(NamedTuple):
    """The genres of each cell, where a cell is bad why, and what was split; nothing where all was as it should be."""

    cells: list[Names]
    bad: dict[int, str]
    said: str


def split_genres(cells: Sequence[Names]) -> SplitGenres:
    """Split what vertical bars do not part.

    Commas and semicolons part genres only where no cell of the column has vertical bars.

    Parameters
    ----------
    cells
        The names in each cell, as vertical bars part them.

    Examples
    --------
    >>> split_genres([("Action, Comedy",), ("Drama",)]).cells
    [('Action', 'Comedy'), ('Drama',)]
    >>> split_genres([("[{'id': 18, 'name': 'Drama'}]",), ("[]",)]).cells
    [('Drama',), ()]
    >>> split_genres([("Mystery, Suspense",), ("Action", "War")]).said
    ''
    """
    split = list(cells)
    bad: dict[int, str] = {}
    lists = [at for at, names in enumerate(cells) if names and names[0].startswith(("[", "{"))]
    for at in lists:
        try:
            split[at] = _names_in("|".join(cells[at]))
        except BadCellError as error:
            split[at], bad[at] = (), str(error)
    if lists:
        return SplitGenres(split, bad, "lists in JSON")
    if any(len(names) > 1 for names in cells):
        return SplitGenres(split, bad, "")
    counts = {mark: sum(mark in name for names in cells for name in names) for mark in _SEPARATORS}
    mark = max(counts, key=counts.__getitem__)
    if not counts[mark]:
        return SplitGenres(split, bad, _note_on_slashes(cells))
    split = [unique_names(name for text in names for name in text.split(mark)) for names in cells]
    example = next(
        f"{names[0]!r} is {' and '.join(parts)}"
        for names, parts in zip(cells, split, strict=True)
        if names and mark in names[0]
    )
    return SplitGenres(split, bad, f"parted by {_SEPARATORS[mark]} ({example})")


def _note_on_slashes(cells: Sequence[Names]) -> str:
    """Say that slashes part nothing, where there are any: Sci-Fi/Fantasy is one genre, and Drama/Crime may be two."""
    slashed = [name for names in cells for name in names if "/" in name]
    if not slashed:
        return ""
    held = "1 holds a slash" if len(slashed) == 1 else f"{len(slashed):,} hold a slash"
    return (
        f"of {len(cells):,} cells {held} ({slashed[0]!r}), which parts nothing: one genre each (|, commas and "
        "semicolons do)"
    )


def _names_in(text: str) -> Names:
    """Read a list or set of names, or of things that may have one, or one such thing, as JSON or Python has it."""
    try:
        found = json.loads(text)
    except _BROKEN:
        try:
            found = ast.literal_eval(text)
        except _BROKEN:
            raise BadCellError("begins like a list and is none") from None
    is_one = isinstance(found, dict)
    parts = (
        list(filter(None, [found])) if is_one else sorted(found, key=str) if isinstance(found, set) else found
    )
    if not all(isinstance(part, str | dict) for part in parts):
        raise BadCellError("is a list of something else than names")
    named = (part.get("name") if isinstance(part, dict) else part for part in parts)
    names = unique_names(name for name in named if isinstance(name, str))
    if is_one and parts and not names:
        raise BadCellError("has no name")
    return names


def settle_genres(part: TableRows) -> None:
    """Split the genres of titles that were read, take out the rows whose genres are none, and say it."""
    if GENRES.name not in part.frame:
        return
    cells = part.frame[GENRES.name].tolist()
    split = split_genres(cells)
    if not split.said:
        return
    lines = part.frame.index.tolist()
    part.rejects.extend(
        Reject(part.file, lines[at], GENRES.name, "|".join(cells[at]), why) for at, why in split.bad.items()
    )
    part.frame = part.frame.assign(**{GENRES.name: as_column("list", split.cells, part.frame.index)})
    if split.bad:
        part.frame = part.frame.drop(index=[lines[at] for at in split.bad])
    written = part.shown.get(GENRES.name, GENRES.name)
    part.notes = (*part.notes, f"{part.file}: {written}: {split.said}.")
