"""A real Neo4j on this machine, through everything that may happen to it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from neo4j import GraphDatabase

from cinewalk.errors import DatabaseError, LocalServerError
from cinewalk.loaders.neo4j.server.connection import Connection
from cinewalk.loaders.neo4j.server.home import BOLT_SETTING, HTTP_SETTING
from cinewalk.loaders.neo4j.server.server import LocalServer
from cinewalk.loaders.neo4j.write.publish import publish
from tests.graphs import random_graph
from tests.neo4j_fixtures import free_ports, new_server, start

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.xdist_group("own server")]


def ask(server, query, **parameters):
    address = server.address()
    with GraphDatabase.driver(address.uri, auth=(address.username, address.password)) as driver:
        return driver.execute_query(query, parameters).records


def kill(server):
    """End a server as a power cut would, and wait until it is gone."""
    pid = server.status().pid
    os.kill(pid, signal.SIGKILL)
    while server.status().running:
        time.sleep(0.05)
    return pid


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder whose name is not easy on Java."""
    return tmp_path_factory.mktemp("home ü") / "neo4j"


@pytest.fixture(scope="module")
def own(home):
    """A server of this module's own; tests may do anything to it."""
    made = new_server(home)
    yield made
    made.stop()


@pytest.fixture
def server(own):
    """The same, running."""
    start(own)
    return own


@pytest.fixture
def command(run, server, monkeypatch):
    """Run a command on that server."""
    monkeypatch.setenv("CINEWALK_HOME", str(server.home.path.parent))
    return run


def test_a_start_that_was_killed_is_mended_by_the_next(own):
    failures = []

    def first():
        try:
            own.start()
        except LocalServerError as error:
            failures.append(str(error))

    starting = threading.Thread(target=first)
    starting.start()
    deadline = time.monotonic() + 120
    while starting.is_alive() and time.monotonic() < deadline:
        if (own.home.path / "data" / "databases" / "system").exists():
            kill(own)
            break
        time.sleep(0.02)
    starting.join()
    if failures:  # else what it needs cannot be fetched here, and the next line says so
        assert failures[0].startswith("Neo4j ended while it started")
    start(own)
    assert ask(own, "RETURN 1 AS one")[0]["one"] == 1


def test_it_has_graph_data_science_and_browser(server):
    assert ask(server, "RETURN gds.version() AS version")[0]["version"] == "2.26.0"
    page = requests.get(server.status().browser, timeout=10)
    assert page.ok
    assert "<title>Neo4j Browser</title>" in page.text


def test_started_again_it_is_the_same(server):
    before, told = server.status(), []
    address = server.start(notify=told.append)
    assert server.status() == before
    assert address == server.address()
    assert told == [f"Neo4j already runs (process {before.pid})."]


def test_other_settings_wait_for_the_next_start(server, home):
    told = []
    LocalServer(home, settings={"browser.post_connect_cmd": "play start"}).start(notify=told.append)
    assert "count from the next start on" in told[1]


def test_only_this_machine_reaches_it(server):
    ports = {urlsplit(place).port for place in (server.status().uri, server.status().browser)}
    mapped = "0000000000000000FFFF0000"
    listening = set()
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            rows = [line.split() for line in Path("/proc/net", name).read_text().splitlines()[1:]]
            listening |= {row[1].removeprefix(mapped) for row in rows if row[3] == "0A"}
    ours = {place for place in listening if int(place.partition(":")[2], 16) in ports}
    assert {place.partition(":")[0] for place in ours} == {"0100007F"}
    assert len(ours) == 2


def test_nobody_else_learns_the_password(server):
    password = server.address().password
    assert password not in repr(server.address())
    assert password not in repr(server.status())
    assert stat.S_IMODE(server.home.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.home.path.stat().st_mode) == 0o700
    files = [path for path in server.home.path.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [path for path in files if password.encode() in path.read_bytes()] == [server.home.password_file]
    process = Path("/proc", str(server.status().pid))
    assert password.encode() not in (process / "cmdline").read_bytes() + (process / "environ").read_bytes()


def test_commands(command, server):
    code, out, err = command("neo4j", "start", "--json")
    shown = json.loads(out)
    assert (code, shown["running"], shown["uri"]) == (0, True, server.address().uri)
    assert "already runs" in err
    assert "password" not in shown
    code, out, _ = command("neo4j", "status")
    assert code == 0
    assert shown["browser"] in out
    assert str(server.home.password_file) in out
    assert server.address().password not in out
    _, out, _ = command("neo4j", "status", "--show-password", "--json")
    assert json.loads(out)["password"] == server.address().password
    _, out, _ = command("neo4j", "logs", "-n", "500")
    assert "Started." in out
    _, out, _ = command("neo4j", "logs", "-n", "2", "--json")
    assert len(json.loads(out)["lines"]) == 2
    code, _, err = command("neo4j", "logs", "--follow", "--json")
    assert (code, err.count("\n")) == (1, 1)


def test_logs_can_be_followed(server):
    found = server.logs(1, follow=True)
    next(found)
    with server.home.log.open("a") as log:
        threading.Timer(0.3, lambda: (log.write("one\ntwo"), log.flush())).start()
        assert next(found) == "one"
        threading.Timer(0.3, lambda: (log.write(" and a half\n"), log.flush())).start()
        assert next(found) == "two and a half"


@pytest.mark.parametrize("which", [0, 1])
def test_a_taken_port_is_said_with_what_to_set(run, which, monkeypatch, tmp_path):
    variable = ("CINEWALK_BOLT_PORT", "CINEWALK_HTTP_PORT")[which]
    ports = list(free_ports())
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports[which] = other.getsockname()[1]
        monkeypatch.setenv("CINEWALK_BOLT_PORT", str(ports[0]))
        monkeypatch.setenv("CINEWALK_HTTP_PORT", str(ports[1]))
        code, out, err = run("neo4j", "start")
    assert (code, out) == (3, "")
    assert (
        err
        == f"error: Port {ports[which]} is taken by another program. Set {variable} to a port that is free.\n"
    )
    assert not list((tmp_path / "home" / "neo4j").rglob("password"))


def test_stop_keeps_the_data_and_two_starts_at_once_are_one(command, server):
    ask(server, "CREATE (:Kept {n: 7})")
    code, out, _ = command("neo4j", "stop")
    assert (code, out) == (0, "Neo4j has stopped.\n")
    assert server.address() is None
    assert not server.status().running
    code, out, _ = command("neo4j", "stop")
    assert (code, out) == (0, "No local Neo4j runs.\n")
    told: list[str] = []
    starts = [threading.Thread(target=server.start, kwargs={"notify": told.append}) for _ in range(2)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    assert sum("waiting for it" in text for text in told) == 1
    assert sum("already runs" in text for text in told) == 1
    assert ask(server, "MATCH (k:Kept) RETURN k.n AS n")[0]["n"] == 7
    with pytest.raises(LocalServerError, match="neo4j stop"):
        server.admin("database", "info")


def test_killed_it_starts_again_with_its_data(server):
    ask(server, "CREATE (:Safe {n: 8})")
    pid = kill(server)
    assert server.home.pid_file.read_text().strip() == str(pid)
    assert server.address() is None
    assert server.stop() is False
    start(server)
    assert server.status().pid != pid
    assert ask(server, "MATCH (s:Safe) RETURN s.n AS n")[0]["n"] == 8


def test_another_programs_process_is_not_taken_for_ours(tmp_path):
    server = new_server(tmp_path / "neo4j")
    server.home.create()
    words = [sys.executable, "-c", "import time; time.sleep(600)", f"--home-dir={server.home.path}x"]
    with subprocess.Popen(words) as other:
        server.home.pid_file.write_text(f"{other.pid}\n")
        assert server.address() is None
        assert not server.status().running
        assert server.stop() is False
        assert other.poll() is None
        other.kill()


def test_what_a_failed_server_said_is_told(server, home):
    server.stop()
    ports = free_ports()
    wrong = LocalServer(
        home, bolt_port=ports[0], http_port=ports[1], settings={"server.no_such_setting": "1"}
    )
    told: list[str] = []
    with pytest.raises(LocalServerError, match="no_such_setting") as raised:
        wrong.start(notify=told.append)
    assert "\n" not in str(raised.value)
    assert any("no_such_setting" in line for line in told)
    assert not any("Stopped." in line for line in told)
    assert wrong.address() is None


def test_another_password_than_the_written_one_is_said(server):
    right = server.home.password_file.read_text()
    server.home.password_file.write_text("another-one\n")
    told: list[str] = []
    try:
        server.start(notify=told.append)
    finally:
        server.home.password_file.write_text(right)
    assert "write the right one there" in told[-1]


def test_a_bulk_import_runs_on_the_stopped_server(server, tmp_path):
    (tmp_path / "title nodes.csv").write_text("id:ID\na\nb\nc\n")
    (tmp_path / "edges.csv").write_text(":START_ID,:END_ID\na,b\nb,c\n")
    server.stop()
    told: list[str] = []
    words = [
        f"--nodes=Imported={tmp_path / 'title nodes.csv'}",
        f"--relationships=NEXT={tmp_path / 'edges.csv'}",
    ]
    words += ["--overwrite-destination=true", "neo4j"]
    code = server.admin("database", "import", "full", *words, notify=told.append)
    assert code == 0, told
    assert server.admin("database", "import", "full", "--no-such-word", notify=told.append) != 0
    start(server)
    assert ask(server, "MATCH (:Imported)-[r:NEXT]->() RETURN count(r) AS n")[0]["n"] == 2


def test_who_may_not_write_is_told_which_right_is_missing(tmp_path):
    server = new_server(tmp_path / "neo4j")
    start(server)
    address = server.address()
    assert address is not None
    with Connection.to(address) as connection:
        connection.write("CREATE (:Sentinel)")
    server.stop()
    closed = LocalServer(
        tmp_path / "neo4j",
        bolt_port=server.home.port(BOLT_SETTING),
        http_port=server.home.port(HTTP_SETTING),
        settings={"server.databases.read_only": "neo4j"},
    )
    closed.start()
    try:
        with Connection.to(address) as connection:
            with pytest.raises(
                DatabaseError, match=r"read-only, and writing there needs the right to write \(WRITE\)"
            ):
                publish(random_graph(1), connection)
            assert connection.read("MATCH (n) RETURN labels(n) AS labels")[0]["labels"] == ["Sentinel"]
    finally:
        closed.stop()
