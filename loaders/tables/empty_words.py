"""Words that a program wrote where there was nothing: ``nan`` and its like, taken for the empty cells they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cinewalk.graph.model.schema import NAME, TITLE
from cinewalk.loaders.tables.layouts import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.loaders.tables.layouts import TableRows

#: No film, person or group is called so.
NEVER_NAMES: Final = frozenset({"nan", "NaN", "<NA>", "null", "N/A", "n/a"})
#: One film may be called so; of several it is no name.
_RARELY_NAMES: Final = frozenset({"None", "NULL", "NA"})
_TABLES: Final = frozenset({"users", "titles", "people"})
_NAMES: Final = frozenset({TITLE.name, NAME.name})


def settle_empty_words(parts: Iterable[TableRows]) -> None:
    """Empty the cells of texts that hold such a word, and say it.

    :data:`NEVER_NAMES` are empty anywhere. ``None``, ``NULL`` and ``NA`` are empty only among names, where two cells
    or more hold a word of either kind.
    """
    for part in parts:
        if part.table in _TABLES:
            _settle(part)


def _settle(part: TableRows) -> None:
    for column in part.frame.columns:
        if kind_of(part.table, column) != "text":
            continue
        cells = part.frame[column]
        is_empty = cells.isin(NEVER_NAMES)
        if column in _NAMES:
            is_word = is_empty | cells.isin(_RARELY_NAMES)
            is_empty = is_word if is_word.sum() > 1 else is_empty
        if not is_empty.any():
            continue
        words = ", ".join(sorted(cells[is_empty].unique()))
        part.frame = part.frame.assign(**{column: cells.mask(is_empty, "")})
        count = int(is_empty.sum())
        held = f"{count:,} cells that hold" if count > 1 else "a cell that holds"
        written = part.shown.get(column, column)
        part.notes = (*part.notes, f"{part.file}: {written}: {held} {words} taken as empty.")
