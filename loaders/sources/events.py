"""Which events the rows of a file are: told by its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import BLOCKED, EVENT_TABLES, THUMB, THUMBED
from cinewalk.loaders.text.column_names import name_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

#: The column that makes a row an event of a kind, and the table of that kind: ``rating``, ``ratings`` …
_MEANINGS: Final = {
    event.properties[0].name: table for table, event in EVENT_TABLES.items() if event is not BLOCKED
}
_THUMBS: Final = next(table for table, event in EVENT_TABLES.items() if event is THUMBED)
_THUMB_UP: Final = {THUMB.name: 1}


class EventKind(NamedTuple):
    """The table that a file becomes, what is in every row unsaid, and what should be said about that."""

    table: str
    constants: Mapping[str, int]
    notes: tuple[str, ...] = ()


def events_in(path: Path, written: Sequence[str], columns: Mapping[str, str]) -> EventKind:
    """Tell what the rows of a file are: ratings, watches or thumbs by its columns, and else likes.

    Parameters
    ----------
    path, written
        The file, and its columns as it has them.
    columns
        What a person says that columns are.

    Raises
    ------
    FileFormatError
        If it holds several kinds of events.
    """
    kinds = _kinds(written, columns)
    if len(kinds) > 1:
        problem = f"holds several kinds of events ({', '.join(kinds.values())})"
        advice = (
            "Keep one of these columns (--columns NAME= leaves one out), or make a folder of tables of it"
        )
        raise FileFormatError(path, problem, advice)
    if kinds:
        return EventKind(_MEANINGS[next(iter(kinds))], {})
    note = f"{path.name}: has no column {', '.join(_MEANINGS)}, so each row is a like (a thumb up)."
    return EventKind(_THUMBS, _THUMB_UP, (note,))


def _kinds(written: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Tell which columns make rows events of a kind: what each is, and how the file writes it.

    Common names count only where no column is what a person says or the schema has.
    """
    shown, renamed = {}, {}
    for name, table in _MEANINGS.items():
        named = name_columns(written, table, columns)
        if name in named.renamed and name not in columns.values():
            renamed[name] = named.renamed[name]
        elif name in named.shown:
            shown[name] = named.shown[name]
    return shown or renamed
