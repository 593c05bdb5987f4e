"""The nearest nodes of one start by looking at every node, against only those it leads to: to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph import kernels, nearest_kernels
from cinewalk.graph.neighbours import Likes, title_neighbourhood, viewer_neighbourhood
from cinewalk.graph.network import Relation
from cinewalk.graph.settings import TitleParameters, ViewerParameters

from ..graphs import checkerboard, random_graph

pytestmark = pytest.mark.oracle


def exact(start, targets, weights, walk):
    n = len(walk.out)
    indices, values = np.empty(n, np.int32), np.empty(n)
    kept = kernels.neighbours(start, targets, weights, walk, np.zeros(n), indices, values)
    return indices[:kept].tolist(), values[:kept].tolist()


def check_all(walk):
    """Compare every node of the walk, and everybody's edges as those of somebody outside."""
    for node in range(len(walk.out)):
        own = slice(walk.forward.indptr[node], walk.forward.indptr[node + 1])
        targets, weights = walk.forward.indices[own], walk.forward.values[own]
        for start in (node, -1):
            indices, values = nearest_kernels.nearest_nodes(start, targets, weights, walk)
            assert (indices.tolist(), values.tolist()) == exact(start, targets, weights, walk)


def walks(likes, size, exponent=0.4, sharpness=2.0):
    yield viewer_neighbourhood(likes, ViewerParameters(exponent, exponent, sharpness, 0.2, size))
    yield title_neighbourhood(likes, TitleParameters(0.5, exponent, exponent, sharpness, 0.0, size))


@pytest.mark.parametrize("graph", [random_graph(1, 70, 90), random_graph(2, 80, 60, 0.3), checkerboard(60)])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_nobody_is_lost(graph, size):
    likes = Likes(graph.likes)
    for walk in walks(likes, size):
        # Most lead to as many as it takes to look at every node.
        terms = np.diff(walk.backward.indptr)[walk.forward.indices].sum()
        assert terms > nearest_kernels._WORTH * len(walk.out) ** 2
        check_all(walk)


@given(
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 9)), min_size=1, max_size=200, unique=True),
    st.sampled_from([[1.0], [2.0], [1.0, 1.25, 0.3], [1e-30, 1.0], [1e-38, 1e30]]),
    st.sampled_from([0.0, 0.4, 60.0]),
    st.sampled_from([0.5, 1.0, 2.0, 4.0]),
    st.integers(1, 4),
)
@settings(max_examples=150)
def test_any_likes(pairs, preferences, exponent, sharpness, size):
    users, titles = np.array(pairs).T
    values = np.resize(preferences, len(pairs))
    relation = Relation.of(
        users, titles, (40, 10), {"preference": values, "timestamp": np.arange(len(pairs))}
    )
    likes = Likes(relation)
    for walk in walks(likes, size, exponent, sharpness):
        check_all(walk)


@pytest.mark.parametrize("even", [True, False])
def test_where_all_are_one_it_does_not_matter_whether_that_is_known(even):
    relation = random_graph(3, 80, 60, 0.3).likes
    ones = {"preference": np.ones(len(relation.indices)), "timestamp": relation.properties["timestamp"]}
    likes = Likes(Relation.of(relation.sources, relation.indices, relation.shape, ones))
    assert likes.even
    for walk in walks(likes, 3):
        check_all(walk._replace(even=even))
