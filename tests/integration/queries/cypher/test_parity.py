"""One walk model, whoever walks: NetworkX, the engine in this process, Cypher and GDS give the same scores."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from cinewalk.graph.evaluate import reference, spectral_reference
from cinewalk.graph.model import schema
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import NewcomerParameters, Settings, Weights
from cinewalk.graph.walks.base.result import united
from cinewalk.graph.walks.pagerank.network import EDGE_WEIGHTS
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_query
from tests.graphs import OPEN, checkerboard, from_ratings, random_graph, rounded_vectors
from tests.neo4j_data import read_graph

pytestmark = [pytest.mark.integration, pytest.mark.contract]

ALL = 10_000
HALF_LIFE = Settings().half_life
#: Likes alone decide, however few: what the crowd adds for newcomers is compared in test_neo4j_feeds. All parts count,
#: and Python tells every viewer that a path passes, as queries do that draw nodes.
ESTABLISHED = replace(
    OPEN, weights=Weights(0.5, 0.5, 1.0, 1.0, 0.7, 0.6, 2.0), newcomers=NewcomerParameters(enough=1)
)
GRAPHS = {
    "random": lambda: random_graph(1),
    "larger": lambda: random_graph(2, 60, 9, 0.6),
    "board": checkerboard,
    "no times": lambda: from_ratings(
        [
            ("a", "x", 5, 0),
            ("a", "y", 5, 0),
            ("b", "x", 4, 0),
            ("b", "z", 5, 0),
            ("c", "z", 5, 0),
            ("c", "w", 4, 0),
        ],
        users=["alone"],
        titles=["unseen"],
    ),
}


def blend_by_networkx(graph, user, profile):
    """Return the blend's scores by title id from the prototypes of its parts."""
    likes, node, settings = reference.likes_graph(graph.to_networkx()), ("User", user), ESTABLISHED
    seeds = reference.seed_weights(likes, node, HALF_LIFE)
    vectors, people = rounded_vectors(graph, Registry(graph, settings).subspace)
    parts = {
        "shared_viewers": reference.shared_viewers(likes, seeds, settings.shared_viewers),
        "shared_titles": reference.shared_titles(likes, node, settings.shared_titles),
        "learned_titles": reference.learned_titles(likes, seeds, settings.learned_titles),
        "learned_viewers": reference.learned_viewers(likes, node, settings.learned_viewers),
        "spectral_titles": spectral_reference.spectral_titles(
            likes, seeds, vectors, settings.spectral_titles
        ),
        "spectral_viewers": spectral_reference.spectral_viewers(
            likes, node, people, settings.spectral_viewers
        ),
        "sequence": reference.sequence(likes, seeds, settings.sequence),
    }
    weights = {name: weight for name, weight in Registry(graph, settings).weights.items() if weight > 0}
    seen = {("Title", graph.titles.ids.ids[int(t)]) for t in np.flatnonzero(profile.hidden)}
    return reference.blend([parts[name] for name in weights], seen, list(weights.values()))


def pagerank_by_networkx(graph, user, profile):
    """Return NetworkX's own personalized PageRank by title id."""
    walked = reference.walk_graph(graph.to_networkx(), EDGE_WEIGHTS)
    titles = graph.titles.ids.ids
    seeds = {
        ("Title", titles[int(t)]): float(w) for t, w in zip(profile.titles, profile.weights, strict=True)
    }
    return reference.pagerank(walked, seeds, Settings().damping)


NETWORKX = {"blend": blend_by_networkx, "pagerank": pagerank_by_networkx}
CYPHER = {"blend": "recommend", "pagerank": "recommend_pagerank"}


def by_networkx(walk, graph, connection, user):
    profile = profile_of(graph, graph.users.ids.position(user), HALF_LIFE)
    # NetworkX starts from every node, so that what cannot be reached keeps some 1e-16.
    scores = {node: score for node, score in NETWORKX[walk](graph, user, profile).items() if score > 1e-13}
    titles = enumerate(graph.titles.ids.ids)
    return {
        t: scores.get(("Title", t), 0.0)
        for place, t in titles
        if not profile.hidden[place] and scores.get(("Title", t), 0.0) > 0
    }


def by_python(walk, graph, connection, user):
    items = Recommender(graph, walk=walk, settings=ESTABLISHED).recommend(user, ALL)
    if items.walk != walk:
        return {}  # popularity has stepped in, which is no walk
    return {item.title_id: item.score for item in items}


def by_what_was_read_back(walk, graph, connection, user):
    return by_python(walk, read_graph(connection), connection, user)


def by_database(walk, graph, connection, user):
    rows = connection.read(ready_query(CYPHER[walk]).text, userId=user, k=ALL)
    return {row["titleId"]: row["score"] for row in rows}


ENGINES = [by_networkx, by_what_was_read_back, by_database]


@pytest.fixture(scope="module", params=GRAPHS)
def both(request, database):
    """A graph in memory and in the database."""
    graph = GRAPHS[request.param]()
    database.wipe()
    publish(graph, database.connection, settings=ESTABLISHED)
    database.connection.read(ready_query("project_pagerank").text)
    return graph, database.connection


@pytest.mark.parametrize("walk", CYPHER)
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
def test_every_engine_gives_the_same_scores(both, walk, engine):
    graph, connection = both
    likers = [graph.users.ids.ids[int(u)] for u in np.flatnonzero(np.diff(graph.likes.indptr))]
    for user in likers[:: max(1, len(likers) // 6)]:
        expected = by_python(walk, graph, connection, user)
        found = engine(walk, graph, connection, user)
        assert found.keys() == expected.keys()
        for title, score in expected.items():
            assert found[title] == pytest.approx(score, rel=1e-5, abs=1e-9)


def test_every_part_has_its_share_and_its_paths(both):
    graph, connection = both
    reco = Recommender(graph, settings=ESTABLISHED)
    likers = [graph.users.ids.ids[int(u)] for u in np.flatnonzero(np.diff(graph.likes.indptr))]
    for user in likers[:: max(1, len(likers) // 4)]:
        for item in reco.recommend(user, 2):
            why = reco.explain(user, item.title_id)
            here = {"userId": user, "titleId": item.title_id}
            rows = connection.read(ready_query("explain_shares").text, **here)
            assert {row["id"] for row in rows} == {reason.id for reason in why.shares}
            shares = {reason.id: reason.share for reason in why.shares}
            for row in rows:
                assert row["share"] == pytest.approx(shares[row["id"]], rel=1e-6, abs=1e-12)
            rows = connection.read(ready_query("explain_paths").text, **here, k=ALL)
            found = {
                tuple(node["userId" if "userId" in node else "titleId"] for node in row["path"].nodes): row[
                    "share"
                ]
                for row in rows
            }
            paths = list(why.paths(None))
            assert len(found) == len(paths)
            for path in paths:
                assert found[tuple(node.id for node in path.nodes)] == pytest.approx(
                    path.share, rel=1e-6, abs=1e-12
                )


def some_users(graph, count):
    return random.Random(7).sample(list(graph.users.ids.ids), count)


@pytest.mark.parametrize(("walk", "tolerance"), [("blend", 1e-6), ("pagerank", 1e-5)])
def test_fifty_real_people_get_the_same_ten_in_the_same_order(published, walk, tolerance):
    graph, connection = published
    # Nobody has named the blend: newcomers among them get what the crowd likes, too.
    reco = Recommender(graph) if walk == "blend" else Recommender(graph, walk=walk)
    if walk == "pagerank":
        connection.read(ready_query("project_pagerank").text)
    for user in some_users(graph, 50):
        expected = reco.recommend(user, 10)
        rows = connection.read(ready_query(CYPHER[walk]).text, userId=user, k=10)
        assert [row["titleId"] for row in rows] == [item.title_id for item in expected]
        scores = np.array([item.score for item in expected])
        allowed = tolerance if walk == "blend" else tolerance * scores
        assert (np.abs(np.array([row["score"] for row in rows]) - scores) <= allowed).all()


def test_every_path_exists_and_its_share_is_pythons(published):
    graph, connection = published
    reco, checked = Recommender(graph), 0
    for user in some_users(graph, 12):
        item = reco.recommend(user, 3)[2]
        profile = profile_of(graph, graph.users.ids.position(user), reco.settings.half_life)
        outcome = reco._session.snapshot.walk_for(profile, None).run(profile)
        walks = united(outcome.paths(graph.titles.ids.position(item.title_id)).values())
        rows = connection.read(ready_query("explain_paths").text, userId=user, titleId=item.title_id, k=10)
        assert len(rows) == min(10, len(walks.scores))
        for place, row in enumerate(rows):
            start, seed, viewer, end = row["path"].nodes
            assert [step.type for step in row["path"].relationships] == [schema.LIKES.type] * 3
            assert (start["userId"], end["titleId"]) == (user, item.title_id)
            assert seed["titleId"] == graph.titles.ids.ids[int(profile.titles[walks.seeds[place]])]
            assert viewer["userId"] == graph.users.ids.ids[int(walks.viewers[place])]
            assert row["share"] == pytest.approx(walks.scores[place] / item.score, rel=1e-6)
            found = connection.read(
                "MATCH (:User {userId: $a})-[:LIKES]->(:Title {titleId: $b})<-[:LIKES]-(:User {userId: $c})"
                "-[:LIKES]->(:Title {titleId: $d}) RETURN count(*) AS count",
                a=user,
                b=seed["titleId"],
                c=viewer["userId"],
                d=end["titleId"],
            )
            assert found[0]["count"] == 1
            checked += 1
    assert checked > 100


def test_shares_by_title_are_pythons(published):
    graph, connection = published
    reco = Recommender(graph)
    for user in some_users(graph, 12):
        item = reco.recommend(user, 3)[2]
        why = reco.explain(user, item.title_id)
        rows = connection.read(ready_query("explain_shares").text, userId=user, titleId=item.title_id)
        found = {(row["label"], row["id"]): (row["score"], row["share"], row["viewers"]) for row in rows}
        assert found.keys() == {(reason.label, reason.id) for reason in why.shares}
        for reason in why.shares:
            score, share, viewers = found[reason.label, reason.id]
            assert score == pytest.approx(reason.score, rel=1e-6, abs=1e-12)
            assert share == pytest.approx(reason.share, rel=1e-6, abs=1e-12)
            assert viewers == reason.viewers


@pytest.mark.parametrize("walk", ["blend", "pagerank"])
def test_a_paths_own_cypher_draws_it_and_nothing_else(published, walk):
    graph, connection = published
    reco, drawn = Recommender(graph, walk=walk, settings=OPEN), 0
    for user in some_users(graph, 6):
        why = reco.explain(user, reco.recommend(user, 1)[0].title_id)
        for path in why.paths(5):
            (row,) = connection.read(path.cypher)
            keys = [
                next(iter(node.keys() & {"userId", "titleId", "name", "personId"}))
                for node in row["path"].nodes
            ]
            assert [node[key] for node, key in zip(row["path"].nodes, keys, strict=True)] == [
                node.id for node in path.nodes
            ]
            assert [step.type for step in row["path"].relationships] == list(path.relationships)
            drawn += 1
    assert drawn == 30
