"""Baselines of learned factors against what they minimise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.factor_models import Bpr, ImplicitAls
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.numeric import topk
from tests.graphs import checkerboard, random_graph

pytestmark = pytest.mark.oracle


def matrix(graph):
    likes = np.zeros(graph.likes.shape)
    likes[graph.likes.sources, graph.likes.indices] = graph.likes.properties["preference"]
    return likes


def test_ials_ends_where_every_title_is_its_own_weighted_least_squares():
    graph = random_graph(3, users=40, titles=25, density=0.4)
    alpha, ridge = 3.0, 2.0
    model = ImplicitAls(graph.likes, factors=4, regularization=ridge, iterations=400, alpha=alpha)
    people, titles = (vectors.astype(float) for vectors in model.vectors)
    likes = matrix(graph)
    for title in range(likes.shape[1]):
        trust = np.where(likes[:, title] > 0, alpha * likes[:, title], 1.0)
        left = people.T @ (people * trust[:, None]) + ridge * np.eye(4)
        right = people.T @ (trust * (likes[:, title] > 0))
        np.testing.assert_allclose(titles[title], np.linalg.solve(left, right), atol=5e-3)


def test_bpr_puts_what_was_liked_before_what_was_not():
    graph = random_graph(4, users=40, titles=25, density=0.3)
    likes, (people, titles) = matrix(graph) > 0, Bpr(graph.likes, factors=16).vectors
    scores = people @ titles.T
    pairs = [
        (scores[user][liked][:, None] > scores[user][~liked][None, :]).mean()
        for user, liked in enumerate(likes)
        if liked.any() and not liked.all()
    ]
    assert np.mean(pairs) > 0.9


def test_ials_solves_the_checkerboard_with_a_penalty_of_its_size():
    graph = checkerboard()
    walk = ImplicitAls(graph.likes, factors=8, regularization=0.1)
    for user in range(len(graph.users)):
        profile = profile_of(graph, user, 5.0)
        found, _ = topk.rank(walk.run(profile).scores, profile.hidden, 1)
        assert graph.titles.ids.ids[int(found[0])] == f"t{user:02}"


@pytest.mark.parametrize("model", [ImplicitAls, Bpr])
def test_the_same_seed_learns_the_same_and_strangers_are_refused(model):
    graph = random_graph(5)
    first, second = model(graph.likes, factors=4).vectors, model(graph.likes, factors=4).vectors
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    user = int(np.flatnonzero(np.diff(graph.likes.indptr))[0])
    profile = profile_of(graph, user, 5.0)
    assert model(graph.likes, factors=4).run(profile).scores.min() >= 0
    with pytest.raises(RequestError, match="own users only"):
        model(graph.likes, factors=4).run(replace(profile, user=None))
