"""A graph that stays in touch with the Neo4j it was read from, and reads again only what has changed."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric.arrays import FrozenMapping
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.base.changes import Changes
from cinewalk.loaders.neo4j.read import statements
from cinewalk.loaders.neo4j.read.edges import EdgePage, joined, newest, pages, placed, read_edges
from cinewalk.loaders.neo4j.read.graph import (
    ReadRequest,
    ReadState,
    build,
    count,
    kinds_to_read,
    read_run,
    read_snapshot,
    rules_of,
)
from cinewalk.loaders.neo4j.read.marks import sums_now
from cinewalk.loaders.neo4j.read.nodes import read_nodes
from cinewalk.loaders.neo4j.read.values import Rejects
from cinewalk.loaders.tables.cells import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.model.ids import IdMap
    from cinewalk.graph.model.schema import RelationshipType
    from cinewalk.graph.numeric.arrays import Int64Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.read.marks import EdgeHashes, EdgeMark
    from cinewalk.loaders.neo4j.read.nodes import NumberedNodes
    from cinewalk.loaders.neo4j.server.connection import Connection

#: With more new relationships than one for so many known ones, reading all of that kind is quicker.
_MOST_NEW: Final = 4


class LiveGraph(AbstractContextManager["LiveGraph", None]):
    """The graph of a database, and the connection to it; a context manager that closes the connection.

    Parameters
    ----------
    connection
        The database.
    asked
        How it is to be read.
    progress
        Told how far reading is.
    """

    def __init__(self, connection: Connection, asked: ReadRequest, progress: Progress = no_progress) -> None:
        self.connection, self.asked = connection, asked
        self._snapshot = read_snapshot(connection, asked, progress)

    @property
    def graph(self) -> Graph:
        """The graph as it was read last."""
        return self._snapshot.graph

    @property
    def state(self) -> ReadState:
        """The graph with what is known of the database."""
        return self._snapshot

    @property
    def prefix(self) -> str | None:
        """How the types begin that were published between nodes of others; ``None`` where none were."""
        return None if self._snapshot.run is None else self._snapshot.run.prefix

    def refresh(
        self,
        *,
        full: bool = False,
        progress: Progress = no_progress,
        renew: Callable[[Graph], Graph] | None = None,
    ) -> Changes:
        """Read what has changed; with ``full`` everything.

        Parameters
        ----------
        full
            Whether to read everything.
        progress
            Told how far reading is.
        renew
            Given the graph where it is another one; returns the same with what follows from it.

        Raises
        ------
        SourceError, DatabaseError
            As when it was read first; the graph then stays as it is.
        """
        before = self._snapshot
        read = None if full else _Refresh(self.connection, self.asked, before, progress).run()
        snapshot, changes = read or _read_all(self.connection, self.asked, progress)
        if changes and snapshot.graph.equals(before.graph) and snapshot.run == before.run:
            snapshot, changes = replace(snapshot, graph=before.graph), replace(changes, changed=False)
        elif changes and renew is not None:
            snapshot = replace(snapshot, graph=renew(snapshot.graph))
        self._snapshot = snapshot
        return changes

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def _read_all(connection: Connection, asked: ReadRequest, progress: Progress) -> tuple[ReadState, Changes]:
    snapshot = read_snapshot(connection, asked, progress)
    fetched = {label: len(nodes) for label, nodes in snapshot.graph.nodes.items()}
    fetched |= {name: len(snapshot.graph.relations[name]) for name in snapshot.kinds}
    return snapshot, Changes(True, FrozenMapping(fetched), tuple(fetched))


class _Unclear(Exception):  # noqa: N818 - no error, but a reason to read everything
    """What has been read does not fit what was known: read everything."""


class _Refresh:
    """One refresh: what is known so far, and what has been read.

    Parameters
    ----------
    connection, asked
        The database, and how it is read.
    before
        What was known.
    progress
        Told how far reading is.
    """

    def __init__(
        self, connection: Connection, asked: ReadRequest, before: ReadState, progress: Progress
    ) -> None:
        self._connection, self._asked, self._before, self._progress = connection, asked, before, progress
        self._rules, self._rejects = rules_of(asked, before.run), Rejects(asked.max_rejects)
        self._numbered: dict[str, NumberedNodes] = {}
        self._nodes: dict[str, Nodes] = {}
        self._marks: dict[str, EdgeMark] = {}
        self._fetched: dict[str, int] = {}
        self._full: list[str] = []

    def run(self) -> tuple[ReadState, Changes] | None:
        """Read what has changed, or return None where only reading everything tells."""
        run, counts = read_run(self._connection), count(self._connection, self._asked.mapping)
        if run != self._before.run or kinds_to_read(self._asked, run, counts) != self._before.kinds:
            return None
        for label in schema.NODES:
            self._read_nodes(label)
        try:
            edges = {name: self._edges(schema.RELATIONSHIPS[name]) for name in self._before.kinds}
        except _Unclear:
            return None
        self._rejects.judge()
        graph = self._before.graph
        if self._fetched and (
            any(nodes is not graph.nodes[label] for label, nodes in self._nodes.items())
            or any(isinstance(relation, Edges) for relation in edges.values())
        ):
            every = {name: _edges_of(relation) for name, relation in edges.items()}
            graph = build(self._nodes, every, self._asked.preference, run)
        changes = Changes(graph is not self._before.graph, FrozenMapping(self._fetched), tuple(self._full))
        return ReadState(graph, run, FrozenMapping(self._marks)), changes

    def _read_nodes(self, label: str) -> None:
        """Read all nodes of a label; they are told of where they are others than before."""
        kinds, before = self._before.kinds, self._before.graph.nodes[label]
        read = read_nodes(self._connection, self._asked.mapping, label, kinds, self._rules, self._rejects)
        self._numbered[label] = read
        self._nodes[label] = before if read.nodes.equals(before) else read.nodes
        if self._nodes[label] is not before:
            self._fetched[label] = len(read.nodes)
            self._full.append(label)

    def _edges(self, kind: RelationshipType) -> Relation | Edges:
        """Return the relationships of a kind: those that were known where nothing has changed."""
        mark = self._before.marks[kind.name]
        sources = self._numbered[kind.source]
        ids = pages(sources.internal, sources.degrees[kind.name])
        old, new = sums_now(self._connection, self._asked.mapping, kind, ids, mark.since)
        if old != mark.old:
            return self._all_edges(kind)
        known = self._moved(kind)
        self._marks[kind.name] = mark
        if new == mark.new:
            return known
        if new.edges * _MOST_NEW > old.edges:
            return self._all_edges(kind)
        return self._with_new_edges(kind, known, mark)

    def _moved(self, kind: RelationshipType) -> Relation | Edges:
        """Return the known relationships between nodes as they are numbered now."""
        relation, before = self._before.graph.relations[kind.name], self._before.graph.nodes
        if all(self._nodes[label] is before[label] for label in (kind.source, kind.target)):
            return relation
        sources = self._places(kind.source)[relation.sources]
        targets = self._places(kind.target)[relation.indices]
        if min(sources.min(initial=0), targets.min(initial=0)) < 0:
            raise _Unclear
        return Edges(sources, targets, relation.properties)

    def _places(self, label: str) -> Int64Array:
        """Return where each node that was known is now, -1 for one that has gone."""
        before, now = self._before.graph.nodes[label], self._nodes[label]
        return np.arange(len(before)) if now is before else _positions(now.ids, before.ids.ids[:])

    def _with_new_edges(
        self, kind: RelationshipType, known: Relation | Edges, mark: EdgeMark
    ) -> Relation | Edges:
        """Put what is as new as the newest that was known, or newer, in the place of what was."""
        edges, size = _edges_of(known), len(self._nodes[kind.target])
        is_old = edges.properties[schema.TIMESTAMP.name] < mark.since
        new, hashes = self._new_edges(kind, mark.since)
        again = np.isin(_codes(edges, size)[~is_old], _codes(new, size))
        # What has gone may have stood before an older one of the same pair, which was not kept.
        if not again.all():
            return self._all_edges(kind)
        self._marks[kind.name] = mark.followed_by(hashes)
        older = Edges(
            edges.sources[is_old],
            edges.targets[is_old],
            {name: values[is_old] for name, values in edges.properties.items()},
        )
        merged = newest(joined([older, new]), size)
        return known if isinstance(known, Relation) and _says_the_same(known, merged) else merged

    def _new_edges(self, kind: RelationshipType, since: int) -> tuple[Edges, EdgeHashes]:
        moment = dt.datetime.fromtimestamp(since, dt.UTC)
        page = self._connection.stream(
            statements.read_new_edges(self._asked.mapping, kind),
            EdgePage.of,
            moment=moment,
            local=moment.replace(tzinfo=None),
            day=moment.date(),
            seconds=since,
            missing=MISSING,
        )
        nodes = (self._numbered[kind.source], self._numbered[kind.target])
        mapping, rules = self._asked.mapping, self._rules
        edges, hashes = placed(kind, mapping, page, nodes, rules, self._rejects, since)
        self._fetched[kind.name] = len(hashes.times)
        return edges, hashes

    def _all_edges(self, kind: RelationshipType) -> Edges:
        edges, self._marks[kind.name] = read_edges(
            self._connection,
            self._asked.mapping,
            kind.name,
            self._numbered,
            self._rules,
            self._rejects,
            self._progress,
        )
        self._fetched[kind.name] = len(edges.sources)
        self._full.append(kind.name)
        return edges


def _codes(edges: Edges, n_targets: int) -> Int64Array:
    return edges.sources.astype(np.int64) * max(n_targets, 1) + edges.targets


def _edges_of(edges: Relation | Edges) -> Edges:
    return edges if isinstance(edges, Edges) else Edges(edges.sources, edges.indices, edges.properties)


def _says_the_same(known: Relation, merged: Edges) -> bool:
    again = Relation.of(merged.sources, merged.targets, known.shape, merged.properties)
    return (
        np.array_equal(again.indptr, known.indptr)
        and all(np.array_equal(again.properties[name], values) for name, values in known.properties.items())
        and np.array_equal(again.indices, known.indices)
    )


def _positions(ids: IdMap, wanted: list[str]) -> Int64Array:
    places = (ids.find(external) for external in wanted)
    return np.fromiter((-1 if place is None else place for place in places), np.int64, len(wanted))
