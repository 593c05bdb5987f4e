"""Dials tuned within a budget."""

from __future__ import annotations

import json

import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import split
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.tune.rerank_tuning import tune_fair

pytestmark = pytest.mark.integration


@pytest.mark.slow
def test_tuning_stays_within_its_budget_and_says_what_it_tried(movielens):
    train = split(movielens, "user-time", seed=0).train
    found = tune_fair(train, Settings(), "calibrated,bubble", 0.02, kind="user-time")
    assert found.cost < found.cost_at_most <= 0.02
    within = [one for one in found.tried if one.remedies == found.remedies]
    assert [(one.cost, one.cost_at_most) for one in within] == [(found.cost, found.cost_at_most)]
    assert all(
        one.within == (one.cost_at_most <= (0.01 if "bubble" not in one.remedies else 0.02))
        for one in found.tried
    )
    plain = json.loads(json.dumps(found.to_dict()))
    assert (plain["remedies"], plain["cost_at_most"]) == (found.remedies, found.cost_at_most)
    assert {"remedies", "cost", "cost_at_most", "within"} == set(plain["tried"][0])
    assert "user-time 3x" in found.notes[0]
    for names, problem in (("calibrated=1", "without their dials"), ("", "none"), ("bubble,bubble", "once")):
        with pytest.raises(RequestError, match=problem):
            tune_fair(train, Settings(), names)
    with pytest.raises(RequestError, match=r"the budget is 1\.5"):
        tune_fair(train, Settings(), "bubble", 1.5)
