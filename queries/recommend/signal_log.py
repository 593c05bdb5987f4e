"""The journal on disk of a session that keeps what it is told: shared with all others that keep it there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cinewalk.loaders.store.journal import JournalEntry
from cinewalk.queries.recommend.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.loaders.store.journal import Journal


class SignalLog:
    """A journal, and up to which entry a session knows it.

    Parameters
    ----------
    journal
        The journal.
    seen
        The number of the last entry that the session knows.
    """

    def __init__(self, journal: Journal, seen: int) -> None:
        self.journal, self.seen = journal, seen

    def another(self) -> SignalLog:
        """Return one for a session that knows as much as this one."""
        return SignalLog(self.journal, self.seen)

    @contextmanager
    def writing(self) -> Iterator[list[JournalEntry]]:
        """Write signals together, while no other process does; yield what others have written that is not known yet.

        Raises
        ------
        StorageError
            Where it cannot be written. Nothing is there then.
        """
        with self.journal.writing():
            news = self.journal.entries(self.seen)
            if news:
                self.seen = news[-1][0]
            self._added = self.seen
            yield [entry for _, entry in news]
        self.seen = self._added

    def add(self, signal: Signal, undoes: int | None = None) -> None:
        """Write a signal, while :meth:`writing`."""
        entry = JournalEntry(
            signal.user_id, signal.kind, signal.title_id, signal.before, signal.after, undoes
        )
        self._added = self.journal.add(entry)

    def last_standing(self, user_id: str) -> tuple[int, Signal] | None:
        """Return the last signal of a person that was not taken back, whoever told it, and its number."""
        last = self.journal.last_standing(user_id)
        return None if last is None else (last[0], signal_of(last[1]))


def signal_of(entry: JournalEntry) -> Signal:
    """Return what an entry says; the name of its title is left open."""
    before, after = (None if values is None else dict(values) for values in (entry.before, entry.after))
    return Signal(entry.user_id, entry.kind, entry.title_id, "", before, after)
