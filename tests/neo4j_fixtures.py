"""A real Neo4j for tests, brought up once and shared by all tests of a process.

Community has one database, so no two processes may share a server. With ``--dist loadgroup`` all tests that use it
run in one process, and one server is enough; where xdist does not heed the group, each process has its own.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from cinewalk.errors import DownloadError, MissingPackageError
from cinewalk.loaders.neo4j.server.releases import LATEST, release_of
from cinewalk.loaders.neo4j.server.server import LocalServer
from cinewalk.queries.neo4j.browse import pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


#: Which Neo4j the tests bring up, if not the latest.
RELEASE_VARIABLE = "CINEWALK_TEST_NEO4J"


def free_ports() -> tuple[int, int]:
    """Find two ports that nobody listens on."""
    with socket.socket() as one, socket.socket() as other:
        for found in (one, other):
            found.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def new_server(home: Path) -> LocalServer:
    """Give a server of its own that has not been started."""
    bolt_port, http_port = free_ports()
    release = release_of(os.environ.get(RELEASE_VARIABLE, LATEST.line))
    return LocalServer(home, release=release, bolt_port=bolt_port, http_port=http_port, pages=pages)


def start(server: LocalServer) -> None:
    """Start a server; where what it is made of cannot be had, skip the test (and fail it in CI)."""
    from .conftest import missing

    try:
        server.start()
    except (DownloadError, MissingPackageError) as error:
        missing(str(error))


@pytest.fixture(scope="session")
def neo4j_server(_own_home: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A Neo4j that runs, and stops after the last test."""
    server = new_server(tmp_path_factory.getbasetemp() / "neo4j")
    start(server)
    yield server
    server.stop()
