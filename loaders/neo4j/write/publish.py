"""Write a graph into Neo4j: nodes, relationships, and the derived relationships that its walks take.

Every transaction may run again without harm, and a run that was cut short is mended by the next: what is there
already is merged, and counts are compared at the end. Derived relationships carry the run that wrote them; the
node ``CinewalkRun`` names the run in force, and is set in one transaction when all of them are in, so that
queries see the old ones or the new ones and never a mixture.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from cinewalk.errors import PublishError
from cinewalk.graph.attributes.privacy import smallest_of
from cinewalk.graph.model import schema
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.sequence import like_ranks
from cinewalk.graph.walks.published import derived_edges
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.server.connection import TIMEOUT, Connection
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.neo4j.write.batches import BATCH, edge_rows, node_rows
from cinewalk.loaders.neo4j.write.lock import STALE, publishing, wait_for_readers
from cinewalk.loaders.neo4j.write.run_facts import facts, preference_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from neo4j import Driver

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.published import DerivedEdges


@dataclass(frozen=True, slots=True, repr=False)
class Published:
    """What a database holds after publishing.

    Parameters
    ----------
    nodes
        The number of nodes by label.
    relationships
        The number of relationships by their name in the schema, derived ones included.
    run
        The run whose derived relationships are in force; ``None`` where none were asked for.
    """

    nodes: Mapping[str, int]
    relationships: Mapping[str, int]
    run: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def __repr__(self) -> str:
        counts = {**self.nodes, **self.relationships}.items()
        held = ", ".join(f"{count:,} {name}" for name, count in counts if count) or "nothing"
        return f"<Published: {held}{f'; run {self.run}' if self.run else ''}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self)[1:-1])}</p>"


def publish(
    graph: Graph,
    driver: Driver | Connection,
    *,
    database: str | None = None,
    fresh: bool = False,
    base: bool = True,
    settings: Settings | None = None,
    derived: bool = True,
    recommended: Callable[[], DerivedEdges] | None = None,
    timeout: float = TIMEOUT,
    progress: Progress = no_progress,
) -> Published:
    """Write a graph into a database.

    Parameters
    ----------
    graph
        The graph.
    driver
        A driver of the ``neo4j`` package, which stays open, or a connection.
    database
        The database's name; ``None`` for the server's default.
    fresh
        Refuse a database that holds anything yet. An empty one is written without looking for what is there,
        which is faster, whether ``fresh`` or not.
    base
        Whether to write the graph itself, and not only what is derived; an import may have done so already.
    settings
        The parameters of the walks that are derived; by default those the graph was prepared with.
    derived
        Whether to write ``SIMILAR``, ``SHARES_TASTE`` and ``PART_OF``.
    recommended
        Makes the ``RECOMMENDED`` relationships, where they are wanted; needs ``derived``.
    timeout
        Seconds that one transaction may take.
    progress
        Told how far the work is.

    Returns
    -------
    Published

    Raises
    ------
    PublishError
        Where the database is not empty though it should be, somebody else publishes there, or it holds something
        else at the end than the graph.
    DatabaseError
        Where the database cannot be reached or refuses. What is half written then, the next run mends.
    """
    to = driver if isinstance(driver, Connection) else Connection(driver, database, timeout=timeout)
    if fresh:
        check_empty(to)
    prepare(to, progress)
    with publishing(to) as owner:
        writer = Writer(to, progress, owner)
        if base:
            writer.base(graph)
        run = None
        if derived:
            parts = Registry(graph, settings or (graph.prepared.settings if graph.prepared else Settings()))
            run = writer.derived(parts, recommended)
        return _checked(to, graph, run, writer.counts)


def check_empty(connection: Connection) -> None:
    """Make sure that a database holds nothing.

    Raises
    ------
    PublishError
        Where it does.
    """
    held = held_nodes(connection)
    if held:
        raise PublishError(
            f"The database holds {held:,} nodes, and an empty one was asked for. "
            "Name an empty one with --database, or publish without --fresh."
        )


def held_nodes(connection: Connection) -> int:
    """Return how many nodes of any label a database holds."""
    return int(connection.read("MATCH (n) RETURN count(n) AS count")[0]["count"])


def prepare(connection: Connection, progress: Progress) -> None:
    """Make constraints and indexes, and wait until they are there."""
    progress("Making constraints and indexes", 0, 0)
    for statement in statements.constraints():
        connection.write(statement)
    connection.read("CALL db.awaitIndexes(300)")


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
    """

    def __init__(self, connection: Connection, progress: Progress, owner: str) -> None:
        self.to, self.progress, self.owner = connection, progress, owner
        self.counts: dict[str, int] = {}

    def base(self, graph: Graph) -> None:
        """Write nodes, what people did, and what they like."""
        for node in schema.NODES.values():
            self._nodes(node, graph)
        for name, kind in schema.RELATIONSHIPS.items():
            relation = graph.relations[name]
            columns: dict[schema.Property, Any] = {p: relation.properties[p.name] for p in kind.properties}
            if kind is schema.LIKES:
                columns[statements.LIKE_RANK] = like_ranks(Likes(relation))
            if kind is schema.SAME_AS:
                self.to.write(statements.REMOVE_SAME_TITLES)
            statement = statements.relationships(kind, tuple(columns), fresh=self._count(kind) == 0)
            self._edges(statement, kind, graph, relation.sources, relation.indices, columns)
        self._remove_old_likes(graph)
        floor = {"privacySmallest": smallest_of(graph)}
        self.to.write(statements.SET_PREFERENCE, facts=preference_facts(graph) | floor)

    def derived(self, parts: Registry, recommended: Callable[[], DerivedEdges] | None) -> str:
        """Write the derived relationships as a new run, put it in force, and remove the old ones."""
        run = secrets.token_hex(8)
        for edges in _with(derived_edges(parts, self.progress), recommended):
            columns = {
                p: edges.properties[p.name] for p in edges.kind.properties if p.name in edges.properties
            }
            statement = statements.relationships(edges.kind, tuple(columns), fresh=True, run=True)
            self._edges(statement, edges.kind, parts.graph, edges.sources, edges.targets, columns, run=run)
            self.counts[edges.kind.name] = len(edges.sources)
        if not self.to.write(statements.SET_RUN, owner=self.owner, facts={"run": run, **facts(parts)}):
            raise PublishError(
                f"{self.to.place}: somebody else has taken over, since nothing was heard from here for {STALE} s. "
                "What they publish is in force; publish again if yours should be."
            )
        self.progress("Removing what was derived before", 0, 0)
        wait_for_readers(self.to)
        for kind in schema.DERIVED.values():
            self.to.run(statements.remove_other_runs(kind), run=run)
        return run

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
        **parameters: Any,
    ) -> None:
        source_ids = graph.nodes[kind.source].ids.ids[:]
        target_ids = graph.nodes[kind.target].ids.ids[:]
        done = 0
        for rows, count in edge_rows(source_ids, target_ids, sources, targets, columns):
            self.to.write(statement, rows=rows, **parameters)
            done += count
            self.progress(f"Writing {kind.type}", done, len(targets))

    def _count(self, kind: schema.RelationshipType) -> int:
        return int(self.to.read(statements.count_relationships(kind))[0]["count"])

    def _remove_old_likes(self, graph: Graph) -> None:
        """Remove likes of this graph's users that its events no longer bear out."""
        likes = graph.likes
        if self._count(schema.LIKES) == len(likes):
            return
        titles = graph.titles.ids.ids[:]
        rows = [
            (user, [titles[i] for i in likes.indices[likes.row(position)].tolist()])
            for position, user in enumerate(graph.users.ids.ids)
        ]
        size = max(1, BATCH // 100)
        for start in range(0, len(rows), size):
            self.to.write(statements.REMOVE_OLD_LIKES, rows=rows[start : start + size])


def _with(edges: Iterable[DerivedEdges], more: Callable[[], DerivedEdges] | None) -> Iterable[DerivedEdges]:
    yield from edges
    if more is not None:
        yield more()


def _checked(to: Connection, graph: Graph, run: str | None, derived: Mapping[str, int]) -> Published:
    """Compare what the database holds with what was written."""
    nodes = {label: len(graph.nodes[label]) for label in schema.NODES}
    edges = {name: len(relation) for name, relation in graph.relations.items()} | dict(derived)
    for label, count in nodes.items():
        _compare(label, count, to.read(statements.count_nodes(label))[0]["count"])
    for name, count in edges.items():
        of_run = name in schema.DERIVED
        kind = schema.DERIVED[name] if of_run else schema.RELATIONSHIPS[name]
        query = statements.count_relationships(kind, run=of_run)
        _compare(kind.type, count, to.read(query, run=run)[0]["count"])
    return Published(nodes, edges, run)


def _compare(what: str, written: int, held: int) -> None:
    if held != written:
        raise PublishError(
            f"The graph has {written:,} {what}, the database holds {held:,}: others have written to it. Publish "
            "into an empty database, or load the graph from this one and publish that."
        )
