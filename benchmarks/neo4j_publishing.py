"""Writing into a Neo4j beside a bare loop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Row
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.loaders.neo4j.write.statements import constraints

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.loaders.neo4j.server.connection import Connection

_BATCH = 10_000


def synthetic(edges: int, seed: int = 0) -> Graph:
    """Make a graph of so many ratings: a few titles have most of them."""
    rng = np.random.default_rng(seed)
    users, titles = edges // 50, max(2_000, edges // 250)
    drawn = rng.integers(0, users, edges * 5 // 4) * titles
    drawn += (titles * rng.random(len(drawn)) ** 2.5).astype(np.int64)
    pairs = np.unique(drawn)
    rater, rated = np.divmod(np.sort(rng.choice(pairs, min(edges, len(pairs)), replace=False)), titles)
    user_nodes, user_places = sorted_nodes("User", [str(i) for i in range(users)])
    title_nodes, title_places = sorted_nodes("Title", [str(i) for i in range(titles)])
    facts = {
        "rating": rng.integers(1, 6, len(rater)),
        "timestamp": rng.integers(10**9, 1_500_000_000, len(rater)),
    }
    edges_of = {"rated": Edges(user_places[rater], title_places[rated], facts)}
    return assemble({"User": user_nodes, "Title": title_nodes}, edges_of)


def wipe(connection: Connection) -> None:
    """Remove everything from a scratch database."""
    connection.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS")


def rows(connection: Connection, edges: int) -> list[Row]:
    """Compare the rates of writing; the database is a scratch one, and holds the synthetic graph at the end."""
    graph = synthetic(edges)
    wipe(connection)
    for statement in constraints():  # without an index the loop would look at every node for every rating
        connection.write(statement)
    one = _bare_loop(graph, connection)
    wipe(connection)
    other = _publishing(graph, connection)
    return [
        Row(f"bare UNWIND … CREATE loop, batches of 10k, {edges:,} ratings", f"{one:,.0f} a second", ""),
        Row("publish writes them", f"{other:,.0f} a second, {other / one:.2f} ×", "≥ 0.8 ×"),
    ]


def _bare_loop(graph: Graph, connection: Connection) -> float:
    relation, users, titles = graph.relations["rated"], graph.users.ids.ids[:], graph.titles.ids.ids[:]
    sources, targets = relation.sources.tolist(), relation.indices.tolist()
    ratings, times = (relation.properties[name].tolist() for name in ("rating", "timestamp"))
    with connection.driver.session() as session:
        session.run("UNWIND $ids AS id CREATE (:User {userId: id})", ids=users).consume()
        session.run("UNWIND $ids AS id CREATE (:Title {titleId: id})", ids=titles).consume()
        start = time.perf_counter()
        for first in range(0, len(sources), _BATCH):
            some = slice(first, first + _BATCH)
            batch = [
                {"user": users[u], "title": titles[t], "rating": rating, "time": when}
                for u, t, rating, when in zip(
                    sources[some], targets[some], ratings[some], times[some], strict=True
                )
            ]
            session.run(
                "UNWIND $rows AS row MATCH (u:User {userId: row.user}) MATCH (t:Title {titleId: row.title}) "
                "CREATE (u)-[:RATED {rating: row.rating, timestamp: datetime({epochSeconds: row.time})}]->(t)",
                rows=batch,
            ).consume()
        return len(sources) / (time.perf_counter() - start)


def _publishing(graph: Graph, connection: Connection) -> float:
    """Return the rate of the ratings alone, as for the loop."""
    began, ended, last = 0.0, 0.0, time.perf_counter()

    def progress(description: str, *_: int) -> None:
        nonlocal began, ended, last
        now = time.perf_counter()
        if description == "Writing RATED":
            began, ended = began or last, now
        last = now

    publish(graph, connection, derived=False, progress=progress)
    return len(graph.relations["rated"]) / (ended - began)
