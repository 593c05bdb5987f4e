"""Lists into a database where a graph has been published, some users at a time, by whoever has made them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, LiteralString

from cinewalk.errors import PublishError
from cinewalk.loaders.neo4j.write.differences import run_facts_of
from cinewalk.loaders.neo4j.write.lock import publishing
from cinewalk.loaders.neo4j.write.statements import RUN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cinewalk.loaders.neo4j.server.connection import Connection

    #: A user's key, and for each title of their list its key, rank, score and what it is because of.
    ListRow = tuple[str, list[tuple[str, int, float, list[str]]]]

#: Put lists in the place of those that users have from any run, and count what has been made.
_REPLACE: Final[LiteralString] = (
    "UNWIND $rows AS row MATCH (s:User {userId: row[0]}) "
    "CALL (s) { MATCH (s)-[old:RECOMMENDED]->() WHERE old.run =~ $runs DELETE old } "
    "WITH s, row UNWIND row[1] AS edge MATCH (t:Title {titleId: edge[0]}) "
    "CREATE (s)-[:RECOMMENDED {run: $run, rank: edge[1], score: edge[2], because: edge[3]}]->(t) "
    "RETURN count(*) AS count"
)


@contextmanager
def lists_of_run(connection: Connection) -> Iterator[str]:
    """Keep publishers out of a database meanwhile, and yield the run in force, to which lists are added.

    Raises
    ------
    PublishError
        Where nothing has been published there, or beside nodes of others, or somebody publishes there now.
    DatabaseError
        Where the database cannot be reached or refuses.
    """
    with publishing(connection):
        facts = run_facts_of(connection)
        run = facts.get("run")
        if run is None or "prefix" in facts:
            raise PublishError(
                f"{connection.place}: there is no graph of cinewalk's own with what is derived from it, to which "
                "lists could be added. Publish it first: `cinewalk publish`."
            )
        yield run


def write_lists(connection: Connection, run: str, rows: Sequence[ListRow]) -> int:
    """Put the lists of some users in the place of those that they have, in one transaction; return how many titles.

    Written again, they are the same.

    Parameters
    ----------
    connection
        The database.
    run
        The run in force: see :func:`lists_of_run`.
    rows
        The users with their lists; an empty one leaves none.

    Raises
    ------
    PublishError
        Where the database lacks one of the users or titles.
    DatabaseError
        Where the database cannot be reached or refuses.
    """
    count = sum(len(titles) for _, titles in rows)
    told: list[Any] = connection.write(_REPLACE, rows=rows, run=run, runs=RUN)
    if told[0]["count"] != count:
        raise PublishError(
            f"{connection.place}: it lacks users or titles of the graph, {count - told[0]['count']:,} "
            "recommendations have no place there. Publish the graph first: `cinewalk publish`."
        )
    return count
