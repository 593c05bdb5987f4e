"""Keep an imported history: in a graph folder, or in the Neo4j that the graph was read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.graph.model import schema
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.fetch.datasets import DATASETS
from cinewalk.loaders.neo4j.write.signals import write_user_events
from cinewalk.loaders.store.graph_folder import save
from cinewalk.loaders.store.home import graph_path, make_current
from cinewalk.loaders.store.import_events import with_events

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    import pandas as pd

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph


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
    known = {user: place for user in emptied if (place := graph.users.ids.find(user)) is not None}
    if known:
        before = {user: UserEvents.of(graph, place) for user, place in known.items()}
        empty = {
            user: UserEvents(limit=events.limit, groups=events.groups, preference=events.preference)
            for user, events in before.items()
        }
        graph = folded(graph, empty)
    return with_events(graph, frames)


def keep_in_folder(
    graph: Graph,
    settings: Settings | None,
    place: Path,
    progress: Progress = no_progress,
    since: Graph | None = None,
) -> Path:
    """Prepare the walks, write the graph, make it the current one, and return where it is.

    The graph of a data set known by name stays as it is, and the new one is kept beside it: everybody who loads that
    data set by its name counts on it.

    Parameters
    ----------
    graph
        The graph.
    settings
        Those that the graph was prepared with before.
    place
        The folder that the graph came from.
    progress
        Told how far preparing is.
    since
        The graph as it was before; what was prepared in it is brought up to date where that is quicker.

    Raises
    ------
    StorageError
        Where the folder cannot be written.
    """
    for name in DATASETS:
        if place.resolve() == graph_path(name).resolve():
            place = graph_path(f"{name}-mine")
    save(prepare(Registry(graph, settings or Settings()), progress, since), place)
    make_current(place)
    return place


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
        for place, event in enumerate(events, 1):
            # The likes are written with the last event, when they are all known.
            likes = live.keeps_likes and place == len(events)
            write_user_events(live.connection, live.asked.mapping, after, user, person, event, likes=likes)
            done += 1
            progress("Writing events", done, total)


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
