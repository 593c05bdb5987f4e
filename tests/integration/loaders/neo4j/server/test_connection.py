"""A server that is not there, or not any more: one line, at once, and nothing that was known is lost."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from neo4j import GraphDatabase

import cinewalk
from cinewalk.errors import DatabaseError
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.neo4j.server.connection import Connection
from cinewalk.loaders.neo4j.write.publish import publish
from tests.neo4j_fixtures import free_ports

pytestmark = pytest.mark.integration


class Door:
    """A port that leads to a server, and can be shut."""

    def __init__(self, port) -> None:
        self.to, self.open = port, []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                pair = self.listening.accept()[0], socket.create_connection(("127.0.0.1", self.to))
                self.open += pair
                for one, other in (pair, pair[::-1]):
                    threading.Thread(target=self.pass_on, args=(one, other), daemon=True).start()

    def pass_on(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)

    def shut(self):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for one in self.open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def refused(ask):
    begun = time.monotonic()
    with pytest.raises(DatabaseError, match="no Neo4j answers there") as error:
        ask()
    assert time.monotonic() - begun < 2
    assert "\n" not in str(error.value)


def test_a_server_that_has_stopped_is_told_within_two_seconds(neo4j_server, empty):
    publish(example_graph(), empty)
    address = neo4j_server.address()
    door = Door(int(address.uri.rpartition(":")[2]))
    uri, auth = f"bolt://127.0.0.1:{door.port}", (address.username, address.password)
    with cinewalk.Recommender(uri, auth=auth) as reco:
        reco.watch("eve", "Brazil", at=1_760_000_000)
        assert not reco.query("recommend", userId="nobody", k=1)
        before = reco.recommend("eve")
        door.shut()
        for ask in (
            reco.refresh,
            lambda: reco.watch("eve", "Heat", at=1_760_000_001),
            lambda: reco.undo("eve"),
            lambda: reco.query("recommend", userId="eve", k=5),
            lambda: reco.query("erase_user", userId="eve"),
        ):
            refused(ask)
        assert reco.recommend("eve") == before
        refused(lambda: cinewalk.Recommender(uri, auth=auth))


def test_the_driver_of_somebody_else_does_not_hide_it_either():
    bolt, _ = free_ports()
    with GraphDatabase.driver(f"bolt://127.0.0.1:{bolt}") as driver:
        connection = Connection(driver)
        refused(lambda: connection.read("RETURN 1"))
        refused(lambda: connection.write("CREATE (:User)"))
        refused(lambda: publish(example_graph(), driver))


def test_what_waits_for_each_other_is_tried_again(empty):
    empty.write("CREATE (:User {userId: 'a', times: 0}), (:User {userId: 'b', times: 0})")
    both_hold_one, tries = threading.Barrier(2), []

    def count(*users):
        first = True

        def work(transaction):
            nonlocal first
            tries.append(users)
            for user in users:
                transaction.run(
                    "MATCH (u:User {userId: $user}) SET u.times = u.times + 1", user=user
                ).consume()
                if first:
                    first = False
                    both_hold_one.wait(30)

        empty.transact(work)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(count, "ab", "ba"))
    assert len(tries) == 3
    assert [row["times"] for row in empty.read("MATCH (u:User) RETURN u.times AS times")] == [2, 2]


def test_a_server_that_does_not_answer_is_waited_for_as_long_as_was_said():
    silent = socket.create_server(("127.0.0.1", 0))
    begun = time.monotonic()
    with pytest.raises(DatabaseError):
        cinewalk.load(f"bolt://127.0.0.1:{silent.getsockname()[1]}", auth=("neo4j", "x"), timeout=1.5)
    assert 1 < time.monotonic() - begun < 5
    silent.close()
