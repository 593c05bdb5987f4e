"""Evaluations by hand: who is evaluated, what is averaged, what is said."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import split
from cinewalk.graph.model.graph import Relation
from cinewalk.graph.walks.base.popularity import Popularity
from cinewalk.queries.evaluate.evaluation import evaluate
from cinewalk.queries.evaluate.figures import Evaluation, Figures
from cinewalk.queries.evaluate.leaderboard import markdown, table_at

from ..graphs import from_ratings, random_graph

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


def figures(walk, recall, coverage):
    return Figures(walk, {"recall@1": np.array(recall)}, {"coverage@1": coverage})


def test_splits_are_averaged_over_all_their_lists():
    one = Evaluation(
        (figures("w", [1.0, 0.0], 0.2),), np.array([0, 1], np.int32), (1,), notes=("same", "first")
    )
    two = Evaluation(
        (figures("w", [0.5, 1.0, 1.0], 0.4),), np.array([0, 1, 2], np.int32), (1,), notes=("same",)
    )
    both = Evaluation.averaged([one, two])
    assert both.of("w").by_list["recall@1"].mean() == pytest.approx(1 / 5 * (1 + 0 + 0.5 + 1 + 1))
    assert both.of("w").overall["coverage@1"] == pytest.approx((0.2 + 0.4) / 2)
    assert both.users.tolist() == [0, 1, 0, 1, 2]
    assert both.splits == 2
    assert both.notes == ("same", "Split 1: first")
    assert Evaluation.averaged([one]) is one


def test_two_walks_are_compared_user_by_user():
    users = np.arange(200, dtype=np.int32)
    rng = np.random.default_rng(1)
    base = rng.random(200)
    found = Evaluation(
        (figures("w", base + 0.1, 0.2), figures("v", base, 0.2), figures("u", rng.permutation(base), 0.2)),
        users,
        (1,),
    )
    better = found.compare("w", "v").differences[0]
    assert (better.metric, better.difference) == ("recall@1", pytest.approx(0.1))
    assert better.interval == pytest.approx((0.1, 0.1))
    assert better.p == pytest.approx(1 / 10_001)
    assert found.compare("v", "w").differences[0].difference == pytest.approx(-0.1)
    like = found.compare("v", "u").differences[0]
    assert like.difference == pytest.approx(0, abs=1e-12)
    assert like.p > 0.9
    frame = found.compare("w", "v").to_frame()
    assert frame.columns.tolist() == ["metric", "difference", "low", "high", "p"]
    assert found.compare("w", "v").to_dict()["recall@1"]["difference"] == better.difference
    with pytest.raises(RequestError, match="'x' was not evaluated; there are w, v, u"):
        found.compare("w", "x")


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


def test_the_leaderboard_is_a_table_in_markdown_with_the_best_first():
    users = np.arange(2, dtype=np.int32)
    names = ("recall@1", "ndcg@1", "map@1", "hit_rate@1")
    rest = {f"{name}@1": 0.5 for name in ("coverage", "gini", "popularity", "novelty", "diversity")}
    found = Evaluation(
        tuple(
            Figures(walk, {name: np.full(2, value) for name in names}, rest)
            for walk, value in (("low", 0.1), ("high", 0.2))
        ),
        users,
        (1,),
    )
    page = markdown(found, [found.compare("high", "low")], "cinewalk evaluate x", "From x.", ["Mind this."])
    lines = page.splitlines()
    assert lines[0] == "# Leaderboard"
    rows = [line for line in lines if line.startswith(("| high |", "| low |"))]
    assert rows[0].startswith("| high | 0.200 (0.200–0.200) | 0.200 (0.200–0.200) | 0.200 | 0.200 | 0.500 |")
    assert [row.split(" | ")[0] for row in rows] == ["| high", "| low"]
    assert "## high minus low, user by user" in lines
    assert any(line.startswith("| ndcg@1 | +0.1000 |") for line in lines)
    assert lines[-1] == "- Mind this."
    assert "`cinewalk evaluate x`" in page
