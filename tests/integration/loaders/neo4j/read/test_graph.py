"""Graphs read back from a real Neo4j: what was published, and what others wrote."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from cinewalk.graph.attributes.privacy import smallest_of
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, Preference
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import Prepared, PrivacyParameters, Settings
from cinewalk.loaders.neo4j.server.connection import connect
from tests.graphs import graphs, random_graph
from tests.integration.loaders.neo4j.read.others import MOMENT, SECONDS
from tests.neo4j_data import read_graph

pytestmark = pytest.mark.integration


# What was published


def test_the_example_comes_back_byte_for_byte(database):
    database.publish(example_graph())
    found = database.load()
    assert found.equals(example_graph())
    assert found.preference == DEFAULT_PREFERENCE


@pytest.mark.parametrize("derived", [False, True])
def test_how_few_may_be_told_comes_back(database, derived):
    for smallest in (20, 0, 5):
        kept = Prepared(Settings(privacy=PrivacyParameters(smallest)), {})
        database.publish(replace(example_graph(), prepared=kept), derived=derived)
        assert smallest_of(database.load()) == smallest


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
    graph = replace(before.with_relations({"likes": likes}), preference=None)
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


def test_reading_tells_how_far_it_is(database):
    database.publish(example_graph(), derived=False)
    told = []
    with connect(database.uri, database.auth) as connection:
        read_graph(connection, progress=lambda *words: told.append(words))
    assert ("Reading RATED relationships", 15, 15) in told


def test_graphs_know_what_the_preference_was(database):
    graph = replace(example_graph(), preference=Preference(like_progress=0.5))
    database.publish(graph)
    assert database.load().preference == graph.preference
