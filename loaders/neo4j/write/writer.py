"""Write nodes, relationships and what is derived of them through one connection, and remove what no longer holds."""

from __future__ import annotations

import secrets
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cinewalk.errors import PublishError
from cinewalk.graph.attributes.privacy import smallest_of
from cinewalk.graph.model import schema
from cinewalk.graph.walks.published import derived_edges
from cinewalk.loaders.neo4j.read.mapping import COPIED
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.neo4j.write.batches import BATCH, columns_of, columns_of_derived, edge_rows, node_rows
from cinewalk.loaders.neo4j.write.lock import STALE, wait_for_readers
from cinewalk.loaders.neo4j.write.run_facts import facts, preference_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.published import DerivedEdges
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.loaders.neo4j.write.batches import Row
    from cinewalk.loaders.neo4j.write.bulk_import import ImportedRun
    from cinewalk.loaders.neo4j.write.differences import Differences

#: So many transactions that only create are under way at a time: one is packed while the database works at another.
_WRITERS: Final = 2


class OthersNodes(NamedTuple):
    """The nodes of others between which relationships are written.

    Parameters
    ----------
    prefix
        How the types begin that are written.
    numbers
        By label, for each node of the graph the database's own number.
    """

    prefix: str
    numbers: Mapping[str, list[int]]


class Writer:
    """Writes one graph through one connection, and keeps count of derived relationships.

    Parameters
    ----------
    connection
        The database.
    progress
        Told how far the work is.
    owner
        Who publishes, as :func:`~cinewalk.loaders.neo4j.write.lock.publishing` says.
    others
        The nodes of others between which to write; ``None`` for the graph's own.
    """

    def __init__(
        self, connection: Connection, progress: Progress, owner: str, others: OthersNodes | None = None
    ) -> None:
        self.to, self.progress, self.owner, self.others = connection, progress, owner, others
        self.counts: dict[str, int] = {}

    def base(self, graph: Graph, before: Differences, source: str | None = None) -> None:
        """Write nodes, what people did, and what they like.

        Parameters
        ----------
        graph
            The graph.
        before
            What the database holds beside it.
        source
            What the graph is called.
        """
        for node in schema.NODES.values():
            if before.adopted:
                self.to.run(statements.adopt(node.label))
            self._nodes(node, graph)
        for name in schema.RELATIONSHIPS:
            self._relation(name, graph, before)
        self._tell(graph, before, source)

    def what_follows(self, graph: Graph, before: Differences, source: str | None = None) -> None:
        """Write what follows from events and titles that are there already; parameters are those of :meth:`base`."""
        for kind in (schema.SAME_AS, schema.LIKES):
            self._relation(kind.name, graph, before)
        self._tell(graph, before, source)

    def _relation(self, name: str, graph: Graph, before: Differences) -> None:
        kind, relation = schema.RELATIONSHIPS[name], graph.relations[name]
        columns = columns_of(kind, relation)
        if kind is schema.SAME_AS:
            self.to.write(statements.REMOVE_SAME_TITLES)
        fresh, shared = self._count(kind) == 0, before.is_shared(kind)
        statement = statements.relationships(kind, tuple(columns), fresh=fresh, shared=shared)
        creates = fresh and not shared
        sources, targets = relation.sources, relation.indices
        if name in before.edges and kind is not schema.SAME_AS:
            different = np.flatnonzero(~before.edges[name].same)
            sources, targets = sources[different], targets[different]
            columns = {prop: values[different] for prop, values in columns.items()}
        self._edges(statement, kind, graph, sources, targets, columns, creates=creates)

    def _tell(self, graph: Graph, before: Differences, source: str | None) -> None:
        """Remove likes that what happened no longer bears out, and say how likes follow."""
        held = before.edges[schema.LIKES.name]
        self._remove(schema.LIKES, before, ~held.without_event, both=False)
        known = {"privacySmallest": smallest_of(graph), "source": source}
        self.to.write(statements.SET_PREFERENCE, facts=preference_facts(graph) | known)

    def remove_surplus(self, before: Differences) -> None:
        """Remove what cinewalk has written and the graph does not have.

        Parameters
        ----------
        before
            What the database held beside the graph.
        """
        self.progress("Removing what the graph does not have", 0, 0)
        for name, held in before.edges.items():
            every = np.ones(len(held.sources), dtype=np.bool_)
            self._remove(schema.RELATIONSHIPS[name], before, every, both=True)
        for label, nodes in before.nodes.items():
            keys = nodes.surplus
            for start in range(0, len(keys), BATCH):
                self.to.run(statements.remove_nodes(schema.NODES[label]), keys=keys[start : start + BATCH])

    def derived(
        self,
        parts: Registry,
        recommended: Callable[[], DerivedEdges] | None,
        source: str | None = None,
        imported: ImportedRun | None = None,
    ) -> str:
        """Write the derived relationships as a new run, put it in force, and remove the old ones."""
        run = secrets.token_hex(8) if imported is None else imported.run
        if self.others is not None:
            self._copies(parts.graph, run)
        if imported is not None:
            self.counts |= imported.counts
        there = derived_edges(parts, self.progress) if imported is None else ()
        for edges in _with(there, recommended):
            kind = self.named(edges.kind)
            columns = columns_of_derived(edges)
            statement = statements.relationships(
                kind, tuple(columns), fresh=True, run=True, numbered=self.others is not None
            )
            self._edges(
                statement, kind, parts.graph, edges.sources, edges.targets, columns, creates=True, run=run
            )
            self.counts[kind.name] = len(edges.sources)
        known = {"run": run, "source": source, **facts(parts)}
        if self.others is not None:
            known["prefix"] = self.others.prefix
        if not self.to.write(statements.SET_RUN, owner=self.owner, facts=known):
            raise PublishError(
                f"{self.to.place}: somebody else has taken over, since nothing was heard from here for {STALE} s. "
                "What they publish is in force; publish again if yours should be."
            )
        self.progress("Removing what was derived before", 0, 0)
        wait_for_readers(self.to)
        for kind in schema.DERIVED.values():
            self.to.run(statements.remove_other_runs(self.named(kind)), run=run)
        for kind in COPIED if self.others is not None else ():
            self.to.run(statements.remove_other_runs(self.named(kind), every=True), run=run)
        return run

    def named(self, kind: schema.RelationshipType) -> schema.RelationshipType:
        """Return a kind of relationship under the name by which it is written here."""
        return kind if self.others is None else replace(kind, type=self.others.prefix + kind.type)

    def _copies(self, graph: Graph, run: str) -> None:
        """Write beside what others have what the graph may have otherwise: likes, genres, and what is the same film."""
        for kind in COPIED:
            relation = graph.relations[kind.name]
            columns = columns_of(kind, relation) | {statements.OF_RUN: [run] * len(relation)}
            named = self.named(kind)
            statement = statements.relationships(named, tuple(columns), fresh=False, numbered=True)
            self._edges(statement, named, graph, relation.sources, relation.indices, columns)
            self.counts[kind.name] = len(relation)

    def _nodes(self, kind: schema.NodeType, graph: Graph) -> None:
        nodes = graph.nodes[kind.label]
        fresh = self.to.read(statements.count_nodes(kind.label))[0]["count"] == 0
        statement, done = statements.nodes(kind, fresh=fresh), 0
        for rows in node_rows(kind, nodes):
            self.to.write(statement, rows=rows)
            done += len(rows)
            self.progress(f"Writing {kind.label}", done, len(nodes))

    def _edges(
        self,
        statement: Any,
        kind: schema.RelationshipType,
        graph: Graph,
        sources: Any,
        targets: Any,
        columns: Mapping[schema.Property, Any],
        *,
        creates: bool = False,
        **parameters: Any,
    ) -> None:
        """Write relationships; several batches at a time where they are only created: merging locks both ends."""
        source_ids, target_ids = (self._keys(graph, label) for label in (kind.source, kind.target))
        batches = edge_rows(source_ids, target_ids, sources, targets, columns)
        done = 0
        for count in _written(
            batches,
            lambda rows: self.to.write(statement, rows=rows, **parameters),
            _WRITERS if creates else 1,
        ):
            done += count
            self.progress(f"Writing {kind.type}", done, len(targets))

    def _keys(self, graph: Graph, label: str) -> Sequence[Any]:
        return graph.nodes[label].ids.ids[:] if self.others is None else self.others.numbers[label]

    def _count(self, kind: schema.RelationshipType) -> int:
        return int(self.to.read(statements.count_relationships(kind))[0]["count"])

    def _remove(
        self, kind: schema.RelationshipType, before: Differences, chosen: BoolArray, *, both: bool
    ) -> None:
        held = before.edges[kind.name]
        rows = np.column_stack((held.sources, held.targets))[chosen].tolist()
        statement = statements.remove_relationships(kind, both=both)
        for start in range(0, len(rows), BATCH):
            self.to.write(statement, rows=rows[start : start + BATCH])


def _with(edges: Iterable[DerivedEdges], more: Callable[[], DerivedEdges] | None) -> Iterable[DerivedEdges]:
    yield from edges
    if more is not None:
        yield more()


def _written(
    batches: Iterable[tuple[list[Row], int]], write: Callable[[list[Row]], object], writers: int
) -> Iterator[int]:
    """Write batches, so many at a time, and yield the size of each; no more are made than are on their way."""
    underway = deque[tuple[Future[object], int]]()
    with ThreadPoolExecutor(writers) as pool:
        try:
            for rows, count in batches:
                underway.append((pool.submit(write, rows), count))
                if len(underway) > writers:
                    yield _first(underway)
            while underway:
                yield _first(underway)
        finally:
            for batch, _ in underway:
                batch.cancel()


def _first(underway: deque[tuple[Future[object], int]]) -> int:
    batch, count = underway.popleft()
    batch.result()
    return count
