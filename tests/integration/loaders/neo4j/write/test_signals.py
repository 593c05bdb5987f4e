"""What people do while a recommender is connected: written into the real Neo4j at once, and counted there, too."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j import GraphDatabase

import cinewalk
from cinewalk.errors import DatabaseError
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.settings import NewcomerParameters, Settings, Weights
from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
from cinewalk.loaders.neo4j.server.connection import Connection
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.words.ready import ready_query
from tests.graphs import from_ratings, random_graph
from tests.neo4j_fixtures import free_ports
from tests.neo4j_queries import column, ids

pytestmark = pytest.mark.integration

NOW = 1_760_000_000
#: The history alone, over steps from title to title: what is published of it depends on nobody's own likes.
TITLES_ALONE = Settings(
    weights=Weights(shared_titles=0, learned_viewers=0), newcomers=NewcomerParameters(enough=1)
)


class Place:
    """The test server's database, and what connects to it."""

    def __init__(self, server, connection: Connection) -> None:
        self.address, self.connection = server.address(), connection
        self.auth = (self.address.username, self.address.password)

    def run(self, query, **parameters):
        return [dict(row) for row in self.connection.write(query, **parameters)]

    def ask(self, name, **parameters):
        return [dict(row) for row in self.connection.read(ready_query(name).text, **parameters)]

    def reco(self, **options):
        return cinewalk.Recommender(self.address.uri, auth=self.auth, **options)

    def load(self) -> Graph:
        return cinewalk.load(self.address.uri, auth=self.auth)

    def events(self, user):
        """Return what somebody has done and likes: type, title, properties."""
        rows = self.run(
            "MATCH (:User {userId: $user})-[r]->(t:Title) WHERE NOT type(r) = 'RECOMMENDED' "
            "RETURN type(r) AS type, t.titleId AS title, properties(r) AS values ORDER BY type, title",
            user=user,
        )
        return {(row["type"], row["title"]): row["values"] for row in rows}


@pytest.fixture
def place(neo4j_server, empty):
    publish(example_graph(), empty)
    return Place(neo4j_server, empty)


@pytest.fixture
def reco(place):
    with place.reco() as found:
        yield found


def when(values):
    return int(values["timestamp"].to_native().timestamp())


# What is written


def test_a_watch(place, reco):
    reco.watch("eve", "Brazil", progress=0.3, at=NOW)
    found = place.events("eve")
    assert found["WATCHED", "brazil"]["progress"] == np.float32(0.3)
    assert found["WATCHED", "brazil"]["finished"] == 0
    assert when(found["WATCHED", "brazil"]) == NOW
    assert ("LIKES", "brazil") not in found
    reco.watch("eve", "Brazil", progress=0.8, at=NOW + 60)
    reco.watch("eve", "Brazil", progress=1.0, at=NOW + 120)
    reco.watch("eve", "Brazil", progress=0.9, at=NOW + 180)
    found = place.events("eve")
    assert found["WATCHED", "brazil"]["finished"] == 2
    like = found["LIKES", "brazil"]
    assert (like["preference"], when(like)) == (1.25, NOW + 180)
    assert like["rank"] == len([kind for kind, _ in found if kind == "LIKES"]) - 1


def test_a_rating_a_thumb_and_a_block(place, reco):
    before = place.events("eve")
    reco.rate("eve", "Brazil", 4.5, at=NOW)
    reco.thumb("eve", "Heat", 2, at=datetime.fromtimestamp(NOW, UTC))
    found = place.events("eve")
    assert found["RATED", "brazil"]["rating"] == 4.5
    assert found["THUMBED", "heat"]["value"] == 2
    assert found["LIKES", "brazil"]["preference"] == 1
    assert found["LIKES", "heat"]["preference"] == 2
    assert {when(found[key, title]) for key, title in [("RATED", "brazil"), ("THUMBED", "heat")]} == {NOW}
    # Of equal times, both have the mean rank, after the older ones.
    older = len(
        before.keys() & {("LIKES", title) for title in reco.graph.titles.ids.ids[:] if title != "heat"}
    )
    assert found["LIKES", "brazil"]["rank"] == found["LIKES", "heat"]["rank"] == older + 0.5
    reco.block("eve", "Brazil", at=NOW + 1)
    reco.thumb("eve", "Heat", -1, at=NOW + 1)
    found = place.events("eve")
    assert when(found["BLOCKED", "brazil"]) == NOW + 1
    assert found["THUMBED", "heat"]["value"] == -1
    assert not {("LIKES", "brazil"), ("LIKES", "heat")} & found.keys()
    for _ in range(4):
        reco.undo("eve")
    assert place.events("eve") == before


def test_likes_are_what_publishing_writes(place, reco):
    reco.watch("ann", "Brazil", at=NOW)
    reco.rate("ann", "Solaris", 5, at=NOW + 1)
    reco.thumb("ben", "Alien", 2, at=NOW + 2)
    reco.rate("ben", "Heat", 1, at=NOW + 3)
    told = {user: place.events(user) for user in ("ann", "ben")}
    reco.refresh()
    place.connection.run("MATCH (n) DETACH DELETE n")
    publish(reco.graph, place.connection)
    assert {user: place.events(user) for user in ("ann", "ben")} == told


def test_a_limit(place, reco):
    place.run("MATCH (t:Title {titleId: 'alien'}) SET t.maturity = 16")
    place.run("MATCH (t:Title {titleId: 'heat'}) SET t.maturity = 6")
    assert reco.refresh(full=True)
    reco.thumb("ann", "Heat", 1, at=NOW)
    before = place.events("ann")
    assert ("LIKES", "alien") in before
    reco.limit("ann", 12)
    assert place.run("MATCH (u:User {userId: 'ann'}) RETURN u.maturityLimit AS limit") == [{"limit": 12}]
    likes = {title for kind, title in place.events("ann") if kind == "LIKES"}
    assert likes == {"heat"}
    assert place.ask("recommend", userId="ann", k=99) == []
    assert reco.refresh()
    assert reco.graph.equals(place.load())
    reco.limit("ann", None)
    assert place.run("MATCH (u:User {userId: 'ann'}) RETURN u.maturityLimit AS limit") == [{"limit": None}]
    assert place.events("ann") == before


def test_what_others_have_set_in_the_meantime_stays(place, reco):
    place.run("MATCH (u:User {userId: 'ann'}) SET u.maturityLimit = 12")
    reco.watch("ann", "Brazil", at=NOW)
    assert place.run("MATCH (u:User {userId: 'ann'}) RETURN u.maturityLimit AS limit") == [{"limit": 12}]


def test_somebody_new(place, reco):
    reco.watch(" zoe 2 ", "Alien", at=NOW)
    reco.limit("tim", 6)
    users = column(place.run("MATCH (u:User) RETURN u.userId AS id"), "id")
    assert {"zoe 2", "tim"} <= set(users)
    assert reco.refresh()
    assert reco.graph.equals(place.load())
    assert reco.graph.users.ids.find("zoe 2") is not None


def test_ids_that_the_database_holds_as_numbers(place, empty):
    place.connection.run("MATCH (n) DETACH DELETE n")
    place.run(
        "CREATE (:User {userId: 1})-[:RATED {rating: 5.0}]->(:Title {titleId: 7, title: 'Seven'}), "
        "(:Title {titleId: 8, title: 'Eight'})"
    )
    with place.reco(walk="popularity") as reco:
        reco.rate("1", "Eight", 4, at=NOW)
        reco.rate("2", "Seven", 4, at=NOW)
        assert place.run("MATCH (u:User) RETURN u.userId AS id ORDER BY toString(id)") == [
            {"id": 1},
            {"id": "2"},
        ]
        reco.refresh()
        assert reco.graph.equals(place.load())
        assert reco.graph.likes.shape == (2, 2)
        assert len(reco.graph.likes) == 3


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("978300760", str(NOW)),
        ("978300760.0", "1.76E9"),
        ("'978300760'", str(NOW)),
        ("date('2001-01-01')", "2025-10-09"),
        ("localdatetime('2001-01-01T00:00:00')", "2025-10-09T08:53:20"),
        ("datetime('2001-01-01T00:00:00Z')", "2025-10-09T08:53:20Z"),
    ],
)
def test_types_written_are_the_types_found(place, empty, form, expected):
    place.connection.run("MATCH (n) DETACH DELETE n")
    place.run(
        f"CREATE (u:Viewer {{key: 'a'}})-[:GAVE {{stars: 5, at: {form}}}]->(:Film {{key: 'x'}}), (:Film {{key: 'y'}}), "
        f"(u)-[:LIKES {{preference: 1, timestamp: {form}}}]->(:Film {{key: 'z'}})"
    )
    mapping = SchemaMapping(
        labels={"User": "Viewer", "Title": "Film"},
        types={"rated": "GAVE"},
        properties={
            "User": {"user_id": "key"},
            "Title": {"title_id": "key"},
            "rated": {"rating": "stars", "timestamp": "at"},
        },
    )
    types = "MATCH (:Film {key: $key})<-[r:%s]-() RETURN valueType(r.%s) AS value, valueType(r.%s) AS time"
    with place.reco(mapping=mapping, walk="popularity") as reco:
        reco.rate("a", "y", 4, at=NOW)
        assert place.run(types % ("GAVE", "stars", "at"), key="y") == place.run(
            types % ("GAVE", "stars", "at"), key="x"
        )
        likes = types % ("LIKES", "preference", "timestamp")
        assert place.run(likes, key="y") == place.run(likes, key="z")
        written = "MATCH (:Film {key: 'y'})<-[r:GAVE]-() RETURN toString(r.at) AS time"
        assert place.run(written) == [{"time": expected}]
        reco.rate("a", "y", 4.5, at=NOW)
        assert place.run("MATCH (:Film {key: 'y'})<-[r:GAVE]-() RETURN r.stars AS stars") == [{"stars": 4.5}]
        assert reco.refresh()
        assert reco.graph.equals(cinewalk.load(place.address.uri, auth=place.auth, mapping=mapping))


# What refuses


def test_a_title_that_has_gone(place, reco):
    place.run("MATCH (t:Title {titleId: 'brazil'}) DETACH DELETE t")
    held = place.run("MATCH (n) RETURN count(n) AS nodes")
    for user in ("ann", "somebody new"):
        before = place.events(user)
        with pytest.raises(DatabaseError, match=r"no title 'brazil' any more\. Call refresh"):
            reco.watch(user, "Brazil", at=NOW)
        assert place.events(user) == before
        assert user not in reco._session.snapshot.events
    assert place.run("MATCH (n) RETURN count(n) AS nodes") == held
    assert reco.refresh()
    assert "brazil" not in reco.graph.titles.ids.ids[:]


def test_a_server_that_has_gone(place):
    with place.reco() as reco:
        reco.watch("ann", "Brazil", at=NOW)
        before, done = reco._session.snapshot.events["ann"], list(reco._session._done["ann"])
        items = [item.title_id for item in reco.recommend("ann")]
        bolt, _ = free_ports()
        gone = GraphDatabase.driver(
            f"bolt://127.0.0.1:{bolt}", connection_timeout=1, max_transaction_retry_time=0.1
        )
        real, reco._session.live.connection.driver = reco._session.live.connection.driver, gone
        try:
            for tell in (
                lambda: reco.block("ann", "Heat"),
                lambda: reco.rate("new", "Heat", 5),
                lambda: reco.limit("ann", 6),
                lambda: reco.undo("ann"),
            ):
                with pytest.raises(DatabaseError, match="no Neo4j answers"):
                    tell()
        finally:
            reco._session.live.connection.driver = real
            gone.close()
        assert reco._session.snapshot.events == {"ann": before}
        assert reco._session._done["ann"] == done
        assert [item.title_id for item in reco.recommend("ann")] == items
        reco.undo("ann")
        assert ("WATCHED", "brazil") not in place.events("ann")


# What counts


STORY = [
    ("watch", "u003", "t004", {"progress": 0.6}),
    ("watch", "u003", "t005", {"progress": 1.0}),
    ("rate", "u004", "t006", {"rating": 5.0}),
    ("thumb", "u004", "t001", {"value": -1}),
    ("block", "u005", "t002", {}),
    ("thumb", "zoe", "t003", {"value": 2}),
    ("rate", "zoe", "t007", {"rating": 4.5}),
    ("watch", "zoe", "t008", {"progress": 0.3}),
    ("limit", "u006", None, {"maturity": 12}),
]


def tell(reco, story=STORY):
    for place, (kind, user, title, values) in enumerate(story):
        if kind == "limit":
            reco.limit(user, **values)
        else:
            getattr(reco, kind)(user, title, at=NOW + place, **values)


@pytest.fixture
def random_place(neo4j_server, empty):
    publish(random_graph(5), empty, settings=TITLES_ALONE)
    return Place(neo4j_server, empty)


def test_after_a_refresh_the_graph_is_the_databases_and_the_folded_one(random_place):
    with random_place.reco() as reco:
        tell(reco)
        expected = folded(reco.graph, reco._session.snapshot.events)
        assert reco.refresh()
        assert reco.graph.equals(random_place.load())
        assert reco.graph.equals(expected)
        assert not reco.refresh()
        # Old events, seen by no time.
        reco.rate("u009", "t010", 1.0, at=650_000_000)
        reco.watch("u010", "t011", progress=0.5, at=650_000_000)
        reco.undo("u010")
        expected = folded(reco.graph, reco._session.snapshot.events)
        assert reco.refresh()
        assert reco.graph.equals(random_place.load())
        assert reco.graph.equals(expected)


def check(rows, items):
    assert ids(rows) == [item.title_id for item in items]
    assert column(rows, "score") == pytest.approx([item.score for item in items], rel=1e-6)


def test_the_next_call_of_cypher_counts_what_the_next_call_of_python_counts(random_place):
    """As far as steps go from title to title: those are published, and the same rows in both."""
    at = datetime.fromtimestamp(NOW + 86_400, UTC)
    with random_place.reco(settings=TITLES_ALONE) as reco:
        before = {user: random_place.ask("recommend", userId=user, k=99) for user in ("u003", "u004", "u005")}
        tell(reco)
        for user in ("u003", "u004", "u005", "zoe", "u007"):
            rows = random_place.ask("recommend", userId=user, k=99)
            check(rows, reco.recommend(user, 99, walk="blend"))
            assert rows != before.get(user)
            check(random_place.ask("bubble", userId=user, k=99), reco.challenge(user, 99))
            check(
                random_place.ask("continue_watching", userId=user, asOf=at, k=99),
                reco.continue_watching(user, 99, at=at),
            )
            released = random_place.ask("new_releases", userId=user, asOf=at.date(), days=30_000, k=99)
            check(released, reco.new_releases(user, 99, days=30_000, at=at))
            found = reco.because_you_watched(user, 3, 5)
            rows = random_place.ask("because_you_watched", userId=user, rows=3, k=5)
            assert [(row["becauseId"], row["titleId"]) for row in rows] == [
                (one.because_id, item.title_id) for one in found for item in one.titles
            ]
        assert random_place.ask("recommend", userId="u006", k=99) == []


def test_steps_from_viewer_to_viewer_wait_for_the_next_publish(neo4j_server, empty):
    rows = [
        (u, t, 5, 1) for u, titles in {"a": "xy", "b": "xyz", "c": "pq", "d": "pqr"}.items() for t in titles
    ]
    settings = Settings(
        weights=Weights(learned_titles=0, learned_viewers=0, spectral_titles=0, sequence=0),
        newcomers=NewcomerParameters(enough=1),
    )
    publish(from_ratings(rows), empty, settings=settings)
    place = Place(neo4j_server, empty)
    with place.reco(settings=settings) as reco:
        reco.thumb("a", "p", 2, at=NOW)
        assert {item.title_id for item in reco.recommend("a", walk="blend")} == {"z", "q", "r"}
        assert ids(place.ask("recommend", userId="a", k=9)) == ["z"]
        reco.refresh()
        publish(reco.graph, place.connection, settings=settings)
        found = place.ask("recommend", userId="a", k=9)
        check(found, reco.recommend("a", 9, walk="blend"))


def test_the_crowd_of_cypher_is_that_of_now(random_place):
    """A newcomer's own likes are among those that Cypher counts; in Python they are from the next refresh on."""
    everything = Settings(weights=TITLES_ALONE.weights)
    with random_place.reco() as published:
        publish(published.graph, random_place.connection, settings=everything)
    with random_place.reco(settings=everything) as reco:
        reco.thumb("zoe", "t003", 2, at=NOW)
        told = random_place.ask("recommend", userId="zoe", k=5)
        assert told
        reco.refresh()
        crowd = cinewalk.Recommender(
            reco.graph,
            settings=everything,
        )
        assert {row["titleId"] for row in told} & {item.title_id for item in crowd.recommend("zoe", 5)}


# Injection


TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=25),
    min_size=5,
    max_size=15,
)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(users=TEXTS, titles=TEXTS)
def test_whatever_an_id_is_it_is_stored_as_it_is(neo4j_server, database, users, titles):
    database.wipe()
    publish(from_ratings([("a", "x", 5, 1)], titles=titles), database.connection, derived=False)
    place = Place(neo4j_server, database.connection)
    told: dict[str, set[str]] = {"a": {"x"}}
    with place.reco(walk="popularity") as reco:
        known = reco.graph.titles.ids.ids[:]
        for user, position in zip(users, range(len(known)), strict=False):
            if not user.strip():
                with pytest.raises(cinewalk.CinewalkError, match="empty"):
                    reco.rate(user, known[position], 5.0, at=NOW)
                continue
            signal = reco.rate(user, known[position], 5.0, at=NOW)
            reco.block(user, known[position], at=NOW)
            reco.undo(user)
            told.setdefault(signal.user_id, set()).add(known[position])
        assert reco.refresh() or len(told) == 1
        assert reco.graph.equals(place.load())
    assert sorted(column(place.run("MATCH (u:User) RETURN u.userId AS id"), "id")) == sorted(told)
    assert sorted(column(place.run("MATCH (t:Title) RETURN t.titleId AS id"), "id")) == sorted(known)
    for user, liked in told.items():
        assert set(place.events(user)) == {(kind, title) for kind in ("RATED", "LIKES") for title in liked}


HOSTILE = [
    "'}) DETACH DELETE u //",
    "`",
    "\\u0060",
    "$user",
    "u {.*}",
    "'; MATCH (n) DETACH DELETE n",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_ids_are_only_ids(place, reco, text):
    before = place.run("MATCH (n) RETURN count(n) AS nodes")[0]["nodes"]
    reco.watch(text, "Alien", at=NOW)
    assert place.run("MATCH (n) RETURN count(n) AS nodes")[0]["nodes"] == before + 1
    assert place.events(text.strip()).keys() == {("WATCHED", "alien"), ("LIKES", "alien")}


def test_an_id_with_control_characters_is_refused_before_anything_is_written(place, reco):
    before = place.run("MATCH (n) RETURN count(n) AS nodes")[0]["nodes"]
    with pytest.raises(cinewalk.CinewalkError, match="control"):
        reco.watch("\x00", "Alien", at=NOW)
    assert place.run("MATCH (n) RETURN count(n) AS nodes")[0]["nodes"] == before
