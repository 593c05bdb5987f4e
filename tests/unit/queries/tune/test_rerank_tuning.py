"""How dials are chosen: what may be lost counts, the order is fixed, and likes are held out often enough."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import Split
from cinewalk.graph.model.edges import pair_codes
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.queries.tune import rerank_tuning
from cinewalk.queries.tune.figures import Step
from cinewalk.queries.tune.slices import Slice
from tests.graphs import random_graph

pytestmark = pytest.mark.unit

USERS = np.arange(400, dtype=np.int32)


def some_slice(users=USERS):
    return Slice(None, users, None)


def step(losses):
    return Step("", {}, float(np.mean(losses)), (0.0, 0.0), np.asarray(losses, float))


def test_what_may_be_lost_is_the_upper_end_of_the_interval_over_users():
    rng = np.random.default_rng(0)
    slices, losses = [some_slice(), some_slice()], [rng.normal(0.01, 0.1, 400) for _ in range(2)]
    mean, most = rerank_tuning._cost(slices, [step(own) for own in losses])
    per_user = np.mean(losses, axis=0)
    assert mean == pytest.approx(per_user.mean())
    assert most - mean == pytest.approx(1.96 * per_user.std() / np.sqrt(400), rel=0.1)
    # The same losses twice tell no more than once, for it is users that are drawn anew.
    once = rerank_tuning._cost(slices[:1], [step(per_user)])
    assert rerank_tuning._cost(slices, [step(per_user)] * 2) == pytest.approx(once)


def test_the_way_in_which_remedies_may_cost_more_counts(monkeypatch):
    def measured(parts, settings, specs, *, users):
        return type("T", (), {"steps": [step([0, 0]), *(step([parts, parts]) for _ in specs)]})

    monkeypatch.setattr(rerank_tuning, "measured", measured)
    ways = [[Slice(0.01, USERS[:2], None)], [Slice(0.03, USERS[:2], None)]]
    (found,) = rerank_tuning._steps(ways, None, ["calibrated=0.1"])
    assert (found.cost, found.cost_at_most) == (0.03, 0.03)
    assert len(found.steps) == 2


def test_the_first_dial_that_may_cost_too_much_ends_it(monkeypatch):
    most = {
        "calibrated=0.02": 0.001,
        "calibrated=0.05": 0.005,
        "calibrated=0.1": 0.0051,
        "calibrated=0.15": 0.004,
        "calibrated=0.05,diverse=0.02": 0.01,
        "calibrated=0.05,diverse=0.05": 0.011,
    }

    def steps(ways, settings, specs):
        return [rerank_tuning._RemedyCost(0.0, most.get(spec, 1.0), ()) for spec in specs]

    monkeypatch.setattr(rerank_tuning, "_steps", steps)
    best, tried = rerank_tuning._turned([], None, ["calibrated", "diverse"], 0.01, no_progress)
    assert (best.remedies, best.cost_at_most) == ("calibrated=0.05,diverse=0.02", 0.01)
    assert [one.within for one in tried[:4]] == [True, True, False, True]
    best, _ = rerank_tuning._turned([], None, ["popularity", "diverse"], 0.01, no_progress)
    assert (best.remedies, best.cost, best.cost_at_most) == ("", 0.0, 0.0)


def test_what_costs_more_than_the_budget_is_seldom_chosen(monkeypatch):
    """Losses of .011 each are chosen within .01 in about one of forty cases at most."""
    rng, chosen = np.random.default_rng(1), 0

    def steps(ways, settings, specs):
        found = [rerank_tuning._cost([some_slice()], [step(rng.normal(0.011, 0.1, 400))]) for _ in specs]
        return [rerank_tuning._RemedyCost(*costs, ()) for costs in found]

    monkeypatch.setattr(rerank_tuning, "_steps", steps)
    monkeypatch.setitem(rerank_tuning._DIALS, "calibrated", (0.1,))
    for _ in range(80):
        chosen += bool(rerank_tuning._turned([], None, ["calibrated"], 0.01, no_progress)[0].remedies)
    assert chosen <= 6


def codes(relation):
    return set(pair_codes(relation).tolist())


@pytest.mark.parametrize("kind", ["user-time", "random"])
def test_few_users_have_likes_held_out_several_times(kind):
    graph = random_graph(3, users=60, titles=40, density=0.4)
    found = rerank_tuning._several(graph, 0.2, kind, 0)
    held = [codes(one.parts.test) for one in found]
    assert len(found) == 3
    assert all(isinstance(one.parts, Split) for one in found)
    if kind == "user-time":
        # The last, then those before them.
        assert not held[0] & held[1]
        assert not (held[0] | held[1]) & held[2]
        assert codes(found[2].graph.likes) < codes(found[1].graph.likes) < codes(found[0].graph.likes)
    else:
        assert len({frozenset(own) for own in held}) == 3
    assert held == [codes(one.parts.test) for one in rerank_tuning._several(graph, 0.2, kind, 0)]


def test_many_users_have_likes_held_out_once(monkeypatch):
    graph = random_graph(3, users=60, titles=40, density=0.4)
    monkeypatch.setattr(rerank_tuning, "_ENOUGH_LISTS", 50)
    assert len(rerank_tuning._several(graph, 0.2, "random", 0)) == 1


def test_where_nothing_is_left_it_stops(monkeypatch):
    graph, real, calls = random_graph(3), rerank_tuning.validation_slices, []

    def slices(*arguments):
        calls.append(arguments)
        if len(calls) % 2 == 0:
            raise RequestError("no user has enough likes.")
        return real(*arguments)

    monkeypatch.setattr(rerank_tuning, "validation_slices", slices)
    assert len(rerank_tuning._several(graph, 0.2, "user-time", 0)) == 1
    calls.append(None)
    with pytest.raises(RequestError):
        rerank_tuning._several(graph, 0.2, "user-time", 0)
