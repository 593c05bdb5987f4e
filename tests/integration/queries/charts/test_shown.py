"""Charts for notebooks: what they say is what the values say, and each can be drawn."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

import cinewalk
from cinewalk.errors import MissingPackageError, RequestError
from cinewalk.graph.evaluate.metrics import ACCURACY, BEYOND
from cinewalk.queries.audit.figures import Audit
from cinewalk.queries.evaluate.figures import Evaluation, Figures

pytestmark = pytest.mark.integration


def _rows(spec, name):
    """Return the rows that a chart draws which have a column."""
    return [row for rows in spec["datasets"].values() for row in rows if name in row]


def _drawn(chart, tmp_path, name):
    """Draw a chart as PNG, and see that it is a picture with something in it."""
    import vl_convert

    place = Path(os.environ.get("CINEWALK_SCREENSHOTS_CHARTS", tmp_path)) / f"{name}.png"
    place.write_bytes(vl_convert.vegalite_to_png(chart.to_dict(), scale=1.5))
    head = place.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert min(int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) > 100
    assert place.stat().st_size > 5_000


@pytest.fixture(scope="module")
def reco(movielens):
    return cinewalk.Recommender(movielens)


def test_an_explanation_draws_its_shares(reco, tmp_path):
    why = reco.explain("196", reco.recommend("196", k=1)[0].title_id)
    chart = why.plot()
    rows = _rows(chart.to_dict(), "share")
    assert [row["name"] for row in rows[:10]] == [reason.name for reason in why.shares[:10]]
    assert sum(row["share"] for row in rows) == pytest.approx(1.0)
    sort = chart.to_dict()["layer"][0]["encoding"]["y"]["sort"]
    assert sort == [row["name"] for row in rows]
    assert chart._repr_mimebundle_()
    _drawn(chart, tmp_path, "why")


def test_an_audit_draws_groups_gaps_and_what_is_shown(reco, tmp_path):
    audited = reco.audit("gender", walk="popularity")
    spec = audited.plot().to_dict()
    viewers = sum(row.viewers for row in audited.groups)
    assert {row["name"].split()[0] for row in _rows(spec, "compared")} == {
        row.value for row in audited.groups
    }
    assert viewers > 0
    assert len(_rows(spec, "ratio")) == len(audited.gaps)
    exposed = {row.by for row in audited.exposure}
    assert len(_rows(spec, "liked")) == sum(
        min(30, sum(r.by == by for r in audited.exposure)) for by in exposed
    )
    _drawn(audited.plot(), tmp_path, "audit")


def test_an_evaluation_draws_every_walk_with_its_interval(tmp_path):
    users, random = np.arange(40, dtype=np.int32), np.random.default_rng(0)
    figures = tuple(
        Figures(
            walk, {f"{m}@10": random.uniform(0, top, 40) for m in ACCURACY}, {f"{m}@10": 0.1 for m in BEYOND}
        )
        for walk, top in (("blend", 0.9), ("popularity", 0.5))
    )
    evaluation = Evaluation(figures, users, (10,))
    rows = _rows(evaluation.plot().to_dict(), "mean")
    assert len(rows) == 4
    for row in rows:
        assert row["low"] < row["mean"] < row["high"]
    assert {row["mean"] for row in rows} == {
        float(each.by_list[name].mean()) for each in figures for name in ("ndcg@10", "recall@10")
    }
    _drawn(evaluation.plot(), tmp_path, "evaluation")


@pytest.mark.fault
def test_without_its_package_a_plot_names_the_extra(reco, monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    why = reco.explain("196", reco.recommend("196", k=1)[0].title_id)
    for value in (why, Evaluation((), np.zeros(0, np.int32), (10,))):
        with pytest.raises(MissingPackageError) as raised:
            value.plot()
        assert str(raised.value) == "A plot needs the package altair: pip install 'cinewalk[report]'."


@pytest.mark.fault
def test_an_empty_audit_says_that_there_is_nothing_to_draw(reco):
    everybody = reco.audit("gender", walk="popularity").everybody
    with pytest.raises(RequestError, match="nothing to draw"):
        Audit("blend", "", everybody, (), (), (), (), (), ()).plot()
