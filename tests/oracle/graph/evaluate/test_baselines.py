"""Baselines against their definitions, solved the plain way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.baselines import MOST_TITLES, Cosine, Ease, RP3Beta
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.walks.base.like_rows import Likes
from tests.graphs import graphs, random_graph

pytestmark = pytest.mark.oracle


def matrix(graph):
    likes = graph.likes
    dense = np.zeros(likes.shape)
    dense[likes.sources, likes.indices] = likes.properties["preference"]
    return dense


def scores_of(walk, graph):
    """The scores of every user who likes something, and those users."""
    users = np.flatnonzero(np.diff(graph.likes.indptr))
    # With a half-life this short, a baseline that looked at recency would be far off.
    return users, [walk.run(profile_of(graph, int(user), 0.5)).scores for user in users]


@given(graphs(), st.sampled_from([0.5, 20.0, 300.0]))
@settings(max_examples=40)
def test_ease_is_ridge_regression_of_each_title_on_all_others(graph, l2):
    likes = matrix(graph)
    n = likes.shape[1]
    expected = np.zeros((n, n))
    for j in range(n):
        others = np.delete(np.arange(n), j)
        x = likes[:, others]
        expected[others, j] = np.linalg.solve(x.T @ x + l2 * np.eye(n - 1), x.T @ likes[:, j])
    weights = Ease(graph.likes, l2).weights
    np.testing.assert_allclose(weights, expected, atol=1e-9)
    assert (np.diag(weights) == 0).all()


def test_ease_raises_each_persons_scores_by_one_number():
    graph = random_graph(2)
    liked = np.diff(graph.likes.reverse_indptr) > 0
    walk = Ease(graph.likes, 20.0)
    users, found = scores_of(walk, graph)
    likes = matrix(graph)
    for user, scores in zip(users, found, strict=True):
        raised = (scores - likes[user] @ walk.weights)[liked]
        assert np.ptp(raised) == pytest.approx(0, abs=1e-9)
        assert (scores[~liked] == 0).all()
        assert (scores[liked] >= 1).all()


def test_ease_refuses_what_it_cannot_hold():
    empty = np.empty(0, dtype=np.int64)
    likes = Relation.of(empty, empty, (1, MOST_TITLES + 1), {"preference": empty, "timestamp": empty})
    with pytest.raises(RequestError, match=r"too large for 12,001 of them; it goes up to 12,000"):
        Ease(likes)
    with pytest.raises(RequestError, match="above 0"):
        Ease(random_graph(1).likes, 0.0)


@given(graphs())
@settings(max_examples=40)
def test_cosine(graph):
    likes = matrix(graph)
    norms = np.linalg.norm(likes, axis=0)
    expected = (likes.T @ likes) / np.maximum(np.outer(norms, norms), 1e-300)
    for user, scores in zip(*scores_of(Cosine(graph.likes), graph), strict=True):
        np.testing.assert_allclose(scores, likes[user] @ expected, rtol=1e-5, atol=1e-6)


def test_cosine_keeps_the_nearest():
    graph = random_graph(7, users=40, titles=30, density=0.5)
    likes = matrix(graph)
    norms = np.linalg.norm(likes, axis=0)
    cosines = (likes.T @ likes) / np.maximum(np.outer(norms, norms), 1e-300)
    rows = Cosine(graph.likes, size=6).rows
    for title in range(likes.shape[1]):
        own = slice(rows.indptr[title], rows.indptr[title + 1])
        kept = np.sort(rows.values[own])[::-1]
        nearest = np.sort(cosines[title])[::-1][:6]
        np.testing.assert_allclose(kept, nearest[: len(kept)], rtol=1e-5)


@given(graphs(), st.floats(0.2, 1.2), st.floats(0.0, 0.9))
@settings(max_examples=40)
def test_rp3beta_is_three_steps_of_a_random_walk(graph, alpha, beta):
    # With preferences of 1 and 2, steps are weighted by them and degrees count edges.
    likes = matrix(graph)
    of_user, of_title = (np.maximum((likes > 0).sum(axis=axis), 1.0) for axis in (1, 0))
    to_titles = likes / of_user[:, None] ** alpha
    to_users = likes.T / of_title[:, None] ** alpha
    rows = (to_users @ to_titles) / of_title**beta
    np.fill_diagonal(rows, 0)
    walk = RP3Beta(Likes(graph.likes), alpha, beta)
    for user, scores in zip(*scores_of(walk, graph), strict=True):
        np.testing.assert_allclose(scores, likes[user] @ rows, rtol=1e-5, atol=1e-9)
