"""MovieLens-100K in pages, in too little time, cut off, and with new ratings."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest
from neo4j import GraphDatabase

from cinewalk.errors import DatabaseError
from cinewalk.loaders.neo4j.read import edges
from cinewalk.loaders.neo4j.server.connection import Connection, connect
from cinewalk.loaders.neo4j.write.run_facts import preference_facts
from tests.integration.loaders.neo4j.read.others import one_line
from tests.neo4j_data import read_graph

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
def films(server, movielens):
    """MovieLens-100K in the database, with what says how its likes follow."""
    if server.held is not movielens:
        server.publish(movielens, derived=False)
        server.run("CREATE (n:CinewalkRun {run: 'x'}) SET n += $facts", facts=preference_facts(movielens))
        server.held = movielens
    return server


def test_movielens_comes_back_in_pages_of_any_size(films, movielens, monkeypatch):
    assert films.load().equals(movielens)
    monkeypatch.setattr(edges, "_PAGE", 5_000)
    monkeypatch.setattr(edges, "_PAGE_NODES", 50)
    assert films.load().equals(movielens)


def test_too_little_time(films):
    # The server looks every other second whether a query has had its time: one that takes longer is sure to end.
    endless = "UNWIND range(1, 1000000000000) AS number RETURN sum(number % 7) AS total"
    with (
        connect(films.uri, films.auth, timeout=0.5) as connection,
        pytest.raises(DatabaseError, match=r"took longer than 0\.5 s") as caught,
    ):
        connection.read(endless)
    one_line(caught, films.auth[1])


class Cut:
    """A way to the server that breaks after so many bytes, and takes nobody from then on."""

    def __init__(self, uri: str, limit: int) -> None:
        host, _, port = uri.partition("://")[2].partition(":")
        self._to, self._limit = (host, int(port)), limit
        self._open = [socket.create_server(("127.0.0.1", 0))]
        self.uri = f"bolt://127.0.0.1:{self._open[0].getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._open[0].accept()
                server = socket.create_connection(self._to)
                self._open += [client, server]
                threading.Thread(target=self._copy, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._copy, args=(server, client, True), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                self._limit -= len(data) if counted else 0
                if self._limit <= 0:
                    break
                target.sendall(data)
        for one in self._open if self._limit <= 0 else (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def test_a_server_that_goes_away_in_the_middle(films):
    way = Cut(films.uri, 500_000)
    with (
        GraphDatabase.driver(way.uri, auth=films.auth, max_transaction_retry_time=1) as driver,
        pytest.raises(DatabaseError, match="no Neo4j answers there") as caught,
    ):
        read_graph(Connection(driver))
    one_line(caught, films.auth[1])


def test_new_ratings_appear_and_only_they_are_read(films, movielens):
    with films.recommender(walk="neighbours") as reco:
        first = reco.recommend("1", k=1)[0]
        newest = int(movielens.relations["rated"].properties["timestamp"].max())
        latest = int((movielens.relations["rated"].properties["timestamp"] == newest).sum())
        assert not reco.refresh()
        films.run(
            "MATCH (u:User {userId: '1'}), (t:Title {titleId: $title}) "
            "CREATE (u)-[:RATED {rating: 5, timestamp: datetime()}]->(t)",
            title=first.title_id,
        )
        changes = reco.refresh()
        assert changes
        assert changes.to_dict() == {"changed": True, "fetched": {"rated": latest + 1}, "full": []}
        assert first.title_id not in [item.title_id for item in reco.recommend("1")]
        assert reco.graph.equals(films.load())
        assert len(reco.graph.likes) == len(movielens.likes) + 1
        again = reco.refresh()
        assert not again
        assert again.fetched == {}
