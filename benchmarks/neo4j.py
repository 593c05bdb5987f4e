"""Everything that has to do with Neo4j, on a server that is brought up for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cinewalk
from benchmarks import neo4j_pagerank, neo4j_publishing, neo4j_queries, neo4j_reading
from benchmarks.measure import Row, seconds
from cinewalk.loaders.neo4j.server.connection import Connection
from cinewalk.loaders.neo4j.server.server import LocalServer
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.neo4j.publishing import recommended
from cinewalk.queries.recommender import Recommender

_EDGES = 300_000
_TIMEOUT = 600.0


def sections() -> dict[str, list[Row]]:
    """Measure by section; ports 7699 and 7499 must be free."""
    with tempfile.TemporaryDirectory() as folder:
        server = LocalServer(Path(folder) / "neo4j", bolt_port=7699, http_port=7499)
        starts = _starting(server)
        try:
            address = server.address()
            assert address is not None
            with Connection.to(address, timeout=_TIMEOUT) as connection:
                return {"Neo4j: the local server": starts, **_on(connection)}
        finally:
            server.stop()


def _starting(server: LocalServer) -> list[Row]:
    first = seconds(server.start)
    server.stop()
    again = seconds(server.start)
    return [
        Row("start in a new folder, parts fetched before", f"{first:.1f} s", "< 60 s with fetching"),
        Row("start again", f"{again:.1f} s", "< 15 s"),
    ]


def _on(connection: Connection) -> dict[str, list[Row]]:
    writing = neo4j_publishing.rows(connection, _EDGES)
    reading = neo4j_reading.rows(connection)
    neo4j_publishing.wipe(connection)
    graph = cinewalk.load("movielens-100k")
    taken = seconds(
        lambda: publish(graph, connection, recommended=lambda: recommended(Recommender(graph), 10))
    )
    writing.append(Row("publish movielens-100k with all that is derived", f"{taken:.0f} s", ""))
    return {
        "Neo4j: writing and reading": writing + reading,
        "Neo4j: PageRank, 50 users of MovieLens-100K": neo4j_pagerank.rows(graph, connection),
        "Neo4j: ready queries, 25 users of MovieLens-100K": neo4j_queries.rows(connection),
    }
