"""Every ready query on MovieLens-100K in Neo4j, beside the naive three-hop query for the same users.

``python -m benchmarks.neo4j_queries`` measures on the Neo4j of ``NEO4J_URI``, or the local one, into which
MovieLens-100K with everybody's list must have been published before. Nothing is changed there.
``python -m benchmarks.neo4j_queries costs`` measures what each query costs instead, and writes the table of
``docs/cypher.md``; run ``make docs`` afterwards.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measure import Row, percentile, seconds
from cinewalk.errors import RequestError
from cinewalk.loaders.neo4j.server.connection import connect
from cinewalk.queries.words.markdown import TIGHT, table
from cinewalk.queries.words.ready import ready_queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.queries.words.ready import ReadyQuery

USERS: Final = 25
#: For what a query costs.
_MANY_USERS: Final = 100
_COSTS: Final = Path(__file__).resolve().parent.parent / "queries" / "cypher" / "costs.md"
_ROUNDS: Final = 3
_WANTED: Final = 6
#: Seconds; the naive query takes over a minute for some.
_TIMEOUT: Final = 600.0
#: What people write first: all paths of three hops, counted.
NAIVE: Final = """
MATCH (user:User {userId: $userId})-[:LIKES]->(:Title)<-[:LIKES]-(:User)-[:LIKES]->(title:Title)
WHERE NOT (user)-[:RATED]->(title)
RETURN title.titleId AS titleId, count(*) AS paths
ORDER BY paths DESC, titleId
LIMIT 10
"""
#: The same by somebody who knows that the paths to one title need to be filtered only once.
COUNTED_FIRST: Final = """
MATCH (user:User {userId: $userId})-[:LIKES]->(:Title)<-[:LIKES]-(:User)-[:LIKES]->(title:Title)
WITH user, title, count(*) AS paths
WHERE NOT (user)-[:RATED]->(title)
RETURN title.titleId AS titleId, paths
ORDER BY paths DESC, titleId
LIMIT 10
"""
_USERS: Final = """
MATCH (user:User)-[:RECOMMENDED {rank: 1}]->(best:Title)
CALL (user) {
  MATCH (user)-[like:LIKES]->(title:Title)
  WITH title
  ORDER BY like.timestamp DESC, title.titleId
  RETURN collect(title.titleId)[0..2] AS liked
}
RETURN user.userId AS userId, best.titleId AS best, liked,
  COLLECT { MATCH (user)-[:IN_GROUP]->(group) RETURN group.groupId } AS groups
ORDER BY userId
"""


def rows(connection: Connection) -> list[Row]:
    """Measure every query for the same users, and the naive one beside them."""
    chosen = _people(connection, USERS)
    queries = sorted(ready_queries(), key=lambda query: query.name != "project_pagerank")
    for query in queries:
        _ask(connection, query, chosen[0])
    naive, counted = (
        _times(lambda person, text=text: connection.read(text, userId=person["userId"]), chosen, rounds=1)
        for text in (NAIVE, COUNTED_FIRST)
    )
    table = [
        Row("the naive three-hop query: the first", _text(naive), ""),
        Row("the same, seen titles taken out after counting: the second", _text(counted), ""),
    ]
    for query in queries:
        times = _times(lambda person, query=query: _ask(connection, query, person), chosen, _ROUNDS)
        against = [percentile(slow, 0.95) / percentile(times, 0.95) for slow in (naive, counted)]
        faster = sum(slow >= _WANTED * fast for slow, fast in zip(naive, times, strict=True))
        measured = (
            f"{_text(times)}: {against[0]:.0f} × and {against[1]:.1f} × faster; {_WANTED} × faster than the first "
            f"for {faster} of {len(chosen)} users"
        )
        table.append(Row(f"`{query.name}`", measured, f"p95 {_WANTED} × faster than the first"))
    return table


def _people(connection: Connection, count: int) -> list[dict[str, Any]]:
    """Choose users evenly."""
    people = [dict(row) for row in connection.read(_USERS) if row["liked"]]
    if len(people) < count:
        raise RequestError("publish movielens-100k with everybody's list into this Neo4j first.")
    return people[:: len(people) // count][:count]


def costs(connection: Connection) -> str:
    """Measure the first call of every query, the next ones, and the database's own count of what it reads."""
    chosen = _people(connection, _MANY_USERS)
    queries = sorted(ready_queries(), key=lambda query: query.name != "project_pagerank")
    lines = [_cost(connection, query, chosen) for query in queries]
    (server,) = connection.read(
        "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' "
        "RETURN versions[0] AS version, edition"
    )
    said = (
        f"MovieLens-100K on Neo4j {server['version']} {server['edition']}, {datetime.now(UTC):%Y-%m-%d}, two "
        "processors shared with other work. *First* is a call after `db.clearQueryCaches`, in which the query is "
        f"planned (the median of {_ROUNDS}); then one call for each of {_MANY_USERS} users. Database hits by `PROFILE` "
        f"are the median of {_ROUNDS} of them."
    )
    columns = ["query", "database hits", "first", "p50", "p95"]
    return f"{said}\n\n{table(columns, sorted(lines), markup=True, first=TIGHT, others=TIGHT)}\n"


def _cost(connection: Connection, query: ReadyQuery, people: list[dict[str, Any]]) -> tuple[str, ...]:
    first = []
    for _ in range(_ROUNDS):
        connection.read("CALL db.clearQueryCaches()")
        first.append(seconds(lambda: _ask(connection, query, people[0])))
    for person in people[:: len(people) // USERS]:
        _ask(connection, query, person)
    times = [seconds(lambda p=person: _ask(connection, query, p)) for person in people]
    hits = median(_hits(connection, query, person) for person in people[:: len(people) // _ROUNDS][:_ROUNDS])
    shown = [f"{percentile(times, share) * 1e3:.0f} ms" for share in (0.5, 0.95)]
    return (f"`{query.name}`", f"{hits:,.0f}", f"{median(first):.2f} s", *shown)


def _hits(connection: Connection, query: ReadyQuery, person: dict[str, Any]) -> int:
    with (
        connection.driver.session(database=connection.database) as session,
        session.begin_transaction() as transaction,
    ):
        summary = transaction.run(f"PROFILE {query.text}", _values(query, person)).consume()
        transaction.rollback()
    assert summary.profile is not None
    return _hits_below(summary.profile)


def _hits_below(plan: dict[str, Any]) -> int:
    return int(plan.get("dbHits", 0)) + sum(map(_hits_below, plan.get("children", ())))


def _times(
    action: Callable[[dict[str, Any]], object], people: list[dict[str, Any]], rounds: int
) -> list[float]:
    action(people[0])
    return [median(seconds(lambda p=person: action(p)) for _ in range(rounds)) for person in people]


def _text(times: list[float]) -> str:
    return f"p50 {percentile(times, 0.5) * 1e3:.0f} ms, p95 {percentile(times, 0.95) * 1e3:.0f} ms"


def _values(query: ReadyQuery, person: dict[str, Any]) -> dict[str, Any]:
    values = {
        "userId": person["userId"],
        "userIds": [person["userId"], *(other for other in ("1", "13", "22") if other != person["userId"])][
            :3
        ],
        "titleId": person["best"] if "userId" in query.parameters else person["liked"][0],
        "titleIds": person["liked"],
        "genres": ["Thriller"],
        "firstYear": 1970,
        "lastYear": 1999,
        "maturity": None,
        "groupId": person["groups"][0],
        "groupIds": person["groups"],
        "strength": 1.0,
        "prior": 20.0,
        "asOf": datetime(1998, 4, 22, 23, 10, 38, tzinfo=UTC),
        "days": 7,
        "rows": 5,
        "because": 2,
        "by": "decade",
        "k": 10,
    }
    values = {name: values[name] for name in query.parameters}
    if query.name == "new_releases":
        values |= {"asOf": values["asOf"].date(), "days": 365}
    return values


def _ask(connection: Connection, query: ReadyQuery, person: dict[str, Any]) -> None:
    values = _values(query, person)
    if not query.writes:
        connection.read(query.text, **values)
        return
    with (
        connection.driver.session(database=connection.database) as session,
        session.begin_transaction() as transaction,
    ):
        list(transaction.run(query.text, values))
        transaction.rollback()


def main() -> None:
    """Measure and print."""
    with connect(timeout=_TIMEOUT) as connection:
        if sys.argv[1:] == ["costs"]:
            _COSTS.write_text(costs(connection), encoding="utf-8")
            return
        print("| what | measured | wanted |\n|---|---|---|")
        for row in rows(connection):
            print(f"| {row.what} | {row.measured} | {row.wanted} |")


if __name__ == "__main__":
    main()
