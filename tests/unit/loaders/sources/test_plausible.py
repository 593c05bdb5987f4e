"""From which rating on something is a like, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.loaders.sources.plausible import preference_for

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("limits", "ratings", "bar"),
    [
        ((0.5, 5.0), [3, 3.5, 4.5], 4.0),
        ((1.0, 5.0), [1, 5], 4.0),
        ((1.0, 10.0), [1, 6, 7, 10], 7.0),
        ((1.0, 10.0), [1, 6, 8, 10], 8.0),
        ((0.0, 100.0), [4, 17.9, 60, 61], 60.0),
        ((0.0, 100.0), [4, 59.9, 60.5], 60.5),
        ((-10.0, 10.0), [-9.5, 1.9, 2.25], 2.25),
        ((0.0, 5.0), [2.5, 3, 4], 3.0),
        ((0.0, 1.0), [0, 1], 1.0),
        ((0.0, 100.0), [1, 2], 60.0),
        ((0.0, 100.0), [], 60.0),
    ],
)
def test_the_bar_is_four_stars_or_six_tenths_of_the_way_up(limits, ratings, bar):
    assert preference_for(np.array(ratings, float), limits).like_rating == bar
