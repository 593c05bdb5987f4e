"""Evaluations of MovieLens-100K."""

from __future__ import annotations

import re

import pytest

from cinewalk.graph.evaluate.splits import split
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.evaluate.evaluation import evaluate
from cinewalk.queries.evaluate.models import Contestants
from tests.conftest import ROOT

pytestmark = pytest.mark.integration


def test_figures_on_real_data_are_where_the_field_has_them(movielens):
    """Reference figures of this protocol: popularity .10, cosine .16, EASE .19 NDCG@10."""
    parts = split(movielens, "user-time", seed=0)
    contestants = Contestants(parts.train, Settings())
    walks = [contestants.make(name) for name in ("popularity", "cosine", "ease", "rp3beta", "neighbours")]
    found = {row["walk"]: row["ndcg@10"] for row in evaluate(parts.train, parts.test, walks).to_dict()}
    assert found["popularity"] == pytest.approx(0.103, abs=0.01)
    assert found["cosine"] == pytest.approx(0.162, abs=0.01)
    assert found["ease"] == pytest.approx(0.193, abs=0.01)
    assert found["rp3beta"] == pytest.approx(0.178, abs=0.01)
    assert found["neighbours"] > found["rp3beta"] > found["cosine"] > found["popularity"]


@pytest.mark.usefixtures("movielens")
def test_the_code_of_the_page_runs():
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(code, "docs/evaluation.md", "exec"), names)
    assert names["found"].walks == ("neighbours", "ease")
