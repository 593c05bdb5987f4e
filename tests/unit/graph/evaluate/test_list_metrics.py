"""The figures of lists, by hand on a small graph."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from cinewalk.graph.evaluate.list_metrics import bubble_index, genre_divergence, popularity_lift

pytestmark = pytest.mark.unit


def test_figures_of_lists_by_hand(small):
    lists, users = np.array([[3, 2], [1, -1], [-1, -1]], np.int32), np.arange(3, dtype=np.int32)
    # Likes: t0 three, t1 one, t3 one.
    lift = popularity_lift(lists, users, small)
    assert lift[:2] == pytest.approx([(1 / 2) / 2 - 1, 1 / 2 - 1])
    assert np.isnan(lift[2])
    # u0 likes t0 (5 stars, preference p) and t1; top genres Comedy 2, Drama 1.
    assert bubble_index(lists, users, small)[:2].tolist() == [0.5, 0.0]
    assert np.isnan(bubble_index(lists, users, small)[2])
    first, second = small.likes.properties["preference"][:2].astype(float)
    comedy, drama = (first + second / 2) / (first + second), (second / 2) / (first + second)
    given = (1 / 3) / 2  # of t3 a third is Drama, and t2 has no genre
    expected = comedy * log(comedy / (0.01 * comedy)) + drama * log(drama / (0.99 * given + 0.01 * drama))
    assert genre_divergence(lists, users, small)[0] == pytest.approx(expected)
    assert np.isnan(genre_divergence(lists, users, small)[2])
