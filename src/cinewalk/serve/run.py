"""Run the service: in one process or several, until somebody asks it to stop."""

import os
import signal
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from cinewalk.errors import EnvironmentProblem, LocalServerError, RequestError
from cinewalk.loaders.neo4j.server.address import is_address
from cinewalk.queries.recommender import Recommender
from cinewalk.serve.app import app_on
from cinewalk.serve.guard import Access, Guard
from cinewalk.serve.metrics import FOLDER, Metrics
from cinewalk.serve.service import ServedGraph
from cinewalk.serve.token import is_loopback

#: So many seconds requests have to end in when the service stops.
_GRACE = 10
#: So many seconds a process that is ready takes to say so.
_SOON = 5
#: So many seconds a process may be silent while it compiles and prepares.
_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Running:
    """How a service is run.

    Parameters
    ----------
    graph
        A graph folder, or the address of a Neo4j.
    host, port
        Where it listens; port 0 for any that is free.
    workers
        How many processes.
    token
        What has to be shown; empty for nothing.
    names
        Names under which it is reached beside those of this machine.
    log
        Whether a line is written for every request.
    config
        Settings of the walks.
    """

    graph: str
    host: str = "127.0.0.1"
    port: int = 8765
    workers: int = 1
    token: str = field(default="", repr=False)
    names: tuple[str, ...] = ()
    log: bool = False
    config: Path | None = None

    @property
    def access(self) -> Access:
        """Who may ask."""
        wildcard = self.host in ("", "0.0.0.0", "::")  # noqa: S104 - it is looked for, and not listened on
        return Access(self.token, (*self.names, self.host), wildcard, self.log)

    def opened(self) -> Recommender:
        """Open a recommender on the graph; what is told is kept with it."""
        return Recommender(self.graph, settings=self.config, keep=not is_address(self.graph))


def serve(running: Running, told: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; requests that have begun end first.

    It returns after SIGTERM, as what runs services expects of one that was asked to end; SIGINT is passed on to whoever
    listened before.

    Parameters
    ----------
    running
        How.
    told
        Told the address once it can be asked.

    Raises
    ------
    RequestError
        Where it cannot be run so.
    CinewalkError
        Where the graph cannot be opened, or the address is taken.
    """
    if running.workers > 1 and is_address(running.graph):
        raise RequestError(
            "several processes would not hear of each other's signals on a Neo4j; leave --workers out, or serve a "
            "graph folder."
        )
    listening = _listening(running)
    place = _address(running, listening)
    config = _config(running, partial(application, running))
    with listening:
        if running.workers == 1:
            config.app = partial(app_on, _served(running).start(), running.access)
            told(place)
            _run_one(config, listening)
        else:
            running.opened().close()  # so that what is wrong with it is told once, in one line
            told(place)
            _run_several(config, listening)


def serve_tools(running: Running, told: Callable[[str], None] | None) -> None:
    """Serve the tools for assistants: on standard input and output, or over HTTP until SIGINT or SIGTERM.

    Parameters
    ----------
    running
        How.
    told
        Told the address, over HTTP; ``None`` for standard input and output.

    Raises
    ------
    CinewalkError
        As :func:`serve`.
    """
    from mcp.server.transport_security import TransportSecuritySettings

    from cinewalk.serve.assistant import tools_on

    if told is None:
        tools_on(_served(running).start()).run("stdio")
        return
    listening = _listening(running)
    # Names and origins are looked at by the guard.
    open_to_it = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    server = tools_on(_served(running).start())
    app = server.streamable_http_app(stateless_http=True, json_response=True, transport_security=open_to_it)
    tools = Guard(app, running.access, Metrics())
    with listening:
        config = _config(running, lambda: tools)
        told(f"{_address(running, listening)}mcp")
        _run_one(config, listening)


def _config(running: Running, made: Callable[[], Guard]) -> uvicorn.Config:
    return uvicorn.Config(
        made,
        factory=True,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        ws="none",
        workers=running.workers,
        timeout_graceful_shutdown=_GRACE,
        timeout_worker_healthcheck=_PATIENCE,
    )


def application(running: Running) -> Guard:
    """Return the application as one process runs it; it opens the graph when it starts."""
    return app_on(_served(running), running.access)


def _served(running: Running) -> ServedGraph:
    if is_address(running.graph):
        return ServedGraph(running.opened, database=running.graph)
    return ServedGraph(running.opened, Path(running.graph))


def _run_one(config: uvicorn.Config, listening: socket.socket) -> None:
    # uvicorn listens from now on, and raises again at the end what it heard: a request to end has then been met, and
    # Ctrl-C ends this command as any other.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    uvicorn.Server(config).run([listening])


class _Processes(Multiprocess):
    """Processes that share one address; all of them put a newer graph in force on SIGHUP."""

    interrupted = False

    def handle_int(self) -> None:
        self.interrupted = True
        super().handle_int()

    def handle_hup(self) -> None:
        for process in self.processes:
            # One that is still starting opens the newest graph anyway, and would be ended by the signal.
            if process.pid is not None and process.is_ready(timeout=_SOON):
                os.kill(process.pid, signal.SIGHUP)


def _run_several(config: uvicorn.Config, listening: socket.socket) -> None:
    with tempfile.TemporaryDirectory(prefix="cinewalk-figures-") as figures:
        os.environ[FOLDER] = figures
        interrupt = signal.getsignal(signal.SIGINT)
        processes = _Processes(config, [listening])
        processes.run()
        if any(process.exitcode not in (0, None, -signal.SIGTERM) for process in processes.processes):
            raise LocalServerError("a process of the service could not start; the lines above say why.")
        if processes.interrupted:
            signal.signal(signal.SIGINT, interrupt)
            signal.raise_signal(signal.SIGINT)


def _listening(running: Running) -> socket.socket:
    family = socket.AF_INET6 if ":" in running.host else socket.AF_INET
    try:
        return socket.create_server((running.host, running.port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        problem = (getattr(error, "strerror", None) or str(error)).partition(" (while")[0]
        line = f"{running.host}:{running.port}: cannot be listened on ({problem}). Choose another --port."
        raise EnvironmentProblem(line) from error


def _address(running: Running, listening: socket.socket) -> str:
    """Return the address of the page."""
    port = listening.getsockname()[1]
    host = running.host if is_loopback(running.host) else (*running.names, running.host)[0]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
