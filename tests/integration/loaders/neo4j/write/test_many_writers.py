"""Several recommenders write into one database at once: every acknowledged signal counts once, whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import cinewalk
from cinewalk.errors import CinewalkError, DatabaseError, RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.sequence import like_ranks
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.words.ready import ready_query
from tests.graphs import random_graph

pytestmark = pytest.mark.integration

NOW = 1_760_000_000
TITLES = [f"t{number:03}" for number in range(12)]
USERS = [f"u{number:03}" for number in range(8)]
NEW = ["new0", "new1"]
ERASED = ["u020", "u021"]
THREADS = (3, 3, 2)

RECOMMENDER = """
import sys
from tests.integration.loaders.neo4j.write.test_many_writers import tell_much
tell_much(*sys.argv[1:4], *map(int, sys.argv[4:]))
"""


class Writer:
    """One thread of a recommender: what it is about to say, and what was acknowledged, go to its log at once."""

    def __init__(self, reco, log, number):
        self.reco, self.log, self.number = reco, log, number
        self.rng, self.step = np.random.default_rng(number), 0

    def note(self, **facts):
        self.log.write(json.dumps({"writer": self.number, **facts}) + "\n")
        self.log.flush()

    def tell(self):
        self.step += 1
        user = str(self.rng.choice(USERS + NEW + ERASED))
        title, kind = str(self.rng.choice(TITLES)), str(self.rng.choice(list(KINDS)))
        at = NOW + self.step * 100 + self.number  # no two signals have one time
        self.note(user=user, title=title, kind=kind)
        try:
            told = KINDS[kind](self.reco, user, title, at)
        except DatabaseError as error:
            assert user in ERASED, error
            assert f"no user '{user}' any more" in str(error), error
            told = None
        except RequestError as error:
            assert kind == "undo", error
            assert "nothing to undo" in str(error) or "written over" in str(error), error
            told = None
        self.note(told=None if told is None else told.to_dict())


KINDS = {
    "watched": lambda reco, user, title, at: reco.watch(user, title, progress=1.0, at=at),
    "rated": lambda reco, user, title, at: reco.rate(user, title, 1 + at % 5, at=at),
    "thumbed": lambda reco, user, title, at: reco.thumb(user, title, (-1, 1, 2)[at % 3], at=at),
    "blocked": lambda reco, user, title, at: reco.block(user, title, at=at),
    "undo": lambda reco, user, _title, _at: reco.undo(user),
}


def tell_much(uri, password, path, seconds, first, threads):
    """Be one recommender with several threads."""
    with (
        cinewalk.Recommender(uri, auth=("neo4j", password)) as reco,
        Path(path).open("w", encoding="utf-8") as log,
        ThreadPoolExecutor(threads) as pool,
    ):
        print("ready", flush=True)
        sys.stdin.readline()
        end = time.monotonic() + seconds

        def run(number):
            writer = Writer(reco, log, number)
            while time.monotonic() < end:
                writer.tell()

        list(pool.map(run, range(first, first + threads)))


def read_logs(paths):
    """Return what was acknowledged, and whom and what a writer was killed over."""
    told, open_intents = [], []
    for path in paths:
        intents = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue  # the last line of somebody killed
            writer = row.pop("writer")
            if "told" not in row:
                intents[writer] = row
            else:
                intents.pop(writer, None)
                told += [row["told"]] if row["told"] else []
        open_intents += intents.values()
    return told, open_intents


def state(values):
    return None if values is None else tuple(sorted(values.items()))


def events_of(graph):
    """Return every event of a graph by user, kind and title."""
    users, titles = graph.users.ids.ids[:], graph.titles.ids.ids[:]
    return {
        (users[source], kind.name, titles[target]): state(
            {name: values[place].item() for name, values in graph.relations[kind.name].properties.items()}
        )
        for kind in schema.EVENTS
        for place, (source, target) in enumerate(
            zip(graph.relations[kind.name].sources, graph.relations[kind.name].indices, strict=True)
        )
    }


def check_replay(before, after, told, killed_over):
    """Every event is what the acknowledged signals make of it, each taking up where another has left off."""
    unsure = {(row["user"], row["kind"], row["title"]) for row in killed_over if row["kind"] != "undo"}
    unsure_users = {row["user"] for row in killed_over if row["kind"] == "undo"}
    steps = defaultdict(Counter)
    for row in told:
        of_event = steps[row["user_id"], row["kind"], row["title_id"]]
        of_event[state(row["after"])] += 1
        of_event[state(row["before"])] -= 1
    for event, balance in steps.items():
        if event[0] in ERASED or event in unsure or event[0] in unsure_users:
            continue
        balance[before.get(event)] += 1
        balance[after.get(event)] -= 1
        assert not any(balance.values()), (event, balance)
    untouched = before.keys() - steps.keys()
    for event in untouched:
        if event[0] not in ERASED and event not in unsure and event[0] not in unsure_users:
            assert after[event] == before[event]


def check_likes(connection, graph):
    """The LIKES of everybody are what publishing the events would write."""
    rows = connection.read(
        "MATCH (u:User)-[r:LIKES]->(t:Title) RETURN u.userId AS user, t.titleId AS title, "
        "r.preference AS preference, r.timestamp.epochSeconds AS timestamp, r.rank AS rank"
    )
    held = {
        (row["user"], row["title"]): (row["preference"], row["timestamp"] or 0, row["rank"]) for row in rows
    }
    likes, users, titles = graph.likes, graph.users.ids.ids[:], graph.titles.ids.ids[:]
    columns = (*likes.properties.values(), like_ranks(Likes(likes)))
    assert tuple(likes.properties) == ("preference", "timestamp")
    expected = {
        (users[source], titles[target]): tuple(column[place].item() for column in columns)
        for place, (source, target) in enumerate(zip(likes.sources, likes.indices, strict=True))
    }
    assert held == expected
    assert len(rows) == len(held)


def many_writers(server, connection, folder, seconds):
    publish(random_graph(5, 40, 60, 0.2), connection)
    address = server.address()
    before = events_of(cinewalk.load(address.uri, auth=(address.username, address.password)))
    logs = [folder / f"{number}.jsonl" for number in range(len(THREADS))]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RECOMMENDER, address.uri, address.password, str(log)]
            + [str(number) for number in (seconds, sum(THREADS[:place]), THREADS[place])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place, log in enumerate(logs)
    ]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        time.sleep(seconds / 3)
        for user in ERASED:
            assert connection.write(ready_query("erase_user").text, userId=user)
        time.sleep(seconds / 3)
        os.kill(processes[0].pid, signal.SIGKILL)
        for process in processes:
            process.wait(seconds + 60)
    finally:
        for process in processes:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()
    assert [process.returncode for process in processes] == [-signal.SIGKILL, 0, 0]
    return before, *read_logs(logs)


def check_after(server, connection, before, told, killed_over):
    address = server.address()
    graph = cinewalk.load(address.uri, auth=(address.username, address.password))
    users = connection.read("MATCH (u:User) RETURN u.userId AS id")
    ids = [row["id"] for row in users]
    assert len(ids) == len(set(ids))
    assert not set(ids) & set(ERASED)
    assert {row["user_id"] for row in told} - set(ERASED) <= set(ids)
    assert len(killed_over) <= THREADS[0]
    check_replay(before, events_of(graph), told, killed_over)
    check_likes(connection, graph)


def test_three_recommenders_eight_threads_one_killed(neo4j_server, empty, tmp_path):
    before, told, killed_over = many_writers(neo4j_server, empty, tmp_path, 8)
    assert len(told) > 15  # few where the machine is busy: the slow test has thousands
    check_after(neo4j_server, empty, before, told, killed_over)


@pytest.mark.slow
def test_the_same_for_a_minute(neo4j_server, empty, tmp_path):
    before, told, killed_over = many_writers(neo4j_server, empty, tmp_path, 60)
    assert len(told) > 500
    assert set(NEW) <= {row["user_id"] for row in told}
    assert max(row["after"]["finished"] for row in told if row["kind"] == "watched" and row["after"]) > 3
    check_after(neo4j_server, empty, before, told, killed_over)


@pytest.fixture
def two(neo4j_server, empty):
    publish(example_graph(), empty)
    address = neo4j_server.address()
    auth = (address.username, address.password)
    with (
        cinewalk.Recommender(address.uri, auth=auth) as one,
        cinewalk.Recommender(address.uri, auth=auth) as other,
    ):
        yield one, other


def test_what_a_stale_copy_does_not_know_stays(two, empty):
    one, other = two
    for number, title in enumerate(("Brazil", "Heat", "Fargo")):
        one.thumb("ann", title, 2, at=NOW + number)
    other.watch("ann", "Solaris", progress=1.0, at=NOW + 9)
    assert other.refresh()
    check_likes(empty, other.graph)
    liked = empty.read("MATCH (:User {userId: 'ann'})-[:LIKES]->(t) RETURN collect(t.titleId) AS liked")
    assert {"brazil", "heat", "fargo", "solaris"} <= set(liked[0]["liked"])


def test_viewings_that_others_have_counted_are_counted_on(two):
    one, other = two
    counts = [
        reco.watch("eve", "Brazil", progress=1.0, at=NOW + number).after["finished"]
        for number, reco in enumerate((one, other, one, other, other))
    ]
    assert counts == [1, 2, 3, 4, 5]
    undone = one.undo("eve")
    assert (undone.before["finished"], undone.after["finished"]) == (5, 4)
    assert undone.after["timestamp"] == NOW + 4  # the last viewing is another's, and stays
    assert other.undo("eve").after["finished"] == 3


def test_what_others_have_written_over_is_not_taken_back(two, empty):
    one, other = two
    one.thumb("eve", "Heat", 1, at=NOW)
    one.rate("eve", "Brazil", 5, at=NOW)
    other.rate("eve", "Brazil", 2, at=NOW + 1)
    with pytest.raises(RequestError, match="others have written over the last signal of user 'eve'"):
        one.undo("eve")
    rating = "MATCH (:User {userId: 'eve'})-[r:RATED]->(:Title {titleId: 'brazil'}) RETURN r.rating AS rating"
    assert empty.read(rating)[0]["rating"] == 2
    assert one.undo("eve").title_id == "heat"
    one.limit("eve", 12)
    other.limit("eve", 6)
    with pytest.raises(RequestError, match="others have written over"):
        one.undo("eve")
    assert other.undo("eve").after == {"maturity_limit": 12}


def test_who_was_erased_does_not_come_back(two, empty):
    one, other = two
    one.watch("ann", "Brazil", at=NOW)
    empty.write(ready_query("erase_user").text, userId="ann")
    for tell in (
        lambda: one.watch("ann", "Heat", at=NOW),
        lambda: other.rate("ann", "Heat", 5, at=NOW),
        lambda: other.limit("ann", 6),
        lambda: one.undo("ann"),
    ):
        with pytest.raises(DatabaseError, match=r"no user 'ann' any more\. Call refresh\(\)"):
            tell()
    assert not empty.read("MATCH (u:User {userId: 'ann'}) RETURN u")
    for reco in two:
        assert reco.refresh()
        with pytest.raises(CinewalkError, match="no user 'ann'"):
            reco.recommend("ann")


def test_a_rule_that_was_published_since_decides(two, empty):
    one, _ = two
    empty.write("MATCH (run:CinewalkRun) SET run.likeRating = 5.0, run.twoThumbs = 3.0")
    one.rate("eve", "Brazil", 4, at=NOW)
    one.thumb("eve", "Heat", 2, at=NOW + 1)
    likes = empty.read(
        "MATCH (:User {userId: 'eve'})-[r:LIKES]->(t) WHERE r.timestamp >= $now "
        "RETURN t.titleId AS title, r.preference AS preference",
        now=datetime.fromtimestamp(NOW, UTC),
    )
    assert [dict(row) for row in likes] == [{"title": "heat", "preference": 3.0}]
