"""The test server's one database, as others' databases are: without promises."""

from __future__ import annotations

import pytest
from neo4j import GraphDatabase

import cinewalk
from cinewalk.graph.model.graph import Graph
from cinewalk.loaders.neo4j.write.publish import publish


class Database:
    """The test server's one database, emptied."""

    def __init__(self, address) -> None:
        self.uri, self.auth = address.uri, (address.username, address.password)
        self.driver = GraphDatabase.driver(self.uri, auth=self.auth, notifications_min_severity="OFF")
        self.held: Graph | None = None

    def run(self, query, **parameters):
        return self.driver.execute_query(query, parameters).records

    def empty(self):
        self.held = None
        with self.driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()

    def publish(self, graph, **options):
        self.empty()
        publish(graph, self.driver, **options)

    def load(self, **options) -> Graph:
        return cinewalk.load(self.uri, auth=self.auth, **options)

    def recommender(self, **options) -> cinewalk.Recommender:
        return cinewalk.Recommender(self.uri, auth=self.auth, **options)


@pytest.fixture(scope="package")
def server(neo4j_server):
    found = Database(neo4j_server.address())
    # As others' databases have no such promise.
    for row in found.run("SHOW CONSTRAINTS YIELD name"):
        found.run(f"DROP CONSTRAINT {row['name']}")
    yield found
    found.empty()
    found.driver.close()


@pytest.fixture
def database(server):
    server.empty()
    return server
