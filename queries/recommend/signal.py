"""One thing that a viewer did, or took back, as it happens; and the log on disk where it is kept."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cinewalk.graph.model import schema
from cinewalk.loaders.store.journal import EMPTIED, JournalEntry
from cinewalk.queries.words.wording import did_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.loaders.store.journal import Journal
    from cinewalk.queries.recommend.snapshot import Snapshot

#: From this progress on a viewing is over, and the next one begins anew.
OVER: Final = 0.95

#: The kind of a signal that sets a maturity limit; it is no event.
LIMIT: Final = schema.MATURITY_LIMIT.name

_VERBS: Final = {
    schema.WATCHED.name: "watched",
    schema.RATED.name: "rated",
    schema.THUMBED.name: "thumbed",
    schema.BLOCKED.name: "blocked",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """What a person did, or took back.

    Parameters
    ----------
    user_id
        The person.
    kind
        The name of the kind of event, or :data:`LIMIT`.
    title_id, title
        The title; empty for a limit.
    before, after
        The event's properties before and after; ``None`` where there is no such event.
    """

    user_id: str
    kind: str
    title_id: str
    title: str
    before: dict[str, float] | None
    after: dict[str, float] | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "user_id": self.user_id,
            "kind": self.kind,
            "title_id": self.title_id,
            "title": self.title,
            "before": self.before,
            "after": self.after,
        }

    def __str__(self) -> str:
        if self.kind == LIMIT:
            what = "has no limit" if self.after is None else f"is shown nothing above {self.after[LIMIT]:g}"
            return f"{self.user_id} {what} from now on."
        if self.after is None:
            return f"{self.user_id} has not {_VERBS[self.kind]} {self.title} any more."
        said = schema.EVENT_VALUES.get(self.kind)
        value = None if said is None else self.after[said.name]
        return f"{self.user_id} {did_text(self.kind, self.title, value)}."


class Change(NamedTuple):
    """What one signal makes of somebody: all that they did from then on, and the events that have changed."""

    signal: Signal
    events: UserEvents
    changed: tuple[tuple[str, int], ...]


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
        # On a connection of its own: looking at it waits for nobody who writes.
        self._looked_at = journal.another()

    def another(self) -> SignalLog:
        """Return one for a session that knows as much as this one."""
        return SignalLog(self.journal, self.seen)

    def has_news(self) -> bool:
        """Tell whether somebody has written what is not known yet."""
        return self._looked_at.last() > self.seen

    def news(self) -> list[JournalEntry]:
        """Return what others have written that is not known yet, and know it from now on."""
        entries = self._looked_at.entries(self.seen)
        if entries:
            self.seen = entries[-1][0]
        return [entry for _, entry in entries]

    def close(self) -> None:
        """Close the files; they are opened again when they are needed."""
        self.journal.close()
        self._looked_at.close()

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


def replayed(snapshot: Snapshot, signal: Signal) -> Snapshot:
    """Return a snapshot on which somebody has done again what a signal says; a title that is gone is passed over."""
    events = snapshot.events_of(signal.user_id)
    if signal.kind == EMPTIED:
        return snapshot.told(signal.user_id, events.emptied())
    if signal.kind == LIMIT:
        return snapshot.told(
            signal.user_id, replace(events, limit=None if signal.after is None else int(signal.after[LIMIT]))
        )
    place = snapshot.graph.titles.ids.find(signal.title_id)
    return (
        snapshot
        if place is None
        else snapshot.told(signal.user_id, events.put(signal.kind, place, signal.after))
    )
