"""Keep an imported history: in a graph folder, or in the Neo4j that the graph was read from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.neo4j.write.signals import write_change
from cinewalk.loaders.store.import_events import history_entries
from cinewalk.loaders.store.journal import Journal
from cinewalk.loaders.store.kept import laid_over

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    import pandas as pd

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph

#: How many events of one person one transaction writes.
_BATCH: Final = 500


def with_history(graph: Graph, frames: Mapping[str, pd.DataFrame], emptied: Collection[str]) -> Graph:
    """Return the graph with the events of a history.

    Parameters
    ----------
    graph
        The graph.
    frames
        The events, by event table.
    emptied
        The users whose earlier events go; their groups and their limit stay.
    """
    entries = history_entries(frames, [user for user in emptied if user in graph.users.ids])
    return folded(graph, laid_over(graph, {}, entries)[0])


def keep_in_folder(
    place: Path,
    frames: Mapping[str, pd.DataFrame],
    emptied: Collection[str],
    fresh: Collection[str] = (),
) -> None:
    """Write a history into the journal of a graph folder, all of it or nothing.

    Parameters
    ----------
    place
        The folder.
    frames, emptied
        As for :func:`with_history`.
    fresh
        Users who must have told nothing yet.

    Raises
    ------
    StorageError
        Where the journal cannot be written.
    RequestError
        Where one of the fresh ones has told something by now.
    """
    journal = Journal(place)
    with journal.writing():
        for user in fresh:
            if journal.entries(user_id=user):
                raise taken(user)
        journal.add_all(history_entries(frames, emptied))
    journal.close()


def taken(user: str) -> RequestError:
    """Return the error that a new user has the id of one who is there."""
    return RequestError(
        f"there is a user {user!r} in this graph already. Choose another id with --user, or say --replace or --add."
    )


def keep_in_database(
    live: LiveGraph,
    after: Graph,
    frames: Mapping[str, pd.DataFrame],
    emptied: Collection[str],
    progress: Progress = no_progress,
) -> None:
    """Write the events and the likes that follow into the database; a run that was cut off may be repeated.

    Parameters
    ----------
    live
        The database, and its graph as it was before.
    after
        The graph with the history.
    frames, emptied
        As for :func:`with_history`.
    progress
        Told how many events are written.

    Raises
    ------
    DatabaseError
        Where the database cannot be reached or refuses.
    """
    changes = _changes(live.graph, after, frames, emptied)
    total, done = sum(map(len, changes.values())), 0
    for user, events in changes.items():
        person = UserEvents.of(after, after.users.ids.position(user))
        known = live.graph.users.ids.find(user) is not None
        for start in range(0, len(events), _BATCH):
            part = tuple(events[start : start + _BATCH])
            imported = partial(_history_part, person, part)
            write_change(live, after.titles, user, imported, known=known or start > 0, groups=person.groups)
            done += len(part)
            progress("Writing events", done, total)


class _HistoryPart(NamedTuple):
    """A person with a part of a history, and the events that came with it."""

    events: UserEvents
    changed: tuple[tuple[str, int], ...]


def _history_part(person: UserEvents, part: tuple[tuple[str, int], ...], now: UserEvents) -> _HistoryPart:
    return _HistoryPart(now.put_all({event: person.event(*event) for event in part}), part)


def _changes(
    before: Graph, after: Graph, frames: Mapping[str, pd.DataFrame], emptied: Collection[str]
) -> dict[str, list[tuple[str, int]]]:
    """Return the events that have to be written or removed, by user: their kind and their title's position."""
    changed: dict[str, dict[tuple[str, int], None]] = {}
    for user in emptied:
        place = before.users.ids.find(user)
        if place is not None:
            events = UserEvents.of(before, place).events
            changed[user] = {(kind, title): None for kind, titles in events.items() for title in titles}
    for table, frame in frames.items():
        kind = schema.EVENT_TABLES[table].name
        for user, title in zip(frame["user_id"], frame["title_id"], strict=True):
            changed.setdefault(user, {})[kind, after.titles.ids.position(title)] = None
    return {user: list(events) for user, events in changed.items() if events}
