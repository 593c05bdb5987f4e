"""The sequence-aware walk for everybody at once against one title's at a time, to the last bit."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import SequenceParameters, TitleParameters
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours import sequence, sequence_kernels, sequence_pair_kernels
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood
from cinewalk.graph.walks.neighbours.sequence import Sequence, order_of
from tests.graphs import random_graph
from tests.oracle.graph.numeric.test_cooccurrence import small

pytestmark = pytest.mark.oracle

DAY = 86_400


def likes_of(pairs, shape, preferences, times):
    """Build likes from (user, title) pairs."""
    users, titles = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    properties = {"preference": np.array(preferences, dtype=float), "timestamp": np.array(times, np.int64)}
    return Likes(Relation.of(users, titles, shape, properties))


def one_by_one(likes, p):
    """Return the rows as the kernel for single titles gives them."""
    walk = title_neighbourhood(
        likes,
        TitleParameters(p.source_exponent, p.viewer_exponent, p.target_exponent, p.sharpness, 0.0, p.size),
    )
    every = np.arange(len(walk.out), dtype=np.int32)
    return sequence_kernels.sequence_rows(every, walk, order_of(likes, p), p.row_exponent)


def check_same(likes, p):
    found = Sequence(likes, p).prepare()
    for name, expected in one_by_one(likes, p)._asdict().items():
        assert np.array_equal(getattr(found, name), expected), name
    return found


def parameters(sharpness=1.5, size=5, span=3.0, ahead=2.0):
    return SequenceParameters(0.5, 0.4, 0.3, sharpness, 0.75, size, span, ahead)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("worth", [0, 1, 10**9], ids=["few alone", "both", "all columns alone"])
@pytest.mark.parametrize("graph", [random_graph(1), random_graph(2, 80, 60, 0.1)])
def test_all_at_once_is_one_by_one(monkeypatch, graph, worth, workers):
    small(monkeypatch, worth=worth)
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
    for size in (1, 5, 1000):
        for ahead in (0.0, 0.3, 1.0, 2.0):
            check_same(Likes(graph.likes), parameters(size=size, ahead=ahead))


@settings(deadline=None)
@given(
    st.sets(st.tuples(st.integers(0, 14), st.integers(0, 11)), max_size=90),
    st.randoms(use_true_random=False),
    st.sampled_from([[1.0], [1.0, 2.0, 0.5], [1.0, 2.0, 1.25, 0.3]]),
    st.integers(1, 12),
    st.sampled_from([0.5, 1.0, 1.5, 2.0]),
    st.integers(0, 20),
    st.sampled_from([0.5, 3.0, 20.0, 1e9]),
    st.sampled_from([0.0, 0.3, 1.0, 2.0]),
    st.sampled_from([(1, 1), (3, 2), (4, 8), (64, 10**9)]),
    st.integers(1, 2),
    st.booleans(),
)
def test_any_small_graph_with_ties(
    pairs, random, preferences, times, sharpness, size, span, ahead, rows, workers, short
):
    likes = likes_of(
        sorted(pairs),
        (15, 12),
        [random.choice(preferences) for _ in pairs],
        [random.randrange(times) * DAY for _ in pairs],
    )
    with pytest.MonkeyPatch.context() as patch:
        small(patch, *rows)
        patch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
        if not short:
            patch.setattr(sequence, "_SHORT", 0)
        check_same(likes, parameters(sharpness, size, span, ahead))


def test_numbers_are_those_of_the_formula():
    likes = Likes(random_graph(5, 40, 30, 0.3).likes)
    p, relation = parameters(size=1000), likes.relation
    users, titles = relation.shape
    a, ranks = np.zeros((users, titles)), np.zeros((users, titles))
    a[relation.sources, relation.indices] = relation.properties["preference"]
    ranks[relation.sources, relation.indices] = sequence.like_ranks(likes)
    later = ranks[:, None, :] - ranks[:, :, None]
    side = np.select([later > 0, later < 0], [p.ahead, 1.0], 0.5 * (1.0 + p.ahead))
    with np.errstate(divide="ignore"):
        d_u, d_i = ((a > 0).sum(axis=axis, dtype=float) for axis in (1, 0))
        out, via, into = (np.where(d > 0, d**-x, 0) for d, x in ((d_i, 0.5), (d_u, 0.4), (d_i, 0.3)))
    sums = np.einsum("vi,vj,v,vij->ij", a, a, via, side * 2.0 ** (-abs(later) / p.span))
    expected = (out[:, None] * sums * into) ** p.sharpness
    np.fill_diagonal(expected, 0.0)
    totals = expected.sum(axis=1, keepdims=True)
    expected = np.divide(expected, totals**p.row_exponent, out=np.zeros_like(expected), where=totals > 0)
    rows = Sequence(likes, p).prepare()
    found = np.zeros_like(expected)
    found[np.repeat(np.arange(titles), np.diff(rows.indptr)), rows.indices] = rows.values
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert not np.allclose(expected, expected.T)


def test_a_step_ahead_and_a_step_back_are_told_apart():
    # The way to what came later counts twice the way back; one rank halves both.
    likes = likes_of([(0, 0), (0, 1)], (1, 2), [1, 1], [0, DAY])
    rows = Sequence(likes, SequenceParameters(0.0, 0.0, 0.0, 1.0, 0.0, 1, 1.0, 2.0)).prepare()
    assert rows.indices.tolist() == [1, 0]
    assert rows.values.tolist() == [2 * 1 / 2, 1 * 1 / 2]


@pytest.mark.parametrize("ahead", [0.0, 2.0])
@pytest.mark.parametrize("even", [True, False])
def test_single_titles_and_everybody_agree_on_what_comes_to_nothing(ahead, even):
    pairs = [(u, t) for u in range(50) for t in range(4)]
    likes = likes_of(pairs, (50, 4), [1 if even else 1 + u % 2 for u, _ in pairs], [t for _, t in pairs])
    found = check_same(likes, parameters(ahead=ahead))
    assert np.diff(found.indptr).tolist() == ([0, 1, 2, 3] if ahead == 0.0 else [3, 3, 3, 3])


@pytest.mark.parametrize("kind", [np.uint16, np.uint32])
def test_times_are_twice_the_ranks_even_of_the_most_likes_that_fit(kind):
    most = sequence._SHORT
    times = np.random.default_rng(0).permutation(most)
    likes = likes_of([(0, t) for t in range(most)], (1, most), np.ones(most), times)
    names = np.random.default_rng(1).permutation(most).astype(np.int32)
    doubled = sequence.doubled_ranks(likes)
    assert doubled.dtype == np.uint16
    found = np.empty(most, kind)
    ranks = np.arange(most, dtype=np.uint16)
    sequence_pair_kernels.sort_times(doubled, likes.by_user, names, ranks, found)
    assert found.max() == 2 * (most - 1) <= np.iinfo(np.uint16).max
    assert found.tolist() == (2 * times[names]).tolist()


def test_more_likes_than_fit_into_16_bits_take_32():
    most = sequence._SHORT + 1
    likes = likes_of([(0, t) for t in range(most)], (1, most), np.ones(most), np.arange(most))
    doubled = sequence.doubled_ranks(likes)
    assert (doubled.dtype, doubled.max()) == (np.uint32, 2 * (most - 1))


def test_progress_reaches_the_end():
    told = []
    likes = Likes(random_graph(3).likes)
    Sequence(likes, parameters()).prepare(lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == likes.relation.shape[1]
    assert told == sorted(told)


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3), (3, 1), (1, 3)])
def test_graphs_without_pairs(shape):
    pairs = [(0, 0)] if shape in ((3, 1), (1, 3)) else []
    likes = likes_of(pairs, shape, np.ones(len(pairs)), np.zeros(len(pairs)))
    assert len(check_same(likes, parameters()).indices) == 0


@pytest.mark.integration
@pytest.mark.parametrize("workers", [1, 2])
def test_real_titles(movielens, monkeypatch, workers):
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
    likes = Likes(movielens.likes)
    first, again = check_same(likes, SequenceParameters()), Sequence(likes).prepare()
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
