"""Everybody's nearest nodes at once against one node's at a time, to the last bit, and against plain sums."""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import TitleParameters, ViewerParameters
from cinewalk.graph.numeric import (
    cooccurrence,
    cooccurrence_kernels,
    kernels,
    topk_buffer_kernels,
    topk_buffers,
)
from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.numeric.cooccurrence_kernels import Incidence
from cinewalk.graph.numeric.topk_buffer_kernels import BufferArrays
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours import nearest_all
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood, viewer_neighbourhood
from tests.graphs import checkerboard, random_graph

pytestmark = pytest.mark.oracle

PREFERENCES = [1.0, 2.0, 1.25, 1.5, 0.3]


def likes_of(pairs, shape, preferences=None):
    """Build likes from (user, title) pairs; without preferences they are all 1."""
    users, titles = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    values = np.ones(len(pairs)) if preferences is None else np.array(preferences)
    properties = {"preference": values, "timestamp": np.arange(len(pairs))}
    return Likes(Relation.of(users, titles, shape, properties))


def one_by_one(walk, row_exponent):
    """Return the rows as the kernel for a single node gives them."""
    n = len(walk.out)
    rows = []
    for start in range(n):
        own = slice(walk.forward.indptr[start], walk.forward.indptr[start + 1])
        indices, values = np.empty(n, np.int32), np.empty(n)
        targets, weights = walk.forward.indices[own], walk.forward.values[own]
        kept = kernels.neighbours(start, targets, weights, walk, np.zeros(n), indices, values)
        built = kernels.empty_rows(1, walk.size, n)
        kernels.store_row(built, 0, indices, values, kept, row_exponent)
        rows.append((built.indices[:kept], built.values[:kept]))
    return rows


def check_same(walk, row_exponent):
    found = cooccurrence.nearest_of_all(walk, row_exponent)
    for start, (indices, values) in enumerate(one_by_one(walk, row_exponent)):
        own = slice(found.indptr[start], found.indptr[start + 1])
        assert found.indices[own].tolist() == indices.tolist()
        assert found.values[own].tolist() == values.tolist()
    assert found.indptr[-1] == len(found.indices) == len(found.values)
    return found


def small(patch, rows=2, worth=8, spare=1, edges=40):
    """Let small graphs go through everything that large ones go through."""
    patch.setattr(nearest_all, "_FEW_STEPS", -1)
    for name, value in {"_ROWS": rows, "_WORTH": worth, "_EDGES": edges}.items():
        patch.setattr(cooccurrence, name, value)
    for name, value in {"SPARE": spare, "_SETTLED": 4}.items():
        patch.setattr(topk_buffers, name, value)


def walks(likes, sharpness=1.5, size=5):
    yield title_neighbourhood(likes, TitleParameters(0.5, 0.5, 0.4, sharpness, 0.75, size))
    yield viewer_neighbourhood(likes, ViewerParameters(0.4, 0.4, sharpness, 0.2, size))


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("worth", [0, 1, 10**9], ids=["few alone", "both", "all columns alone"])
@pytest.mark.parametrize("graph", [random_graph(1), random_graph(2, 80, 60, 0.1), checkerboard()])
def test_all_at_once_is_one_by_one(monkeypatch, graph, worth, workers):
    small(monkeypatch, worth=worth)
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
    for size in (1, 5, 1000):
        for walk in walks(Likes(graph.likes), size=size):
            check_same(walk, 0.75)


drawn_pairs = st.sets(st.tuples(st.integers(0, 14), st.integers(0, 11)), max_size=90)


@settings(deadline=None)
@given(
    drawn_pairs,
    st.randoms(use_true_random=False),
    st.booleans(),
    st.sampled_from([0.5, 1.0, 1.5, 2.0]),
    st.integers(0, 20),
    st.sampled_from([(1, 1), (3, 2), (4, 8), (64, 10**9)]),
    st.integers(1, 2),
)
def test_any_small_graph_with_ties_and_preferences(pairs, random, even, sharpness, size, rows, workers):
    preferences = None if even else [random.choice(PREFERENCES) for _ in pairs]
    likes = likes_of(sorted(pairs), (15, 12), preferences)
    with pytest.MonkeyPatch.context() as patch:
        small(patch, *rows)
        patch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
        for walk in walks(likes, sharpness, size):
            check_same(walk, 0.5)


def test_weights_of_edges_that_are_known_to_be_1_are_not_looked_at():
    likes = Likes(random_graph(2, 80, 60, 0.1).likes)
    even = Likes(replace(likes.relation, properties={"preference": np.ones(len(likes.relation), np.float32)}))
    wild = Likes(
        replace(even.relation, properties={"preference": np.full(len(likes.relation), np.nan, "f4")})
    )
    for told, read in zip(walks(even), walks(wild), strict=True):
        expected = check_same(told._replace(even=True), 0.75)
        found = cooccurrence.nearest_of_all(read._replace(even=True), 0.75)
        assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))


@pytest.mark.parametrize("kind", [np.uint16, np.int32])
@settings(deadline=None)
@given(st.sets(st.integers(0, 40_000)), st.sampled_from([64, 4_096, 40_001]))
def test_a_middle_nodes_entries_are_sorted_whatever_they_are(kind, positions, size):
    some = np.random.default_rng(0).permutation([p for p in sorted(positions) if p < size]).astype(np.int32)
    rank = np.random.default_rng(1).permutation(size).astype(np.int32)
    values = np.random.default_rng(2).random(len(some)).astype(np.float32)
    rows = CSR(np.array([0, 0, len(some)]), some, values)
    ranks, weights = np.empty(len(some), kind), np.empty(len(some), np.float32)
    cooccurrence_kernels.sort_by_rank(rank, rows, False, ranks, weights)
    order = np.argsort(rank[some])
    assert ranks.tolist() == rank[some][order].tolist()
    assert weights.tolist() == values[order].tolist()


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=60),
    st.integers(0, 60),
    st.integers(1, 100),
    st.integers(0, 2_000),
)
def test_blocks_are_all_rows_once_and_no_larger_than_they_may_be(degrees, dense, edges, middles):
    busiest_first = np.sort(degrees)[::-1]
    begins, dense, nothing = (
        np.concatenate(([0], np.cumsum(busiest_first))),
        min(dense, len(degrees)),
        np.empty(0),
    )
    shared = Incidence(
        begins, nothing, nothing, np.empty(middles), np.arange(len(degrees)), begins, 0, begins[:0]
    )
    with pytest.MonkeyPatch.context() as patch:
        small(patch, 3, edges=edges)
        blocks = cooccurrence._blocks(shared, dense)
    assert [row for first, last in blocks for row in range(first, last)] == list(range(len(degrees)))
    for first, last in blocks:
        assert last - first == 1 or begins[last] - begins[first] <= edges
        assert not first < dense < last


def test_numbers_are_those_of_the_formula():
    graph = random_graph(5, 40, 30, 0.3)
    likes = Likes(graph.likes)
    p = TitleParameters(0.6, 0.3, 0.2, 1.5, 0.5, 1000)
    rows = cooccurrence.nearest_of_all(title_neighbourhood(likes, p), p.row_exponent)
    a = np.zeros(graph.likes.shape)
    a[graph.likes.sources, graph.likes.indices] = graph.likes.properties["preference"]
    with np.errstate(divide="ignore"):
        users, titles = ((a > 0).sum(axis=axis, dtype=float) for axis in (1, 0))
        out, via, into = (np.where(d > 0, d**-x, 0) for d, x in ((titles, 0.6), (users, 0.3), (titles, 0.2)))
    expected = (out[:, None] * (a.T @ (via[:, None] * a)) * into[None, :]) ** 1.5
    np.fill_diagonal(expected, 0.0)
    sums = expected.sum(axis=1, keepdims=True)
    expected = np.divide(expected, sums**0.5, out=np.zeros_like(expected), where=sums > 0)
    found = np.zeros_like(expected)
    sources = np.repeat(np.arange(len(titles)), np.diff(rows.indptr))
    found[sources, rows.indices] = rows.values
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_pair_has_one_sum_whichever_side_is_asked():
    rng = np.random.default_rng(0)
    pairs = [(u, t) for u in range(40) for t in range(12) if rng.random() < 0.5]
    likes = likes_of(pairs, (40, 12), rng.choice(PREFERENCES, len(pairs)))
    walk = title_neighbourhood(likes, TitleParameters(0.0, 0.5, 0.0, 1.0, 0.0, 11))
    dense = np.zeros((12, 12))
    for start, (indices, values) in enumerate(one_by_one(walk, 0.0)):
        dense[start, indices] = values
    assert np.array_equal(dense, dense.T)


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=12, max_size=12), st.permutations(range(12)), st.integers(1, 11))
def test_offers_that_come_to_the_same_when_sharpened_are_sorted_out_by_position(steps, names, size):
    # Neighbouring floating-point numbers: their roots are often equal.
    value = 1.7
    ladder = [value]
    for _ in range(6):
        value = float(np.nextafter(value, 2.0))
        ladder.append(value)
    sums, others = np.array([ladder[step] for step in steps]), np.array(names, dtype=np.int32)
    filled, least = np.array([12], np.int32), np.array([5e-324])
    starts, one = np.array([0, 12]), np.ones(1)
    own = BufferArrays(one, one, starts, others.copy(), sums.copy(), filled, least, 0.5, size, 12)
    topk_buffer_kernels.compact(0, own)
    expected = sorted(range(12), key=lambda c: (-(sums[c] ** 0.5), others[c]))[:size]
    assert filled[0] == size
    assert sorted(own.others[:size].tolist()) == sorted(others[expected].tolist())
    assert least[0] <= sums[expected].min()


@pytest.mark.parametrize("workers", [1, 2])
def test_each_pair_once_for_several_walks_gives_what_each_finds_alone(monkeypatch, workers):
    small(monkeypatch)
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
    likes = Likes(random_graph(2, 80, 60, 0.1).likes)
    ways = [(0.4, 2.0, 5), (0.5, 1.0, 9), (0.0, 0.5, 1000)]
    several = [viewer_neighbourhood(likes, ViewerParameters(0.4, *way[:2], 0.0, way[2])) for way in ways]
    together = cooccurrence.nearest_by_each([cooccurrence.NearestQuery(walk, 0.5) for walk in several])
    for walk, rows in zip(several, together, strict=True):
        alone = check_same(walk, 0.5)
        assert all(np.array_equal(one, other) for one, other in zip(rows, alone, strict=True))


def test_progress_reaches_the_end():
    told = []
    for walk in walks(Likes(random_graph(3).likes)):
        cooccurrence.nearest_of_all(walk, 0.0, lambda done, total: told.append((done, total)))
        assert told[-1][0] == told[-1][1] == len(walk.out)
        assert told == sorted(told)
        told.clear()


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3), (3, 1), (1, 3)])
def test_graphs_without_pairs(shape):
    pairs = [(0, 0)] if shape in ((3, 1), (1, 3)) else []
    for walk in walks(likes_of(pairs, shape)):
        assert len(cooccurrence.nearest_of_all(walk, 0.5).indices) == 0


@pytest.mark.integration
@pytest.mark.parametrize("workers", [1, 2])
def test_real_titles_and_people(movielens, monkeypatch, workers):
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
    for walk in walks(Likes(movielens.likes), size=300):
        first, again = check_same(walk, 0.75), cooccurrence.nearest_of_all(walk, 0.75)
        assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
