"""`cinewalk browse` as a person or a program meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from cinewalk.loaders.store.home import graph_path
from cinewalk.queries.neo4j.browse import pages
from tests.integration.queries.neo4j.test_browse import USER

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("neo4j")]


@pytest.fixture(scope="module")
def home(neo4j_server, movielens, tmp_path_factory):
    """A home of somebody who has loaded MovieLens and runs the local server."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "neo4j").symlink_to(neo4j_server.home.path)
    return folder, graph_path("movielens-100k")


@pytest.fixture
def command(run, home, monkeypatch):
    """Run a command in that home."""
    monkeypatch.setenv("CINEWALK_HOME", str(home[0]))
    monkeypatch.setenv("CINEWALK_GRAPH", str(home[1]))
    for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE", "DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return run


def test_json_is_for_programs(command):
    code, out, _ = command("browse", "--json")
    plain = json.loads(out)
    assert (code, plain["query"], plain["guide"], plain["username"]) == (0, None, True, "neo4j")
    assert set(parse_qs(urlsplit(plain["address"]).query)) == {"dbms"}


def test_what_browse_says(command, neo4j_server, home, tmp_path, monkeypatch):
    code, out, err = command("browse", "--print")
    assert code == 0
    assert out.startswith(neo4j_server.status().browser)
    assert "User neo4j; the password is in" in err
    assert neo4j_server.address().password not in out + err
    code, out, err = command("browse", "--user", USER, "--print", "--save", str(tmp_path / "pages"))
    assert code == 0
    assert "LIMIT%2010" in out
    assert {file.name for file in (tmp_path / "pages").iterdir()} == set(pages(""))
    assert "SIMILAR" in command("browse", "--title", "Fargo", "--print")[1]


def test_it_opens_the_persons_web_browser(neo4j_server, home, tmp_path):
    script, seen = tmp_path / "browser", tmp_path / "seen"
    script.write_text(f"#!/bin/sh\nprintf %s \"$1\" >'{seen}'\n")
    script.chmod(0o755)
    environment = {**os.environ, "BROWSER": str(script), "CINEWALK_HOME": str(home[0])}
    words = [sys.executable, "-m", "cinewalk", "browse"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    while not seen.exists():
        time.sleep(0.05)
    assert done.stdout == ""
    assert seen.read_text().startswith(neo4j_server.status().browser)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--user", "19x"], 1, "There is no user '19x'"),
        (["--title", "Frago"], 1, "Nearest: Fargo (1996)"),
        (["--user", USER, "--title", "Babe"], 1, "already rated"),
        (["--browser", "localhost"], 1, "is no address of a Browser"),
        (["--browser", "http://127.0.0.1:9/browser"], 3, "no Neo4j Browser answers there"),
    ],
)
def test_what_cannot_be_is_one_line(command, words, code, told):
    got, out, err = command("browse", "--print", *words)
    assert (got, out) == (code, "")
    assert err.count("\n") == 1
    assert told in err


def test_without_a_server_it_says_what_to_do(run, monkeypatch):
    monkeypatch.delenv("NEO4J_URI", raising=False)
    code, out, err = run("browse")
    assert (code, out) == (3, "")
    assert err == (
        "error: No Neo4j is named and none runs here. Set NEO4J_URI, or run `cinewalk neo4j start`.\n"
    )


def test_a_served_guide_stays_until_the_person_ends_it(neo4j_server, tmp_path):
    """A server of somebody else's: it has no pages of ours, so the command serves them."""
    address = neo4j_server.address()
    other = neo4j_server.status().browser + "assets/"  # answers, but has no guide beside it
    environment = {
        "NEO4J_URI": address.uri,
        "NEO4J_PASSWORD": address.password,
        "CINEWALK_HOME": str(tmp_path),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "cinewalk", "browse", "--print", "--browser", other],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        # What runs in the background of a shell may ignore interrupts, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no locks in it
    ) as running:
        try:
            address = urlsplit(running.stdout.readline().strip())
            link = parse_qs(address.query + address.fragment)
            command, place = link["arg"][0].split()
            assert command == ":play"
            time.sleep(0.5)
            assert "what to watch, and why" in requests.get(place, timeout=5).text
            running.send_signal(signal.SIGINT)
            assert running.wait(10) == 130
        finally:
            running.kill()
