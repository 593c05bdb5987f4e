"""Neo4j's example graph, published into: nothing of its owner's changes, and Cypher and Python say the same."""

from __future__ import annotations

import io

import numpy as np
import pytest

from cinewalk.errors import PublishError, RequestError
from cinewalk.loaders.neo4j.read.mapping import SchemaMapping, find_mapping
from cinewalk.loaders.neo4j.write.mapped import publish_mapped
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.loaders.neo4j.write.unpublish import unpublish
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_query
from tests.neo4j_data import everything

pytestmark = [pytest.mark.integration, pytest.mark.slow]

USERS, MOVIES = 60, 80
GENRES = ["Action", "Comedy", "Drama", "Sci-Fi", "(no genres listed)"]

#: The example's own shape: text ids, times in seconds, people under two labels, a genre that says there is none.
WRITE = """
UNWIND $movies AS m
CREATE (movie:Movie {movieId: m[0], title: m[1], year: m[2], released: '1999-03-31', imdbRating: 7.5, imdbId: m[3]})
WITH movie, m
UNWIND m[4] AS name
MERGE (genre:Genre {name: name})
CREATE (movie)-[:IN_GENRE]->(genre)
WITH DISTINCT movie, m
MERGE (actor:Person:Actor {tmdbId: m[5]}) SET actor.name = 'Actor ' + m[5], actor.born = date('1964-09-02')
CREATE (actor)-[:ACTED_IN {role: 'Lead'}]->(movie)
MERGE (director:Person:Director {tmdbId: m[6]}) SET director.name = 'Director ' + m[6]
CREATE (director)-[:DIRECTED]->(movie)
"""
RATE = """
UNWIND $ratings AS r
MERGE (user:User {userId: r[0]}) SET user.name = 'User ' + r[0]
WITH user, r MATCH (movie:Movie {movieId: r[1]})
CREATE (user)-[:RATED {rating: r[2], timestamp: r[3]}]->(movie)
"""
#: What an app has made beside: nodes and relationships of its own, and one that is called as ours are.
APP = """
MATCH (u:User {userId: '3'}), (m:Movie {movieId: '5'})
CREATE (:Watchlist {name: 'later', cinewalk: null})-[:HAS {since: date('2026-01-01')}]->(m),
  (u)-[:SIMILAR {score: 0.25}]->(:Guest {name: 'no key'})-[:LIKES {how: 'much'}]->(m), (:Title {own: true})
"""


def movies(rng):
    for number in range(MOVIES):
        genres = (
            [GENRES[i] for i in sorted(set(rng.integers(0, 4, 2).tolist()))] if number % 9 else GENRES[4:]
        )
        people = [str(100 + number % 13), str(200 + number % 7)]
        yield [str(number), f"Film {number}, The", 1960 + number % 50, f"{1000 + number:07}", genres, *people]


def ratings(rng):
    for user in range(1, USERS + 1):
        for movie in sorted(rng.choice(MOVIES, 8 + user % 30, replace=False).tolist()):
            yield [
                str(user),
                str(movie),
                float(rng.integers(2, 11) / 2),
                int(1_000_000_000 + rng.integers(0, 10**8)),
            ]


@pytest.fixture
def theirs(empty):
    """The example, with an index and a constraint of its owner's, and what an app has made."""
    unpublish(empty)
    rng = np.random.default_rng(5)
    empty.write(WRITE, movies=list(movies(rng)))
    empty.write(RATE, ratings=list(ratings(rng)))
    empty.write(APP)
    empty.write("CREATE CONSTRAINT their_movies FOR (m:Movie) REQUIRE m.movieId IS UNIQUE")
    empty.write("CREATE INDEX their_names FOR (p:Person) ON (p.name)")
    empty.read("CALL db.awaitIndexes(300)")
    yield empty
    empty.write("DROP CONSTRAINT their_movies IF EXISTS")
    empty.write("DROP INDEX their_names IF EXISTS")


@pytest.fixture
def reco(theirs, neo4j_server):
    """A recommender on the example."""
    address = neo4j_server.address()
    with Recommender(
        address.uri, auth=(address.username, address.password), mapping="recommendations"
    ) as found:
        yield found


def of_the_owner(connection, prefix):
    """Return what a database holds but for what was published there."""
    return [row for row in everything(connection) if prefix not in row and "inewalk" not in row]


@pytest.mark.parametrize("prefix", ["CINEWALK_", "mine_2_"])
def test_published_nothing_of_theirs_has_changed_and_unpublished_nothing_is_left(theirs, reco, prefix):
    before = everything(theirs)
    published = publish_mapped(reco.graph, theirs, "recommendations", prefix=prefix)
    assert published.relationships["similar"] > 0
    assert published.relationships["likes"] == len(reco.graph.likes)
    assert of_the_owner(theirs, prefix) == before != everything(theirs)
    names = {row["name"] for row in theirs.read("MATCH (n) UNWIND labels(n) AS name RETURN DISTINCT name")}
    assert names >= {"Movie", "Watchlist", "CinewalkRun"}
    again = publish_mapped(reco.graph, theirs, "recommendations", prefix=prefix)
    assert again.relationships == published.relationships
    removed = unpublish(theirs)
    assert everything(theirs) == before
    assert not removed.nodes
    assert not removed.others
    assert removed.relationships[f"{prefix}SIMILAR"] == published.relationships["similar"]


def test_fifty_people_get_the_same_list_in_cypher_and_python(theirs, reco):
    publish_mapped(reco.graph, theirs, "recommendations")
    reco.refresh(full=True)
    for user in reco.graph.users.ids.ids[:50]:
        expected = reco.recommend(user, 15)
        rows = reco.query("recommend", userId=user, k=15)
        assert [row["titleId"] for row in rows] == [item.title_id for item in expected], user
        assert [row["score"] for row in rows] == pytest.approx([item.score for item in expected], rel=1e-6)
        assert len(rows) == 15


def test_what_is_told_counts_in_both_and_stays_between_their_nodes(theirs, reco):
    publish_mapped(reco.graph, theirs, "recommendations")
    reco.refresh(full=True)
    liked = reco.recommend("7", 1)[0].title_id
    reco.rate("7", liked, 5)
    rows = theirs.read(
        "MATCH (:User {userId: '7'})-[r:CINEWALK_LIKES]->(:Movie {movieId: $liked}) RETURN count(r) AS count",
        liked=liked,
    )
    assert rows[0]["count"] == 1
    assert liked not in [row["titleId"] for row in reco.query("recommend", userId="7", k=15)]
    assert not theirs.read("MATCH (u:User)-[r:LIKES]->() WHERE r.how IS NULL RETURN r")
    publish_mapped(reco.graph, theirs, "recommendations")
    unpublish(theirs)
    assert not theirs.read("MATCH ()-[r]->() WHERE type(r) STARTS WITH 'CINEWALK' RETURN r")


@pytest.mark.fault
def test_what_stands_in_the_way_is_one_line_and_nothing_is_written(theirs, reco):
    graph = reco.graph
    theirs.write("MATCH (m:Movie {movieId: '1'}), (n:Movie {movieId: '2'}) CREATE (m)-[:MINE_SIMILAR]->(n)")

    def refused(match, error=PublishError, **options):
        before = everything(theirs)
        with pytest.raises(error, match=match) as caught:
            publish_mapped(graph, theirs, **{"mapping": "recommendations", **options})
        assert "\n" not in str(caught.value)
        assert everything(theirs) == before

    refused("there are 1 MINE_SIMILAR that cinewalk has not written", prefix="MINE_")
    refused("is no prefix of types", RequestError, prefix="a b")
    refused("is no prefix of types", RequestError, prefix="")
    names = {**find_mapping("recommendations").labels, "User": "Guest"}
    refused(
        "60 Guest of the graph are not there",
        mapping=SchemaMapping(names, {}, {"Title": {"title_id": "movieId"}}),
    )
    publish_mapped(graph, theirs, "recommendations")
    refused("has published there with the prefix CINEWALK_", prefix="OTHER_")
    before = everything(theirs)
    with pytest.raises(PublishError, match="between nodes of others"):
        publish(graph, theirs)
    assert everything(theirs) == before


@pytest.mark.fault
def test_under_its_own_names_and_between_others_at_once_is_refused(empty, reco):
    graph = reco.graph
    publish(graph, empty, derived=False, replace=True)
    with pytest.raises(PublishError, match="has published there under its own names"):
        publish_mapped(graph, empty, "recommendations")


def test_commands_publish_print_and_take_out(run, neo4j_server, theirs, monkeypatch):
    address = neo4j_server.address()
    monkeypatch.setenv("NEO4J_PASSWORD", address.password)
    monkeypatch.setenv("NEO4J_URI", address.uri)
    before = everything(theirs)
    for words, said in (
        (("--mapping", "recommendations", "--replace", "--no-base"), "leave out --replace, --no-base"),
        (("films", "--mapping", "recommendations"), "films is no address of a Neo4j"),
        (("--prefix", "MINE_"), "--prefix goes with --mapping"),
    ):
        code, out, err = run("publish", *words)
        assert (code, out) == (1, "")
        assert said in err
        assert everything(theirs) == before
    code, out, err = run(
        "publish", address.uri, "--mapping", "recommendations", "--prefix", "MINE_", "--recommended", "3"
    )
    assert code == 0, err
    assert "SIMILAR" in out
    code, out, err = run("cypher", "recommend", "--mapping", "recommendations", "--prefix", "MINE_", "--json")
    assert code == 0, err
    assert "MINE_SHARES_TASTE" in out
    code, out, _ = run("cypher", "recommend", "--mapping", "recommendations", "--prefix", "MINE_")
    text = "".join(line for line in out.splitlines(keepends=True) if not line.startswith((":param", "//")))
    assert len(theirs.read(text.strip().rstrip(";"), userId="3", k=5)) == 5
    assert ready_query("recommend").text not in out
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert run("unpublish")[0] == 0
    assert everything(theirs) == before
