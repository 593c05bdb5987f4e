"""Likes that no event is behind count as seen, in every ready query and in a database of other names."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

import cinewalk
from cinewalk.graph.model.profile import seen
from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_query
from tests.graphs import likes_alone, random_graph
from tests.neo4j_queries import CLOSE, column, ids

pytestmark = pytest.mark.integration

#: What lists titles for a user, with the rest of its parameters.
QUERIES = {
    "recommend": {"k": 40},
    "recommend_pagerank": {"k": 40},
    "bubble": {"k": 40},
    "because_you_watched": {"rows": 3, "k": 40},
    "new_releases": {"asOf": date(2020, 1, 1), "days": 40_000, "k": 40},
    "home": {"asOf": datetime(2020, 1, 1, tzinfo=UTC), "because": 2, "k": 40},
}


def liked(graph, user):
    return {graph.titles.ids.ids[title] for title in graph.likes.indices[graph.likes.row(user)]}


@pytest.fixture
def place(empty):
    graph = likes_alone(random_graph(5, 30, 40, 0.2))
    publish(graph, empty)
    empty.read(ready_query("project_pagerank").text)
    return graph, empty


@pytest.mark.slow
def test_no_ready_query_lists_a_title_that_is_liked(place):
    graph, connection = place
    reco, shown = Recommender(graph), dict.fromkeys(QUERIES, 0)
    for user, user_id in enumerate(graph.users.ids.ids):
        likes = liked(graph, user)
        for name, parameters in QUERIES.items():
            rows = connection.read(ready_query(name).text, userId=user_id, **parameters)
            assert not set(ids(rows)) & likes, (name, user_id)
            shown[name] += len(rows)
            if name == "recommend":
                expected = reco.recommend(user_id, 40)
                assert ids(rows) == [item.title_id for item in expected]
                assert column(rows, "score") == pytest.approx([i.score for i in expected], rel=CLOSE)
        title = min(likes, default=None)
        for name in ("explain_shares", "explain_reasons", "explain_paths") if likes and user < 3 else ():
            query = ready_query(name)
            rest = {"k": 5} if "k" in query.parameters else {}
            assert connection.read(query.text, userId=user_id, titleId=title, **rest) == []
    assert all(shown.values())
    pair = list(graph.users.ids.ids[:2])
    rows = connection.read(ready_query("group_night").text, userIds=pair, k=40)
    assert rows
    assert not set(ids(rows)) & (liked(graph, 0) | liked(graph, 1))


def test_a_mapped_database_of_likes_alone(neo4j_server, empty):
    graph = random_graph(5, 60, 40, 0.2)
    rows = [
        [graph.users.ids.ids[user], graph.titles.ids.ids[title]]
        for user, title in zip(graph.likes.sources.tolist(), graph.likes.indices.tolist(), strict=True)
    ]
    empty.write(
        "UNWIND $rows AS row MERGE (p:Fan {key: row[0]}) MERGE (f:Film {key: row[1]}) "
        "CREATE (p)-[:ENJOYED {weight: 1}]->(f)",
        rows=rows,
    )
    mapping = SchemaMapping(
        labels={"User": "Fan", "Title": "Film"},
        types={"likes": "ENJOYED"},
        properties={
            "User": {"user_id": "key"},
            "Title": {"title_id": "key"},
            "likes": {"preference": "weight"},
        },
    )
    address = neo4j_server.address()
    auth = (address.username, address.password)
    with cinewalk.Recommender(address.uri, auth=auth, mapping=mapping) as reco:
        shown = 0
        for user_id, items in reco.recommend_many(k=40).items():
            titles = {item.title_id for item in items}
            assert not titles & {title for user, title in rows if user == user_id}
            assert [item.title_id for item in reco.recommend(user_id, 40)] == [i.title_id for i in items]
            shown += len(titles)
        assert shown


def test_in_movielens_each_like_has_a_rating_and_nothing_changes(movielens):
    rated = movielens.relations["rated"]
    for user in range(len(movielens.users)):
        assert np.array_equal(np.flatnonzero(seen(movielens, user)), np.sort(rated.indices[rated.row(user)]))
