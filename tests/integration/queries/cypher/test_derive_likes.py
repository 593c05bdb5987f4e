"""Likes that follow from events which somebody wrote by plain Cypher: those that Python derives."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk import Preference
from cinewalk.graph.model.builder import Edges, assemble
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.words.ready import ready_query
from tests.graphs import random_graph
from tests.integration.loaders.neo4j.write.test_many_writers import check_likes
from tests.neo4j_queries import CLOSE, column, ids

pytestmark = pytest.mark.integration

RULES = [
    Preference(),
    Preference(like_rating=3.1, like_progress=0.35, two_thumbs=2.7, per_star=0.3, rewatch=0.1),
]

#: What an application writes that knows nothing of LIKES.
WRITES = """\
MATCH (t:Title) WITH t ORDER BY t.titleId WITH collect(t) AS titles
MATCH (u:User) WITH titles, u ORDER BY u.userId WITH titles, collect(u) AS users
UNWIND range(0, 199) AS i
WITH i, users[(i * 7) % size(users)] AS u, titles[(i * 13) % size(titles)] AS t,
  datetime({epochSeconds: 1700000000 + i % 50}) AS time
CALL (i, u, t, time) {
  WITH i, u, t, time WHERE i % 4 = 0 MERGE (u)-[r:RATED]->(t) SET r += {rating: 0.5 + (i % 10) * 0.5, timestamp: time}
}
CALL (i, u, t, time) {
  WITH i, u, t, time WHERE i % 4 = 1
  MERGE (u)-[r:WATCHED]->(t) SET r += {progress: (i % 21) * 0.05, finished: i % 3, timestamp: time}
}
CALL (i, u, t, time) {
  WITH i, u, t, time WHERE i % 4 = 2 MERGE (u)-[r:THUMBED]->(t) SET r += {value: [-1, 1, 2][i % 3], timestamp: time}
}
CALL (i, u, t, time) {
  WITH i, u, t, time WHERE i % 4 = 3 AND i % 3 = 0 MERGE (u)-[r:BLOCKED]->(t) SET r += {timestamp: time}
}
"""


def with_rule(graph, rule):
    edges = {
        name: Edges(relation.sources, relation.indices, relation.properties)
        for name, relation in graph.relations.items()
        if name != "likes"
    }
    return assemble(graph.nodes, edges, rule)


def derive(connection, *users):
    (row,) = connection.write(ready_query("derive_likes").text, userIds=list(users))
    return dict(row)


@pytest.mark.parametrize("rule", RULES)
def test_they_are_those_that_python_derives(neo4j_server, empty, rule):
    publish(with_rule(random_graph(5, 40, 60, 0.2), rule), empty)
    address = neo4j_server.address()
    with cinewalk.Recommender(address.uri, auth=(address.username, address.password)) as reco:
        check_likes(empty, reco.graph)
        assert derive(empty) == {"added": 0, "changed": 0, "removed": 0}
        empty.write(WRITES)
        empty.write(
            "MATCH (u:User)-[r:RATED]->() WITH u, r ORDER BY u.userId, elementId(r) LIMIT 20 DELETE r"
        )
        empty.write("MATCH (u:User) WITH u ORDER BY u.userId LIMIT 5 SET u.maturityLimit = 12")
        empty.write("MATCH (t:Title) WITH t ORDER BY t.titleId LIMIT 30 SET t.maturity = size(t.titleId) + 6")
        done = derive(empty)
        assert min(done.values()) > 0
        assert reco.refresh()
        check_likes(empty, reco.graph)
        for user_id in reco.graph.users.ids.ids[:10]:
            likes = empty.read(
                "MATCH (:User {userId: $user})-[:LIKES]->(t) RETURN t.titleId AS id", user=user_id
            )
            row = reco.graph.likes.row(reco.graph.users.ids.position(user_id))
            liked = {reco.graph.titles.ids.ids[title] for title in reco.graph.likes.indices[row]}
            assert {each["id"] for each in likes} == liked


def test_after_it_cypher_and_python_recommend_the_same(neo4j_server, empty):
    graph = random_graph(5, 40, 60, 0.2)
    publish(graph, empty)
    address = neo4j_server.address()
    with cinewalk.Recommender(address.uri, auth=(address.username, address.password)) as reco:
        empty.write(WRITES)
        derive(empty, *graph.users.ids.ids[:20])
        derive(empty, *graph.users.ids.ids[20:])
        assert reco.refresh()
        publish(reco.graph, empty)  # the steps are those of before, until somebody publishes
        for user_id in graph.users.ids.ids:
            rows = empty.read(ready_query("recommend").text, userId=user_id, k=20)
            expected = reco.recommend(user_id, 20)
            assert ids(rows) == [item.title_id for item in expected]
            assert column(rows, "score") == pytest.approx([item.score for item in expected], rel=CLOSE)


def test_likes_that_were_given_stay(empty):
    empty.write(
        "CREATE (:User {userId: 'a'})-[:LIKES {preference: 1}]->(:Title {titleId: 'b'}), (:CinewalkRun)"
    )
    assert derive(empty) == {"added": 0, "changed": 0, "removed": 0}
    assert empty.read("MATCH ()-[r:LIKES]->() RETURN count(r) AS likes")[0]["likes"] == 1
