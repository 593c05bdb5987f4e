"""The best few of many, against a sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph.numeric import topk
from tests.oracle.graph.numeric.test_kernels import few_values

pytestmark = pytest.mark.oracle


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


@given(st.lists(st.floats(0.0, 1e300), min_size=1, max_size=40), st.data())
def test_the_edge_is_what_a_partition_gives(values, data):
    size = data.draw(st.integers(1, len(values)))
    assert topk.edge_of(np.array(values) + 0.0, size) == sorted(values)[-size]


@given(st.lists(st.integers(0, 65_535), max_size=200), st.sampled_from([np.uint16, np.int32, np.int64]))
def test_sorting_is_what_numpy_does(numbers, dtype):
    values = np.array(numbers, dtype)
    order = topk.order_of(values)
    assert sorted(order.tolist()) == list(range(len(values)))
    assert values[order].tolist() == sorted(numbers)
    topk.sort(values)
    assert values.tolist() == sorted(numbers)
