"""What cinewalk has written goes again, and what others have stays as it was."""

from __future__ import annotations

import io
import json

import pytest

from cinewalk.errors import PublishError
from cinewalk.loaders.neo4j.write.audit import write_audit
from cinewalk.loaders.neo4j.write.lock import publishing
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.loaders.neo4j.write.unpublish import unpublish
from cinewalk.queries.neo4j.publishing import recommended
from cinewalk.queries.recommender import Recommender
from tests.graphs import from_ratings, random_graph
from tests.neo4j_data import everything

pytestmark = pytest.mark.integration

#: Somebody else's nodes: of other labels, of labels and keys that the graph has, too, and relationships of its types.
THEIRS = """
CREATE (u:User {userId: 'a', name: 'Anna'})-[:RATED {rating: 1.0}]->(t:Title {titleId: 'x', title: 'Mine', year: 1970}),
  (u)-[:FRIEND]->(v:User {userId: 'b'})-[:LIKES {since: 2020}]->(t),
  (t)-[:SIMILAR {score: 0.5, run: 'by hand'}]->(o:Title {name: 'no key'}), (o)-[:SAME_AS]->(t),
  (:Genre {name: 'Drama'})<-[:IN_GENRE]-(t), (:App {version: 3, cinewalk: null})-[:USES]->(u)
"""
ROWS = [("a", "x", 5, 10), ("a", "y", 5, 20), ("b", "x", 5, 30), ("b", "y", 5, 40), ("c", "x", 5, 50)]


@pytest.fixture
def bare(empty):
    """An empty database without constraints and indexes of ours, which come back when something is published."""
    unpublish(empty)
    return empty


def theirs(connection):
    """Write what others have, with an index on a key and one of theirs alone."""
    connection.write(THEIRS)
    connection.write("CREATE INDEX their_title FOR (t:Title) ON (t.titleId)")
    connection.write("CREATE INDEX their_app FOR (a:App) ON (a.version)")
    connection.read("CALL db.awaitIndexes(300)")


@pytest.fixture
def shared(bare):
    """A database that others have made."""
    theirs(bare)
    yield bare
    for name in ("their_title", "their_app"):
        bare.write(f"DROP INDEX {name} IF EXISTS")


def test_a_database_of_others_is_as_it_was(shared):
    before = everything(shared)
    graph = from_ratings(ROWS)
    lists = Recommender(graph)
    published = publish(graph, shared, recommended=lambda: recommended(lists, 1))
    write_audit(shared, [{"part": "everybody"}])
    assert everything(shared) != before
    assert published.others["Title"] == 1
    counted = unpublish(shared, dry_run=True)
    removed = unpublish(shared)
    assert everything(shared) == before
    assert counted.to_dict() | {"dry_run": False} == removed.to_dict()
    assert removed.nodes == {"CinewalkAudit": 1, "Title": 1, "User": 1}
    assert removed.relationships["RATED"] == 4
    assert removed.relationships["LIKES"] == 4
    assert "cinewalk_user_key" in removed.indexes
    assert "cinewalk_title_key" not in removed.indexes
    assert not removed.others


def test_an_empty_database_is_empty_again_and_once_more_nothing_is_done(bare):
    before = everything(bare)
    graph = random_graph(1)
    publish(graph, bare)
    removed = unpublish(bare)
    assert everything(bare) == before
    assert removed.relationships["RATED"] == len(graph.relations["rated"])
    again = unpublish(bare)
    assert (again.nodes, again.relationships, again.indexes) == ({}, {}, ())


def test_what_others_have_led_to_our_nodes_is_counted(bare):
    publish(from_ratings(ROWS), bare)
    bare.write("MATCH (t:Title {titleId: 'y'}) CREATE (:Watchlist {name: 'later'})-[:HAS]->(t)")
    removed = unpublish(bare)
    assert removed.others == {"HAS": 1}
    assert [row.values() for row in bare.read("MATCH (n) RETURN labels(n), n.name")] == [
        [["Watchlist"], "later"]
    ]


def test_after_a_publication_that_was_cut_short(bare):
    class Stop(Exception):
        pass

    def stop(description, done, total):
        if description == "Writing SIMILAR":
            raise Stop

    before = everything(bare)
    with pytest.raises(Stop):
        publish(random_graph(1), bare, progress=stop)
    unpublish(bare)
    assert everything(bare) == before


@pytest.mark.fault
def test_while_somebody_publishes_it_is_refused(bare):
    publish(from_ratings(ROWS), bare)
    with publishing(bare):
        before = everything(bare)
        with pytest.raises(PublishError, match="somebody publishes there"):
            unpublish(bare)
        assert everything(bare) == before


@pytest.mark.fault
def test_what_an_earlier_version_has_written_is_not_guessed(bare):
    publish(from_ratings(ROWS), bare, derived=False)
    bare.write("MATCH (n) WHERE n.cinewalk REMOVE n.cinewalk")
    before = everything(bare)
    with pytest.raises(PublishError, match="Publish once more with this one"):
        unpublish(bare)
    assert everything(bare) == before


def test_the_command_asks_and_says_what_it_has_removed(run, neo4j_server, bare, monkeypatch):
    address = neo4j_server.address()
    monkeypatch.setenv("NEO4J_URI", address.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", address.password)
    publish(from_ratings(ROWS), bare)
    before = everything(bare)
    for words, answer, code, said in (
        (("--dry-run",), "", 0, ""),
        ((), "", 1, "Say --yes"),
        ((), "n\n", 1, "Say --yes"),
        (("--json",), "", 1, "say --yes, or --dry-run"),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        found, _, err = run("unpublish", *words)
        assert found == code
        assert said in err
        assert everything(bare) == before
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    code, out, err = run("unpublish")
    assert code == 0, err
    assert "Removed from" in out
    assert not bare.read("MATCH (n) RETURN n")
    publish(from_ratings(ROWS), bare)
    code, out, err = run("unpublish", "--yes", "--json")
    assert code == 0, err
    assert json.loads(out)["nodes"] == {"Title": 2, "User": 3}
    assert not bare.read("MATCH (n) RETURN n")


def test_somebody_whom_a_signal_has_made_known_goes_too(neo4j_server, bare):
    publish(from_ratings(ROWS), bare)
    address = neo4j_server.address()
    with Recommender(address.uri, auth=(address.username, address.password)) as reco:
        reco.rate("somebody new", "x", 5)
    unpublish(bare)
    assert bare.read("MATCH (n) RETURN count(n) AS count")[0]["count"] == 0
