"""The audit in Neo4j: over published lists the ready queries give Python's figures, and none of a small group."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from cinewalk.graph.attributes.title_attributes import creator_attribute, title_attribute
from cinewalk.graph.evaluate.disclosure import hidden_groups
from cinewalk.graph.evaluate.exposure import shares, viewers
from cinewalk.graph.evaluate.list_metrics import bubble_index
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.neo4j.write.audit import write_audit
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.audit.audit import audit
from cinewalk.queries.neo4j.audit_nodes import audit_nodes
from cinewalk.queries.neo4j.publishing import recommended
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_query
from tests import neo4j_queries as shared
from tests.neo4j_data import LISTED, read_graph
from tests.neo4j_queries import CLOSE, USERS, column, undone

pytestmark = pytest.mark.integration

ask, connection, facts = shared.ask, shared.connection, shared.facts


def lists_of(graph, k=LISTED):
    """Return everybody's list as positions."""
    found = Recommender(graph).recommend_many(k=k)
    lists = np.full((len(graph.users), k), NO_TITLE, np.int32)
    for user, items in found.items():
        titles = [graph.titles.ids.position(item.title_id) for item in items]
        lists[graph.users.ids.position(user), : len(titles)] = titles
    return lists


@pytest.fixture(scope="module")
def lists(movielens):
    return lists_of(movielens)


def same(rows, lists, graph, attribute):
    """Check rows of the query against the figures of Python over the same lists."""
    found, hidden = (
        shares(lists, graph.likes, attribute),
        hidden_groups(viewers(graph.likes, attribute), apart=False),
    )
    kept = np.flatnonzero(~hidden & (found.catalogue > 0))
    assert column(rows, "group") == [attribute.values[place] for place in kept]
    for row, place in zip(rows, kept, strict=True):
        expected = (found.exposure[place], found.catalogue[place], found.viewing[place])
        assert (row["exposure"], row["catalogue"], row["viewing"]) == pytest.approx(
            expected, rel=CLOSE, abs=1e-15
        )
        amplification = found.amplification[place]
        assert row["amplification"] == (
            None if np.isnan(amplification) else pytest.approx(amplification, rel=CLOSE)
        )
    return hidden


@pytest.mark.parametrize("by", ["decade", "genre", "kind"])
def test_exposure(ask, movielens, lists, by):
    hidden = same(ask("exposure_audit", by=by), lists, movielens, title_attribute(movielens, by))
    assert hidden.any() == (by != "kind")


def test_exposure_of_what_is_no_attribute(ask):
    assert ask("exposure_audit", by="size") == []


@pytest.mark.parametrize("user_id", USERS)
def test_bubble_index(ask, movielens, lists, user_id):
    user = np.array([movielens.users.ids.position(user_id)], np.int32)
    expected = bubble_index(lists[user], user, movielens)[0]
    rows = ask("bubble", userId=user_id, k=5)
    assert column(rows, "bubbleIndex") == [pytest.approx(expected, rel=CLOSE)] * 5


def test_without_published_lists_there_is_no_bubble_index(connection):
    with undone(connection) as run:
        run("MATCH (:User {userId: '196'})-[place:RECOMMENDED]->() DELETE place")
        rows = run(ready_query("bubble").text, userId="196", k=5)
        assert len(rows) == 5
        assert set(column(rows, "bubbleIndex")) == {None}


def plain(properties):
    return json.dumps(properties, sort_keys=True)


def test_an_audit_is_written_and_replaced(connection, movielens):
    rows = audit_nodes(audit(movielens, Settings(), walk="popularity"))
    before = connection.read("MATCH (n) WHERE NOT n:CinewalkAudit RETURN count(n) AS count")[0]["count"]
    try:
        for _ in range(2):
            write_audit(connection, rows)
            held = [dict(row["n"]) for row in connection.read("MATCH (n:CinewalkAudit) RETURN n")]
            times = {figure.pop("written") for figure in held}
            assert len(times) == 1
            assert sorted(map(plain, held)) == sorted(map(plain, rows))
        found = connection.read(
            "MATCH (f:CinewalkAudit {part: 'groups', kind: 'gender'}) RETURN f.value AS value, f.viewers AS viewers, "
            "f.ndcgAt10 AS ndcg, f.ndcgAt10Low AS low ORDER BY value"
        )
        assert [(row["value"], row["viewers"]) for row in found] == [("F", 256), ("M", 654)]
        assert all(row["low"] < row["ndcg"] for row in found)
        assert connection.read("MATCH (f:CinewalkAudit)--() RETURN f LIMIT 1") == []
        smallest = connection.read("MATCH (f:CinewalkAudit) RETURN min(f.viewers) AS least")[0]["least"]
        assert smallest >= 11
        after = connection.read("MATCH (n) WHERE NOT n:CinewalkAudit RETURN count(n) AS count")[0]["count"]
        assert after == before
        assert read_graph(connection).equals(movielens)
    finally:
        connection.write("MATCH (n:CinewalkAudit) DELETE n")


def crewed(graph):
    """Give every title of a random graph's people a gender or none."""
    from cinewalk.graph.model.builder import sorted_nodes
    from cinewalk.graph.model.relation import Relation

    groups, _ = sorted_nodes("DemographicGroup", ["gender=F", "gender=M", "genderlike=X"])
    people = len(graph.nodes["Person"])
    empty = np.empty(0, np.int64)
    relations = {
        "person_in_group": Relation.of(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2]), (people, 3)),
        "user_in_group": Relation.of(empty, empty, (len(graph.users), 3)),
    }
    nodes = MappingProxyType({**graph.nodes, "DemographicGroup": groups})
    return replace(graph.with_relations(relations), nodes=nodes)


@pytest.mark.parametrize("seed", range(3))
def test_exposure_of_creators(empty, seed):
    from tests.graphs import random_graph

    graph = crewed(random_graph(seed, users=40, titles=30))
    publish(graph, empty, recommended=lambda: recommended(Recommender(graph), 5))
    rows = [dict(row) for row in empty.read(ready_query("exposure_audit").text, by="creator.gender")]
    same(rows, lists_of(graph, 5), graph, creator_attribute(graph, "gender"))


@pytest.mark.slow
def test_publishing_with_the_audit(run, empty, neo4j_server, monkeypatch, movielens):
    address = neo4j_server.address()
    monkeypatch.setenv("NEO4J_URI", address.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", address.password)
    code, out, err = run("publish", "movielens-100k", "--no-derived", "--audit", "--json")
    assert code == 0, err
    assert json.loads(out)["nodes"]["User"] == 943
    parts = empty.read("MATCH (f:CinewalkAudit) RETURN DISTINCT f.part AS part ORDER BY part")
    assert [row["part"] for row in parts] == ["changes", "everybody", "exposure", "gaps", "groups"]
    small = empty.read(
        "MATCH (f:CinewalkAudit) WHERE f.kind = 'occupation' RETURN collect(DISTINCT f.value) AS values"
    )
    assert not {"doctor", "homemaker", "none"} & set(small[0]["values"])
