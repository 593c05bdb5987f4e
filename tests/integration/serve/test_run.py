"""The service as a person runs it: real processes, a newer graph in the middle, and a clean stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from threading import Event, Thread

import httpx
import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.store.kept import compact
from cinewalk.queries.recommender import Recommender

pytestmark = pytest.mark.integration

TOKEN = "0123456789abcdef0123456789abcdef"


class Process:
    """A service in a process of its own, or several."""

    def __init__(self, *words, command="serve"):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cinewalk", command, *map(str, words), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip().partition("#")[0]
        self.ask = httpx.Client(base_url=self.address, timeout=60)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=60)
        self.ask.close()
        return self.process.returncode, said


@pytest.fixture
def place(tmp_path):
    return cinewalk.save(example_graph(), tmp_path / "mine.cinewalk")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_newer_graph_comes_in_force_and_no_request_fails(place, workers):
    service = Process(place, "--workers", workers)
    try:
        assert service.ask.get("/ready").status_code == 200
        failed, stop = [], Event()

        def keep_asking():
            with httpx.Client(base_url=service.address, timeout=60) as client:
                while not stop.is_set():
                    answer = client.get("/api/recommend", params={"user": "ann"})
                    if answer.status_code != 200 or not answer.json():
                        failed.append(answer.text)

        asking = [Thread(target=keep_asking) for _ in range(3)]
        for thread in asking:
            thread.start()
        service.ask.post(
            "/api/thumb", json={"user": "zoe", "title": "Alien", "thumb": "up"}
        ).raise_for_status()
        compact(place)  # another graph in the folder, which knows of zoe
        os.kill(service.process.pid, signal.SIGHUP)
        _wait_for(lambda: _together(service, ["zoe", "ann"]))
        for _ in range(10):
            service.ask.post("/api/block", json={"user": "zoe", "title": "Heat"}).raise_for_status()
            kinds = {e["kind"] for e in service.ask.get("/api/history?user=zoe").json()["events"]}
            assert kinds == {"thumbed", "blocked"}
        stop.set()
        for thread in asking:
            thread.join()
        assert failed == []
        expected = Recommender(place, keep=True).recommend("zoe").to_dict()
        assert [i["title_id"] for i in service.ask.get("/api/recommend?user=zoe").json()] == [
            item["title_id"] for item in expected
        ]
    finally:
        code, said = service.stop()
    assert code == 0, said
    assert "Traceback" not in said


@pytest.mark.parametrize("seconds", [0.2, 1.0, 3.0])
def test_processes_that_are_still_starting_are_told_and_stopped_as_well(place, seconds):
    service = Process(place, "--workers", 2)
    service.process.send_signal(signal.SIGHUP)
    time.sleep(seconds)
    code, said = service.stop()
    assert code == 0, said
    assert "died" not in said


def _together(service, users):
    answer = service.ask.get("/api/feed/together", params={"user": users})
    return answer.status_code == 200 and answer.json()


def _wait_for(holds):
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_whoever_is_erased_elsewhere_is_gone_here(place):
    service = Process(place)
    try:
        assert service.ask.get("/api/history?user=ann").status_code == 200
        Recommender(place).erase("ann")
        _wait_for(lambda: service.ask.get("/api/history?user=ann").status_code == 404)
    finally:
        code, said = service.stop()
    assert code == 0, said


@pytest.mark.parametrize("words", [("serve",), ("serve", "--workers", "2"), ("mcp", "--http")], ids=" ".join)
def test_stopped_by_the_keyboard_it_leaves_as_every_command(place, words):
    command, *options = words
    code, said = Process(place, *options, command=command).stop(signal.SIGINT)
    assert code == 130, said
    assert said.splitlines()[-1].startswith("stopped by Ctrl-C.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_tools_on_standard_input_leave_as_every_command(place, number):
    command = [sys.executable, "-m", "cinewalk", "mcp", str(place)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "a", "version": "1"},
        },
    }
    with subprocess.Popen(command, text=True, **pipes) as process:
        process.stdin.write(json.dumps(hello) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"]
        process.send_signal(number)
        said = process.stderr.read()  # its input stays open
        assert process.wait(60) == 128 + number, said
    assert said.splitlines()[-1].startswith("stopped by ")


def test_requests_that_have_begun_end_before_it_stops(place):
    service = Process(place)
    body = b'{"user": "zoe", "title": "Alien"}'
    host, port = service.address.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        head = f"POST /api/block HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        assert service.ask.get("/health").status_code == 200
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(body)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
    _, said = service.process.communicate(timeout=60)
    service.ask.close()
    assert service.process.returncode == 0, said
    assert Recommender(place, keep=True).history("zoe")[0].kind == "blocked"


@pytest.mark.fault
def test_what_cannot_be_served_is_said_in_one_line(run, place, monkeypatch):
    monkeypatch.delenv("CINEWALK_TOKEN", raising=False)
    code, _, said = run("serve", str(place), "--host", "0.0.0.0")
    assert (code, "no token is asked for" in said) == (1, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, said = run("serve", str(place), "--port", str(taken.getsockname()[1]))
    assert (code, "cannot be listened on (Address already in use)" in said) == (3, True)
    code, _, said = run("serve", "nothing-there", "--port", "0")
    assert (code, said.count("\n")) == (1, 1)
    code, _, said = run("serve", "neo4j://localhost", "--workers", "2", "--port", "0")
    assert (code, "would not hear of each other" in said) == (1, True)
    code, _, said = run(
        "serve", str(place), "--host", "no.such.host.invalid", "--port", "0", "--token-file", "x"
    )
    assert (code, "the token cannot be read" in said) == (3, True)


def test_another_address_asks_for_the_token(place, tmp_path):
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o600)
    service = Process(place, "--host", "0.0.0.0", "--token-file", tmp_path / "token")
    try:
        address = service.address.replace("0.0.0.0", "127.0.0.1") + "api/recommend?user=ann"
        assert httpx.get(address).status_code == 401
        assert httpx.get(address, headers={"Authorization": f"Bearer {TOKEN}"}).json()
        assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 403
    finally:
        code, said = service.stop()
    assert code == 0, said
    assert TOKEN not in said


@pytest.mark.fault
@pytest.mark.parametrize(("command", "package"), [("serve", "uvicorn"), ("mcp", "mcp")])
def test_a_missing_package_is_named_with_its_extra(run, place, monkeypatch, command, package):
    for name in [name for name in sys.modules if name.startswith("cinewalk.serve")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    code, _, said = run(command, str(place))
    extra = "web" if command == "serve" else "mcp"
    assert (code, f"pip install 'cinewalk[{extra}]'" in said, package in said) == (3, True, True)
