"""Read the relationships of one kind from Neo4j: a page of nodes at a time, theirs collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges
from cinewalk.graph.model.relation import PROPERTY_TYPES
from cinewalk.loaders.neo4j.read import statements
from cinewalk.loaders.neo4j.read.marks import EdgeHashes, EdgeMark
from cinewalk.loaders.neo4j.read.values import check_events, read_numbers
from cinewalk.loaders.tables.cells import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import neo4j

    from cinewalk.graph.model.graph import Nodes
    from cinewalk.graph.model.schema import RelationshipType
    from cinewalk.graph.numeric.arrays import AnyArray, Int64Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.read.nodes import NumberedNodes
    from cinewalk.loaders.neo4j.read.values import BadValue, Rejects, Rules
    from cinewalk.loaders.neo4j.server.connection import Connection

#: About how many relationships one query reads: enough to be fast, and far from any sensible time allowed.
_PAGE: Final = 100_000

#: The most nodes whose relationships one query reads.
_PAGE_NODES: Final = 10_000


@dataclass(slots=True)
class EdgePage:
    """What one query found: for each source its own and the number of its relationships, and their ends.

    ``sources`` and ``targets`` are whatever the query names nodes by.
    """

    sources: list[Any] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    targets: list[Any] = field(default_factory=list)
    columns: list[list[Any]] = field(default_factory=list)

    @classmethod
    def of(cls, result: neo4j.Result) -> EdgePage:
        """Take the rows as they come: a source, the list of its targets, and one list for each property."""
        page = cls(columns=[[] for _ in result.keys()[2:]])
        for record in result:
            source, targets, *properties = record.values()
            page.sources.append(source)
            page.counts.append(len(targets))
            page.targets += targets
            for column, values in zip(page.columns, properties, strict=True):
                column.extend(values)
        return page


def read_edges(
    connection: Connection,
    mapping: SchemaMapping,
    name: str,
    nodes: Mapping[str, NumberedNodes],
    rules: Rules,
    rejects: Rejects,
    progress: Progress,
) -> tuple[Edges, EdgeMark]:
    """Read all relationships of one kind between nodes that have been read, and return what they come to, too.

    Parameters
    ----------
    connection, mapping
        The database, and its names.
    name
        The relationship's name in Python.
    nodes
        The nodes, by label.
    rules
        What is asked of values.
    rejects
        Told of every relationship that is left out.
    progress
        Told how far reading is.

    Raises
    ------
    SourceError
        Where more are bad than allowed.
    """
    kind = schema.RELATIONSHIPS[name]
    sources, targets = nodes[kind.source], nodes[kind.target]
    statement = statements.read_edges(mapping, kind)
    total, done = int(sources.degrees[name].sum()), 0
    parts, hashes = [_none(kind)], []
    for ids in pages(sources.internal, sources.degrees[name]):
        page = connection.stream(statement, EdgePage.of, ids=ids.tolist(), missing=MISSING)
        edges, of_page = placed(kind, mapping, page, (sources, targets), rules, rejects)
        parts.append(edges)
        hashes.append(of_page)
        done += len(of_page.times)
        progress(f"Reading {mapping.type(name).strip('`')} relationships", done, max(total, done))
    rejects.judge()
    return newest(joined(parts), len(targets.nodes)), EdgeMark.of(EdgeHashes.joined(hashes))


def placed(
    kind: RelationshipType,
    mapping: SchemaMapping,
    page: EdgePage,
    nodes: tuple[NumberedNodes, NumberedNodes],
    rules: Rules,
    rejects: Rejects,
    since: int | None = None,
) -> tuple[Edges, EdgeHashes]:
    """Check what one query has found, and hash all of it; with ``since`` only what is no older."""
    sources = np.repeat(np.array(page.sources, dtype=np.int64), page.counts)
    targets, columns = np.array(page.targets, dtype=np.int64), page.columns
    hashes = EdgeHashes.of(kind, sources, targets, columns)
    if since is not None:
        kept = np.flatnonzero(hashes.times >= since)
        sources, targets = sources[kept], targets[kept]
        columns = [[column[i] for i in kept] for column in columns]
        hashes = EdgeHashes(hashes.times[kept], hashes.hashes[kept])
    starts, ends = nodes[0].positions(sources), nodes[1].positions(targets)
    known = (nodes[0].nodes, nodes[1].nodes)
    return checked(kind, mapping, starts, ends, columns, known, rules, rejects), hashes


def _none(kind: RelationshipType) -> Edges:
    columns = {prop.name: np.empty(0, dtype=PROPERTY_TYPES[prop.name]) for prop in kind.properties}
    return Edges(np.empty(0, np.int32), np.empty(0, np.int32), columns)


def pages(internal: Int64Array, degrees: Int64Array) -> Iterator[Int64Array]:
    """Cut the nodes that relationships leave into pages of about as many relationships each.

    Parameters
    ----------
    internal
        The database's numbers of the nodes.
    degrees
        How many relationships leave each.
    """
    has_some = np.flatnonzero(degrees)
    before = np.cumsum(degrees[has_some]) - degrees[has_some]
    start = 0
    while start < len(has_some):
        end = int(np.searchsorted(before, before[start] + _PAGE))
        end = min(max(end, start + 1), start + _PAGE_NODES)
        yield internal[has_some[start:end]]
        start = end


def checked(
    kind: RelationshipType,
    mapping: SchemaMapping,
    sources: Int64Array,
    targets: Int64Array,
    columns: list[list[Any]],
    nodes: tuple[Nodes, Nodes],
    rules: Rules,
    rejects: Rejects,
) -> Edges:
    """Check relationships and give them their types; those of unknown nodes and bad ones are left out.

    Parameters
    ----------
    kind, mapping
        What they are, and what the database calls it.
    sources, targets
        Positions; -1 for nodes that have not been read.
    columns
        The values of each property.
    nodes
        The sources and the targets.
    rules
        What is asked of values.
    rejects
        Told of every bad one.
    """
    kept = (sources >= 0) & (targets >= 0)
    values: dict[str, AnyArray] = {}
    bad: list[BadValue] = []
    for prop, column in zip(kind.properties, columns, strict=True):
        values[prop.name], wrong = read_numbers(prop, column)
        bad += wrong
    if len(kept) and values:
        bad += check_events(kind.name, values, rules)
    reasons: dict[int, BadValue] = {}
    for reason in bad:
        if kept[reason.row]:
            reasons.setdefault(reason.row, reason)
    if reasons:
        row, first = min(reasons.items())
        source, target = nodes[0].ids.ids[int(sources[row])], nodes[1].ids.ids[int(targets[row])]
        start, end = (mapping.labels.get(label, label) for label in (kind.source, kind.target))
        where = f"({start} {source!r})-[:{mapping.type(kind.name).strip('`')}]->({end} {target!r})"
        rejects.add(len(reasons), f"{where}: {first}")
        kept[list(reasons)] = False
    typed = {name: _typed(name, array[kept]) for name, array in values.items()}
    return Edges(sources[kept].astype(np.int32), targets[kept].astype(np.int32), typed)


def _typed(name: str, values: AnyArray) -> AnyArray:
    if name in schema.UNKNOWN:
        values = np.where(values == MISSING, schema.UNKNOWN[name], values)
    return values.astype(PROPERTY_TYPES[name])


def joined(parts: list[Edges]) -> Edges:
    """Put relationships together."""
    properties = {
        name: np.concatenate([part.properties[name] for part in parts]) for name in parts[0].properties
    }
    sources, targets = (
        np.concatenate([getattr(part, end) for part in parts]) for end in ("sources", "targets")
    )
    return Edges(sources, targets, properties)


def newest(edges: Edges, n_targets: int) -> Edges:
    """Of several relationships of one pair keep the newest; of equally new ones that of the highest value.

    >>> one = np.zeros(2, np.int32)
    >>> newest(Edges(one, one, {"rating": np.array([5.0, 3.0]), "timestamp": np.array([1, 2])}), 1).properties
    {'rating': array([3.]), 'timestamp': array([2])}
    """
    codes = edges.sources.astype(np.int64) * max(n_targets, 1) + edges.targets
    ordered = np.sort(codes)
    if not (ordered[1:] == ordered[:-1]).any():
        return edges
    order = np.lexsort((*edges.properties.values(), codes))
    last = order[np.append(codes[order][1:] != codes[order][:-1], True)]
    properties = {name: values[last] for name, values in edges.properties.items()}
    return Edges(edges.sources[last], edges.targets[last], properties)
