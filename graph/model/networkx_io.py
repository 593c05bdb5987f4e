"""The graph as a NetworkX multigraph, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE
from cinewalk.graph.model.relation import PROPERTY_TYPES, Relation

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph, Nodes


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
                f"node {node!r} is not a (label, id) pair with a label of {', '.join(members)}."
            )
        members[node[0]].append(node)
    for label, named in members.items():
        columns = {
            prop.name: [copy.nodes[node][prop.name] for node in named]
            for prop in schema.NODES[label].properties
            if all(prop.name in copy.nodes[node] for node in named)
        }
        nodes[label], places = sorted_nodes(label, [external for _, external in named], columns)
        positions |= dict(zip(named, places.tolist(), strict=True))
    edges = _edges(copy, positions)
    given = edges.pop(schema.LIKES.name, None)
    derived = assemble(nodes, edges, copy.graph.get("preference") or DEFAULT_PREFERENCE)
    if given is None:
        return derived
    likes = Relation.of(*given[:2], derived.likes.shape, given[2])
    graph = replace(derived.with_relations({schema.LIKES.name: likes}), preference=None)
    return derived if graph.equals(derived) else graph


def _edges(copy: nx.MultiDiGraph, positions: dict[tuple[str, str], int]) -> dict[str, Edges]:
    kinds = {(kind.source, kind.type, kind.target): kind for kind in schema.RELATIONSHIPS.values()}
    rows_by_kind: dict[str, list[tuple[int, int, dict[str, Any]]]] = {}
    for source, target, key, data in copy.edges(keys=True, data=True):
        kind = kinds.get((source[0], key, target[0]))
        if kind is None:
            raise RequestError(
                f"there is no relationship ({source[0]})-[:{key}]->({target[0]}) in the schema."
            )
        rows_by_kind.setdefault(kind.name, []).append((positions[source], positions[target], data))
    edges = {}
    for name, rows in rows_by_kind.items():
        properties = {}
        for prop in schema.RELATIONSHIPS[name].properties:
            if all(prop.name in data for *_, data in rows):
                values = [data[prop.name] for *_, data in rows]
                properties[prop.name] = np.array(values, dtype=PROPERTY_TYPES[prop.name])
            elif prop.required:
                raise RequestError(f"a {schema.RELATIONSHIPS[name].type} edge has no {prop.name}.")
        sources, targets = np.array([row[:2] for row in rows], dtype=np.int64).T
        edges[name] = Edges(sources, targets, properties)
    return edges


def _items(values: Any) -> list[Any]:
    return values[:] if isinstance(values, StringArray) else values.tolist()
