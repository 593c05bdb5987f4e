"""Small kernels against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph.numeric import kernels, topk
from cinewalk.graph.walks.base.shared_counts import shared_counts

pytestmark = pytest.mark.oracle


few_values = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5]), max_size=60)


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
    ones = np.ones(max(len(steps), 4))
    kept = kernels.nearest(start, 1.0, ones, sharpness, size, len(steps), sums.copy(), indices, values)
    others = [i for i in range(len(steps)) if i != start]
    expected = sorted(others, key=lambda i: (-(sums[i] ** sharpness), i))[:size]
    assert indices[:kept].tolist() == expected
    assert values[:kept].tolist() == [sums[i] ** sharpness for i in expected]


@given(few_values, st.integers(0, 8))
def test_enough_is_reached_by_as_many_as_are_asked_for(values, size):
    bound = topk.enough(np.array(values, dtype=np.float64), size)
    assert bound == 0.0 or sum(value >= bound for value in values) >= size


@given(st.lists(st.frozensets(st.integers(0, 20)), min_size=1, max_size=6))
def test_shared_counts_is_set_intersection(sets):
    indptr = np.concatenate(([0], np.cumsum([len(members) for members in sets]))).astype(np.int64)
    indices = np.array([member for members in sets for member in sorted(members)], dtype=np.int32)
    others = np.arange(len(sets), dtype=np.int32)
    counts = shared_counts(np.zeros_like(others), others, indptr, indices)
    assert counts.tolist() == [len(sets[0] & members) for members in sets]
