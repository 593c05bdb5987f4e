"""What a database holds already, beside the graph that is to be published into it; nothing is written here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cinewalk.errors import PublishError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.neo4j.read.edges import EdgePage, pages
from cinewalk.loaders.neo4j.read.mapping import DEFAULT_MAPPING
from cinewalk.loaders.neo4j.read.statements import read_edges
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.tables.cells import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.schema import RelationshipType
    from cinewalk.graph.numeric.arrays import BoolArray, Int64Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.server.connection import Connection

#: Where a node of the database stands in the graph, if it does not.
_NOT_IN_GRAPH: Final = -1
_NO_KEY: Final = -2

#: What the node of the run says of whoever publishes.
_NOT_OF_THE_RUN: Final = frozenset({"name", "publisher", "publisherSince", "publisherSeen"})

#: What says that another source, or a newer one, lives in a database.
_SOURCES: Final = (schema.USER, schema.TITLE_NODE)


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
        return [self.keys[i] for i in np.flatnonzero(self.ours & (self.places == _NOT_IN_GRAPH)).tolist()]

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
    """

    sources: Int64Array
    targets: Int64Array
    without_event: BoolArray
    later: int


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """What a database holds beside a graph.

    Parameters
    ----------
    run
        The properties of the node of the run, empty where there is none.
    nodes
        By label.
    edges
        By relationship; empty where only nodes were compared.
    adopted
        Whether an earlier version has published there, which marked nothing as its own.
    """

    run: Mapping[str, Any]
    nodes: Mapping[str, LabelHeld]
    edges: Mapping[str, EdgesHeld]
    adopted: bool

    def other_source(self) -> dict[str, int]:
        """Count users and titles that cinewalk has written and the graph does not have, by label."""
        found = {node.label: len(self.nodes[node.label].surplus) for node in _SOURCES}
        return {label: count for label, count in found.items() if count}

    def newer(self) -> dict[str, int]:
        """Count what has happened there and the graph does not know of, by type."""
        found = {}
        for name, held in self.edges.items():
            kind = schema.RELATIONSHIPS[name]
            if kind in schema.EVENTS:
                found[kind.type] = len(held.sources) + held.later
            elif kind is schema.LIKES:
                found[kind.type] = int(held.without_event.sum())
        return {name: count for name, count in found.items() if count}

    def is_shared(self, kind: RelationshipType) -> bool:
        """Tell whether the graph has relationships of a kind between two nodes that others have made."""
        return all(self.nodes[label].merged for label in (kind.source, kind.target))

    def check(self, place: str) -> None:
        """Make sure that publishing takes nothing away.

        Raises
        ------
        PublishError
            Where another source lives there, or a newer one.
        """
        beyond = self.other_source() | self.newer()
        if not beyond:
            return
        name, published = self.run.get("source") or "another source", self.run.get("published")
        since = f", published {str(published)[:19]}Z" if published else ""
        raise PublishError(
            f"{place}: {name} lives there{since}, with {_counted(beyond)} that the graph does not have. Nothing has "
            f"been written. `cinewalk publish bolt://{place}` brings up to date what is derived there, --replace puts "
            "the graph in its place, --database names another database."
        )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def compare(
    connection: Connection, graph: Graph, kinds: Iterable[str], progress: Progress = no_progress
) -> Differences:
    """Compare a database with a graph, which only reads.

    Parameters
    ----------
    connection
        The database.
    graph
        The graph.
    kinds
        The relationships to compare.
    progress
        Told how far reading is.

    Raises
    ------
    PublishError
        Where nodes there have keys of other types than those that publishing writes.
    """
    run = run_facts_of(connection)
    nodes = {label: _nodes(connection, graph, label) for label in schema.NODES}
    adopted = "privacySmallest" in run and not any(held.ours.any() for held in nodes.values())
    if adopted:
        nodes = {label: replace(held, ours=np.ones_like(held.ours)) for label, held in nodes.items()}
    edges = {name: _edges(connection, graph, name, nodes, progress) for name in kinds}
    return Differences(run, nodes, edges, adopted)


def run_facts_of(connection: Connection) -> dict[str, Any]:
    """Return what is known of the run in force, without who publishes; empty where there is none."""
    rows = connection.read(statements.READ_RUN)
    known = rows[0]["facts"] if rows else {}
    return {fact: value for fact, value in known.items() if fact not in _NOT_OF_THE_RUN}


def _nodes(connection: Connection, graph: Graph, label: str) -> LabelHeld:
    node = schema.NODES[label]
    leaving = [name for name, kind in schema.RELATIONSHIPS.items() if kind.source == label]
    query = statements.held_nodes(node, [schema.RELATIONSHIPS[name] for name in leaving])
    rows = connection.read(query)
    columns: list[list[Any]] = [[row[i] for row in rows] for i in range(3 + len(leaving))]
    known = {key: place for place, key in enumerate(graph.nodes[label].ids.ids[:])} if rows else {}
    internal, keys, ours = columns[:3]
    _check_keys(connection.place, node, keys, known)
    places = [known.get(key, _NOT_IN_GRAPH) if isinstance(key, str) else _NO_KEY for key in keys]
    return LabelHeld(
        np.array(internal, dtype=np.int64),
        np.array(places, dtype=np.int64),
        keys,
        np.array(ours, dtype=np.bool_),
        {name: np.array(numbers, dtype=np.int64) for name, numbers in zip(leaving, columns[3:], strict=True)},
    )


def _check_keys(place: str, node: schema.NodeType, keys: list[Any], known: Mapping[str, int]) -> None:
    twice = next((key for key, times in Counter(keys).items() if key is not None and times > 1), None)
    if twice is not None:
        raise PublishError(
            f"{place}: several {node.label} there have the {node.key.cypher} {twice!r}, so it is no key. Nothing has "
            "been written. Merge them, or name another database with --database."
        )
    numbers = sum(1 for key in keys if key is not None and not isinstance(key, str) and str(key) in known)
    if numbers:
        raise PublishError(
            f"{place}: {numbers:,} {node.label} there have a {node.key.cypher} that is no text and that the graph has, "
            "so each would be there twice. Nothing has been written. Name another database with --database."
        )


def _edges(
    connection: Connection, graph: Graph, name: str, nodes: Mapping[str, LabelHeld], progress: Progress
) -> EdgesHeld:
    kind = schema.RELATIONSHIPS[name]
    sources, targets = nodes[kind.source], nodes[kind.target]
    timed = replace(kind, properties=tuple(p for p in kind.properties if p is schema.TIMESTAMP))
    query = read_edges(DEFAULT_MAPPING, timed)
    size, done = len(graph.nodes[kind.target]), 0
    known, times = _codes(graph, name, size), graph.relations[name].properties.get(schema.TIMESTAMP.name)
    later, found = 0, [np.empty((2, 0), dtype=np.int64)]
    for ids in pages(sources.internal, sources.degrees[name]):
        page = connection.stream(query, EdgePage.of, ids=ids.tolist(), missing=MISSING)
        ends = np.array(
            [np.repeat(np.array(page.sources, np.int64), page.counts), page.targets], dtype=np.int64
        )
        starts, stops = sources.positions(ends[0]), targets.positions(ends[1])
        at = _found(known, starts * max(size, 1) + stops)
        is_known = (at >= 0) & (starts >= 0) & (stops >= 0)
        found.append(ends[:, ~is_known & (starts > _NO_KEY) & (stops > _NO_KEY)])
        if times is not None and page.columns:
            held = np.array(
                [value if isinstance(value, int) else 0 for value in page.columns[0]], dtype=np.int64
            )
            later += int((held[is_known] > times[at[is_known]]).sum())
        done += ends.shape[1]
        progress(f"Comparing {kind.type}", done, max(done, int(sources.degrees[name].sum())))
    surplus = np.concatenate(found, axis=1)
    return EdgesHeld(surplus[0], surplus[1], _without_event(graph, kind, nodes, surplus), later)


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
