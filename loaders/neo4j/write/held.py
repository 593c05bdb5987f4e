"""What a database holds of each label and each kind of relationship, found in the graph that is to be published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.edges import EdgePage, pages
from cinewalk.loaders.neo4j.read.mapping import DEFAULT_MAPPING
from cinewalk.loaders.neo4j.read.statements import read_edges
from cinewalk.loaders.neo4j.read.values import read_numbers
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.neo4j.write.batches import columns_of
from cinewalk.loaders.tables.cells import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.schema import RelationshipType
    from cinewalk.graph.numeric.arrays import AnyArray, BoolArray, Int64Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.server.connection import Connection

#: Where a node of the database stands in the graph, if it does not.
NOT_IN_GRAPH: Final = -1
_NO_KEY: Final = -2

#: Whether the times of all relationships of a node are of the type that publishing writes.
_AS_WRITTEN: Final = f"[all(r IN rs WHERE r.{schema.TIMESTAMP.cypher} IS :: ZONED DATETIME)]"

#: What the values of relationships are of that publishing has written.
_WRITTEN: Final = frozenset({int, float, type(None)})


@dataclass(frozen=True, slots=True, eq=False)
class LabelHeld:
    """The nodes of one label that a database holds.

    Parameters
    ----------
    internal
        The database's own numbers, ascending.
    places
        For each, its position in the graph, or a number below 0.
    keys
        For each, its key as it stands there.
    ours
        For each, whether cinewalk has made it.
    degrees
        By relationship: for each, how many leave it.
    """

    internal: Int64Array
    places: Int64Array
    keys: list[Any]
    ours: BoolArray
    degrees: Mapping[str, Int64Array]

    @property
    def surplus(self) -> list[str]:
        """The keys of nodes that cinewalk has made and the graph does not have."""
        return [self.keys[i] for i in np.flatnonzero(self.ours & (self.places == NOT_IN_GRAPH)).tolist()]

    @property
    def merged(self) -> int:
        """How many nodes of the graph somebody else has made there."""
        return int((~self.ours & (self.places >= 0)).sum())

    def positions(self, internal: Int64Array) -> Int64Array:
        """Return where nodes stand in the graph; those that are not of this label have no key."""
        if not len(self.internal):
            return np.full(len(internal), _NO_KEY, dtype=np.int64)
        nearest = np.searchsorted(self.internal, internal)
        nearest[nearest == len(self.internal)] = 0
        return np.where(self.internal[nearest] == internal, self.places[nearest], _NO_KEY)


class EdgesHeld(NamedTuple):
    """The relationships of one kind that a database holds beyond those of the graph.

    Parameters
    ----------
    sources, targets
        The database's own numbers of the ends of those that the graph does not have.
    without_event
        For each of them, whether the graph knows of nothing that happened between the two.
    later
        How many the graph has with an earlier time.
    common
        How many the graph has.
    same
        For each relationship of the graph, whether it is there with all its values, so that writing changes nothing.
    """

    sources: Int64Array
    targets: Int64Array
    without_event: BoolArray
    later: int
    common: int
    same: BoolArray


def held_nodes(connection: Connection, graph: Graph, label: str) -> LabelHeld:
    """Read the nodes of one label, and find them in the graph.

    Parameters
    ----------
    connection
        The database.
    graph
        The graph.
    label
        The label.
    """
    node = schema.NODES[label]
    leaving = [name for name, kind in schema.RELATIONSHIPS.items() if kind.source == label]
    query = statements.held_nodes(node, [schema.RELATIONSHIPS[name] for name in leaving])
    rows = connection.read(query)
    columns: list[list[Any]] = [[row[i] for row in rows] for i in range(3 + len(leaving))]
    known = {key: place for place, key in enumerate(graph.nodes[label].ids.ids[:])} if rows else {}
    internal, keys, ours = columns[:3]
    places = [known.get(key, NOT_IN_GRAPH) if isinstance(key, str) else _NO_KEY for key in keys]
    return LabelHeld(
        np.array(internal, dtype=np.int64),
        np.array(places, dtype=np.int64),
        keys,
        np.array(ours, dtype=np.bool_),
        {name: np.array(numbers, dtype=np.int64) for name, numbers in zip(leaving, columns[3:], strict=True)},
    )


def held_edges(
    connection: Connection, graph: Graph, name: str, nodes: Mapping[str, LabelHeld], progress: Progress
) -> EdgesHeld:
    """Read the relationships of one kind, and find those that the graph does not have.

    Parameters
    ----------
    connection
        The database.
    graph
        The graph.
    name
        The relationship's name in Python.
    nodes
        The nodes there.
    progress
        Told how far reading is.
    """
    kind, relation = schema.RELATIONSHIPS[name], graph.relations[name]
    sources, targets = nodes[kind.source], nodes[kind.target]
    columns = columns_of(kind, relation)
    query = statements.trusted(
        f"{read_edges(DEFAULT_MAPPING, replace(kind, properties=tuple(columns)))}, {_AS_WRITTEN} AS typed"
    )
    size, done = len(graph.nodes[kind.target]), 0
    known, same = _codes(graph, name, size), np.zeros(len(relation), dtype=np.bool_)
    later, common, found = 0, 0, [np.empty((2, 0), dtype=np.int64)]
    for ids in pages(sources.internal, sources.degrees[name]):
        page = connection.stream(query, EdgePage.of, ids=ids.tolist(), missing=MISSING)
        ends = np.array(
            [np.repeat(np.array(page.sources, np.int64), page.counts), page.targets], dtype=np.int64
        )
        starts, stops = sources.positions(ends[0]), targets.positions(ends[1])
        at = _found(known, starts * max(size, 1) + stops)
        is_known = (at >= 0) & (starts >= 0) & (stops >= 0)
        common += int(is_known.sum())
        found.append(ends[:, ~is_known & (starts > _NO_KEY) & (stops > _NO_KEY)])
        at = at[is_known]
        is_same, is_later = _compared(columns, page, np.flatnonzero(is_known), at)
        later += int(is_later.sum())
        same[at[is_same]] = True
        same[at[~is_same]] = False  # of two between one pair, each has to be
        done += ends.shape[1]
        progress(f"Comparing {kind.type}", done, max(done, int(sources.degrees[name].sum())))
    surplus = np.concatenate(found, axis=1)
    return EdgesHeld(surplus[0], surplus[1], _without_event(graph, kind, nodes, surplus), later, common, same)


def _compared(
    columns: Mapping[schema.Property, AnyArray], page: EdgePage, rows: Int64Array, at: Int64Array
) -> tuple[BoolArray, BoolArray]:
    """Tell of rows of a page whether all values are those of the graph ``at`` places, and whether they are newer."""
    *values, typed = page.columns
    is_same = np.repeat(np.array(typed, dtype=np.bool_), page.counts)[rows]
    is_later = np.zeros(len(rows), dtype=np.bool_)
    for (prop, of_graph), column in zip(columns.items(), values, strict=True):
        held, _ = read_numbers(prop, column)
        if prop.name in schema.UNKNOWN:
            held = np.where(held == MISSING, schema.UNKNOWN[prop.name], held)
        is_same &= np.array([type(value) in _WRITTEN for value in column], dtype=np.bool_)[rows]
        held, wanted = held[rows], of_graph[at].astype(held.dtype)
        is_same &= (held == wanted) | ((held != held) & (wanted != wanted))  # noqa: PLR0124 - NaN alone differs
        if prop is schema.TIMESTAMP:
            is_later = held > wanted
    return is_same, is_later


def _without_event(
    graph: Graph, kind: RelationshipType, nodes: Mapping[str, LabelHeld], ends: Int64Array
) -> BoolArray:
    """Tell for each pair of a user and a title whether the graph knows of nothing that happened between them."""
    alone = np.ones(ends.shape[1], dtype=np.bool_)
    if kind is not schema.LIKES or not ends.shape[1]:
        return alone
    size = max(len(graph.titles), 1)
    starts, stops = nodes[kind.source].positions(ends[0]), nodes[kind.target].positions(ends[1])
    for event in schema.EVENTS:
        alone &= _found(_codes(graph, event.name, size), starts * size + stops) < 0
    return alone | (starts < 0) | (stops < 0)


def _codes(graph: Graph, name: str, size: int) -> Int64Array:
    relation = graph.relations[name]
    return relation.sources.astype(np.int64) * max(size, 1) + relation.indices


def _found(known: Int64Array, codes: Int64Array) -> Int64Array:
    """Return where each code stands among those that are known, in order; -1 where it does not.

    >>> _found(np.array([3, 5, 9]), np.array([5, 4, 10])).tolist()
    [1, -1, -1]
    """
    if not len(known):
        return np.full(len(codes), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return np.where(known[at] == codes, at, -1)
