"""Gains and their errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cinewalk.queries.tune.gain import Gain, TriedStep

pytestmark = pytest.mark.unit


def test_the_error_is_that_of_the_mean_of_paired_differences():
    before, after = np.array([0.2, 0.4, 0.1, 0.3]), np.array([0.3, 0.5, 0.1, 0.5])
    gain = Gain.of(after, before)
    assert gain.mean == pytest.approx((0.1 + 0.1 + 0.0 + 0.2) / 4)
    assert gain.error == pytest.approx(math.sqrt((0 + 0 + 0.01 + 0.01) / 3) / math.sqrt(4))
    assert gain.is_real
    assert gain.is_sure
    assert not Gain(0.0015, 0.001).is_sure


def test_a_gain_below_its_error_is_not_real():
    assert not Gain.of(np.array([1.0, 0.0, 0.1]), np.array([0.0, 1.0, 0.0])).is_real
    assert not Gain.of(np.zeros(3), np.zeros(3)).is_real
    assert not Gain.of(np.array([1.0]), np.array([0.0])).is_real


def test_what_was_tried_is_said_with_its_error():
    tried = TriedStep("learned_titles", 4, {"size": 300, "ridge": 2.5}, Gain(0.0012, 0.0003))
    assert str(tried) == "learned_titles: 4 trials, +0.0012 ± 0.0003, size 300, ridge 2.5"
    assert str(TriedStep("weights", 1, {}, Gain(0.0, 0.1))).endswith(
        "1 trial, +0.0000 ± 0.1000, left as it was"
    )
    assert tried.to_dict()["gain"] == {"mean": 0.0012, "error": 0.0003}
