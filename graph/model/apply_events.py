"""Bring what people did beside a graph into it, and take people out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, same_films, sorted_nodes
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric.arrays import FrozenMapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.arrays import BoolArray, Int64Array


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


def without_users(graph: Graph, erased: Iterable[str]) -> Graph:
    """Return the graph that there would be without some users; what was prepared for its walks is left out of it.

    Demographic groups that had nobody else go as well; of titles that are one film the one that most of the others like
    is shown. Titles stay.

    Parameters
    ----------
    graph
        The graph.
    erased
        Their ids; those that the graph does not know are passed over.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> before, after = example_graph(), without_users(example_graph(), ["ann"])
    >>> len(before.users) - len(after.users), after.users.ids.find("ann")
    (1, None)
    """
    gone = [place for user in erased if (place := graph.users.ids.find(user)) is not None]
    if not gone:
        return graph
    kept = {label: np.ones(len(nodes), np.bool_) for label, nodes in graph.nodes.items()}
    kept[schema.USER.label][gone] = False
    kept[schema.GROUP.label] = _still_wanted(graph, kept[schema.USER.label])
    nodes = {label: _some(of_label, kept[label]) for label, of_label in graph.nodes.items()}
    relations = {name: _between(relation, name, kept) for name, relation in graph.relations.items()}
    after = replace(graph, nodes=FrozenMapping(nodes), relations=FrozenMapping(relations), prepared=None)
    same = after.relations[schema.SAME_AS.name]
    films = same_films(same.sources, same.indices, np.diff(after.likes.reverse_indptr))
    shown = Relation.of(films.sources, films.targets, same.shape)
    return after.with_relations({schema.SAME_AS.name: shown})


def _still_wanted(graph: Graph, users: BoolArray) -> BoolArray:
    """Tell of every group whether somebody else than those who go is in it, or nobody ever was."""
    of_users, of_people = (
        graph.relations[kind.name] for kind in (schema.USER_IN_GROUP, schema.PERSON_IN_GROUP)
    )
    size = len(graph.nodes[schema.GROUP.label])
    left = np.bincount(of_users.indices[~users[of_users.sources]], minlength=size) > 0
    stay = np.bincount(of_users.indices[users[of_users.sources]], minlength=size) > 0
    return ~left | stay | (np.bincount(of_people.indices, minlength=size) > 0)


def _some(nodes: Nodes, kept: BoolArray) -> Nodes:
    if kept.all():
        return nodes
    places = np.flatnonzero(kept).tolist()
    properties: dict[str, Any] = {
        name: [values[place] for place in places] for name, values in nodes.properties.items()
    }
    return sorted_nodes(nodes.label, [nodes.ids.ids[place] for place in places], properties)[0]


def _between(relation: Relation, name: str, kept: Mapping[str, BoolArray]) -> Relation:
    """Return the edges between nodes that stay."""
    kind = schema.RELATIONSHIPS[name]
    sources, targets = kept[kind.source], kept[kind.target]
    if sources.all() and targets.all():
        return relation
    stay = sources[relation.sources] & targets[relation.indices]
    new_sources, new_targets = np.cumsum(sources) - 1, np.cumsum(targets) - 1
    return Relation.of(
        new_sources[relation.sources[stay]],
        new_targets[relation.indices[stay]],
        (int(sources.sum()), int(targets.sum())),
        {prop: values[stay] for prop, values in relation.properties.items()},
    )
