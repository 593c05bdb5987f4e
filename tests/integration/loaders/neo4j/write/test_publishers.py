"""Several publishers of one database at once: one whole run is in force at any moment, whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from cinewalk.cli.neo4j import _publisher
from cinewalk.errors import PublishError
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.published import derived_edges
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.write import lock
from cinewalk.loaders.neo4j.write.lock import publisher_of, publishing
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.loaders.neo4j.write.run_facts import settings_of_run
from cinewalk.loaders.neo4j.write.writer import Writer
from cinewalk.queries.words.ready import ready_query
from tests.graphs import random_graph

pytestmark = pytest.mark.integration

USERS, WEIGHTS = 60, (0.0, 1.0, 2.0, 5.0, 9.0)


def graph_of():
    return random_graph(11, users=USERS, titles=60)


def settings_of(sequence):
    return Settings(weights=Weights(sequence=sequence))


PUBLISH = """
import sys, time
from cinewalk.errors import PublishError
from cinewalk.loaders.neo4j.server.connection import connect
from cinewalk.loaders.neo4j.write.publish import publish
from tests.integration.loaders.neo4j.write.test_publishers import graph_of, settings_of
graph = graph_of()
until = time.monotonic() + 60
with connect(sys.argv[1], ("neo4j", sys.argv[2])) as to:
    print("ready", flush=True)
    sys.stdin.readline()
    while time.monotonic() < until:
        try:
            publish(graph, to, settings=settings_of(float(sys.argv[3])))
            break
        except PublishError as error:
            assert "somebody publishes there" in str(error)
            time.sleep(0.1)
"""


def ask(connection, user):
    rows = connection.read(ready_query("recommend").text, userId=user, k=20)
    return tuple((row["titleId"], row["score"]) for row in rows)


def is_one_of(shown, lists):
    """Tell whether a list is one of several; numbers that were fitted in another process may differ in a last bit."""
    titles, scores = zip(*shown, strict=True)
    return any(
        titles == tuple(title for title, _ in known)
        and scores == pytest.approx([score for _, score in known], rel=1e-6)
        for known in lists
    )


def assert_whole(connection, graph):
    """One run is in force, whole, and nothing else is left of any."""
    (run,) = connection.read("MATCH (run:CinewalkRun) RETURN properties(run) AS facts")
    expected = derived_edges(Registry(graph, settings_of_run(run["facts"])))
    for edges in expected:
        rows = connection.read(
            f"MATCH ()-[edge:{edges.kind.type}]->() RETURN edge.run AS run, count(*) AS count"
        )
        count = len(edges.sources)
        assert [tuple(row) for row in rows] == [(run["facts"]["run"], count)] * (count > 0), edges.kind.type


@pytest.mark.slow
@pytest.mark.parametrize("killed", [1, 4])
def test_at_once_with_one_killed_there_is_one_whole_run_and_no_other_list(neo4j_server, empty, killed):
    graph, address = graph_of(), neo4j_server.address()
    user = graph.users.ids.ids[7]
    lists = set()
    for weight in WEIGHTS:
        publish(graph, empty, settings=settings_of(weight))
        lists.add(ask(empty, user))
    assert len(lists) == len(WEIGHTS)
    words = [sys.executable, "-c", PUBLISH, address.uri, address.password]
    started = [
        subprocess.Popen([*words, str(weight)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for weight in WEIGHTS[:4]
    ]
    try:
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            process.stdin.write("\n")
            process.stdin.flush()
        victim, asked = None, 0
        while asked < 200 or any(process.poll() is None for process in started):
            assert is_one_of(ask(empty, user), lists)
            asked += 1
            publisher = publisher_of(empty) if victim is None and asked > 10 * killed else None
            if publisher is not None:
                victim = int(publisher.owner.split(":")[1])
                os.kill(victim, signal.SIGKILL)
        assert victim is not None
        codes = sorted(process.wait(60) for process in started)
        assert codes in ([-9, 0, 0, 0], [0, 0, 0, 0])
    finally:
        for process in started:
            process.kill()
            process.communicate()
    publish(graph, empty, settings=settings_of(2.0))
    assert_whole(empty, graph)


def test_a_second_publisher_is_refused_and_writes_nothing(empty):
    graph = graph_of()
    publish(graph, empty)
    before = empty.read("MATCH (run:CinewalkRun) RETURN run.run AS run")
    with (
        publishing(empty),
        pytest.raises(PublishError, match=r"somebody publishes there \(process \d+ on .*, since 20"),
    ):
        publish(graph, empty)
    assert empty.read("MATCH (run:CinewalkRun) RETURN run.run AS run") == before
    assert publisher_of(empty) is None
    assert_whole(empty, graph)


def test_who_is_silent_is_taken_over_and_does_not_come_back_into_force(empty, monkeypatch):
    graph = graph_of()
    monkeypatch.setattr(lock, "STALE", 1)
    with publishing(empty) as owner:
        empty.write("MATCH (run:CinewalkRun) SET run.publisherSeen = datetime() - duration('PT5S')")
        publish(graph, empty)
        assert publisher_of(empty) is None
        with pytest.raises(PublishError, match="somebody else has taken over"):
            Writer(empty, no_progress, owner).derived(Registry(graph, Settings()), None)
    publish(graph, empty)
    assert_whole(empty, graph)


def test_a_publisher_that_speaks_up_is_not_taken_over(empty, monkeypatch):
    monkeypatch.setattr(lock, "STALE", 1)
    monkeypatch.setattr(lock, "_EVERY", 0.2)
    with publishing(empty):
        time.sleep(2.5)
        with pytest.raises(PublishError, match="somebody publishes there"), publishing(empty):
            pass


def test_status_tells_who_publishes(neo4j_server, empty):
    with publishing(empty):
        assert _publisher(neo4j_server).startswith(f"process {os.getpid()} on ")
    assert _publisher(neo4j_server) is None
