"""One source in the place of another: what lives in a database is compared before anything is written."""

from __future__ import annotations

import pytest

from cinewalk.errors import PublishError
from cinewalk.graph.model import schema
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.neo4j.write.lock import publishing
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.recommender import Recommender
from tests.graphs import from_ratings, random_graph
from tests.neo4j_data import everything, read_graph

pytestmark = pytest.mark.integration

ROWS = [("a", "x", 5, 10), ("a", "y", 5, 20), ("b", "x", 5, 30), ("b", "z", 5, 40), ("c", "y", 5, 50)]


def refused(connection, graph, match, **options):
    """Publishing is refused by one line, and the database is as it was."""
    before = everything(connection)
    with pytest.raises(PublishError, match=match) as caught:
        publish(graph, connection, **options)
    assert "\n" not in str(caught.value)
    assert everything(connection) == before
    return str(caught.value)


@pytest.mark.fault
def test_another_source_is_refused_untouched(empty):
    publish(random_graph(1), empty, source="films")
    text = refused(empty, example_graph(), "films lives there, published 20")
    graph = random_graph(1)
    assert f"with {len(graph.users)} User, {len(graph.titles)} Title, " in text
    assert "--replace" in text
    refused(empty, example_graph(), "films lives there", base=False)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("written", "lacks"),
    [
        ("CREATE (u)-[:RATED {rating: 4.0, timestamp: datetime()}]->(t)", "1 RATED"),
        ("CREATE (u)-[:WATCHED {progress: 0.5}]->(t)", "1 WATCHED"),
        ("CREATE (u)-[:BLOCKED]->(t)", "1 BLOCKED"),
        ("CREATE (u)-[:LIKES {preference: 1.0}]->(t)", "1 LIKES"),
        ("CREATE (:User {userId: 'new'})-[:THUMBED {value: 1}]->(t)", "1 THUMBED"),
        (
            "WITH u MATCH (u)-[r:RATED]->({titleId: 'x'}) SET r.timestamp = datetime(), r.rating = 1.0",
            "1 RATED",
        ),
    ],
)
def test_an_older_source_is_refused_untouched(empty, written, lacks):
    graph = from_ratings(ROWS)
    publish(graph, empty)
    empty.write("MATCH (u:User {userId: 'a'}), (t:Title {titleId: 'z'}) " + written)
    refused(empty, graph, f"lives there, published .*, with {lacks} that the graph does not have")


def test_what_was_told_meanwhile_makes_the_source_older(neo4j_server, empty):
    graph, address = from_ratings(ROWS), neo4j_server.address()
    publish(graph, empty)
    with Recommender(address.uri, auth=(address.username, address.password)) as reco:
        reco.rate("a", "z", 5)
        refused(empty, graph, "with 1 RATED, 1 LIKES that the graph does not have")
        reco.refresh(full=True)
        publish(reco.graph, empty, update=True)
        assert read_graph(empty).equals(reco.graph)
        publish(reco.graph, empty)
    assert read_graph(empty).equals(reco.graph)


def test_a_newer_source_is_merged(empty):
    publish(from_ratings(ROWS), empty)
    newer = from_ratings([*ROWS, ("c", "z", 5, 60), ("d", "w", 5, 70), ("a", "x", 4, 80)][1:])
    publish(newer, empty)
    assert read_graph(empty).equals(newer)


def test_replacing_leaves_what_publishing_into_an_empty_one_would(empty, database):
    other = random_graph(1)
    publish(other, empty)
    whole = [row for row in everything(empty) if "run" not in row]
    database.wipe()
    publish(example_graph(), empty)
    empty.write("MATCH (u:User), (t:Title) WITH u, t LIMIT 1 MERGE (u)-[:BLOCKED]->(t)")
    found = publish(other, empty, replace=True)
    assert not found.others
    assert [row for row in everything(empty) if "run" not in row] == whole
    assert read_graph(empty).equals(other)


def test_replacing_leaves_what_others_have(empty):
    publish(random_graph(1), empty)
    empty.write(
        "CREATE (:User {userId: 'theirs'})-[:RATED {rating: 2.0}]->(:Title {titleId: 'theirs', title: 'Mine'})"
    )
    publish(example_graph(), empty, replace=True)
    (row,) = empty.read(
        "MATCH (u:User)-[r:RATED]->(t:Title {titleId: 'theirs'}) RETURN u.userId, r.rating, t.title"
    )
    assert row.values() == ["theirs", 2.0, "Mine"]
    (row,) = empty.read("MATCH (n:User) RETURN count(n) AS count")
    assert row["count"] == len(example_graph().users) + 1


def test_nodes_that_others_made_keep_what_they_say(empty):
    graph = from_ratings(ROWS)
    empty.write(
        "CREATE (:User {userId: 'a', name: 'Anna'})-[:RATED {rating: 1.0}]->(:Title {titleId: 'x', title: 'Mine'})"
    )
    publish(graph, empty)
    rows = empty.read(
        "MATCH (u:User)-[r:RATED|LIKES]->(t:Title {title: 'Mine'}) RETURN u.name AS name, properties(r) AS facts"
    )
    assert {row["name"] for row in rows} == {"Anna", None}
    theirs = [row["facts"] for row in rows if row["name"] and "rating" in row["facts"]]
    assert theirs == [{"rating": 1.0}]


@pytest.mark.fault
@pytest.mark.parametrize(
    ("written", "match"),
    [
        ("CREATE (:User {userId: 1})", "1 User there have a userId that is no text"),
        (
            "CREATE (:Title {titleId: 't'}), (:Title {titleId: 't'})",
            "several Title there have the titleId 't'",
        ),
    ],
)
def test_keys_that_would_be_there_twice_are_refused(empty, written, match):
    for row in empty.read("SHOW CONSTRAINTS YIELD name"):
        empty.write(f"DROP CONSTRAINT {row['name']}")
    empty.write(written)
    refused(empty, from_ratings([("1", "x", 5, 10)]), match)


def test_who_comes_while_another_source_is_published_is_refused_after_it(empty, monkeypatch):
    from cinewalk.loaders.neo4j.write import publish as module

    def meanwhile(connection, progress):
        monkeypatch.undo()
        publish(random_graph(1), connection)

    monkeypatch.setattr(module, "prepare", meanwhile)
    with pytest.raises(PublishError, match="lives there"):
        publish(example_graph(), empty)
    assert read_graph(empty).equals(random_graph(1))


def test_what_an_earlier_version_has_written_is_taken_as_ours(empty):
    graph = from_ratings(ROWS)
    publish(graph, empty)
    marked = everything(empty)
    empty.write("MATCH (n) WHERE n.cinewalk REMOVE n.cinewalk")
    refused(empty, example_graph(), "another source lives there")
    publish(graph, empty)
    assert [row for row in everything(empty) if "run" not in row] == [
        row for row in marked if "run" not in row
    ]


def test_a_lock_that_came_to_nothing_leaves_nothing(empty):
    before = everything(empty)
    with publishing(empty):
        pass
    assert everything(empty) == before


def written(connection, graph, **options):
    """Publish, and return how many relationships of each type were sent."""
    counts = {}

    def progress(text, done, _total):
        what, _, name = text.partition(" ")
        if what == "Writing":
            counts[name] = done

    publish(graph, connection, derived=False, progress=progress, **options)
    return {kind.type: counts[kind.type] for kind in (*schema.EVENTS, schema.LIKES) if kind.type in counts}


@pytest.mark.parametrize("replace", [False, True])
def test_what_is_there_with_the_same_values_is_not_written_again(empty, lively_graph, replace):
    assert set(written(empty, lively_graph)) == {"RATED", "WATCHED", "THUMBED", "BLOCKED", "LIKES"}
    whole = everything(empty)
    assert written(empty, lively_graph, replace=replace) == {}
    assert everything(empty) == whole


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        ("SET r.rating = 1.5", {"RATED": 1}),
        ("SET r.rating = '5'", {"RATED": 1}),
        ("REMOVE r.rating", {"RATED": 1}),
        ("REMOVE r.timestamp", {"RATED": 1}),
        ("SET r.timestamp = 10", {"RATED": 2}),  # all that one user did, as types are looked at by user
        ("SET r.timestamp = localdatetime('1970-01-01T00:00:10')", {"RATED": 2}),
        ("DELETE r", {"RATED": 1}),
        ("CREATE (u)-[:RATED {rating: 1.0}]->(t)", {"RATED": 1}),
        ("SET l.preference = 0.5", {"LIKES": 1}),
        ("SET l.rank = 7.0", {"LIKES": 1}),
        ("REMOVE l.rank", {"LIKES": 1}),
        ("DELETE l", {"LIKES": 1}),
    ],
)
def test_what_has_other_values_is_written_again(empty, change, sent):
    graph = from_ratings(ROWS)
    publish(graph, empty, derived=False)
    whole = everything(empty)
    empty.write(
        f"MATCH (u:User {{userId: 'a'}})-[r:RATED]->(t:Title {{titleId: 'x'}}), (u)-[l:LIKES]->(t) {change}"
    )
    assert written(empty, graph) == sent
    if "CREATE" in change:
        empty.write("MATCH (u:User {userId: 'a'})-[r:RATED]->(:Title {titleId: 'x'}) WITH r LIMIT 1 DELETE r")
    assert everything(empty) == whole
