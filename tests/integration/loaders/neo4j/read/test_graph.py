"""Graphs read back from a real Neo4j: what was published, and what others wrote."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from neo4j import GraphDatabase

import cinewalk
from cinewalk.errors import DatabaseError, RejectedRowsError, RequestError, SourceError
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph, Relation
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, Preference
from cinewalk.loaders.neo4j.read import edges
from cinewalk.loaders.neo4j.read.graph import read_graph
from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
from cinewalk.loaders.neo4j.server.connection import Connection, connect
from cinewalk.loaders.neo4j.write.publish import preference_facts, publish

from ..graphs import graphs, random_graph
from ..neo4j_fixtures import free_ports

pytestmark = pytest.mark.integration

MOMENT = "datetime('2001-09-09T01:46:40Z')"
SECONDS = 1_000_000_000


class Database:
    """The test server's one database, emptied."""

    def __init__(self, address) -> None:
        self.uri, self.auth = address.uri, (address.username, address.password)
        self.driver = GraphDatabase.driver(self.uri, auth=self.auth, notifications_min_severity="OFF")
        self.held: Graph | None = None

    def run(self, query, **parameters):
        return self.driver.execute_query(query, parameters).records

    def empty(self):
        self.held = None
        with self.driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()

    def publish(self, graph, **options):
        self.empty()
        publish(graph, self.driver, **options)

    def load(self, **options) -> Graph:
        return cinewalk.load(self.uri, auth=self.auth, **options)

    def recommender(self, **options) -> cinewalk.Recommender:
        return cinewalk.Recommender(self.uri, auth=self.auth, **options)


@pytest.fixture(scope="module")
def server(neo4j_server):
    found = Database(neo4j_server.address())
    # As others' databases have no such promise.
    for row in found.run("SHOW CONSTRAINTS YIELD name"):
        found.run(f"DROP CONSTRAINT {row['name']}")
    yield found
    found.empty()
    found.driver.close()


@pytest.fixture
def database(server):
    server.empty()
    return server


# What was published


def test_the_example_comes_back_byte_for_byte(database):
    database.publish(example_graph())
    found = database.load()
    assert found.equals(example_graph())
    assert found.preference == DEFAULT_PREFERENCE


@settings(max_examples=6)
@given(graph=graphs())
def test_any_graph_comes_back(server, graph):
    server.publish(graph, derived=False)
    assert server.load().equals(graph)


def test_unknown_values_and_odd_texts_come_back(database):
    graph = random_graph(3)
    odd = ["", " Matrix, The (1999) ", "d'`\\u0060`\"", "Amélie", "Ame\u0301lie"]
    nodes = sorted_nodes(
        "Title",
        [f"{i}'`\\u0060" for i in range(5)],
        {
            "title": odd,
            "year": [0, 1999, 0, 2001, 1870],
            "released": np.array(["NaT", "1999-03-31", "NaT", "2001-04-25", "1888-10-14"], "M8[D]"),
            "maturity": [-1, 18, 0, -1, 21],
        },
    )[0]
    edges = Edges(
        np.arange(3),
        np.arange(3),
        {"rating": np.array([0.1, 9.7, 4.0]), "timestamp": np.array([0, 7, 1_700_000_000])},
    )
    watched = Edges(
        np.arange(2), np.arange(2), {"progress": np.array([0.7, 1 / 3]), "timestamp": np.zeros(2, int)}
    )
    graph = assemble({"User": graph.users, "Title": nodes}, {"rated": edges, "watched": watched})
    database.publish(graph)
    assert database.load().equals(graph)


def test_likes_follow_from_events_as_they_were_published(database):
    asked = Preference(like_rating=2.0)
    before = example_graph()
    edges = {
        name: Edges(relation.sources, relation.indices, relation.properties)
        for name, relation in before.relations.items()
        if name != "likes"
    }
    graph = assemble(before.nodes, edges, asked)
    database.publish(graph)
    found = database.load()
    assert found.equals(graph)
    assert found.preference == asked
    assert database.load(preference=DEFAULT_PREFERENCE).equals(before)


def test_likes_that_were_given_come_back_as_they_are(database):
    before = example_graph()
    properties = {"preference": np.array([0.3, 2]), "timestamp": np.array([0, SECONDS])}
    likes = Relation.of(np.array([0, 6]), np.array([1, 2]), before.likes.shape, properties)
    graph = Graph(before.nodes, {**before.relations, "likes": likes})
    database.publish(graph)
    found = database.load()
    assert found.equals(graph)
    assert found.preference is None
    assert len(database.load(preference=DEFAULT_PREFERENCE).likes) == len(before.likes)


# What others wrote


def test_a_database_of_this_schema_that_others_wrote(database):
    database.run(
        f"""
        CREATE (a:User {{userId: 1}}), (b:User {{userId: '2', name: 'Bob'}}), (c:User:Person {{userId: 3}})
        CREATE (x:Title {{titleId: 10, title: 'Alien', year: 1979, released: date('1979-05-25')}})
        CREATE (y:Title {{titleId: '11', title: 1984, year: '1984', released: '1984-10-10', maturity: 16.0}})
        CREATE (z:Title {{titleId: 12, released: datetime('1999-03-31T20:00:00Z')}}), (m:Movie {{titleId: 10}})
        CREATE (g:Genre {{name: 'Horror'}}), (x)-[:IN_GENRE]->(g), (x)-[:IN_GENRE]->(g)
        CREATE (a)-[:RATED {{rating: 5, timestamp: {SECONDS}}}]->(x)
        CREATE (a)-[:RATED {{rating: 2.5, timestamp: {MOMENT} + duration('P1D')}}]->(x)
        CREATE (a)-[:RATED {{rating: '4.5', timestamp: localdatetime('2001-09-09T01:46:40')}}]->(y)
        CREATE (b)-[:RATED {{rating: 4, timestamp: date('2001-09-09')}}]->(x)
        CREATE (b)-[:RATED {{rating: 4, timestamp: '2001-09-09T01:46:40.9Z'}}]->(y)
        CREATE (b)-[:RATED {{rating: 3}}]->(z)
        CREATE (a)-[:RATED {{rating: 4}}]->(m), (m)-[:RATED {{rating: 4}}]->(x)
        CREATE (c)-[:THUMBED {{value: 2, timestamp: {SECONDS + 0.5}}}]->(z)
        CREATE (c)-[:WATCHED {{progress: 1}}]->(x)
        """
    )
    database.run("MATCH (c:Person) REMOVE c:Person")
    graph = database.load()
    assert graph.users.ids.ids[:] == ["1", "2", "3"]
    assert graph.titles.text("title")[:] == ["Alien", "1984", ""]
    assert graph.titles.array("year").tolist() == [1979, 1984, 0]
    assert graph.titles.array("maturity").tolist() == [-1, 16, -1]
    assert graph.titles.array("released").astype(str).tolist() == ["1979-05-25", "1984-10-10", "1999-03-31"]
    rated = graph.relations["rated"]
    assert list(zip(rated.sources.tolist(), rated.indices.tolist(), strict=True)) == [
        (0, 0), (0, 1), (1, 0), (1, 1), (1, 2)
    ]  # fmt: skip
    assert rated.properties["rating"].tolist() == [2.5, 4.5, 4, 4, 3]
    day = SECONDS - SECONDS % 86_400
    assert rated.properties["timestamp"].tolist() == [SECONDS + 86_400, SECONDS, day, SECONDS, 0]
    assert graph.relations["thumbed"].properties["timestamp"].tolist() == [SECONDS]
    assert len(graph.relations["in_genre"]) == 1
    assert graph.preference == DEFAULT_PREFERENCE
    assert len(graph.likes) == 5


def test_likes_that_others_wrote_are_taken_where_nothing_else_is_said(database):
    database.run("CREATE (:User {userId: 1})-[:LIKES {preference: 2}]->(:Title {titleId: 1})")
    graph = database.load()
    assert graph.likes.properties["preference"].tolist() == [2.0]
    assert graph.preference is None


MOVIES = [
    (1, "Matrix, The (1999)", None, "1999-03-31", ["Action", "Sci-Fi"]),
    (2, "Toy  Story", 1995, "1995-11-22", ["Comedy"]),
    (3, "Ame\u0301lie", 2001, None, ["Comedy", "(no genres listed)"]),
    (4, None, None, None, []),
]
RATINGS = [(1, 1, 5, 964982703), (1, 2, 3.5, 964982224), (2, 3, 4, 964983815), (2, 2, 4.5, 1)]


def _write_recommendations(database):
    database.run(
        """
        UNWIND $movies AS m
        CREATE (movie:Movie {movieId: toString(m[0]), title: m[1], year: m[2], released: m[3], imdbRating: 8.1})
        FOREACH (name IN m[4] | MERGE (g:Genre {name: name}) CREATE (movie)-[:IN_GENRE]->(g))
        """,
        movies=MOVIES,
    )
    database.run(
        """
        UNWIND $ratings AS r
        MERGE (user:User {userId: toString(r[0])}) SET user.name = 'Somebody'
        WITH user, r MATCH (movie:Movie {movieId: toString(r[1])})
        CREATE (user)-[:RATED {rating: r[2], timestamp: r[3]}]->(movie)
        """,
        ratings=RATINGS[:3],
    )
    database.run(
        """
        MATCH (m:Movie {movieId: '1'})
        CREATE (:Actor:Person {tmdbId: '6384', name: 'Keanu Reeves', born: date('1964-09-02')})-[:ACTED_IN]->(m)
        CREATE (:Director:Person {tmdbId: '9340', name: 'Lana Wachowski'})-[:DIRECTED]->(m)
        """
    )


def test_the_public_recommendations_example_equals_its_files(database, tmp_path):
    _write_recommendations(database)
    lines = {
        "titles": ["title_id,title,year,released,genres"]
        + [f'{i},"{name or ""}",{year or ""},{day or ""},{"|".join(genres)}' for i, name, year, day, genres in MOVIES],
        "ratings": ["user_id,title_id,rating,timestamp"] + [",".join(map(str, row)) for row in RATINGS[:3]],
        "people": [
            "person_id,name,title_id,role", "6384,Keanu Reeves,1,acted_in", "9340,Lana Wachowski,1,directed"
        ],
    }  # fmt: skip
    for table, rows in lines.items():
        (tmp_path / f"{table}.csv").write_text("\n".join(rows), encoding="utf-8")
    graph = database.load(mapping="recommendations")
    assert graph.equals(cinewalk.load(tmp_path))
    assert graph.titles.text("title")[0] == "The Matrix"
    with database.recommender(mapping="recommendations") as reco:
        assert reco.catalogue.title("Matrix") == 0


HARMFUL = [
    "Movie) DETACH DELETE n //",
    "Movie' OR 1=1 //",
    'Movie" //',
    "$ids",
    "*/ MATCH (n) DETACH DELETE n /*",
    "Mövie {x}",
]


@pytest.mark.parametrize("name", HARMFUL)
def test_names_of_a_mapping_are_names_and_nothing_else(database, name):
    database.run("CREATE (:Movie {movieId: 1})<-[:RATED {rating: 4}]-(:User {userId: 1})")
    database.run("CREATE (:User {userId: 7})")
    names = {"types": {"rated": name}, "properties": {"rated": {"rating": name}, "Title": {"year": name}}}
    mapping = SchemaMapping(labels={"Title": name, "Genre": name}, **names)
    graph = database.load(mapping=mapping)
    assert [len(graph.users), len(graph.titles)] == [2, 0]
    database.run(
        "MATCH (u:User {userId: 7}) CREATE (u)-[:$($name) {r: 1}]->(t:$($name) {titleId: 9})", name=name
    )
    database.run("MATCH ()-[r]->(:$($name)) SET r[$name] = 4", name=name)
    database.run("MATCH (t:$($name)) SET t[$name] = 1999, t.name = 'g'", name=name)
    graph = database.load(mapping=mapping)
    assert len(graph.relations["rated"]) == 1
    assert graph.titles.array("year").tolist() == [1999]
    with database.recommender(mapping=mapping) as reco:
        database.run(
            "MATCH (u:User {userId: 1}) CREATE (u)-[:$($name) {r: 1}]->(:$($name) {titleId: 8, name: 'h'})",
            name=name,
        )
        database.run("MATCH (:User {userId: 1})-[r]->(:$($name)) SET r[$name] = 5", name=name)
        assert reco.refresh()
        assert len(reco.graph.relations["rated"]) == 2


# What is wrong with a database


BAD = [
    ("rating: 0.0 / 0.0", "rating nan is not a finite number"),
    ("rating: 1.0 / 0.0", "rating inf is not a finite number"),
    ("rating: 9", "rating 9.0 is above 5"),
    ("rating: null", "rating is missing"),
    ("rating: true", "rating True is not a number"),
    ("rating: 'good'", "rating 'good' is not a number"),
    ("rating: 4, timestamp: 1000000000000", "looks like milliseconds"),
    ("rating: 4, timestamp: datetime({epochSeconds: 1000000000000})", "looks like milliseconds"),
    ("rating: 4, timestamp: datetime('1980-01-01')", "is before 1990"),
    ("rating: 4, timestamp: 'yesterday'", "timestamp 'yesterday' is neither"),
    ("rating: 4, timestamp: [1]", r"timestamp \[1\] is not a number"),
]


@pytest.mark.parametrize(("properties", "why"), BAD)
def test_bad_values_are_named_with_their_place(database, properties, why):
    database.run(
        f"CREATE (:Title {{titleId: 2}})<-[:RATED {{rating: 4}}]-(:User {{userId: 'a'}})-[:RATED {{{properties}}}]->"
        "(:Title {titleId: 3})"
    )
    with pytest.raises(RejectedRowsError, match=why) as caught:
        database.load()
    assert "(User 'a')-[:RATED]->(Title '3'): " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(database.load(max_rejects=1).relations["rated"]) == 1


def test_a_wider_range_of_ratings_can_be_asked_for(database):
    database.run("CREATE (:User {userId: 1})-[:RATED {rating: 9}]->(:Title {titleId: 2})")
    assert len(database.load(rating_range=(1, 10)).relations["rated"]) == 1


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("CREATE (:User {userId: 1}), (:User {userId: '1'})", "2 User nodes have the userId '1'"),
        ("CREATE (:User {name: 'x'})", "titleless|User None, id.n. = [0-9]+.: user_id is missing"),
        ("CREATE (:User {userId: 1.5})", "user_id 1.5 is neither text nor a whole number"),
        ("CREATE (:Title {titleId: 1, year: 99})", "year 99 is below 1870"),
        ("CREATE (:Title {titleId: 1, year: 'x'})", "year 'x' is not a number"),
        (
            "CREATE (:Title {titleId: 1, released: datetime({epochSeconds: 1000000000000})})",
            "released '.33658",
        ),
        ("CREATE (:Title {titleId: 1, title: ['x']})", "title ..x.. is neither text"),
        ("CREATE (:Movie {movieId: 1})", "holds no User and no Title of this schema. Publish"),
    ],
)
def test_bad_nodes_are_named(database, query, why):
    database.run(query)
    with pytest.raises(SourceError, match=why) as caught:
        database.load()
    assert "\n" not in str(caught.value)


# Refreshing


@pytest.fixture
def reco(database):
    database.publish(example_graph())
    with database.recommender() as found:
        yield found


ANN_BRAZIL = "MATCH (u:User {userId: 'ann'}), (t:Title {titleId: 'brazil'}) "
CHANGES = {
    "a rating as integer seconds": ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 4, timestamp: 1790000000}]->(t)",
    "a rating of local time": ANN_BRAZIL
    + "CREATE (u)-[:RATED {rating: 4, timestamp: localdatetime('2026-01-01T00:00:00')}]->(t)",
    "a rating without time": ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 4}]->(t)",
    "an old rating": ANN_BRAZIL + f"CREATE (u)-[:RATED {{rating: 4, timestamp: {MOMENT}}}]->(t)",
    "a rating anew, beside the old one": "MATCH (u:User {userId: 'ann'}), (t:Title {titleId: 'heat'}) "
    "CREATE (u)-[:RATED {rating: 5, timestamp: datetime()}]->(t)",
    "a rating anew, in place": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'heat'}) "
    "SET r.rating = 5, r.timestamp = datetime()",
    "a rating gone": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'heat'}) DELETE r",
    "one gone and one new": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'heat'}) DELETE r "
    "WITH 1 AS one " + ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 4, timestamp: datetime()}]->(t)",
    "a first watch": ANN_BRAZIL + "CREATE (u)-[:WATCHED {progress: 0.9, timestamp: datetime()}]->(t)",
    "a thumb down": "MATCH (u:User {userId: 'ann'}), (t:Title {titleId: 'alien'}) "
    "CREATE (u)-[:THUMBED {value: -1, timestamp: datetime()}]->(t)",
    "a new user": "MATCH (t:Title {titleId: 'alien'}) "
    "CREATE (:User {userId: 'aaa'})-[:RATED {rating: 5, timestamp: datetime()}]->(t)",
    "a new title": "MATCH (u:User {userId: 'zoe'}) RETURN u UNION "
    "CREATE (u:Title {titleId: 'aaa', title: 'New'}) RETURN u",
    "a user gone": "MATCH (u:User {userId: 'ben'}) DETACH DELETE u",
    "a user without anything gone": "MATCH (u:User {userId: 'gus'}) DETACH DELETE u",
    "one user instead of another": "MATCH (u:User {userId: 'ben'}) DETACH DELETE u WITH 1 AS one "
    "MATCH (t:Title {titleId: 'alien'}) "
    "CREATE (:User {userId: 'new'})-[:RATED {rating: 5, timestamp: datetime()}]->(t)",
    "a title in another genre": "MATCH (t:Title {titleId: 'alien'}), (g:Genre {name: 'Crime'}) "
    "CREATE (t)-[:IN_GENRE]->(g)",
    "a person who directed": "MATCH (t:Title {titleId: 'alien'}) "
    "CREATE (:Person {personId: 'p', name: 'Ridley Scott'})-[:DIRECTED]->(t)",
}


@pytest.mark.parametrize("what", CHANGES)
def test_after_a_refresh_the_graph_is_that_of_the_database(database, reco, what):
    before = reco.graph
    database.run(CHANGES[what])
    assert reco.refresh()
    assert not reco.graph.equals(before)
    assert reco.graph.equals(database.load())
    assert reco.recommend("ann").note or reco.recommend("ann")
    assert not reco.refresh()


def test_what_keeps_its_time_is_seen_by_a_full_refresh_alone(database, reco):
    database.run("MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'alien'}) SET r.rating = 1")
    database.run("MATCH (t:Title {titleId: 'alien'}) SET t.title = 'Alien³'")
    assert not reco.refresh()
    changes = reco.refresh(full=True)
    assert changes
    assert {"rated", "User", "Title"} <= set(changes.full)
    assert reco.graph.equals(database.load())
    assert reco.catalogue.title("Alien³") == 0


def test_another_graph_that_is_published_is_read_in_full(database, reco):
    database.publish(random_graph(1))
    assert reco.refresh()
    assert reco.graph.equals(random_graph(1))


def test_a_refresh_that_finds_bad_values_leaves_the_graph_as_it_is(database, reco):
    before = reco.graph
    query = ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 0.0 / 0.0, timestamp: datetime()}]->(t)"
    database.run(query)
    with pytest.raises(RejectedRowsError, match=r"ann.*brazil.*nan"):
        reco.refresh()
    assert reco.graph is before
    assert reco.recommend("ann")


def test_likes_that_others_write_are_refreshed(database):
    database.run(
        "CREATE (:User {userId: 1})-[:LIKES {preference: 2}]->(:Title {titleId: 1}), (:Title {titleId: 2})"
    )
    with database.recommender(walk="popularity") as reco:
        database.run(
            f"MATCH (u:User), (t:Title {{titleId: 2}}) CREATE (u)-[:LIKES {{preference: 1, timestamp: {MOMENT}}}]->(t)"
        )
        assert reco.refresh()
        assert reco.graph.likes.properties["preference"].tolist() == [2.0, 1.0]


def test_only_a_database_can_be_refreshed(tmp_path):
    with pytest.raises(RequestError, match="Load the source again"):
        cinewalk.Recommender(example_graph()).refresh()
    place = cinewalk.save(example_graph(), tmp_path / "a.cinewalk")
    with cinewalk.Recommender(place) as reco, pytest.raises(RequestError, match="Neo4j"):
        reco.refresh()


def test_a_recommender_closes_its_connection_also_when_it_cannot_be_made(database):
    database.publish(example_graph(), derived=False)
    with database.recommender() as reco:
        assert reco.recommend("ann")
    with pytest.raises(DatabaseError):
        reco.refresh()
    assert reco.recommend("ann")
    with pytest.raises(RequestError, match="no walk"):
        database.recommender(walk="nowhere")


# What stands in the way


def _one_line(caught, secret):
    text = str(caught.value)
    assert "\n" not in text
    assert secret not in text
    assert secret not in repr(caught.value)
    return text


def test_a_wrong_password(database):
    with pytest.raises(DatabaseError, match="NEO4J_PASSWORD") as caught:
        cinewalk.load(database.uri, auth=("neo4j", "sesame-open"))
    _one_line(caught, "sesame-open")


def test_a_wrong_database(database):
    with pytest.raises(DatabaseError, match="there is no database 'films'") as caught:
        database.load(database="films")
    _one_line(caught, database.auth[1])


def test_nobody_there():
    port, _ = free_ports()
    with pytest.raises(DatabaseError, match="no Neo4j answers there"):
        cinewalk.load(f"bolt://127.0.0.1:{port}", auth=("neo4j", "x"))


def test_encryption_that_the_server_does_not_speak(database):
    with pytest.raises(DatabaseError, match=r"neo4j://") as caught:
        cinewalk.load(database.uri.replace("://", "+s://"), auth=database.auth)
    _one_line(caught, database.auth[1])


def test_what_goes_with_a_database_alone(tmp_path):
    with pytest.raises(RequestError, match="go with the address of a Neo4j"):
        cinewalk.load(tmp_path, mapping="recommendations")


def test_reading_tells_how_far_it_is(database):
    database.publish(example_graph(), derived=False)
    told = []
    with connect(database.uri, database.auth) as connection:
        read_graph(connection, progress=lambda *words: told.append(words))
    assert ("Reading RATED relationships", 15, 15) in told


# MovieLens-100K


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
    _one_line(caught, films.auth[1])


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
    _one_line(caught, films.auth[1])


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
        assert again.fetched == {"rated": 1}


# Commands


def test_the_command_load_and_graphs_by_address(database, run, monkeypatch, tmp_path):
    database.publish(example_graph())
    monkeypatch.setenv("NEO4J_USERNAME", database.auth[0])
    monkeypatch.setenv("NEO4J_PASSWORD", database.auth[1])
    code, shown, told = run("load", database.uri, "--out", "g.cinewalk")
    assert (code, told) == (0, "")
    assert "15 RATED" in shown
    assert cinewalk.load(tmp_path / "g.cinewalk").equals(example_graph())
    code, shown, _ = run("load", database.uri, "--like-rating", "2", "--json")
    assert (code, json.loads(shown)["relationships"]["likes"]) == (0, 15)
    expected = run("recommend", "ann", "--json", "--graph", "g.cinewalk")
    assert run("recommend", "ann", "--json", "--graph", database.uri) == expected
    database.empty()
    code, _, told = run("load", database.uri)
    assert code == 1
    assert told.startswith("error: ")
    monkeypatch.setenv("NEO4J_PASSWORD", "sesame-open")
    code, _, told = run("load", database.uri)
    assert code == 3
    assert "sesame" not in told
    assert told.count("\n") == 1


def test_the_command_load_takes_a_mapping(database, run, monkeypatch):
    _write_recommendations(database)
    monkeypatch.setenv("NEO4J_PASSWORD", database.auth[1])
    assert run("load", database.uri, "--mapping", "recommendations", "-o", "r.cinewalk")[0] == 0
    assert run("load", "movielens-100k", "--mapping", "recommendations")[0] == 1


def test_graphs_know_what_the_preference_was(database):
    graph = replace(example_graph(), preference=Preference(like_progress=0.5))
    database.publish(graph)
    assert database.load().preference == graph.preference
