"""The search for weights: one at a time, never off the grid, and over where no single step is better."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.queries.tune.space import WEIGHT
from cinewalk.queries.tune.weight_search import WeightTrials

pytestmark = pytest.mark.unit

NAMES = ("first", "second", "third", "fourth")


def walked(value_of, known, most=1000):
    """Try everything; return the best and all that was tried."""
    tried = []

    def noted(values):
        tried.append(dict(values))
        return value_of(values)

    trials = WeightTrials(dict.fromkeys(known, WEIGHT), known, value_of(known))
    while not trials.over and trials.made < most:
        trials.make(noted)
    assert trials.made == len(tried)
    return trials.best(), tried


@pytest.mark.parametrize("seed", range(5))
def test_the_top_of_a_hill_is_found_and_no_single_step_from_it_is_better(seed):
    rng = np.random.default_rng(seed)
    top = dict(zip(NAMES, (rng.integers(0, 41, 4) / 20).tolist(), strict=True))
    curves = rng.uniform(0.5, 2.0, 4)

    def value_of(values):
        gaps = np.array([values[name] - top[name] for name in NAMES])
        # The weights pull on each other, so that no one way leads to the top.
        return -float((curves * gaps**2).sum() + 0.3 * gaps[0] * gaps[1])

    best, tried = walked(value_of, dict.fromkeys(NAMES, 0.5))
    assert best == pytest.approx(top)
    for name in NAMES:
        for step in (-WEIGHT.step, WEIGHT.step):
            assert value_of({**best, name: best[name] + step}) < value_of(best)
    assert len(tried) < 150


def test_weights_stay_in_their_range_on_its_grid_and_nothing_is_tried_twice():
    known = {"first": 0.5, "second": 1.0, "third": 0.0}
    best, tried = walked(lambda values: values["first"] - values["second"] - values["third"], known)
    assert best == {"first": 2.0, "second": 0.0, "third": 0.0}
    seen = [tuple(values.values()) for values in tried]
    assert len(set(seen)) == len(seen)
    assert tuple(known.values()) not in seen
    assert all(WEIGHT.holds(weight) for values in seen for weight in values)


def test_where_nothing_is_better_what_was_known_is_the_best():
    known = dict.fromkeys(NAMES, 1.0)
    best, tried = walked(lambda values: 0.0 * values["first"], known)
    assert best == known
    # Two ways for each weight, in steps of 0.4, 0.2, 0.1 and 0.05.
    assert len(tried) == 2 * len(NAMES) * 4


def test_weights_are_never_all_0():
    best, tried = walked(lambda values: -sum(values.values()), {"first": 0.05, "second": 0.05})
    assert sorted(best.values()) == [0.0, 0.05]
    assert all(any(values.values()) for values in tried)


def test_what_is_cut_short_is_the_best_so_far():
    best, tried = walked(lambda values: values["first"], {"first": 0.0, "second": 1.0}, most=2)
    assert best["first"] == max(values["first"] for values in tried) > 0
