"""The process of a local Neo4j: started on its own, recognised again, and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cinewalk.errors import LocalServerError
from cinewalk.loaders.neo4j.server.home import HOST, writable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cinewalk.loaders.neo4j.server.home import Home

#: Seconds between two looks at something that will change.
PAUSE: Final = 0.1
#: Seconds that a server may take to end, and that another start or stop may take.
_PATIENCE: Final = 180.0
#: The shell itself writes down which process it started, so that a kill in between loses nothing.
_DETACH: Final = (
    'umask 077; "$@" </dev/null >>logs/server.log 2>&1 & echo $! >run/.pid && mv run/.pid run/server.pid'
)


def find(home: Home) -> int | None:
    """Return the process that serves a home, if there is one.

    It must have been called for this very folder: process ids are used again, so the one that was written down
    may be another program's by now.
    """
    try:
        pid = int(home.pid_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return pid if serves(pid, home) else None


def serves(pid: int, home: Home) -> bool:
    """Tell whether a process is alive and was called for a home."""
    if Path("/proc/self/cmdline").exists():
        try:
            words = os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")
        except OSError:
            return False
        return _home_word(home) in words
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, check=False).stdout  # noqa: S603
    return os.fsdecode(shown).strip().endswith(f" {_home_word(home)}")


def _home_word(home: Home) -> str:
    return f"--home-dir={home.path}"


def launch(home: Home) -> int:
    """Start the server on its own: it stays when this program ends, and hears no Ctrl+C of its terminal."""
    words = home.java(
        home.release.main, f"--config-dir={home.configuration.parent}", "--console-mode", _home_word(home)
    )
    with writable(home.path):
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", _DETACH, "sh", *words],
            cwd=home.path,
            env=home.environment(),
            start_new_session=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            said = os.fsdecode(done.stderr).strip()
            raise LocalServerError(f"{home.path}: Neo4j cannot be started from here ({said}).")
        return int(home.pid_file.read_text(encoding="ascii"))


def end(home: Home, pid: int) -> None:
    """Ask the server to end, and wait until it has.

    Raises
    ------
    LocalServerError
        Where that is another user's server, or takes too long.
    """
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise LocalServerError(
            f"Neo4j in {home.path} (process {pid}) belongs to another user, who must stop it."
        ) from error
    deadline = time.monotonic() + _PATIENCE
    while serves(pid, home):
        if time.monotonic() > deadline:
            raise LocalServerError(
                f"Neo4j (process {pid}) has not ended after {_PATIENCE:.0f} s. See `cinewalk neo4j logs`."
            )
        time.sleep(PAUSE)
    home.pid_file.unlink(missing_ok=True)


@contextmanager
def alone(home: Home, notify: Callable[[str], None]) -> Iterator[None]:
    """Let one start or stop at a time work on a home; the lock ends with its process, however that ends."""
    try:
        import fcntl
    except ImportError as error:
        raise LocalServerError(
            "A local Neo4j needs Linux or macOS. On Windows run cinewalk inside WSL, or use compose.yaml."
        ) from error
    home.create()
    with writable(home.path):
        file = (home.path / "run" / "lock").open("w")
    with file:
        deadline, is_told = time.monotonic() + _PATIENCE, False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LocalServerError(
                        f"Another command has worked on {home.path} for {_PATIENCE:.0f} s. End it, and try again."
                    ) from None
            if not is_told:
                notify("Another command is starting or stopping the local Neo4j: waiting for it.")
                is_told = True
            time.sleep(PAUSE)
        yield


def becomes_free(port: int, patience: float) -> bool:
    """Tell whether nobody listens on a port of this machine, now or within some seconds."""
    deadline = time.monotonic() + patience
    while not _is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Else a connection that ended a moment ago would keep the port, though nobody listens.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    """Tell whether somebody accepts connections on a port of this machine."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
