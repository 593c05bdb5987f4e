"""Each figure of explanations against its definition, written out over plain lists."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph.evaluate import explanation_metrics as metrics
from cinewalk.graph.model import schema
from cinewalk.graph.model.example import example_graph
from tests.graphs import random_graph

pytestmark = pytest.mark.unit


NUMBERS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


BETAS = st.floats(0.05, 1.0)


def by_definition(values, beta):
    """``a_1 = v_1``, ``a_i = (1 - β) a_{i-1} + β v_i`` in ascending order, from 0 to 1; equal values share the last."""
    ordered = sorted(values)
    averages = [float(ordered[0])]
    for value in ordered[1:]:
        averages.append((1 - beta) * averages[-1] + beta * value)
    last = dict(zip(ordered, averages, strict=True))
    low, high = last[ordered[0]], last[ordered[-1]]
    return [(last[value] - low) / (high - low) for value in values]


@given(NUMBERS.filter(lambda values: len(set(values)) > 1), BETAS)
def test_moving_average_is_its_definition(values, beta):
    # Ties at the bottom do not move an average that starts with the value itself.
    found = metrics.moving_average(np.array(values), beta)
    np.testing.assert_allclose(found, by_definition(values, beta), atol=1e-6)


@given(NUMBERS, BETAS, st.integers(0, 10**9), st.randoms())
def test_moving_average_keeps_the_order_and_knows_no_origin(values, beta, origin, random):
    array = np.array(values)
    found = metrics.moving_average(array, beta)
    if len(set(values)) == 1:
        assert np.isnan(found).all()
        return
    assert (found.min(), found.max()) == (0.0, 1.0)
    order = np.argsort(array, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    np.testing.assert_allclose(metrics.moving_average(array + origin, beta), found, atol=1e-9)
    shuffled = random.sample(range(len(values)), len(values))
    assert metrics.moving_average(array[shuffled], beta).tolist() == found[shuffled].tolist()


def test_moving_average_by_hand():
    # 10; .5 · 10 + .5 · 20 = 15; .5 · 15 + .5 · 20 = 17.5; .5 · 17.5 + .5 · 40 = 28.75
    found = metrics.moving_average(np.array([20, 40, 10, 20]), 0.5)
    expected = [(17.5 - 10) / (28.75 - 10), 1.0, 0.0, (17.5 - 10) / (28.75 - 10)]
    assert found.tolist() == pytest.approx(expected, abs=1e-15)
    assert metrics.moving_average(np.array([3, 1, 2]), 1.0).tolist() == [1.0, 0.0, 0.5]


def test_likes_without_a_time_have_no_recency():
    unknown = schema.UNKNOWN_TIME
    found = metrics.recencies(np.array([unknown, 1_000_000_300, 1_000_000_000, unknown, 1_000_000_100]), 0.5)
    assert np.isnan(found[[0, 3]]).all()
    known = by_definition([1_000_000_300, 1_000_000_000, 1_000_000_100], 0.5)
    assert found[[1, 2, 4]].tolist() == pytest.approx(known)
    assert np.isnan(metrics.recencies(np.array([unknown, 1_000_000_000]))).all()
    assert metrics.recencies(np.empty(0, np.int64)).tolist() == []


@pytest.mark.parametrize("graph", [example_graph(), random_graph(4)], ids=["example", "random"])
def test_popularities_count_the_titles_of_each_node(graph):
    titles: dict[str, list[int]] = {
        label: [0] * len(graph.nodes[label]) for label in ("User", "Genre", "Person")
    }
    for name in ("likes", "directed", "acted_in"):
        for source in graph.relations[name].sources.tolist():
            titles["User" if name == "likes" else "Person"][source] += 1
    for genre in graph.relations["in_genre"].indices.tolist():
        titles["Genre"][genre] += 1
    found = metrics.popularities(graph, 0.3)
    assert set(found) == set(titles)
    for label, counts in titles.items():
        known = [count for count in counts if count]
        if len(set(known)) < 2:
            assert np.isnan(found[label]).all()
            continue
        averages = iter(by_definition(known, 0.3))
        expected = [next(averages) if count else np.nan for count in counts]
        np.testing.assert_allclose(found[label], expected)


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=12), st.integers(1, 6))
def test_type_diversity_is_its_definition(types, possible):
    assert metrics.type_diversity(types, possible) == len(set(types)) / min(len(types), possible)


def test_the_rest_by_hand():
    assert metrics.coverage([0.2, 0.1], 0.4) == pytest.approx((0.2 + 0.1) / 0.4)
    assert metrics.coverage([], 0.4) == 0.0
    assert metrics.replaced([1, 2, 3, 4], [4, 9, 2]) == 2
    assert metrics.replaced([1, 2], []) == 2
    assert metrics.fall(0.8, 0.2) == pytest.approx(1 - 0.2 / 0.8)
    assert metrics.mean_of_known([0.2, float("nan"), 0.4]) == pytest.approx((0.2 + 0.4) / 2)
    assert isnan(metrics.mean_of_known([float("nan")]))
    assert isnan(metrics.mean_of_known([]))
