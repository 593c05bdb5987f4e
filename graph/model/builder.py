"""Put a graph together from ids, properties and pairs of positions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.graph import Graph, Nodes
from cinewalk.graph.model.graph_checks import check_ids
from cinewalk.graph.model.ids import IdMap, StringArray
from cinewalk.graph.model.maturity import allowed_likes
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, derive_likes
from cinewalk.graph.model.relation import PROPERTY_TYPES, Relation, check_count
from cinewalk.graph.numeric.arrays import FrozenMapping, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.numeric.arrays import AnyArray, Int64Array

_UNKNOWN = {**schema.UNKNOWN, schema.RELEASED.name: np.datetime64("NaT", "D")}


class Edges(NamedTuple):
    """The edges of one kind: a source and a target position each, and one array per property."""

    sources: AnyArray
    targets: AnyArray
    properties: Mapping[str, AnyArray] = FrozenMapping()


def sorted_nodes(
    label: str,
    ids: Sequence[str],
    properties: Mapping[str, Sequence[object] | AnyArray] = FrozenMapping(),
) -> tuple[Nodes, Int64Array]:
    """Sort nodes by id.

    Parameters
    ----------
    label
        Their label.
    ids
        Distinct ids, in any order.
    properties
        One value per id, by name; properties of the label that are not given are unknown.

    Returns
    -------
    nodes, positions
        ``positions[i]`` is where ``ids[i]`` went.

    Raises
    ------
    RequestError
        Where an id holds control characters; names may, and are shown without.
    """
    check_ids(label, ids)
    check_count(f"{label} nodes", len(ids))
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    positions = np.empty(len(ids), dtype=np.int64)
    positions[order] = np.arange(len(ids))
    columns: dict[str, AnyArray | StringArray] = {}
    for prop in schema.NODES[label].properties:
        values = properties.get(prop.name)
        if prop.kind == "text":
            columns[prop.name] = StringArray.of("" if values is None else str(values[i]) for i in order)
        else:
            full = np.full(len(ids), _UNKNOWN[prop.name]) if values is None else np.asarray(values)[order]
            columns[prop.name] = frozen(full.astype(PROPERTY_TYPES[prop.name]))
    return Nodes(label, IdMap(StringArray.of(ids[i] for i in order)), FrozenMapping(columns)), positions


def same_films(sources: AnyArray, targets: AnyArray, weights: AnyArray) -> Edges:
    """Say of titles that are the same film which of them is shown, by an edge from each of the others to it.

    Parameters
    ----------
    sources, targets
        Pairs of positions of titles that are the same, in any order.
    weights
        For every title; of the same film the one that weighs most is shown, of equals the first.

    Examples
    --------
    >>> edges = same_films(np.array([0, 2]), np.array([1, 1]), np.array([3, 0, 5, 9]))
    >>> edges.sources.tolist(), edges.targets.tolist()
    ([0, 1], [2, 2])
    """
    films: dict[int, set[int]] = {}
    for pair in zip(sources.tolist(), targets.tolist(), strict=True):
        film = set(pair).union(*(films.get(title, ()) for title in pair))
        films |= dict.fromkeys(film, film)
    rows = []
    for title, film in sorted(films.items()):
        shown = min(film, key=lambda each: (-weights[each], each))
        if title != shown:
            rows.append((title, shown))
    return Edges(*np.array(rows, np.int32).reshape(-1, 2).T)


def assemble(
    nodes: Mapping[str, Nodes], edges: Mapping[str, Edges], preference: Preference = DEFAULT_PREFERENCE
) -> Graph:
    """Build a graph; labels and relationships that are not given are empty.

    ``LIKES`` is derived from the events, without what lies above a user's maturity limit. ``SAME_AS`` leads from all
    titles that are one film to the one that is named most often, as is the case in any graph that is written.

    Parameters
    ----------
    nodes
        By label.
    edges
        By the relationship's Python name, without ``likes``.
    preference
        How events become likes.
    """
    every = _every_label(nodes)
    relations = {}
    for name, kind in schema.RELATIONSHIPS.items():
        if kind is schema.LIKES:
            continue
        shape = (len(every[kind.source]), len(every[kind.target]))
        sources, targets, properties = edges.get(name) or Edges(np.empty(0, np.int32), np.empty(0, np.int32))
        if kind is schema.SAME_AS and len(sources):
            sources, targets, properties = same_films(
                sources, targets, np.bincount(targets, minlength=shape[1])
            )
        unknown = {p.name: np.full(len(sources), _UNKNOWN.get(p.name, 0)) for p in kind.properties}
        values = {prop: properties.get(prop, column) for prop, column in unknown.items()}
        relations[name] = Relation.of(sources, targets, shape, values)
    likes = derive_likes(relations, preference)
    relations[schema.LIKES.name] = allowed_likes(
        likes, every[schema.USER.label], every[schema.TITLE_NODE.label]
    )
    return Graph(FrozenMapping(every), FrozenMapping(relations), preference=preference)


def completed(graph: Graph) -> Graph:
    """Return a graph with every label and every relationship of the schema, those that it lacks empty.

    Examples
    --------
    >>> users, _ = sorted_nodes(schema.USER.label, ["ann"])
    >>> sorted(completed(Graph({"User": users}, {})).nodes) == sorted(schema.NODES)
    True
    """
    nodes = _every_label(graph.nodes)
    missing = [kind for name, kind in schema.RELATIONSHIPS.items() if name not in graph.relations]
    if not missing and len(nodes) == len(graph.nodes):
        return graph
    nothing = np.empty(0, np.int32)
    empty = {
        kind.name: Relation.of(
            nothing,
            nothing,
            (len(nodes[kind.source]), len(nodes[kind.target])),
            {prop.name: np.full(0, _UNKNOWN.get(prop.name, 0)) for prop in kind.properties},
        )
        for kind in missing
    }
    return replace(graph, nodes=FrozenMapping(nodes), relations=FrozenMapping({**graph.relations, **empty}))


def _every_label(nodes: Mapping[str, Nodes]) -> dict[str, Nodes]:
    return {label: nodes.get(label) or sorted_nodes(label, [])[0] for label in schema.NODES}
