"""The formulas of docs/evaluation.md and docs/explanations.md give what the product gives."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.evaluate import explanation_metrics
from cinewalk.graph.evaluate.metrics import accuracy, beyond_accuracy
from cinewalk.graph.evaluate.splits import askable, split
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.best_walks import best_walks
from cinewalk.graph.walks.registry import Registry

from .formulas import Case, Check, differing, source, unnoticed
from .graphs import prepared, small_graphs, viewers_of

pytestmark = pytest.mark.oracle

KS = (1, 5, 10)
OF_ONE = {"recall": "recall", "ndcg": "ndcg", "map": "average_precision", "hit_rate": "hit_rate"}
OF_ALL = {
    "coverage": "coverage",
    "gini": "gini",
    "popularity": "popularity_of",
    "novelty": "novelty",
    "diversity": "diversity",
}


def of_lists(train, test):
    """Compare what the lists of a walk find among what was held out, and what they are like."""
    walk = Registry(train, Settings()).walk("neighbours")
    lists, users = [], []
    for user in askable(train, test)[:20].tolist():
        profile = profile_of(train, user, Settings().half_life)
        titles = topk.rank(walk.run(profile).scores, profile.hidden, max(KS))[0]
        lists.append(titles)
        users.append(user)
    table = np.full((len(lists), max(KS)), -1, np.int32)
    for row, titles in zip(table, lists, strict=True):
        row[: len(titles)] = titles
    figures = accuracy(table, np.array(users, np.int32), test, KS)
    together = beyond_accuracy(table, train.likes, KS)
    for k in KS:
        for row, (user, titles) in enumerate(zip(users, lists, strict=True)):
            for name, formula in OF_ONE.items():
                wanted = test.indices[test.row(user)]
                yield Check.of(formula, (titles, wanted, k), float(figures[f"{name}@{k}"][row]))
        for name, formula in OF_ALL.items():
            if any(len(titles[:k]) > (name == "diversity") for titles in lists):
                yield Check.of(formula, (lists, k), together[f"{name}@{k}"])


def held_out(graph, kind):
    parts = split(graph, kind, seed=0)
    return prepared(parts.train), parts.test


@pytest.fixture(scope="module")
def lists():
    """Some of the small graphs, split."""
    sides = [held_out(graph, "random") for graph in small_graphs()[:4]]
    return [Case.on(train, of_lists(train, test), "walks") for train, test in sides]


@pytest.mark.parametrize("place", range(4))
def test_metrics_on_made_graphs(lists, place):
    assert not differing(source("evaluation"), lists[place])


def test_metrics_on_movielens(movielens):
    train, test = held_out(movielens, "user-time")
    assert not differing(source("evaluation"), Case.on(train, of_lists(train, test), "walks"))


@pytest.mark.slow
def test_no_number_of_the_metrics_can_be_another(lists):
    assert not unnoticed(source("evaluation"), lists)


def of_explanations(graph):
    """Compare what the best walks to the titles of lists are like."""
    popularities = explanation_metrics.popularities(graph)
    registry, types = Registry(graph, Settings()), 0
    for user in viewers_of(graph):
        profile = profile_of(graph, user, Settings().half_life)
        for name in ("neighbours", "pagerank") if len(profile.titles) else ():
            walk = registry.walk(name)
            outcome, types = walk.run(profile), len(walk.last_types)
            titles, _ = topk.rank(outcome.scores, profile.hidden, 10)
            best = [found for title in titles.tolist() if (found := best_walks(outcome, title, 1))]
            if best:
                yield from _of_walks(graph, profile, popularities, best, types)
    rng = np.random.default_rng(5)
    for size in (1, 2, 5, 30):
        values = rng.integers(0, 12, size)
        yield Check.of("m", (values,), explanation_metrics.moving_average(values))


def _of_walks(graph, profile, popularities, best, types):
    likes = graph.likes
    recencies = explanation_metrics.recencies(likes.properties["timestamp"][likes.row(profile.user)])
    mean = explanation_metrics.mean_of_known
    starts = [int(profile.titles[walk.like]) for walk in best]
    before, kinds = [(walk.label, walk.node) for walk in best], [walk.relationship for walk in best]
    yield Check.of("lir", (profile.user, starts), mean([float(recencies[walk.like]) for walk in best]))
    yield Check.of("sep", (before,), mean([float(popularities[label][node]) for label, node in before]))
    yield Check.of("etd", (kinds, types), explanation_metrics.type_diversity(kinds, types))


@pytest.fixture(scope="module")
def explanations():
    return [Case.on(graph, of_explanations(graph), "walks") for graph in small_graphs()]


@pytest.mark.parametrize("place", range(5))
def test_explanations_on_made_graphs(explanations, place):
    assert not differing(source("explanations"), explanations[place])


def test_explanations_on_movielens(movielens, movielens_walks):
    assert not differing(source("explanations"), Case(movielens_walks, [*of_explanations(movielens)]))


@pytest.mark.slow
def test_no_number_of_the_explanations_can_be_another(explanations):
    assert not unnoticed(source("explanations"), explanations)
