"""The time that tuning takes, and how many trials that is."""

from __future__ import annotations

import math

import pytest

from cinewalk.queries.tune.budget import FEWEST, MOST, Budget, trials_in, trials_of

pytestmark = pytest.mark.unit


def test_time_is_divided_by_shares_and_what_a_trial_costs():
    assert trials_in(100, [1, 1], [5, 10]) == [10, 5]


def test_the_last_steps_are_left_out_where_time_is_short():
    assert trials_in(20, [1, 1], [5, 5]) == [4, 0]
    assert trials_in(10, [1, 1], [5, 5]) == [0, 0]
    assert trials_in(-5, [1, 1], [5, 5]) == [0, 0]
    assert trials_in(10, [], []) == []


def test_more_trials_than_help_are_not_planned():
    assert trials_in(1e9, [1, 2], [1, 1]) == [MOST, MOST]
    assert trials_in(60, [1], [0.0]) == [MOST]


@pytest.mark.parametrize("count", [0, 1, 5, 7, 30, 101])
def test_as_many_trials_are_planned_as_are_asked_for(count):
    planned = trials_of(count, [4, 3, 2, 1])
    assert sum(planned) == count
    assert all(number >= FEWEST for number in planned[1:] if number)


def test_what_is_left_gets_less_and_no_time_is_endless_without_seconds():
    budget = Budget(1000.0)
    first = budget.left
    assert 0 < budget.left <= first <= 1000
    assert budget.fits(1.0)
    assert not budget.fits(2000.0)
    assert Budget(math.inf).left == math.inf
