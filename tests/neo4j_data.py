"""What the one Neo4j of a test run holds: nothing, or MovieLens-100K with all that is derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.neo4j.read.graph import ReadRequest, read_snapshot
from cinewalk.loaders.neo4j.server.connection import Connection
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.neo4j.publishing import recommended
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_query

from .neo4j_lively import lively

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.model.graph import Graph
    from cinewalk.loaders.neo4j.server.server import LocalServer

#: How many titles everybody's RECOMMENDED list has.
LISTED = 10


@dataclass
class Database:
    """The database, and what is known to be in it."""

    connection: Connection
    content: str = ""

    def wipe(self) -> None:
        """Remove all nodes, relationships and projections; constraints and indexes stay."""
        self.content = ""
        self.connection.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS")
        for row in self.connection.read("CALL gds.graph.list() YIELD graphName RETURN graphName"):
            self.connection.read("CALL gds.graph.drop($name, false) YIELD graphName", name=row["graphName"])


@pytest.fixture(scope="session")
def database(neo4j_server: LocalServer) -> Iterator[Database]:
    """The database of the run; use ``empty`` or ``published``."""
    address = neo4j_server.address()
    assert address is not None
    with Connection.to(address) as connection:
        yield Database(connection)


@pytest.fixture
def empty(database: Database) -> Connection:
    """A database that holds nothing; whatever a test leaves in it is wiped by the next."""
    database.wipe()
    return database.connection


@pytest.fixture
def published(database: Database, movielens: Graph) -> tuple[Graph, Connection]:
    """MovieLens-100K and everybody's list in the database; a test that changes them must put them back."""
    if database.content != "movielens":
        database.wipe()
        publish(
            movielens,
            database.connection,
            recommended=lambda: recommended(Recommender(movielens), LISTED),
        )
        database.content = "movielens"
    return movielens, database.connection


@pytest.fixture(scope="session")
def lively_graph(movielens: Graph) -> Graph:
    """A part of MovieLens-100K in which everything has happened that can; see :mod:`tests.neo4j_lively`."""
    return lively(movielens)


@pytest.fixture
def lively_published(database: Database, lively_graph: Graph) -> tuple[Graph, Connection]:
    """The lively graph in the database; a test that changes it must put it back."""
    if database.content != "lively":
        database.wipe()
        publish(lively_graph, database.connection)
        database.connection.read(ready_query("project_pagerank").text)
        database.content = "lively"
    return lively_graph, database.connection


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what wants an empty database first, so that whatever is published is published once.

    What wants all of MovieLens-100K there is long by nature.
    """
    contents = ("lively_published", "published")
    items.sort(key=lambda item: [name in getattr(item, "fixturenames", ()) for name in contents])
    for item in items:
        if "published" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


def read_graph(connection, progress=no_progress):
    """Read the graph of a database, as :func:`cinewalk.load` does."""
    return read_snapshot(connection, ReadRequest(), progress).graph


#: Everything that a database holds, without its own numbers: nodes, relationships with their ends, indexes.
EVERYTHING = (
    "MATCH (n) RETURN labels(n) AS what, properties(n) AS facts, '' AS ends",
    "MATCH (a)-[r]->(b) RETURN type(r) AS what, properties(r) AS facts, "
    "[labels(a), properties(a), labels(b), properties(b)] AS ends",
    "SHOW INDEXES YIELD name, type, labelsOrTypes, properties RETURN name AS what, "
    "[type, labelsOrTypes, properties] AS facts, '' AS ends",
    "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties RETURN name AS what, "
    "[type, labelsOrTypes, properties] AS facts, '' AS ends",
)


def everything(connection):
    """Return all that a database holds, in an order of its own; two that are equal hold the same."""
    rows = [row for query in EVERYTHING for row in connection.read(query)]
    return sorted(repr([row["what"], _ordered(row["facts"]), _ordered(row["ends"])]) for row in rows)


def _ordered(value):
    if hasattr(value, "items"):
        return sorted((key, _ordered(item)) for key, item in value.items())
    return [_ordered(item) for item in value] if isinstance(value, list | tuple) else value
