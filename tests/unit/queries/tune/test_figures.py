"""What remedies came to, in a line and in a notebook."""

from __future__ import annotations

import pytest

from cinewalk.queries.tune.figures import Step, TradeOffs

pytestmark = pytest.mark.unit


def test_a_notebook_shows_a_line_and_the_steps() -> None:
    before = Step("", {"ndcg@10": 0.2}, 0.0, (0.0, 0.0))
    after = Step("floor=<x>:0.1", {"ndcg@10": 0.19}, 0.05, (0.01, 0.09))
    trade_offs = TradeOffs((before, after), 1200)
    assert repr(trade_offs) == "<TradeOffs: 2 steps to floor=<x>:0.1, 1,200 users>"
    assert trade_offs._repr_html_().startswith(
        "<p>TradeOffs: 2 steps to floor=&lt;x&gt;:0.1, 1,200 users</p><table"
    )
    assert repr(TradeOffs((before,), 1)) == "<TradeOffs: 1 step to no remedies, 1 user>"
