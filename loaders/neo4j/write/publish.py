"""Write a graph into Neo4j: nodes, relationships, and the derived relationships that its walks take.

Every transaction may run again without harm, and a run that was cut short is mended by the next: what is there
already is merged, and counts are compared at the end. Derived relationships carry the run that wrote them; the
node ``CinewalkRun`` names the run in force, and is set in one transaction when all of them are in, so that
queries see the old ones or the new ones and never a mixture.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Final, LiteralString

from cinewalk.errors import DatabaseError, PublishError
from cinewalk.graph.model import schema
from cinewalk.graph.model.settings import settings_in
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.server.connection import TIMEOUT, Connection
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.neo4j.write.differences import compare, run_facts_of
from cinewalk.loaders.neo4j.write.lock import publishing
from cinewalk.loaders.neo4j.write.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neo4j import Driver

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.published import DerivedEdges
    from cinewalk.loaders.neo4j.write.bulk_import import ImportedRun
    from cinewalk.loaders.neo4j.write.differences import Differences


#: The relationships that are compared with those of the graph: all where the graph is to take their place.
_KINDS: Final = {
    False: (*(event.name for event in schema.EVENTS), schema.LIKES.name),
    True: tuple(schema.RELATIONSHIPS),
}


_LABELS: Final[LiteralString] = "UNWIND $names AS name CALL db.createLabel(name) RETURN count(*)"
_TYPES: Final[LiteralString] = "UNWIND $names AS name CALL db.createRelationshipType(name) RETURN count(*)"
_PROPERTIES: Final[LiteralString] = "UNWIND $names AS name CALL db.createProperty(name) RETURN count(*)"


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
    others
        By label and by name in the schema: how many more the database holds, which others have written.
    """

    nodes: Mapping[str, int]
    relationships: Mapping[str, int]
    run: str | None
    others: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "nodes": dict(self.nodes),
            "relationships": dict(self.relationships),
            "run": self.run,
            "others": dict(self.others),
        }

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
    replace: bool = False,
    update: bool = False,
    base: bool = True,
    source: str | None = None,
    settings: Settings | None = None,
    derived: bool = True,
    recommended: Callable[[], DerivedEdges] | None = None,
    imported: ImportedRun | None = None,
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
    replace
        Put the graph in the place of what cinewalk has written there: what the graph does not have is removed. Nodes
        of others stay, and what leads from and to them.
    update
        The graph was read from this database: write only what follows from it, ``LIKES``, ``SAME_AS`` and what is
        derived.
    base
        Whether to write the graph itself, and not only what is derived; an import may have done so already.
    source
        What the graph is called, kept with the run.
    settings
        The parameters of the walks that are derived; by default those the graph was prepared with.
    derived
        Whether to write ``SIMILAR``, ``SHARES_TASTE`` and ``PART_OF``.
    recommended
        Makes the ``RECOMMENDED`` relationships, where they are wanted; needs ``derived``.
    imported
        What an import has brought of what is derived; it is put in force, and not written again.
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
        Where the database is not empty though it should be, another source lives there or a newer one, somebody
        else publishes there, or it holds less at the end than the graph.
    DatabaseError
        Where the database cannot be reached or refuses. What is half written then, the next run mends.
    """
    to = Connection.through(driver, database, timeout=timeout)
    if fresh:
        check_empty(to)
    kinds = _KINDS[replace] if base and not update else (schema.LIKES.name,) * update
    before = _compared(to, graph, kinds, replace or update, progress)
    prepare(to, progress)
    with publishing(to) as owner:
        if run_facts_of(to) != before.run:  # somebody has published in the meantime
            before = _compared(to, graph, kinds, replace or update, progress)
        writer = Writer(to, progress, owner)
        source = source or (before.run.get("source") if update else None)
        if update:
            writer.what_follows(graph, before, source)
        elif base:
            writer.base(graph, before, source)
        run = None
        if derived:
            parts = Registry(graph, settings or settings_in(graph.prepared))
            run = writer.derived(parts, recommended, source, imported)
        if replace:
            writer.remove_surplus(before)
        return _checked(to, graph, run, writer.counts)


def _compared(
    to: Connection, graph: Graph, kinds: Sequence[str], is_wanted: bool, progress: Progress
) -> Differences:
    """Compare the database with the graph, and refuse what would take something away unless that is wanted."""
    before = compare(to, graph, kinds, progress)
    before.check(to.place, is_wanted=is_wanted)
    return before


def check_empty(connection: Connection, option: str = "--fresh") -> None:
    """Make sure that a database holds nothing.

    Parameters
    ----------
    connection
        The connection.
    option
        What asked for that, for the message.

    Raises
    ------
    PublishError
        Where it does.
    """
    held = held_nodes(connection)
    if held:
        raise PublishError(
            f"The database holds {held:,} nodes, and an empty one was asked for. "
            f"Name an empty one with --database, or publish without {option}."
        )


def held_nodes(connection: Connection) -> int:
    """Return how many nodes of any label a database holds."""
    return int(connection.read("MATCH (n) RETURN count(n) AS count")[0]["count"])


def prepare(connection: Connection, progress: Progress) -> None:
    """Make constraints and indexes, and wait until they are there; a key that has an index keeps it."""
    progress("Making constraints and indexes", 0, 0)
    indexed = {(row["label"], row["key"]) for row in connection.read(statements.READ_INDEXED)}
    for statement in statements.constraints(indexed):
        connection.write(statement)
    connection.read("CALL db.awaitIndexes(300)")
    _make_names_known(connection)


def _make_names_known(connection: Connection) -> None:
    """Make the schema's labels, types and properties known, so that ready queries are warned of none.

    Who has no right to that has them when something is called so.
    """
    kinds = (*schema.RELATIONSHIPS.values(), *schema.DERIVED.values())
    properties = [kind.properties for kind in kinds] + [node.properties for node in schema.NODES.values()]
    names = {prop.cypher for some in properties for prop in some}
    names |= {node.key.cypher for node in schema.NODES.values()} | {
        statements.LIKE_RANK.cypher,
        statements.MARK,
        "run",
    }
    with suppress(DatabaseError):
        connection.write(_LABELS, names=[*schema.NODES, "CinewalkRun"])
        connection.write(_TYPES, names=sorted({kind.type for kind in kinds}))
        connection.write(_PROPERTIES, names=sorted(names))


def _checked(to: Connection, graph: Graph, run: str | None, derived: Mapping[str, int]) -> Published:
    """Make sure that the database holds all that was written, and count what it holds beside."""
    nodes = {label: len(graph.nodes[label]) for label in schema.NODES}
    edges = {name: len(relation) for name, relation in graph.relations.items()} | dict(derived)
    others: dict[str, int] = {}
    for label, count in nodes.items():
        others[label] = beyond(label, count, to.read(statements.count_nodes(label))[0]["count"])
    for name, count in edges.items():
        if name in schema.DERIVED:
            kind = schema.DERIVED[name]
            beyond(kind.type, count, to.read(statements.count_run(kind), run=run)[0]["count"])
        else:
            kind = schema.RELATIONSHIPS[name]
            others[name] = beyond(kind.type, count, to.read(statements.count_relationships(kind))[0]["count"])
    return Published(nodes, edges, run, {name: count for name, count in others.items() if count})


def beyond(what: str, written: int, held: int) -> int:
    """Return how many more there are than were written.

    Raises
    ------
    PublishError
        Where there are fewer.
    """
    if held < written:
        raise PublishError(
            f"The graph has {written:,} {what}, the database holds {held:,}: somebody has removed some meanwhile. "
            "Publish again, or load the graph from this database and publish that."
        )
    return held - written
