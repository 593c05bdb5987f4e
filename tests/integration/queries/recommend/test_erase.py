"""Erased from a Neo4j is never been there."""

from __future__ import annotations

import numpy as np
import pytest

import cinewalk
from cinewalk.errors import RequestError, UnknownUserError
from cinewalk.graph.model import schema
from cinewalk.graph.model.apply_events import without_users
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.published import derived_edges
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.write.publish import publish
from tests.graphs import random_graph

pytestmark = pytest.mark.integration


def test_twenty_people_in_neo4j(neo4j_server, empty, monkeypatch):
    address = neo4j_server.address()
    for name, value in (("NEO4J_USERNAME", address.username), ("NEO4J_PASSWORD", address.password)):
        monkeypatch.setenv(name, value)
    graph = random_graph(3, users=40)
    publish(graph, empty, settings=Settings())
    people = list(graph.users.ids.ids[:20])
    with cinewalk.Recommender(address.uri) as reco:
        told = reco.erase(people[0], dry_run=True)
        assert told.dry_run
        assert reco.recommend(people[0]) is not None
        for user in people:
            erased = reco.erase(user)
            assert ("User", 1) in {row[1:] for row in erased.removed}
            with pytest.raises(UnknownUserError):
                reco.recommend(user)
        left = reco.graph
    expected = without_users(graph, people)
    for other in (left, cinewalk.load(address.uri)):
        assert other.users.ids.ids[:] == expected.users.ids.ids[:]
        for name, relation in expected.relations.items():
            assert other.relations[name].indices.tolist() == relation.indices.tolist(), name
            assert other.relations[name].indptr.tolist() == relation.indptr.tolist(), name
    rows = empty.read(
        "MATCH (user:User) WHERE user.userId IN $people RETURN count(*) AS count", people=people
    )
    assert [row["count"] for row in rows] == [0]
    assert_derived(empty, expected)


def assert_derived(connection, graph):
    """What is derived in the database is, to the last bit, what follows from a graph."""
    for edges in derived_edges(Registry(graph, Settings())):
        kind, source, target = (
            edges.kind,
            graph.nodes[edges.kind.source].ids.ids,
            graph.nodes[edges.kind.target].ids,
        )
        columns = {p.cypher: edges.properties[p.name] for p in kind.properties if p.name in edges.properties}
        wanted = {
            (source[a], target.ids[b]): {
                name: 0.0 if np.isnan(values[i]) else values[i].item() for name, values in columns.items()
            }
            for i, (a, b) in enumerate(zip(edges.sources.tolist(), edges.targets.tolist(), strict=True))
        }
        ids = [schema.NODES[label].key.cypher for label in (kind.source, kind.target)]
        rows = connection.read(
            f"MATCH (a)-[edge:{kind.type}]->(b) RETURN a.{ids[0]} AS a, b.{ids[1]} AS b, properties(edge) AS edge"
        )
        held = {(row["a"], row["b"]): {k: v for k, v in row["edge"].items() if k != "run"} for row in rows}
        assert held == wanted, kind.type
        assert len({row["edge"]["run"] for row in rows}) == (len(wanted) > 0)


def test_a_database_with_names_of_its_own_is_left_alone(monkeypatch, neo4j_server, empty):
    address = neo4j_server.address()
    for name, value in (("NEO4J_USERNAME", address.username), ("NEO4J_PASSWORD", address.password)):
        monkeypatch.setenv(name, value)
    empty.write(
        "CREATE (:User {userId: 'u1', name: 'Ann'})-[:RATED {rating: 5.0, timestamp: 900000000}]->"
        "(:Movie {movieId: 'm1', title: 'Heat', year: 1995})"
    )
    with cinewalk.Recommender(address.uri, mapping="recommendations") as reco:
        with pytest.raises(RequestError, match="names of its own"):
            reco.erase("u1")
        assert reco.history("u1")
