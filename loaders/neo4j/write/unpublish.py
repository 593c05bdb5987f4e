"""Take out of a database what cinewalk has written into it, and nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, LiteralString

from cinewalk.errors import PublishError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.neo4j.read.mapping import COPIED
from cinewalk.loaders.neo4j.server.connection import TIMEOUT, Connection
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.neo4j.write.differences import run_facts_of
from cinewalk.loaders.neo4j.write.lock import publishing, wait_for_readers
from cinewalk.loaders.neo4j.write.statements import MARK, PREFIX, RUN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neo4j import Driver

    from cinewalk.graph.numeric.progress import Progress

_TYPES: Final = sorted({kind.type for kind in schema.RELATIONSHIPS.values()})

_NODES: Final[LiteralString] = statements.trusted(
    f"MATCH (n) WHERE n.{MARK} OR n:CinewalkAudit RETURN labels(n)[0] AS name, count(*) AS count ORDER BY name"
)
_RELATIONSHIPS: Final[LiteralString] = statements.trusted(
    "MATCH (s)-[r]->(t) "
    f"WITH type(r) AS name, r.{MARK} OR type(r) IN $copied OR (type(r) IN $derived AND r.run =~ '{RUN}') "
    f"OR ((s.{MARK} OR t.{MARK}) AND type(r) IN $types) AS ours, s.{MARK} OR t.{MARK} AS goes "
    "WHERE ours OR goes RETURN name, coalesce(ours, false) AS ours, count(*) AS count ORDER BY name"
)
_CONSTRAINTS: Final[LiteralString] = "SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH $prefix RETURN name"
_INDEXES: Final[LiteralString] = (
    "SHOW INDEXES YIELD name, owningConstraint WHERE name STARTS WITH $prefix AND owningConstraint IS NULL RETURN name"
)
_PUT_OUT_OF_FORCE: Final[LiteralString] = "MATCH (run:CinewalkRun {name: 'current'}) REMOVE run.run"
_FORGET: Final[LiteralString] = (
    "MATCH (run:CinewalkRun {name: 'current'}) SET run = {name: run.name, publisher: run.publisher, "
    "publisherSince: run.publisherSince, publisherSeen: run.publisherSeen}"
)
_REMOVE_MARKED: Final[LiteralString] = statements.trusted(
    f"MATCH ()-[r]->() WHERE r.{MARK} CALL (r) {{ DELETE r }} IN TRANSACTIONS OF 10000 ROWS"
)
_REMOVE_NODES: Final[LiteralString] = statements.trusted(
    f"MATCH (n) WHERE n.{MARK} OR n:CinewalkAudit CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 100 ROWS"
)


@dataclass(frozen=True, slots=True)
class Unpublished:
    """What was taken out of a database.

    Parameters
    ----------
    nodes
        How many nodes, by label.
    relationships
        How many relationships, by type, those included that others have made between these nodes under our types.
    indexes
        The constraints and indexes, by name.
    others
        How many relationships of other types lead to those nodes, by type: they cannot stay without them.
    dry_run
        Whether nothing was taken out yet.
    """

    nodes: Mapping[str, int]
    relationships: Mapping[str, int]
    indexes: tuple[str, ...]
    others: Mapping[str, int]
    dry_run: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"indexes": list(self.indexes)}


def unpublish(
    driver: Driver | Connection,
    *,
    database: str | None = None,
    dry_run: bool = False,
    timeout: float = TIMEOUT,
    progress: Progress = no_progress,
) -> Unpublished:
    """Take out what cinewalk has written: nodes that it has made, relationships, the run, constraints and indexes.

    Parameters
    ----------
    driver
        A driver of the ``neo4j`` package, which stays open, or a connection.
    database
        The database's name; ``None`` for the server's default.
    dry_run
        Only count.
    timeout
        Seconds that one transaction may take.
    progress
        Told how far the work is.

    Returns
    -------
    Unpublished

    Raises
    ------
    PublishError
        Where somebody publishes there, or an earlier version has, which marked nothing.
    DatabaseError
        Where the database cannot be reached or refuses. What is left then, the next call takes out.
    """
    to = Connection.through(driver, database, timeout=timeout)
    run = run_facts_of(to)
    prefix = run.get("prefix", "")
    found = _found(to, prefix, dry_run)
    if not prefix and "privacySmallest" in run and not found.nodes and not found.relationships:
        raise PublishError(
            f"{to.place}: an earlier version of cinewalk has published there, and marked nothing as its own. Publish "
            "once more with this one, and unpublish then."
        )
    if dry_run or not (run or found.nodes or found.relationships or found.indexes):
        return found
    with publishing(to):
        to.write(_PUT_OUT_OF_FORCE)
        wait_for_readers(to)
        copied = _copied(prefix)
        for name in _derived(prefix):
            progress(f"Removing {name}", 0, 0)
            to.run(statements.remove_runs(name, every=name in copied))
        progress("Removing nodes", 0, 0)
        to.run(_REMOVE_MARKED)
        to.run(_REMOVE_NODES)
        to.write(_FORGET)
    for what, names in _indexes(to).items():
        for name in names:
            to.write(statements.drop(what, name))
    return found


def _derived(prefix: str) -> list[str]:
    """Name the types that runs write."""
    return sorted([*(prefix + kind.type for kind in schema.DERIVED.values()), *_copied(prefix)])


def _copied(prefix: str) -> list[str]:
    """Name the types that are written whole beside those of others."""
    return [prefix + kind.type for kind in COPIED] if prefix else []


def _found(to: Connection, prefix: str, dry_run: bool) -> Unpublished:
    nodes = {row["name"]: row["count"] for row in to.run(_NODES)}
    rows = to.run(_RELATIONSHIPS, types=_TYPES, derived=_derived(prefix), copied=_copied(prefix))
    ours = {row["name"]: row["count"] for row in rows if row["ours"]}
    others = {row["name"]: row["count"] for row in rows if not row["ours"]}
    indexes = tuple(name for names in _indexes(to).values() for name in names)
    return Unpublished(nodes, ours, indexes, others, dry_run)


def _indexes(to: Connection) -> dict[str, list[str]]:
    queries = {"CONSTRAINT": _CONSTRAINTS, "INDEX": _INDEXES}
    return {what: [row["name"] for row in to.read(query, prefix=PREFIX)] for what, query in queries.items()}
