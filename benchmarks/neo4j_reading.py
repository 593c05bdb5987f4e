"""Reading a graph back from a Neo4j beside a row for each edge, and reading only what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Row, medians, seconds
from cinewalk.loaders.neo4j.read.graph import ReadRequest, read_snapshot
from cinewalk.loaders.neo4j.read.refresh import LiveGraph

if TYPE_CHECKING:
    from cinewalk.loaders.neo4j.server.connection import Connection

_ROUNDS = 3
_ROW_PER_EDGE = "MATCH (u:User)-[r:RATED]->(t:Title) RETURN u.userId, t.titleId, r.rating, r.timestamp"
_NEW_RATING = (
    "MATCH (u:User), (t:Title) WITH u, t LIMIT 1 "
    "MERGE (u)-[r:RATED]->(t) SET r.rating = 5.0, r.timestamp = datetime()"
)


def rows(connection: Connection) -> list[Row]:
    """Time reading what the database holds: a graph with many ratings; one of its ratings is changed."""
    edges = len(read_snapshot(connection, ReadRequest()).graph.relations["rated"])
    (whole,) = medians([lambda: read_snapshot(connection, ReadRequest())], _ROUNDS)
    naive = seconds(lambda: _row_per_edge(connection))
    live = LiveGraph(connection, ReadRequest())
    (idle,) = medians([live.refresh], _ROUNDS)
    connection.write(_NEW_RATING)
    one = seconds(live.refresh)
    return [
        Row(f"a row for each edge, {edges:,} ratings", f"{naive:.1f} s", ""),
        Row("load: the same into a graph", f"{whole:.1f} s, {naive / whole:.0f} × faster", "≥ 5 ×"),
        Row("refresh after one new rating", f"{one * 1e3:.0f} ms", ""),
        Row("refresh, nothing new", f"{idle * 1e3:.0f} ms", ""),
    ]


def _row_per_edge(connection: Connection) -> None:
    with connection.driver.session(database=connection.database) as session:
        for record in session.run(_ROW_PER_EDGE):
            record.values()
