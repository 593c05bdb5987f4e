"""Removals tried on PageRank against PageRank on the network without them."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.counterfactual import trials
from cinewalk.graph.counterfactual.rank_attempts import RankAttempts
from cinewalk.graph.counterfactual.removal import scores_without
from cinewalk.graph.counterfactual.trials import Trials
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.registry import Registry
from tests.graphs import from_ratings, random_graph

pytestmark = pytest.mark.oracle

SIZES = (0, 1, 2, 3)


def check(parts, user, sets_of_each_size, rng):
    walk = parts.walk("pagerank")
    profile = profile_of(parts.graph, user, parts.settings.half_life)
    likes, n = parts.graph.likes, len(profile.titles)
    times = likes.properties["timestamp"][likes.row(user)]
    attempts = RankAttempts(walk, profile, times, parts.settings.half_life)
    for size in SIZES[:n]:
        sets = np.array([np.sort(rng.permutation(n)[:size]) for _ in range(sets_of_each_size)], np.int32)
        tried = attempts.scores(sets.reshape(sets_of_each_size, size))
        for row, chosen in zip(tried, sets, strict=True):
            expected, _ = scores_without(parts, walk, profile, profile.titles[chosen])
            np.testing.assert_allclose(row, expected, rtol=0, atol=1e-9 * expected.max())


@pytest.mark.parametrize("half_life", [0.05, 2.0, np.inf])
@pytest.mark.parametrize("damping", [0.3, 0.9])
@pytest.mark.parametrize("density", [0.1, 0.5])
def test_tries_are_what_recomputing_comes_to(half_life, damping, density):
    rng = np.random.default_rng(1)
    parts = Registry(random_graph(7, 30, 40, density), Settings(half_life=half_life, damping=damping))
    for user in np.flatnonzero(np.diff(parts.graph.likes.indptr) > 1).tolist():
        check(parts, user, 5, rng)


def test_titles_whose_only_like_goes():
    own = [("me", title, 5, day) for day, title in enumerate("abcd")]
    others = [("you", "d", 5, 1), ("you", "x", 4.5, 2), ("they", "c", 5, 1), ("they", "y", 5, 2)]
    parts = Registry(from_ratings(own + others), Settings())
    check(parts, parts.graph.users.ids.position("me"), 12, np.random.default_rng(2))


def test_where_rows_would_need_too_much_room_each_removal_is_recomputed(monkeypatch):
    parts = Registry(random_graph(7), Settings())
    user = int(np.diff(parts.graph.likes.indptr).argmax())
    profile = profile_of(parts.graph, user, parts.settings.half_life)
    sets = np.array([[0], [1]], np.int32)
    tried = Trials(parts, parts.walk("pagerank"), profile).scores(sets)
    monkeypatch.setattr(trials, "ROOM", 0)
    monkeypatch.setattr(trials, "RankAttempts", None)
    recomputed = Trials(parts, parts.walk("pagerank"), profile).scores(sets)
    np.testing.assert_allclose(tried, recomputed, rtol=1e-9, atol=1e-14)


@pytest.mark.integration
def test_real_people(movielens):
    parts, rng = Registry(movielens, Settings()), np.random.default_rng(3)
    degrees = np.diff(movielens.likes.indptr)
    users = rng.permutation(np.flatnonzero(degrees > 1))[:6].tolist()
    for user in [
        *users,
        int(degrees.argmax()),
        int(np.flatnonzero(degrees > 1)[degrees[degrees > 1].argmin()]),
    ]:
        check(parts, user, 6, rng)
