"""Figures averaged and compared."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.metrics import ACCURACY, BEYOND
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


def test_a_notebook_shows_a_line_and_a_table():
    users = np.arange(3, dtype=np.int32)
    beyond = {f"{name}@1": 0.5 for name in BEYOND}
    accuracy = {f"{name}@1": np.array([1.0, 0.5, 0.0]) for name in ACCURACY}
    walks = tuple(Figures(walk, accuracy, beyond) for walk in ("<b>", "other"))
    evaluation = Evaluation(walks, users, (1,), notes=("one <i>note</i>",))
    assert repr(evaluation) == "<Evaluation of <b>, other: 3 users, lists of 1>"
    assert repr(evaluation.of("other")) == f"<Figures of other: {len(accuracy) + len(beyond)} metrics>"
    html = evaluation._repr_html_()
    assert html.startswith("<p>Evaluation of &lt;b&gt;, other: 3 users, lists of 1</p>")
    assert "<p>one &lt;i&gt;note&lt;/i&gt;</p>" in html
    assert "<td>&lt;b&gt;</td>" in html
    compared = evaluation.compare("<b>", "other")
    assert repr(compared) == f"<Comparison of <b> with other: {len(accuracy)} metrics>"
    assert "<b>" not in compared._repr_html_()
