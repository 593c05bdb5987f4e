"""Bring what people did beside a graph into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, sorted_nodes
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric.arrays import FrozenMapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.arrays import Int64Array


def folded(graph: Graph, changes: Mapping[str, UserEvents]) -> Graph:
    """Return a graph in which some people's events and likes are those given.

    Parameters
    ----------
    graph
        The graph; what was prepared for its walks is left out of the result.
    changes
        By user id: everything that is to be known of them. Users that the graph does not know are added.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.user_events import UserEvents
    >>> graph = example_graph()
    >>> watched = UserEvents().put("watched", 0, {"progress": 1.0, "finished": 1, "timestamp": 900_000_000})
    >>> after = folded(graph, {"zoe": watched})
    >>> len(after.users) - len(graph.users), len(after.likes) - len(graph.likes)
    (1, 1)
    """
    ids = graph.users.ids
    new = [user for user in changes if ids.find(user) is None]
    limits = graph.users.array(schema.MATURITY_LIMIT.name).copy()
    for user, person in changes.items():
        place = ids.find(user)
        if place is not None:
            limits[place] = _limit(person)
    limits = np.append(limits, [_limit(changes[user]) for user in new])
    users, positions = sorted_nodes(
        schema.USER.label, [*ids.ids[:], *new], {schema.MATURITY_LIMIT.name: limits}
    )
    changed = np.array([users.ids.position(user) for user in changes], np.int64)
    relations = {}
    for name in (*(kind.name for kind in schema.EVENTS), schema.LIKES.name, schema.USER_IN_GROUP.name):
        before = graph.relations[name]
        shape = (len(users), before.shape[1])
        rows = [_rows(person, name, before, graph) for person in changes.values()]
        relations[name] = _replaced(before, positions, changed, rows, shape)
    nodes = FrozenMapping({**graph.nodes, schema.USER.label: users})
    return replace(graph.with_relations(relations), nodes=nodes, prepared=None)


def _limit(person: UserEvents) -> int:
    return schema.UNKNOWN_MATURITY if person.limit is None else person.limit


def _rows(person: UserEvents, name: str, before: Relation, graph: Graph) -> Edges:
    """Return one person's edges of a kind; their source is filled in later."""
    if name == schema.USER_IN_GROUP.name:
        return Edges(np.empty(0, np.int64), person.groups)
    if name == schema.LIKES.name:
        rows = {title: like._asdict() for title, like in person.allowed(graph.titles).items()}
    else:
        rows = {title: dict(values) for title, values in person.events[name].items()}
    columns = {
        prop: np.array([values[prop] for values in rows.values()], array.dtype)
        for prop, array in before.properties.items()
    }
    return Edges(np.empty(0, np.int64), np.fromiter(rows, np.int64, len(rows)), columns)


def _replaced(
    before: Relation,
    positions: Int64Array,
    changed: Int64Array,
    rows: Iterable[Edges],
    shape: tuple[int, int],
) -> Relation:
    """Return a relation with other edges of some sources."""
    sources = positions[before.sources]
    kept = ~np.isin(sources, changed)
    added = list(rows)
    starts = np.concatenate(
        [sources[kept], *(np.full(len(e.targets), s) for e, s in zip(added, changed, strict=True))]
    )
    ends = np.concatenate([before.indices[kept], *(edges.targets for edges in added)])
    properties = {
        name: np.concatenate([values[kept], *(edges.properties[name] for edges in added)])
        for name, values in before.properties.items()
    }
    return Relation.of(starts, ends, shape, properties)
