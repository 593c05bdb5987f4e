"""Which Neo4j, and who asks: from the environment's standard names, or the local server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from cinewalk.errors import DatabaseError

#: The schemes of a Neo4j address; ``+s`` is encrypted, ``+ssc`` encrypted with any certificate.
SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")

URI_VARIABLE: Final = "NEO4J_URI"
USERNAME_VARIABLE: Final = "NEO4J_USERNAME"
PASSWORD_VARIABLE: Final = "NEO4J_PASSWORD"  # noqa: S105 - the name of a variable
DATABASE_VARIABLE: Final = "NEO4J_DATABASE"


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach one database.

    Parameters
    ----------
    uri
        Such as ``neo4j://localhost:7687``.
    username, password
        Who asks; without a password nobody says who they are.
    database
        The database's name; ``None`` for the server's default.
    """

    uri: str
    username: str = "neo4j"
    password: str | None = field(default=None, repr=False)
    database: str | None = None


def is_address(source: object) -> bool:
    """Tell whether a source is the address of a Neo4j.

    >>> is_address("neo4j://localhost"), is_address("movielens-100k")
    (True, False)
    """
    return isinstance(source, str) and source.partition("://")[0].lower() in SCHEMES and "://" in source


def find_address(
    uri: str | None = None, auth: tuple[str, str] | None = None, database: str | None = None
) -> Address:
    """Return the address that is meant.

    What is not given comes from the environment (``NEO4J_URI``, ``NEO4J_USERNAME``, ``NEO4J_PASSWORD``,
    ``NEO4J_DATABASE``), and else from the local server of ``cinewalk neo4j start``.

    Raises
    ------
    DatabaseError
        Where no server is named and none runs here, or the address is none.
    """
    local = _local()
    uri = uri or os.environ.get(URI_VARIABLE) or (local.uri if local else None)
    if uri is None:
        raise DatabaseError(
            f"No Neo4j is named and none runs here. Set {URI_VARIABLE}, or run `cinewalk neo4j start`."
        )
    _parts(uri)
    is_local = local is not None and same_server(uri, local.uri)
    username, password = auth or (
        os.environ.get(USERNAME_VARIABLE) or "neo4j",
        os.environ.get(PASSWORD_VARIABLE) or (local.password if local and is_local else None),
    )
    return Address(uri, username, password, database or os.environ.get(DATABASE_VARIABLE) or None)


_Parts = tuple[str, str, int]


def _parts(uri: str) -> _Parts:
    try:
        split = urlsplit(uri)
        parts = (split.scheme, split.hostname or "", split.port or 7687)
    except ValueError as error:
        raise DatabaseError(f"The address of the Neo4j is none ({error}). Give neo4j://host:port.") from error
    if split.username is not None or split.password is not None:
        raise DatabaseError(
            "The address of the Neo4j holds a user or password. "
            f"Set {USERNAME_VARIABLE} and {PASSWORD_VARIABLE} instead."
        )
    if parts[0] not in SCHEMES or not parts[1]:
        raise DatabaseError(f"{uri!r} is no address of a Neo4j. Give neo4j://host:port.")
    return parts


def same_server(uri: str, other: str) -> bool:
    """Tell whether two addresses name the same host and port.

    >>> same_server("neo4j://localhost", "bolt://127.0.0.1:7687")
    True
    """
    return _place(_parts(uri)) == _place(_parts(other))


def _place(parts: _Parts) -> tuple[str, int]:
    _, host, port = parts
    return ("localhost" if host in ("127.0.0.1", "::1") else host, port)


def _local() -> Address | None:
    """Return how to reach the local server, where one runs."""
    from cinewalk.loaders.neo4j.server.server import local_server

    return local_server().address()
