"""Recency by rank."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.numeric import time_ranks

pytestmark = pytest.mark.oracle


def test_recency_halves_by_rank_and_shares_ties():
    times = np.array([30, 10, 30, 20], dtype=np.int64)
    expected = [2 ** (-0.5 / 2), 2 ** (-3 / 2), 2 ** (-0.5 / 2), 2 ** (-2 / 2)]
    np.testing.assert_allclose(time_ranks.recency(times, 2.0), expected, rtol=1e-15)
    assert time_ranks.recency(times, np.inf).tolist() == [1.0] * 4
    assert len(time_ranks.recency(np.empty(0, np.int64), 2.0)) == 0
