"""The nearest nodes of one start by looking at every node, against only those it leads to: to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import TitleParameters, ViewerParameters
from cinewalk.graph.numeric import kernels, nearest_bounds
from cinewalk.graph.numeric import nearest as nearest_kernels
from cinewalk.graph.numeric.bitmaps import NOBODY, bitmaps_of
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood, viewer_neighbourhood
from tests.graphs import checkerboard, random_graph

pytestmark = pytest.mark.oracle


def exact(start, targets, weights, walk):
    n = len(walk.out)
    indices, values = np.empty(n, np.int32), np.empty(n)
    kept = kernels.neighbours(start, targets, weights, walk, np.zeros(n), indices, values)
    return indices[:kept].tolist(), values[:kept].tolist()


def edges(walk, node):
    own = slice(walk.forward.indptr[node], walk.forward.indptr[node + 1])
    return walk.forward.indices[own], walk.forward.values[own]


def crowds_in(walk):
    """Return what bounds are worked out with; they count on edges that weigh 1."""
    return bitmaps_of(walk.backward, len(walk.out)) if (walk.backward.values == 1.0).all() else NOBODY


def check_all(walk):
    """Compare every node of the walk, and everybody's edges as those of somebody outside."""
    for bitmaps in (NOBODY, crowds_in(walk)):
        for node in range(len(walk.out)):
            targets, weights = edges(walk, node)
            for start in (node, -1):
                indices, values = nearest_kernels.nearest_of_many(start, targets, weights, walk, bitmaps)
                assert (indices.tolist(), values.tolist()) == exact(start, targets, weights, walk)


def walks(likes, size, exponent=0.4, sharpness=2.0):
    yield viewer_neighbourhood(likes, ViewerParameters(exponent, exponent, sharpness, 0.2, size))
    yield title_neighbourhood(likes, TitleParameters(0.5, exponent, exponent, sharpness, 0.0, size))


def ones(seed, users, titles, density):
    """Return likes that all weigh 1."""
    relation = random_graph(seed, users, titles, density).likes
    same = {"preference": np.ones(len(relation)), "timestamp": relation.properties["timestamp"]}
    return Likes(Relation.of(relation.sources, relation.indices, relation.shape, same))


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
    likes = ones(3, 80, 60, 0.3)
    assert likes.even
    for walk in walks(likes, 3):
        check_all(walk._replace(even=even))


def by_bounds(start, targets, weights, walk):
    """Return for how many bounds make exact sums necessary; 0 where they do not serve."""
    work, room = np.diff(walk.backward.indptr)[targets].sum(), np.empty(len(walk.out), np.int32)
    return len(nearest_kernels._by_bounds(start, targets, weights, walk, crowds_in(walk), work, room))


@pytest.mark.parametrize("sharpness", [0.5, 2.0])
def test_bounds_are_used_and_lose_nobody(sharpness):
    likes = ones(4, 400, 150, 0.2)
    for walk in walks(likes, 3, sharpness=sharpness):
        n = len(walk.out)
        counts = [by_bounds(node, *edges(walk, node), walk) for node in range(n)]
        assert np.mean(np.array(counts) >= 3) > 0.75  # the others lead to few
        assert max(counts) < n / 2
        check_all(walk)


def test_weights_of_somebody_outside_are_their_own():
    likes = ones(5, 300, 100, 0.2)
    walk = next(walks(likes, 4))
    weights = np.random.default_rng(0).choice([0.0, 0.25, 1.0, 1.25, 3.0], 100).astype(np.float32)
    for count in (20, 40, 100):
        targets = np.arange(count, dtype=np.int32)
        assert by_bounds(-1, targets, weights[:count], walk) >= 4
        found = nearest_kernels.nearest_of_many(-1, targets, weights[:count], walk, crowds_in(walk))
        assert (found[0].tolist(), found[1].tolist()) == exact(-1, targets, weights[:count], walk)


@pytest.mark.parametrize(
    ("targets", "weights"),
    [
        ([4, 3, 2, 1], [1, 1, 1, 1]),  # sums would be added in another order
        ([1, 2, 3, 4], [0, 0, 0, 0]),
        ([1, 2, 3, 4], [1, 1e-38, 1, 1]),
    ],
)
def test_where_bounds_do_not_serve(targets, weights):
    likes = ones(6, 300, 30, 0.3)
    walk = next(walks(likes, 2))
    walk = walk._replace(via=walk.via * 1e-170)
    targets, weights = np.array(targets, np.int32), np.array(weights, np.float32)
    found = nearest_kernels.nearest_of_many(-1, targets, weights, walk, crowds_in(walk))
    assert (found[0].tolist(), found[1].tolist()) == exact(-1, targets, weights, walk)
    assert by_bounds(-1, targets, weights, walk) == 0


@given(st.integers(0, 10**6), st.integers(1, 60), st.sampled_from([0.0, 0.4, 1.0]))
@settings(max_examples=40)
def test_a_short_list_holds_the_nearest_and_what_comes_close(seed, count, exponent):
    walk = next(walks(ones(7, 200, 60, 0.2), 3, exponent))
    rng = np.random.default_rng(seed)
    targets = np.sort(rng.permutation(60)[:count]).astype(np.int32)
    terms = rng.lognormal(0.0, 3.0, count)
    sums = np.zeros(200)
    for target, term in zip(targets, terms, strict=True):
        np.add.at(sums, edges(walk._replace(forward=walk.backward), target)[0], term)
    values, indices = sums * walk.into, np.empty(200, np.int32)
    kept = nearest_bounds.shortlist(-1, targets, terms, walk, crowds_in(walk), indices)
    wanted = np.flatnonzero((values > 0.0) & (values >= np.sort(values)[-3] * (1 - kernels.CLOSE)))
    assert set(wanted) <= set(indices[:kept].tolist())


@pytest.mark.parametrize("few", [0, 10_000])
def test_small_graphs_get_the_same_as_large_ones(monkeypatch, few):
    monkeypatch.setattr(nearest_kernels, "_FEW", few)
    likes = ones(3, 90, 60, 0.2)
    for walk in walks(likes, 7):
        for node in range(len(walk.out)):
            targets, weights = edges(walk, node)
            indices, values = nearest_kernels.nearest_nodes(node, targets, weights, walk, crowds_in(walk))
            assert (indices.tolist(), values.tolist()) == exact(node, targets, weights, walk)
