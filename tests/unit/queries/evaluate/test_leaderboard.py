"""The leaderboard as a table."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.queries.evaluate.figures import Evaluation, Figures
from cinewalk.queries.evaluate.leaderboard import markdown

pytestmark = pytest.mark.unit


def test_the_leaderboard_is_a_table_in_markdown_with_the_best_first():
    users = np.arange(2, dtype=np.int32)
    names = ("recall@1", "ndcg@1", "map@1", "hit_rate@1")
    rest = {f"{name}@1": 0.5 for name in ("coverage", "gini", "popularity", "novelty", "diversity")}
    found = Evaluation(
        tuple(
            Figures(walk, {name: np.full(2, value) for name in names}, rest)
            for walk, value in (("low", 0.1), ("high", 0.2))
        ),
        users,
        (1,),
    )
    page = markdown(found, [found.compare("high", "low")], "cinewalk evaluate x", "From x.", ["Mind this."])
    lines = page.splitlines()
    assert lines[0] == "# Leaderboard"
    rows = [line for line in lines if line.startswith(("| high |", "| low |"))]
    assert rows[0].startswith("| high | 0.200 (0.200–0.200) | 0.200 (0.200–0.200) | 0.200 | 0.200 | 0.500 |")
    assert [row.split(" | ")[0] for row in rows] == ["| high", "| low"]
    assert "## high minus low, user by user" in lines
    assert any(line.startswith("| ndcg@1 | +0.1000 |") for line in lines)
    assert lines[-1] == "- Mind this."
    assert "`cinewalk evaluate x`" in page
