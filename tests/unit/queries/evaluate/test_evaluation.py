"""Evaluations by hand: who is evaluated, what is averaged, what is said."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import split
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.walks.base.popularity import Popularity
from cinewalk.queries.evaluate.evaluation import evaluate
from cinewalk.queries.evaluate.leaderboard import table_at
from tests.graphs import from_ratings, random_graph

pytestmark = pytest.mark.unit


#: Popularity: z has three viewers, y two, x and w one.
TRAIN = [
    ("a", "x", 5.0, 1), ("a", "w", 1.0, 1),
    ("b", "y", 5.0, 1), ("b", "z", 5.0, 1),
    ("c", "z", 5.0, 1),
    ("d", "y", 5.0, 1), ("d", "z", 5.0, 1),
    ("e", "w", 5.0, 1),
    ("f", "x", 1.0, 1),
]  # fmt: skip


def likes(graph, *pairs):
    users, titles = graph.users.ids, graph.titles.ids
    found = np.array([(users.position(u), titles.position(t)) for u, t in pairs], dtype=np.int64).reshape(
        -1, 2
    )
    n = len(found)
    return Relation.of(*found.T, graph.likes.shape, {"preference": np.ones(n), "timestamp": np.zeros(n)})


def test_by_hand():
    graph = from_ratings(TRAIN)
    # a has seen x and w: the list is z, y. c has seen z: y, then w before x by id.
    test = likes(graph, ("a", "y"), ("c", "x"), ("c", "y"))
    found = evaluate(graph, test, [Popularity(graph.likes)], [1, 2])
    row = found.to_dict()[0]
    assert row["walk"] == "popularity"
    assert row["recall@1"] == pytest.approx(1 / 2 * (0 / 1 + 1 / 2))
    assert row["recall@2"] == pytest.approx(1 / 2 * (1 / 1 + 1 / 2))
    assert row["ndcg@2"] == pytest.approx(1 / 2 * (1 / log2(3) / 1 + 1 / (1 + 1 / log2(3))))
    assert row["map@2"] == pytest.approx(1 / 2 * (1 / 1 * (1 / 2) + 1 / 2 * (1 / 1)))
    assert row["hit_rate@1"] == pytest.approx(1 / 2 * (0 + 1))
    assert row["coverage@2"] == 3 / 4
    assert row["popularity@2"] == pytest.approx(1 / 2 * ((3 + 2) / 2 + (2 + 1) / 2))
    assert row["users"] == 2
    assert row["splits"] == 1
    low, high = row["recall@2_interval"]
    assert low <= row["recall@2"] <= high


def test_who_is_not_evaluated_is_said():
    graph = from_ratings(TRAIN)
    found = evaluate(graph, likes(graph, ("a", "y"), ("f", "y")), [Popularity(graph.likes)], [1])
    assert found.users.tolist() == [graph.users.ids.position("a")]
    assert found.notes == (
        "4 users with nothing to find in test: not evaluated.",
        "1 user with likes in test but none in train: not evaluated.",
    )


def test_k_larger_than_the_catalogue_is_cut_and_said():
    graph = from_ratings(TRAIN)
    found = evaluate(graph, likes(graph, ("a", "y")), [Popularity(graph.likes)], [2, 4, 5, 1000])
    assert found.ks == (2, 4)
    assert "recall@4" in found.to_dict()[0]
    assert "k = 5 is more than the 4 titles there are, and is cut to that." in found.notes
    assert "k = 1000 is more than the 4 titles there are, and is cut to that." in found.notes
    assert "popularity reaches fewer than 4 titles for 1 user." in found.notes


@pytest.mark.parametrize("ks", [[], [0], [-1], [1.5], [True]])
def test_k_that_makes_no_sense(ks):
    graph = from_ratings(TRAIN)
    with pytest.raises(RequestError, match="k"):
        evaluate(graph, likes(graph, ("a", "y")), [Popularity(graph.likes)], ks)


def test_nothing_to_evaluate():
    graph = from_ratings(TRAIN)
    walk = Popularity(graph.likes)
    with pytest.raises(RequestError, match="no user likes something in train and something else in test"):
        evaluate(graph, likes(graph, ("f", "y")), [walk])
    with pytest.raises(RequestError, match="name each once"):
        evaluate(graph, likes(graph, ("a", "y")), [walk, walk])
    with pytest.raises(RequestError, match="none"):
        evaluate(graph, likes(graph, ("a", "y")), [])
    with pytest.raises(RequestError, match="not over the nodes"):
        evaluate(graph, likes(from_ratings(TRAIN[:4]), ("a", "y")), [walk])


def test_threads_change_nothing_and_tables_say_the_same():
    graph = random_graph(8, users=200, titles=60)
    parts = split(graph, "random", seed=2)
    walks = [Popularity(parts.train.likes)]
    one, two = (evaluate(parts.train, parts.test, walks, [5]) for _ in range(2))
    assert one.to_dict() == two.to_dict()
    frame = one.to_frame()
    assert frame["recall@5"].tolist() == [one.to_dict()[0]["recall@5"]]
    assert [frame["recall@5_low"][0], frame["recall@5_high"][0]] == one.to_dict()[0]["recall@5_interval"]
    headings, cells = table_at(one.to_dict(), 5)
    assert headings[:3] == ["Walk", "Recall", "NDCG"]
    assert cells[0][0] == "popularity"
    assert cells[0][1].startswith(f"{one.to_dict()[0]['recall@5']:.3f} (")


def test_progress_runs_from_nothing_to_everybody():
    graph = random_graph(8, users=200, titles=60)
    parts, told = split(graph, "random"), []
    found = evaluate(
        parts.train,
        parts.test,
        [Popularity(parts.train.likes)],
        [5],
        progress=lambda *said: told.append(said),
    )
    n = len(found.users)
    assert told[0] == ("Evaluating popularity", 0, n)
    assert told[-1] == ("Evaluating popularity", n, n)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
