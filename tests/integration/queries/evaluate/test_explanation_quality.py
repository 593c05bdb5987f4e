"""The quality of explanations, measured in Python."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cinewalk
from cinewalk.errors import RequestError
from cinewalk.graph.counterfactual.deletion import after_deletion
from cinewalk.graph.counterfactual.removal import scores_without
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.evaluate import explanation_quality
from cinewalk.queries.evaluate.explanation_figures import FIGURES, ExplanationQuality
from cinewalk.queries.evaluate.explanation_quality import EXPLAINED, measure
from tests.graphs import OPEN, from_ratings, random_graph

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def graph():
    return random_graph(5, users=60, titles=40, density=0.4)


@pytest.fixture(scope="module")
def parts(graph):
    return Registry(prepare(Registry(graph, Settings())), Settings())


def test_figures_are_what_people_see(parts):
    """Coverage is that of ``paths`` and ``shares``, the counterfactual that of ``counterfactual()``."""
    found = measure(parts, ["blend", "pagerank"], users=8)
    reco = cinewalk.Recommender(parts.graph, settings=OPEN)
    for figures in found.figures:
        for row, user in enumerate(found.users.tolist()):
            user_id = parts.graph.users.ids.ids[user]
            items = reco.recommend(user_id, 10, walk=figures.walk)
            why = reco.explain(user_id, items[0].title_id, walk=figures.walk)
            figure = {name: float(values[row]) for name, values in figures.by_user.items()}
            for k in (3, 10, 100):
                covered = sum(path.share for path in why.paths(k))
                assert figure[f"path_coverage@{k}"] == pytest.approx(covered, abs=1e-9)
            assert figure["seed_coverage@3"] == pytest.approx(sum(r.share for r in why.shares[:3]), abs=1e-9)
            otherwise = why.counterfactual()
            # Where no removal is found, what is said of a first title removes nothing, or is nothing.
            assert figure["counterfactual_found"] == bool(otherwise and otherwise.removed)
            if otherwise and otherwise.removed:
                assert figure["counterfactual_size"] == len(otherwise.removed)
                assert figure["counterfactual_proven"] == otherwise.proven
                assert figure["counterfactual_valid"] == 1.0
            types = {
                next(why.paths()).relationships[-1] for why in explained(reco, user_id, items, figures.walk)
            }
            assert figure["etd"] == len(types) / min(len(items), figures.path_types)


def explained(reco, user_id, items, walk):
    return [reco.explain(user_id, item.title_id, walk=walk) for item in items]


def test_removals_are_recomputed(parts):
    found = measure(parts, ["blend"], users=10, removed=2)
    (figures,) = found.figures
    for row, user in enumerate(found.users.tolist()):
        profile = profile_of(parts.graph, user, 5.0)
        outcome = parts.walk("blend").run(profile)
        titles, _ = topk.rank(outcome.scores, profile.hidden, 10)
        given = np.sum(list(outcome.contributions(titles[:1]).values()), axis=0)[0]
        gone = np.sort(profile.titles[np.argsort(-given, kind="stable")[:2]])
        walk, left = after_deletion(parts, parts.walk("blend"), user, gone)
        scores, hidden = walk.run(left).scores, left.hidden.copy()
        hidden[gone] = True
        after = topk.rank(scores, hidden, 10)[0].tolist()
        figure = {name: float(values[row]) for name, values in figures.by_user.items()}
        assert figure["first_changes"] == (after[0] != titles[0])
        assert figure["list_changes"] == len(set(titles.tolist()) - set(after))
        first = int(titles[0])
        assert figure["score_falls"] == pytest.approx(1 - scores[first] / outcome.scores[first], abs=1e-9)
        for name in ("first_changes", "list_changes", "score_falls"):
            difference = figure[name] - figure[f"{name}_random"]
            assert figure[f"{name}_difference"] == pytest.approx(difference)


@pytest.mark.parametrize("name", EXPLAINED)
def test_deleting_agrees_with_recomputing(graph, name):
    parts = Registry(graph, Settings())
    walk, rng = parts.walk(name), np.random.default_rng(2)
    for user in range(0, 50, 7):
        profile = profile_of(graph, user, 5.0)
        if len(profile.titles) < 4:
            continue
        titles = np.sort(rng.choice(profile.titles, 3, replace=False))
        expected, left = scores_without(parts, walk, profile, titles)
        deleted, fresh = after_deletion(parts, walk, user, titles)
        np.testing.assert_allclose(deleted.run(fresh).scores, expected, rtol=1e-9, atol=1e-15)
        np.testing.assert_array_equal(fresh.hidden, left.hidden)


def test_a_counterfactual_that_is_not_true_is_found_out(parts, monkeypatch):
    search = explanation_quality.counterfactual

    def wrong(parts, walk, user):
        found = search(parts, walk, user)
        return None if found is None else replace(found, replacement=found.first)

    monkeypatch.setattr(explanation_quality, "counterfactual", wrong)
    (figures,) = measure(parts, ["neighbours"], users=10).figures
    known = figures.by_user["counterfactual_valid"]
    assert (known[~np.isnan(known)] == 0).all()


def test_the_same_seed_asks_the_same_people(parts):
    one, same, other = (measure(parts, ["neighbours"], users=12, seed=seed) for seed in (3, 3, 4))
    assert one.to_dict() == same.to_dict()
    assert one.users.tolist() != other.users.tolist()
    assert measure(parts, ["neighbours"]).users.tolist() == sorted(
        np.flatnonzero(np.diff(parts.graph.likes.indptr) >= 5).tolist()
    )


def test_people_with_too_few_likes_are_counted(parts):
    found = measure(parts, ["neighbours"], removed=6)
    few = int((np.diff(parts.graph.likes.indptr)[found.users] <= 6).sum())
    assert few > 0
    assert f"{few} users with no more than 6 likes: nothing removed from theirs." in found.notes
    assert np.isnan(found.figures[0].by_user["first_changes"]).sum() >= few


def test_without_times_there_is_no_recency_and_it_is_said():
    rows = [(f"u{u}", f"t{t:02}", 5.0, 0) for u in range(9) for t in range(14) if (7 * u + 5 * t + u * t) % 4]
    found = measure(Registry(from_ratings(rows), Settings()), ["neighbours"])
    row = found.to_dict()[0]
    assert (row["lir"], row["lir_interval"], row["lir_users"]) == (None, None, 0)
    assert any("no two times differ for" in note for note in found.notes)
    assert found.table()[1][-3][1] == "–"
    frame = found.to_frame()
    assert frame.columns.tolist() == ["walk", "figure", "mean", "low", "high", "users"]
    assert frame["figure"].tolist() == list(FIGURES)


@pytest.mark.parametrize(
    ("walks", "options", "message"),
    [
        (["popularity"], {}, "popularity has no walks to explain; there are blend"),
        (["ease"], {}, "ease has no walks to explain"),
        ([], {}, "the walks to measure are none"),
        (["blend", "blend"], {}, "name each once"),
        (["blend"], {"users": 0}, "users is 0"),
        (["blend"], {"removed": 0}, "removed is 0"),
    ],
)
def test_wrong_asks_say_so(parts, walks, options, message):
    with pytest.raises(RequestError, match=message):
        measure(parts, walks, **options)


def test_on_real_data_named_likes_matter_more_than_random_ones(movielens):
    parts = Registry(prepare(Registry(movielens, Settings())), Settings())
    found = measure(parts, users=40)
    assert isinstance(found, ExplanationQuality)
    (row,) = found.to_dict()
    assert row["users"] == 40
    assert row["counterfactual_valid"] == 1.0
    assert row["counterfactual_found"] > 0.95
    for name in ("first_changes", "list_changes", "score_falls"):
        low, _ = row[f"{name}_difference_interval"]
        assert low > 0
