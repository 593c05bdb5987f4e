"""Small kernels against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph.model.settings import SequenceParameters, TitleParameters
from cinewalk.graph.numeric import kernels, time_ranks, topk
from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.walks.neighbours import contributions as contribution_kernels
from cinewalk.graph.walks.neighbours.sequence import Sequence
from cinewalk.graph.walks.neighbours.shared import Likes, title_neighbourhood

from ..graphs import from_ratings

pytestmark = pytest.mark.oracle

few_values = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5]), max_size=60)


@given(few_values, st.integers(0, 70), st.randoms(use_true_random=False))
def test_keep_best_is_a_sort_with_ties_by_position(values, size, random):
    order = list(range(len(values)))
    random.shuffle(order)
    indices = np.array(order, dtype=np.int32)
    scores = np.array([values[i] for i in order], dtype=np.float64)
    kept = topk.keep_best(indices, scores, len(values), size)
    expected = sorted(range(len(values)), key=lambda i: (-values[i], i))[:size]
    assert indices[:kept].tolist() == expected
    assert scores[:kept].tolist() == [values[i] for i in expected]


@given(few_values, st.integers(1, 70), st.data())
def test_rank_leaves_out_hidden_titles_and_zeros(values, size, data):
    hidden = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))), dtype=bool
    )
    found, scores = topk.rank(np.array(values, dtype=np.float64), hidden, size)
    allowed = [i for i in range(len(values)) if values[i] > 0 and not hidden[i]]
    assert found.tolist() == sorted(allowed, key=lambda i: (-values[i], i))[:size]
    assert scores.tolist() == [values[i] for i in found]


def ladder(steps):
    """Return neighbouring floating-point numbers, which are often equal once they are rooted."""
    rungs = [1.7]
    for _ in range(8):
        rungs.append(float(np.nextafter(rungs[-1], 2.0)))
    return [rungs[step] for step in steps]


@given(
    st.lists(st.integers(0, 8), max_size=80),
    st.integers(0, 6),
    st.integers(-1, 3),
    st.sampled_from([0.5, 1.0, 1.5]),
    st.randoms(use_true_random=False),
)
def test_nearest_is_a_sort_of_all_with_ties_by_position(steps, size, start, sharpness, random):
    sums = np.array(ladder(steps), dtype=np.float64)
    order = list(range(len(steps)))
    random.shuffle(order)
    indices, values = np.array(order, dtype=np.int32), np.empty(len(steps))
    none, ones = np.empty(0, np.int32), np.ones(max(len(steps), 4))
    empty = CSR(np.zeros(1, np.int64), none, np.empty(0, np.float32))
    walk = kernels.Neighbourhood(empty, empty, ones, np.empty(0), ones, sharpness, size)
    kept = kernels.nearest(start, len(steps), walk, sums.copy(), indices, values)
    others = [i for i in range(len(steps)) if i != start]
    expected = sorted(others, key=lambda i: (-(sums[i] ** sharpness), i))[:size]
    assert indices[:kept].tolist() == expected
    assert values[:kept].tolist() == [sums[i] ** sharpness for i in expected]


@given(few_values, st.integers(0, 8))
def test_enough_is_reached_by_as_many_as_are_asked_for(values, size):
    bound = topk.enough(np.array(values, dtype=np.float64), size)
    assert bound == 0.0 or sum(value >= bound for value in values) >= size


def test_recency_halves_by_rank_and_shares_ties():
    times = np.array([30, 10, 30, 20], dtype=np.int64)
    expected = [2 ** (-0.5 / 2), 2 ** (-3 / 2), 2 ** (-0.5 / 2), 2 ** (-2 / 2)]
    np.testing.assert_allclose(time_ranks.recency(times, 2.0), expected, rtol=1e-15)
    assert time_ranks.recency(times, np.inf).tolist() == [1.0] * 4
    assert len(time_ranks.recency(np.empty(0, np.int64), 2.0)) == 0


@given(st.lists(st.frozensets(st.integers(0, 20)), min_size=1, max_size=6))
def test_shared_counts_is_set_intersection(sets):
    indptr = np.concatenate(([0], np.cumsum([len(members) for members in sets]))).astype(np.int64)
    indices = np.array([member for members in sets for member in sorted(members)], dtype=np.int32)
    others = np.arange(len(sets), dtype=np.int32)
    counts = contribution_kernels.shared_counts(np.zeros_like(others), others, indptr, indices)
    assert counts.tolist() == [len(sets[0] & members) for members in sets]


@pytest.mark.parametrize(
    "nothing",
    [SequenceParameters(ahead=0.0), SequenceParameters(viewer_exponent=1000.0)],
    ids=["order", "discount"],
)
def test_steps_that_come_to_nothing_are_no_ends(nothing):
    # Thousands of them: were each an end, they would not fit where ends are kept.
    rows = [
        (f"u{user:04}", title, 5.0, 1_000_000_000 + 1000 * at)
        for user in range(5000)
        for at, title in enumerate("abc")
    ]
    likes = Likes(from_ratings(rows).likes)
    found = Sequence(likes, nothing).prepare()
    # Without a step ahead, a title leads only to those before it.
    assert found.indptr.tolist() == ([0, 0, 1, 3] if nothing.ahead == 0.0 else [0, 0, 0, 0])
    walk = title_neighbourhood(likes, TitleParameters(viewer_exponent=1000.0))
    own = slice(0, int(walk.forward.indptr[1]))
    room = np.zeros(3), np.empty(3, np.int32), np.empty(3)
    assert kernels.neighbours(0, walk.forward.indices[own], walk.forward.values[own], walk, *room) == 0
