"""Intervals and p-values where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.numeric.resampling import bootstrap_intervals, sign_flip_p_values

pytestmark = pytest.mark.unit


def test_an_interval_is_about_two_standard_errors_each_way():
    rng = np.random.default_rng(1)
    values = rng.normal(3.0, 2.0, (400, 2))
    low, high = bootstrap_intervals(values, np.arange(400))
    errors = values.std(axis=0) / np.sqrt(400)
    np.testing.assert_allclose(low, values.mean(axis=0) - 1.96 * errors, atol=0.15 * errors.max())
    np.testing.assert_allclose(high, values.mean(axis=0) + 1.96 * errors, atol=0.15 * errors.max())


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(200):
        low, high = bootstrap_intervals(rng.exponential(1.0, (80, 1)), np.arange(80))
        held += bool(low[0] <= 1.0 <= high[0])
    assert 0.88 <= held / 200 <= 0.98


def test_a_user_counts_once_however_many_lists_they_have():
    rng = np.random.default_rng(3)
    once = rng.normal(size=(100, 1))
    thrice = np.concatenate([once, once, once])
    one = bootstrap_intervals(once, np.arange(100))
    three = bootstrap_intervals(thrice, np.tile(np.arange(100), 3))
    np.testing.assert_allclose(one, three, atol=1e-12)


def test_the_seed_decides():
    values, users = np.random.default_rng(4).normal(size=(50, 1)), np.arange(50)
    assert (bootstrap_intervals(values, users, 1) == bootstrap_intervals(values, users, 1)).all()
    assert (bootstrap_intervals(values, users, 1) != bootstrap_intervals(values, users, 2)).any()


def test_no_rows_have_no_interval():
    assert np.isnan(bootstrap_intervals(np.empty((0, 2)), np.empty(0))).all()


@pytest.mark.parametrize("size", [1, 3, 6])
def test_differences_of_one_sign_are_as_rare_as_coins_fall(size):
    # All of one sign: only the two flips that leave all signs equal are as large, out of 2^n.
    p = sign_flip_p_values(np.arange(1.0, size + 1)[:, None], np.arange(size))
    assert p[0] == pytest.approx(2 / 2**size, abs=0.02)


def test_p_values_are_uniform_where_nothing_differs():
    rng = np.random.default_rng(5)
    p = sign_flip_p_values(rng.normal(size=(60, 300)), np.arange(60))
    assert 0.02 <= np.mean(p < 0.05) <= 0.09
    assert 0.42 <= np.mean(p < 0.5) <= 0.58


def test_a_users_lists_flip_together():
    # Three users, many copies of each: still only 2 of 8 flips are as large.
    p = sign_flip_p_values(np.ones((300, 1)), np.repeat(np.arange(3), 100))
    assert p[0] == pytest.approx(2 / 8, abs=0.02)
