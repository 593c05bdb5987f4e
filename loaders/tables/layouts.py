"""What a text file of a source looks like, and the rows that are read from one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from cinewalk.graph.model.schema import TABLES
from cinewalk.loaders.text.column_names import NO_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cinewalk.graph.model.schema import Kind
    from cinewalk.loaders.tables.cells import Field
    from cinewalk.loaders.tables.tables import Reject
    from cinewalk.loaders.text.column_names import NamedColumns

#: Columns of values by their names, before they are a frame.
Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a text file become the columns of a table.

    Parameters
    ----------
    table
        The table.
    fields
        What each cell of a line is, in order; None for the ones that are left out.
    delimiter
        What stands between cells, one character or ``::``.
    quoted
        Whether cells may stand in double quotes.
    encoding
        That of the lines, once it is known.
    first_line, offset
        The number of the first line that may be a row, and the byte of the text at which it begins.
    combine
        Makes columns of the table from columns of the file, where they are not the same.
    constants
        Columns of whole numbers that no cell gives, and what each row has in them.
    """

    table: str
    fields: tuple[Field | None, ...]
    delimiter: str
    quoted: bool = False
    encoding: str = "utf-8"
    first_line: int = 1
    offset: int = 0
    combine: Callable[[Columns], Columns] | None = None
    constants: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file to read, what should be said about it, and what its columns mean, where it names them.

    One of users or titles that ``is_partial`` may lack some that other files speak of.
    """

    path: Path
    layout: Layout
    notes: tuple[str, ...] = ()
    named: NamedColumns = NO_COLUMNS
    is_partial: bool = False


@dataclass(slots=True)
class TableRows:
    """Rows of one table, as far as they were read.

    Parameters
    ----------
    table, file
        The table's name, and the name of the file that the rows come from.
    frame
        The rows that are good so far. The index is their line in the file.
    count
        How many rows there were, good and bad.
    rejects
        Why the others are not in the frame.
    duplicates
        How many rows gave way to another one that says the same.
    shown
        What the file calls its columns, by the names of the schema.
    notes
        What a person should know of how they were read.
    is_partial
        Whether the table may lack users, or titles, that others speak of.
    added
        How many of these it was given, which are no rows of the file.
    rest
        The lines at the end of a block that begin a row which goes on in the next one.
    """

    table: str
    file: str
    frame: pd.DataFrame
    count: int = 0
    rejects: list[Reject] = field(default_factory=list)
    duplicates: int = 0
    shown: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_partial: bool = False
    added: int = 0
    rest: bytes = b""

    @property
    def rejected(self) -> int:
        """How many rows are rejected; one row may be so for several reasons."""
        return len({(reject.file, reject.line) for reject in self.rejects})


def kind_of(table: str, column: str) -> Kind:
    """Tell the kind of a column; one that the schema does not name is text."""
    return next((known.kind for known in TABLES[table].columns if known.name == column), "text")


def join_rows(parts: list[TableRows]) -> TableRows:
    """Put the rows of one file, read in several blocks, together."""
    if len(parts) == 1:
        return parts[0]
    ids = [column.name for column in TABLES[parts[0].table].columns if column.kind == "id"]
    for name in ids:
        if len({str(part.frame[name].dtype) for part in parts}) > 1:
            for part in parts:
                part.frame[name] = part.frame[name].astype("str")
    return TableRows(
        parts[0].table,
        parts[0].file,
        pd.concat([part.frame for part in parts]),
        sum(part.count for part in parts),
        [reject for part in parts for reject in part.rejects],
        sum(part.duplicates for part in parts),
        parts[0].shown,
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )
