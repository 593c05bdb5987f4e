"""Waiting until a local Neo4j answers; and what it said, where it never does."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from cinewalk.errors import LocalServerError
from cinewalk.loaders.neo4j.server import process
from cinewalk.loaders.neo4j.server.home import BOLT_SETTING, HTTP_SETTING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cinewalk.loaders.neo4j.server.address import Address
    from cinewalk.loaders.neo4j.server.home import Home

#: Seconds that a start may take; after a kill, Neo4j first mends a large store.
_PATIENCE: Final = 300.0
#: How many of a failed server's last lines are told.
_LINES: Final = 10
_TROUBLE: Final = ("ERROR", "Error", "Caused by", "Exception")


def wait_until_ready(
    home: Home, pid: int, address: Address, notify: Callable[[str], None], begin: int = 0
) -> None:
    """Wait until a query is answered over Bolt and somebody listens for HTTP.

    Parameters
    ----------
    home, pid, address
        The server.
    notify
        Told what a failed server has said.
    begin
        Where in its log this start begins, in bytes.

    Raises
    ------
    LocalServerError
        If the process ends before that, or takes too long.
    """
    ports = home.port(BOLT_SETTING), home.port(HTTP_SETTING)
    deadline = time.monotonic() + _PATIENCE
    while not (all(process.listens(port) for port in ports) and _answers(address, home, notify)):
        if not process.serves(pid, home):
            lines = last_lines(home, _LINES, begin)
            for line in lines:
                notify(line)
            why = next((line for line in reversed(lines) if any(word in line for word in _TROUBLE)), "")
            raise LocalServerError(
                f"Neo4j ended while it started{f': {why.strip()}' if why else ''}. More is in {home.log}."
            )
        if time.monotonic() > deadline:
            raise LocalServerError(
                f"Neo4j has not answered for {_PATIENCE:.0f} s, and is still starting. "
                "See `cinewalk neo4j logs`; start again to wait on, or stop it."
            )
        time.sleep(process.PAUSE)


def _answers(address: Address, home: Home, notify: Callable[[str], None]) -> bool:
    from neo4j import GraphDatabase
    from neo4j.exceptions import AuthError, DriverError, Neo4jError

    try:
        with (
            GraphDatabase.driver(address.uri, auth=(address.username, address.password or "")) as driver,
            driver.session() as session,
        ):
            session.run("RETURN 1").consume()
    except AuthError:
        notify(
            "Neo4j runs, but with another password than the one in "
            f"{home.password_file}: write the right one there."
        )
        return True
    except (DriverError, Neo4jError, OSError):
        return False
    return True


def last_lines(home: Home, count: int, begin: int = 0) -> list[str]:
    """Return the last lines that the server has said; none of those before byte ``begin`` of its log."""
    try:
        said = home.log.read_bytes()[begin:]
    except FileNotFoundError:
        return []
    return said.decode(errors="replace").splitlines()[-count:]


def following(file: Path) -> Iterator[str]:
    """Give each line that is added to a file from now on, without end."""
    with file.open(encoding="utf-8", errors="replace") as opened:
        opened.seek(0, os.SEEK_END)
        begun = ""
        while True:
            begun += opened.readline()
            if begun.endswith("\n"):
                yield begun.rstrip("\n")
                begun = ""
            else:
                time.sleep(process.PAUSE)
