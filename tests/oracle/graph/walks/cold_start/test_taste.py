"""A taste put in words against dense matrices."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.settings import PrivacyParameters, Settings
from cinewalk.graph.walks.cold_start.similar_titles import SimilarTitles
from cinewalk.graph.walks.cold_start.taste import LIFT, PRIOR, TasteWalk
from cinewalk.graph.walks.pagerank.network import WalkNetwork
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle


def dense_ranks(network, damping, restart):
    """Solve for PageRank as a system of linear equations."""
    n = len(network.rows.indptr) - 1
    steps = np.zeros((n, n))
    sources = np.repeat(np.arange(n), np.diff(network.rows.indptr))
    np.add.at(steps, (sources, network.rows.indices), network.rows.values.astype(np.float64))
    sums = steps.sum(axis=1)
    steps[sums > 0] /= sums[sums > 0, None]
    steps[sums == 0] = restart
    return np.linalg.solve(np.eye(n) - damping * steps.T, (1 - damping) * restart)


@pytest.fixture(params=[1, 2, 3])
def case(request):
    graph = random_graph(request.param, 30, 25, 0.25)
    return graph, taste_walk(graph, 0)


def taste_walk(graph, smallest):
    registry = Registry(graph, Settings(privacy=PrivacyParameters(smallest)))
    return TasteWalk(SimilarTitles.of(registry), registry.walk("pagerank"))


def restart_of(walk, seeds):
    restart = np.zeros(len(walk.pagerank.network.rows.indptr) - 1)
    for (label, position), weight in seeds.items():
        restart[walk.pagerank.network.offsets[label] + position] = weight
    return restart / restart.sum()


def expected(graph, walk, titles, others):
    n = len(graph.titles)
    rows = walk.close.rows
    close = np.zeros((n, n))
    close[np.repeat(np.arange(n), np.diff(rows.indptr)), rows.indices] = rows.values
    near = close[titles].sum(axis=0)
    first = walk.pagerank.network.offsets["Title"]
    ranks, nobody = (
        dense_ranks(walk.pagerank.network, walk.pagerank.damping, restart_of(walk, seeds))[first : first + n]
        for seeds in (others, {("User", user): 1.0 for user in range(len(graph.users))})
    )
    lifted = ranks / (nobody + PRIOR * nobody.mean()) ** LIFT
    kinds, unnamed = len({label for label, _ in others}), ~np.isin(np.arange(n), titles)
    best, best_lifted = near[unnamed].max(), lifted[unnamed].max()
    # What leads nowhere but to what is named itself adds nothing.
    parts = (near / best if best > 0 else 0 * near), (lifted / best_lifted if best_lifted > 0 else 0 * lifted)
    return (parts[0] + kinds * parts[1]) / (kinds + 1)


OTHERS = [
    {("Genre", 1): 1.0},
    {("Genre", 0): 0.25, ("Genre", 2): 0.25, ("Person", 1): 0.5},
    {("Genre", 0): 1 / 3, ("Person", 3): 1 / 3, ("DemographicGroup", 1): 1 / 3},
]


@pytest.mark.parametrize("others", OTHERS)
def test_scores_shares_and_walks(case, others):
    graph, walk = case
    titles = np.array([2, 5, 11], np.int32)
    outcome = walk.walk_from(titles, others)
    assert outcome.scores == pytest.approx(expected(graph, walk, titles, others), rel=1e-9, abs=1e-15)
    assert outcome.beyond == tuple(others)
    targets = np.flatnonzero(outcome.scores).astype(np.int32)
    parts = outcome.contributions(targets)
    assert sum(parts.values()).sum(axis=1) == pytest.approx(outcome.scores[targets], rel=1e-9)
    assert all((part >= 0).all() for part in parts.values())
    for place, target in enumerate(targets.tolist()):
        near = sum(float(paths.scores.sum()) for paths in outcome.paths(target).values())
        assert near == pytest.approx(float(parts["close-titles"][place].sum()), rel=1e-9)
        assert sum(outcome.last_steps(target).values()) == pytest.approx(1.0, rel=1e-9)


def test_from_titles_alone_it_is_what_is_close_to_them(case):
    graph, walk = case
    titles = np.array([3, 4], np.int32)
    rows = walk.close.rows
    near = np.zeros(len(graph.titles))
    for title in titles.tolist():
        row = slice(rows.indptr[title], rows.indptr[title + 1])
        near[rows.indices[row]] += rows.values[row]
    assert walk.walk_from(titles, {}).scores == pytest.approx(near, rel=1e-12, abs=1e-18)


def test_long_walks_come_best_first_and_add_up(case):
    _, walk = case
    titles, others = np.array([2], np.int32), {("Genre", 1): 1.0}
    outcome = walk.walk_from(titles, others)
    target = int(outcome.scores.argmax())
    part = float(outcome.contributions(np.array([target], np.int32))["pagerank"].sum())
    scores = [one.score for one, _ in zip(outcome.long_walks(target), range(4000), strict=False)]
    assert scores == sorted(scores, reverse=True)
    assert 0.98 * part < sum(scores) < part * (1 + 1e-9) or len(scores) < 4000


NO_TITLES = np.empty(0, np.int32)


@pytest.mark.parametrize("others", OTHERS[:2])
@pytest.mark.parametrize("few", [0, 1, 2])
def test_seeds_that_few_stand_behind_lead_over_genres_and_people_alone(case, monkeypatch, others, few):
    graph, walk = case
    apart = list(others)[:few]
    monkeypatch.setattr(TasteWalk, "few", lambda *_: apart)
    outcome = walk.walk_from(NO_TITLES, others)
    facts = WalkNetwork.of(graph, {"in_genre": 1.0, "directed": 1.0, "acted_in": 1.0})
    first, n = facts.offsets["Title"], len(graph.titles)
    wanted = np.zeros(n)
    for network, seeds in ((walk.pagerank.network, set(others) - set(apart)), (facts, set(apart))):
        own = {seed: others[seed] for seed in seeds}
        if own:
            ranks = dense_ranks(network, walk.pagerank.damping, restart_of(walk, own))
            wanted += sum(own.values()) * ranks[first : first + n]
    assert outcome.scores == pytest.approx(wanted, rel=1e-9, abs=1e-15)
    targets = np.flatnonzero(outcome.scores).astype(np.int32)
    parts = outcome.contributions(targets)["pagerank"]
    assert parts.sum(axis=1) == pytest.approx(outcome.scores[targets], rel=1e-9)
    of_apart = [outcome.beyond.index(seed) for seed in apart]
    for target in targets[:5].tolist():
        for walked, _ in zip(outcome.long_walks(target), range(300), strict=False):
            assert outcome.beyond[walked.seed] == walked.nodes[0]
            if walked.seed in of_apart:
                assert "User" not in {label for label, _ in walked.nodes}


def test_too_few_are_fewer_than_the_floor(case):
    graph, _ = case
    likes, joined = graph.likes, graph.relations["directed"]
    for person in range(len(graph.nodes["Person"])):
        titles = joined.indices[joined.row(person)].tolist()
        titles += graph.relations["acted_in"].indices[graph.relations["acted_in"].row(person)].tolist()
        fans = len(
            {fan for title in titles for fan in likes.reverse_indices[likes.reverse_row(title)].tolist()}
        )
        for smallest in (fans, fans + 1):
            few = taste_walk(graph, smallest).few([("Person", person), ("DemographicGroup", 0)])
            assert few == ([("Person", person)] if 0 < fans < smallest else [])
