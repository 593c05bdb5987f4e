"""What people like next, on MovieLens-100K: what lists of newcomers promise."""

from __future__ import annotations

import pytest

from cinewalk.graph.model.settings import Settings
from cinewalk.queries.evaluate.next_likes import GIVEN, next_likes

pytestmark = pytest.mark.integration

#: By likes given: at least this NDCG@10, at most this share of charts, at most so many titles in common.
PROMISED = {
    1: (0.20, 0.80, 4.5),
    3: (0.19, 0.60, 2.8),
    5: (0.18, 0.50, 2.05),
    8: (0.175, 0.46, 1.7),
    12: (0.168, 0.45, 1.6),
    16: (0.17, 0.40, 1.5),
}


@pytest.fixture(scope="module")
def measured(movielens):
    return {(row.given, row.walk): row for row in next_likes(movielens, Settings()).rows}


@pytest.mark.slow
@pytest.mark.parametrize("given", GIVEN)
def test_lists_of_newcomers_find_what_comes_next_and_are_not_the_charts(measured, given):
    ndcg, charts, in_common = PROMISED[given]
    row = measured[given, "newcomers"]
    assert row.ndcg.mean >= ndcg
    assert row.charts <= charts
    assert row.in_common <= in_common
    assert row.ndcg.mean > max(measured[given, other].ndcg.mean for other in ("blend", "popularity"))
