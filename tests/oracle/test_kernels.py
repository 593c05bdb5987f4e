"""Small kernels against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph import contribution_kernels, kernels

pytestmark = pytest.mark.oracle

few_values = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5]), max_size=60)


@given(few_values, st.integers(0, 70), st.randoms(use_true_random=False))
def test_keep_best_is_a_sort_with_ties_by_position(values, size, random):
    order = list(range(len(values)))
    random.shuffle(order)
    indices = np.array(order, dtype=np.int32)
    scores = np.array([values[i] for i in order], dtype=np.float64)
    kept = kernels.keep_best(indices, scores, len(values), size)
    expected = sorted(range(len(values)), key=lambda i: (-values[i], i))[:size]
    assert indices[:kept].tolist() == expected
    assert scores[:kept].tolist() == [values[i] for i in expected]


@given(few_values, st.integers(1, 70), st.data())
def test_rank_leaves_out_hidden_titles_and_zeros(values, size, data):
    hidden = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))), dtype=bool
    )
    found, scores = kernels.rank(np.array(values, dtype=np.float64), hidden, size)
    allowed = [i for i in range(len(values)) if values[i] > 0 and not hidden[i]]
    assert found.tolist() == sorted(allowed, key=lambda i: (-values[i], i))[:size]
    assert scores.tolist() == [values[i] for i in found]


def test_recency_halves_by_rank_and_shares_ties():
    times = np.array([30, 10, 30, 20], dtype=np.int64)
    expected = [2 ** (-0.5 / 2), 2 ** (-3 / 2), 2 ** (-0.5 / 2), 2 ** (-2 / 2)]
    np.testing.assert_allclose(kernels.recency(times, 2.0), expected, rtol=1e-15)
    assert kernels.recency(times, np.inf).tolist() == [1.0] * 4
    assert len(kernels.recency(np.empty(0, np.int64), 2.0)) == 0


@given(st.lists(st.frozensets(st.integers(0, 20)), min_size=1, max_size=6))
def test_shared_counts_is_set_intersection(sets):
    indptr = np.concatenate(([0], np.cumsum([len(members) for members in sets]))).astype(np.int64)
    indices = np.array([member for members in sets for member in sorted(members)], dtype=np.int32)
    others = np.arange(len(sets), dtype=np.int32)
    counts = contribution_kernels.shared_counts(np.zeros_like(others), others, indptr, indices)
    assert counts.tolist() == [len(sets[0] & members) for members in sets]
