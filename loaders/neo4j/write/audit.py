"""Write the figures of an audit into Neo4j, as nodes of their own; they tell of groups, and nothing of persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, LiteralString

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cinewalk.loaders.neo4j.server.connection import Connection

#: Put the figures of a new audit in the place of the old ones, in one transaction.
_REPLACE: Final[LiteralString] = (
    "OPTIONAL MATCH (old:CinewalkAudit) DETACH DELETE old WITH count(*) AS removed "
    "UNWIND $rows AS row CREATE (figure:CinewalkAudit) SET figure = row, figure.written = datetime()"
)


def write_audit(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write one ``CinewalkAudit`` node a row; those of an audit before are replaced.

    Parameters
    ----------
    connection
        The database.
    rows
        The properties of each node.

    Raises
    ------
    DatabaseError
        Where the database cannot be reached or refuses; then it holds the old ones.
    """
    connection.write(_REPLACE, rows=[dict(row) for row in rows])
