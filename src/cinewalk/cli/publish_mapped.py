"""What `publish --mapping` does: relationships between the nodes of a database that others have made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cinewalk import console
from cinewalk.cli.options import settings_of
from cinewalk.errors import RequestError
from cinewalk.loaders.neo4j.server.address import find_address, is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.walks.published import DerivedEdges
    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.loaders.neo4j.write.publish import Published


class Target(NamedTuple):
    """The Neo4j to publish to: its address or the usual one, its database, and seconds that a transaction may take."""

    uri: str | None
    database: str | None
    timeout: float

    def open(self) -> Connection:
        """Connect to it."""
        from cinewalk.loaders.neo4j.server.connection import connect

        return connect(self.uri, database=self.database, timeout=self.timeout)


def publish_between(
    target: Target,
    source: str | None,
    names: tuple[str, str | None],
    config: Path | None,
    lists: Callable[[Graph], Callable[[], DerivedEdges] | None],
    others: Mapping[str, bool],
) -> tuple[Published, str]:
    """Read the graph of a database by a mapping, and publish what follows from it there.

    Parameters
    ----------
    target
        The database.
    source
        The same, where the command names it as its source.
    names
        The mapping, and the prefix where one is given.
    config
        Settings of the walks.
    lists
        Makes everybody's lists of a graph, where they are wanted.
    others
        Options that do not go with a mapping, and whether each is given.

    Returns
    -------
    tuple
        What the database holds then, and the server.
    """
    from cinewalk.loaders.load import load
    from cinewalk.loaders.neo4j.read.mapping import USUAL_PREFIX
    from cinewalk.loaders.neo4j.write.mapped import publish_mapped

    if given := [option for option, is_given in others.items() if is_given]:
        raise RequestError(
            f"--mapping writes between the nodes that are there: leave out {', '.join(given)}."
        )
    if source is not None and not is_address(source):
        raise RequestError(
            f"{source} is no address of a Neo4j: with --mapping a graph is published to where it is read from."
        )
    target = target._replace(uri=source or find_address(target.uri).uri)
    mapping, prefix = names
    with console.progress_bar() as progress:
        graph = load(
            target.uri, database=target.database, mapping=mapping, timeout=target.timeout, progress=progress
        )
        with target.open() as to:
            published = publish_mapped(
                graph,
                to,
                mapping,
                prefix=USUAL_PREFIX if prefix is None else prefix,
                settings=settings_of(config, graph),
                recommended=lists(graph),
                progress=progress,
            )
            return published, to.place
