"""Publish between the nodes of others: relationships under names with a prefix, and nothing of theirs is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, LiteralString

from cinewalk.errors import PublishError
from cinewalk.graph.model import schema
from cinewalk.graph.model.settings import settings_in
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.read.mapping import COPIED, USUAL_PREFIX, checked_prefix, find_mapping
from cinewalk.loaders.neo4j.read.nodes import read_nodes
from cinewalk.loaders.neo4j.read.values import Rejects, Rules
from cinewalk.loaders.neo4j.server.connection import TIMEOUT, Connection
from cinewalk.loaders.neo4j.write import statements
from cinewalk.loaders.neo4j.write.differences import run_facts_of
from cinewalk.loaders.neo4j.write.lock import publishing
from cinewalk.loaders.neo4j.write.publish import Published, beyond
from cinewalk.loaders.neo4j.write.writer import OthersNodes, Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from neo4j import Driver

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.published import DerivedEdges
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping

_SET_PREFIX: Final[LiteralString] = "MATCH (run:CinewalkRun {name: 'current'}) SET run.prefix = $prefix"

#: Bad nodes were left out when the graph was read; here none is read that the graph does not have.
_ANY_NUMBER: Final = 2**62


def publish_mapped(
    graph: Graph,
    driver: Driver | Connection,
    mapping: SchemaMapping | str | Path,
    *,
    prefix: str = USUAL_PREFIX,
    database: str | None = None,
    settings: Settings | None = None,
    recommended: Callable[[], DerivedEdges] | None = None,
    source: str | None = None,
    timeout: float = TIMEOUT,
    progress: Progress = no_progress,
) -> Published:
    """Write what follows from a graph between the nodes of the database that it was read from.

    Written are the derived relationships, and of what the graph may have otherwise than the database its own: likes,
    genres, and which titles are the same film. Their types begin with the prefix. Of nodes only ``CinewalkRun`` is new.

    Parameters
    ----------
    graph
        The graph, as it was read from there.
    driver
        A driver of the ``neo4j`` package, which stays open, or a connection.
    mapping
        The database's names.
    prefix
        How the types begin that are written: letters, digits and underscores.
    database, settings, recommended, source, timeout, progress
        As in :func:`~cinewalk.loaders.neo4j.write.publish.publish`.

    Returns
    -------
    Published

    Raises
    ------
    PublishError
        Where the graph has nodes that the database does not have, others use such types there, cinewalk has published
        there under other names, or somebody publishes there.
    DatabaseError
        Where the database cannot be reached or refuses. What is half written then, the next run mends.
    """
    to = Connection.through(driver, database, timeout=timeout)
    others = OthersNodes(checked_prefix(prefix), _numbers(to, graph, find_mapping(mapping)))
    _check(to, prefix)
    to.write(statements.run_constraint())
    with publishing(to) as owner:
        _check(to, prefix)
        to.write(_SET_PREFIX, prefix=prefix)
        writer = Writer(to, progress, owner, others)
        parts = Registry(graph, settings or settings_in(graph.prepared))
        run = writer.derived(parts, recommended, source)
        for name, count in writer.counts.items():
            kind = writer.named((schema.RELATIONSHIPS | schema.DERIVED)[name])
            beyond(kind.type, count, to.read(statements.count_run(kind), run=run)[0]["count"])
    return Published({}, writer.counts, run)


def _numbers(to: Connection, graph: Graph, mapping: SchemaMapping) -> dict[str, list[int]]:
    """Return the database's own number of every node of the graph, by label."""
    rules = Rules.of(exact=False, written=False, rating_range=None)
    numbers: dict[str, list[int]] = {}
    for label, nodes in graph.nodes.items():
        there = read_nodes(to, mapping, label, (), rules, Rejects(_ANY_NUMBER))
        places = dict(zip(there.places.tolist(), there.internal.tolist(), strict=True))
        known: dict[str, Any] = {key: places[place] for place, key in enumerate(there.nodes.ids.ids)}
        numbers[label] = [known[key] for key in nodes.ids.ids if key in known]
        if lacking := len(nodes) - len(numbers[label]):
            raise PublishError(
                f"{to.place}: {lacking:,} {mapping.labels.get(label, label)} of the graph are not there. Nothing has "
                f"been written. With a mapping a graph is published to where it was read from: `cinewalk publish "
                f"bolt://{to.place} --mapping …`."
            )
    return numbers


def _check(to: Connection, prefix: str) -> None:
    """Make sure that nobody uses the names that are to be written."""
    run = run_facts_of(to)
    known = run.get("prefix", "")
    if run and known != prefix:
        names = f"with the prefix {known}" if known else "under its own names"
        raise PublishError(
            f"{to.place}: cinewalk has published there {names}. Nothing has been written. Use the same, or take that "
            "out first with `cinewalk unpublish`."
        )
    for kind in (*schema.DERIVED.values(), *(() if run else COPIED)):
        (row,) = to.read(statements.count_type(prefix + kind.type))
        if row["others"]:
            raise PublishError(
                f"{to.place}: there are {row['others']:,} {prefix}{kind.type} that cinewalk has not written. Nothing "
                "has been written. Name another --prefix."
            )
