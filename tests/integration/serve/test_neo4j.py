"""A service on a Neo4j: what is told is written there, what others write comes with a refresh, and Browser shows it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.recommender import Recommender
from cinewalk.serve.app import app_on
from cinewalk.serve.guard import Access
from cinewalk.serve.service import ServedGraph
from tests.graphs import random_graph

pytestmark = pytest.mark.integration


def test_a_service_on_a_neo4j(neo4j_server, empty, monkeypatch):
    address = neo4j_server.address()
    for name, value in (("NEO4J_USERNAME", address.username), ("NEO4J_PASSWORD", address.password)):
        monkeypatch.setenv(name, value)
    graph = random_graph(3, users=40)
    publish(graph, empty, settings=Settings())
    expected = Recommender(graph)
    user = next(user for user in graph.users.ids.ids if len(expected.recommend(user)) > 2)
    service = ServedGraph(lambda: Recommender(address.uri), database=address.uri)
    with TestClient(app_on(service, Access()), base_url="http://localhost") as client:
        shown = client.get("/api/recommend", params={"user": user}).json()
        assert [item["title_id"] for item in shown] == [item.title_id for item in expected.recommend(user)]
        told = client.post("/api/thumb", json={"user": user, "title": shown[0]["title_id"], "thumb": "down"})
        assert told.status_code == 200, told.text
        rows = empty.read(
            "MATCH (:User {userId: $user})-[thumb:THUMBED]->(title) "
            "RETURN title.titleId AS title, thumb.value AS value",
            user=user,
        )
        assert {"title": shown[0]["title_id"], "value": -1} in [dict(row) for row in rows]
        assert client.post("/api/undo", json={"user": user}).status_code == 200
        asked = {"user": user, "title": shown[0]["title_id"]}
        link = client.get("/api/browser", params=asked).json()["address"]
        assert link.startswith(
            f"http://{address.uri.partition('://')[2].partition(':')[0]}:7474/browser/?dbms="
        )
        assert address.password not in link
        service.reload()
        assert client.get("/api/recommend", params={"user": user}).json() == shown


@pytest.mark.fault
def test_without_the_database_it_says_so(neo4j_server, empty, monkeypatch):
    address = neo4j_server.address()
    for name, value in (("NEO4J_USERNAME", address.username), ("NEO4J_PASSWORD", address.password)):
        monkeypatch.setenv(name, value)
    graph = random_graph(3, users=40)
    publish(graph, empty, settings=Settings())
    reco = Recommender(address.uri)
    with TestClient(app_on(ServedGraph(lambda: reco), Access()), base_url="http://localhost") as client:
        reco._session.live.connection.driver.close()
        user, title = graph.users.ids.ids[0], graph.titles.ids.ids[0]
        answer = client.post("/api/block", json={"user": user, "title": title})
        assert answer.status_code == 503
        assert "\n" not in answer.json()["error"]
        assert client.get("/api/recommend", params={"user": user}).status_code == 200
