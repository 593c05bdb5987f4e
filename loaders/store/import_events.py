"""Bring rows of event tables into a graph that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.graph.model import schema
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE
from cinewalk.graph.model.user_events import UserEvents

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cinewalk.graph.model.graph import Graph


def with_events(graph: Graph, frames: Mapping[str, pd.DataFrame]) -> Graph:
    """Return a graph with more events; of one user and title and kind, the given event takes the place of the old.

    Parameters
    ----------
    graph
        The graph.
    frames
        By the name of an event table of :data:`cinewalk.graph.model.schema.EVENT_TABLES`: rows with its columns, each
        user and title once. Users may be new, titles must be there; times are seconds, 0 where unknown.

    Raises
    ------
    KeyError
        Where a title is not in the graph.
    """
    changes: dict[str, UserEvents] = {}
    for table, frame in frames.items():
        kind = schema.EVENT_TABLES[table]
        columns = [frame[prop.name].tolist() for prop in kind.properties]
        names = [prop.name for prop in kind.properties]
        owners, titles = frame["user_id"].astype(str), frame["title_id"].astype(str)
        for user, title, *cells in zip(owners, titles, *columns, strict=True):
            if user not in changes:
                changes[user] = _own(graph, user)
            position = graph.titles.ids.position(title)
            changes[user] = changes[user].put(kind.name, position, dict(zip(names, cells, strict=True)))
    return folded(graph, changes)


def _own(graph: Graph, user: str) -> UserEvents:
    position = graph.users.ids.find(user)
    if position is None:
        return UserEvents(preference=graph.preference or DEFAULT_PREFERENCE)
    return UserEvents.of(graph, position)
