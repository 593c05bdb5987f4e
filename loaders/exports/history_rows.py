"""What a viewer's own history holds, whichever service it comes from: rows, and an account of every one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cinewalk.graph.model.schema import UNKNOWN_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.loaders.tables.tables import Reject


#: The record of ratings that titles were given, and not single viewings of them.
RATINGS: Final = "ratings"


@dataclass(frozen=True, slots=True)
class Watched:
    """That something was watched.

    Parameters
    ----------
    progress
        The part of it that was seen when it was last put down, 0 to 1.
    finished
        How often it was seen to its end; of a series as a whole, how many of its seasons were.
    whole
        Whether this speaks of all viewings of the title at once, and not of one.
    """

    progress: float
    finished: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating from 0.5 to 5; 0 takes an earlier one back."""

    rating: float


@dataclass(frozen=True, slots=True)
class Thumbed:
    """A thumb: −1 down, 1 up, 2 two up; 0 takes an earlier one back."""

    value: int


Event = Watched | Rated | Thumbed


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One row of an export that could be read.

    Parameters
    ----------
    file, line
        Where it is: the file's name, and its line (in JSON, its place in the list), counted from 1.
    name
        The title as it is written there.
    events
        What it says that the viewer did with the title; several where a diary also rates.
    timestamp
        When, in seconds since 1970 (UTC).
    year, kind
        Of the title, where they are known; the kind is ``"film"``, ``"series"`` or nothing.
    series, season, episode
        The parts of the name, where it is that of an episode.
    profile
        Whose it is, where the export says so.
    external_id
        The title's id at IMDb, where the export has it.
    other_names
        Further names of the title, where the export has some.
    record
        Which of a service's records this is. Two records may speak of the same viewing: a diary and a list
        of everything watched, say.
    """

    file: str
    line: int
    name: str
    events: tuple[Event, ...]
    timestamp: int = UNKNOWN_TIME
    year: int | None = None
    kind: str = ""
    series: str = ""
    season: str = ""
    episode: str = ""
    profile: str = ""
    external_id: str = ""
    other_names: tuple[str, ...] = ()
    record: str = ""

    @property
    def place(self) -> str:
        """Where the row is, ``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class ExportedHistory:
    """What was read of an export; every row of its files is in exactly one of the three.

    Parameters
    ----------
    rows
        The rows that could be read.
    ignored
        Rows that say nothing about taste, a trailer for example, each with the reason.
    unreadable
        Rows that could not be read, each with the reason.
    notes
        What else a person should know: files that were not read.
    """

    rows: tuple[HistoryRow, ...] = ()
    ignored: tuple[Reject, ...] = ()
    unreadable: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of rows in the files."""
        return len(self.rows) + len(self.ignored) + len(self.unreadable)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that the rows name, sorted."""
        return tuple(sorted({row.profile for row in self.rows if row.profile}))


def joined(parts: Iterable[ExportedHistory]) -> ExportedHistory:
    """Put what was read of several files together."""
    histories = list(parts)
    return ExportedHistory(
        tuple(row for part in histories for row in part.rows),
        tuple(row for part in histories for row in part.ignored),
        tuple(row for part in histories for row in part.unreadable),
        tuple(note for part in histories for note in part.notes),
    )
