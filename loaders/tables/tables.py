"""What every source becomes: nine checked frames, and an account of every row that was read."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cinewalk.clean_text import clean
from cinewalk.loaders.base.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd

#: The longest text of a bad cell that a :class:`Reject` keeps.
VALUE_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Reject:
    """One reason why one row was not loaded.

    Parameters
    ----------
    file
        The file's name.
    line
        The line in it, counted from 1 (a row in Parquet). 0 is the file as a whole.
    column
        The column, or nothing where the whole row is at fault.
    value
        What the file says there, cut to 80 characters.
    reason
        What is wrong with it.

    Examples
    --------
    >>> print(Reject("ratings.csv", 7, "rating", "9", "is above 5"))
    ratings.csv:7: rating: '9' is above 5
    """

    file: str
    line: int
    column: str
    value: str
    reason: str

    def __post_init__(self) -> None:
        if len(self.value) > VALUE_LENGTH:
            object.__setattr__(self, "value", self.value[: VALUE_LENGTH - 1] + "…")

    def __str__(self) -> str:
        column = f"{self.column}: " if self.column else ""
        value = f"{self.value!r} " if self.value else ""
        return f"{self.file}:{self.line}: {column}{value}{self.reason}"


@dataclass(frozen=True, slots=True)
class TableCount:
    """What became of the rows of one table; ``rows == loaded + rejected + duplicates``."""

    rows: int
    loaded: int
    rejected: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Tables:
    """The checked tables of one source.

    All nine frames are there, perhaps empty, with the columns of :data:`cinewalk.graph.model.schema.TABLES`.
    The same kind of id has one type in all of them: ``int64`` where every id is the plain decimal of
    an integer, text elsewhere. In ``users`` and ``people`` further columns are attributes to group by.

    Parameters
    ----------
    users, titles, ratings, watches, thumbs, blocks, people, same_titles, links
        The frames; what ``links`` says of the titles, ``titles`` says, too.
    counts
        By table, for the tables that came from a file: what became of its rows.
    rejects
        Every reason for every row that was not loaded, by file and line.
    notes
        What else a person should know: columns that were left out or dropped.
    files
        What the tables come from.
    """

    users: pd.DataFrame
    titles: pd.DataFrame
    ratings: pd.DataFrame
    watches: pd.DataFrame
    thumbs: pd.DataFrame
    blocks: pd.DataFrame
    people: pd.DataFrame
    same_titles: pd.DataFrame
    links: pd.DataFrame
    counts: Mapping[str, TableCount]
    rejects: tuple[Reject, ...]
    notes: tuple[str, ...]
    files: tuple[str, ...] = ()


def rejects_frame(rejects: Iterable[Reject]) -> pd.DataFrame:
    """Return rows that were not loaded as a frame: table (or file), row, column, value and reason."""
    import pandas as pd

    rows = [(each.file, each.line, each.column, each.value, each.reason) for each in rejects]
    return pd.DataFrame(rows, columns=["table", "row", "column", "value", "reason"])


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def write_rejects(path: Path, rejects: Iterable[Reject]) -> None:
    """Write rejects as CSV with the columns file, line, column, value, reason; all of it or nothing.

    A value that a spreadsheet would run as a formula gets an apostrophe in front.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("file", "line", "column", "value", "reason"))
    for reject in rejects:
        cells = (reject.column, reject.value, reject.reason)
        writer.writerow((_harmless(reject.file), reject.line, *map(_harmless, cells)))
    write_whole(path, clean(text.getvalue(), lines=True), private=True)
