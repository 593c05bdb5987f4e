"""The graph as a NetworkX multigraph, and back."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from cinewalk.clean_text import ECHO, cut, quoted
from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, Preference
from cinewalk.graph.model.relation import PROPERTY_TYPES, Relation

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.numeric.arrays import AnyArray


def to_networkx(graph: Graph) -> nx.MultiDiGraph:
    """Copy a graph into NetworkX.

    Nodes are ``(label, id)`` pairs with their properties as attributes; edges are keyed by relationship type
    (``"RATED"``) with theirs.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> copy = to_networkx(example_graph())
    >>> copy.nodes["Title", "alien"]["title"]
    'Alien'
    >>> copy.edges[("User", "ann"), ("Title", "alien"), "RATED"]["rating"]
    5.0
    """
    copy = nx.MultiDiGraph(preference=graph.preference)
    names: dict[str, list[tuple[str, str]]] = {}
    for label, nodes in graph.nodes.items():
        names[label] = [(label, external) for external in nodes.ids.ids]
        columns = {name: _items(values) for name, values in nodes.properties.items()}
        for i, node in enumerate(names[label]):
            copy.add_node(node, **{name: values[i] for name, values in columns.items()})
    for name, relation in graph.relations.items():
        kind = schema.RELATIONSHIPS[name]
        columns = {key: _items(values) for key, values in relation.properties.items()}
        pairs = zip(relation.sources.tolist(), relation.indices.tolist(), strict=True)
        for i, (source, target) in enumerate(pairs):
            data = {key: values[i] for key, values in columns.items()}
            copy.add_edge(names[kind.source][source], names[kind.target][target], key=kind.type, **data)
    return copy


def from_networkx(copy: nx.MultiDiGraph) -> Graph:
    """Build a graph from a NetworkX multigraph of the form that :func:`to_networkx` makes.

    ``LIKES`` edges are taken as they are where there are any, and derived from the events otherwise.

    Raises
    ------
    RequestError
        Where a node, an edge or an attribute is not of that form.
    """
    nodes: dict[str, Nodes] = {}
    positions: dict[tuple[str, str], int] = {}
    members: dict[str, list[tuple[str, str]]] = {label: [] for label in schema.NODES}
    for node in copy.nodes:
        if not (
            isinstance(node, tuple) and len(node) == 2 and node[0] in members and isinstance(node[1], str)
        ):
            raise RequestError(
                f"node {quoted(node)} is not a (label, id) pair with a label of {', '.join(members)}."
            )
        members[node[0]].append(node)
    for label, named in members.items():
        columns = {
            prop.name: _column(prop, [copy.nodes[node][prop.name] for node in named], label)
            for prop in schema.NODES[label].properties
            if all(prop.name in copy.nodes[node] for node in named)
        }
        nodes[label], places = sorted_nodes(label, [external for _, external in named], columns)
        positions |= dict(zip(named, places.tolist(), strict=True))
    edges = _edges(copy, positions)
    given = edges.pop(schema.LIKES.name, None)
    derived = assemble(nodes, edges, _preference(copy))
    if given is None:
        return derived
    likes = Relation.of(*given[:2], derived.likes.shape, given[2])
    graph = replace(derived.with_relations({schema.LIKES.name: likes}), preference=None)
    return derived if graph.equals(derived) else graph


def _preference(copy: nx.MultiDiGraph) -> Preference:
    preference = copy.graph.get("preference") or DEFAULT_PREFERENCE
    if not isinstance(preference, Preference):
        raise RequestError(
            f"the graph's preference is {quoted(preference)}; it must be a cinewalk.Preference."
        )
    return preference


def _column(prop: schema.Property, values: list[Any], kind: str) -> Any:
    """Return the values of a property as an array; texts as they are.

    Raises
    ------
    RequestError
        Where one is not of its type, not finite, or outside the range that any graph keeps.
    """
    if prop.kind == "text":
        for value in values:
            if not isinstance(value, str):
                raise RequestError(f"a {kind} has the {prop.name} {quoted(value)}; it must be a text.")
        return values
    wanted = np.dtype(PROPERTY_TYPES[prop.name])
    problem = f"a {kind} has a {prop.name} that is not {wanted}, finite and in range"
    try:
        is_kept = wanted.kind == "M" or all(_is_number(value, wanted.kind) for value in values)
        column = np.array(values if is_kept else [], dtype=wanted)
    except (ValueError, TypeError, OverflowError) as error:
        raise RequestError(f"{problem} ({cut(str(error), ECHO)}).") from error
    if column.ndim != 1 or not is_kept or not _is_fit(prop, column):
        raise RequestError(f"{problem}.")
    return column


def _is_number(value: Any, kind: str) -> bool:
    """Tell whether a value is a number, and a whole one where that is wanted: numpy takes 0.5 for 0 and "1" for 1."""
    return isinstance(value, Real) and (kind == "f" or value % 1 == 0)


def _is_fit(prop: schema.Property, column: AnyArray) -> bool:
    if column.dtype.kind != "f" or not len(column):
        return True
    return bool(np.isfinite(column).all() and (prop != schema.PREFERENCE or column.min() > 0))


def _edges(copy: nx.MultiDiGraph, positions: dict[tuple[str, str], int]) -> dict[str, Edges]:
    kinds = {(kind.source, kind.type, kind.target): kind for kind in schema.RELATIONSHIPS.values()}
    rows_by_kind: dict[str, list[tuple[int, int, dict[str, Any]]]] = {}
    for source, target, key, data in copy.edges(keys=True, data=True):
        kind = kinds.get((source[0], key, target[0]))
        if kind is None:
            raise RequestError(
                f"there is no relationship ({source[0]})-[:{cut(str(key), ECHO)}]->({target[0]}) in the schema."
            )
        rows_by_kind.setdefault(kind.name, []).append((positions[source], positions[target], data))
    edges = {}
    for name, rows in rows_by_kind.items():
        properties = {}
        for prop in schema.RELATIONSHIPS[name].properties:
            if all(prop.name in data for *_, data in rows):
                values = [data[prop.name] for *_, data in rows]
                properties[prop.name] = _column(prop, values, schema.RELATIONSHIPS[name].type)
            elif prop.required:
                raise RequestError(f"a {schema.RELATIONSHIPS[name].type} edge has no {prop.name}.")
        sources, targets = np.array([row[:2] for row in rows], dtype=np.int64).T
        edges[name] = Edges(sources, targets, properties)
    return edges


def _items(values: Any) -> list[Any]:
    return values[:] if isinstance(values, StringArray) else values.tolist()
