"""Figures averaged and compared."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.queries.evaluate.figures import Evaluation, Figures

pytestmark = pytest.mark.unit


def figures(walk, recall, coverage):
    return Figures(walk, {"recall@1": np.array(recall)}, {"coverage@1": coverage})


def test_splits_are_averaged_over_all_their_lists():
    one = Evaluation(
        (figures("w", [1.0, 0.0], 0.2),), np.array([0, 1], np.int32), (1,), notes=("same", "first")
    )
    two = Evaluation(
        (figures("w", [0.5, 1.0, 1.0], 0.4),), np.array([0, 1, 2], np.int32), (1,), notes=("same",)
    )
    both = Evaluation.averaged([one, two])
    assert both.of("w").by_list["recall@1"].mean() == pytest.approx(1 / 5 * (1 + 0 + 0.5 + 1 + 1))
    assert both.of("w").overall["coverage@1"] == pytest.approx((0.2 + 0.4) / 2)
    assert both.users.tolist() == [0, 1, 0, 1, 2]
    assert both.splits == 2
    assert both.notes == ("same", "Split 1: first")
    assert Evaluation.averaged([one]) is one


def test_two_walks_are_compared_user_by_user():
    users = np.arange(200, dtype=np.int32)
    rng = np.random.default_rng(1)
    base = rng.random(200)
    found = Evaluation(
        (figures("w", base + 0.1, 0.2), figures("v", base, 0.2), figures("u", rng.permutation(base), 0.2)),
        users,
        (1,),
    )
    better = found.compare("w", "v").differences[0]
    assert (better.metric, better.difference) == ("recall@1", pytest.approx(0.1))
    assert better.interval == pytest.approx((0.1, 0.1))
    assert better.p == pytest.approx(1 / 10_001)
    assert found.compare("v", "w").differences[0].difference == pytest.approx(-0.1)
    like = found.compare("v", "u").differences[0]
    assert like.difference == pytest.approx(0, abs=1e-12)
    assert like.p > 0.9
    frame = found.compare("w", "v").to_frame()
    assert frame.columns.tolist() == ["metric", "difference", "low", "high", "p"]
    assert found.compare("w", "v").to_dict()["recall@1"]["difference"] == better.difference
    with pytest.raises(RequestError, match="'x' was not evaluated; there are w, v, u"):
        found.compare("w", "x")
