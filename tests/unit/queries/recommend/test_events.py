"""What a viewer does counts in the next call, and wrong signals are refused in one line."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from cinewalk import Preference, Recommender
from cinewalk.errors import RequestError, UnknownTitleError, UnknownUserError
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.graph.walks import refresh

pytestmark = pytest.mark.unit


AT = 900_000_000


@pytest.fixture
def reco() -> Recommender:
    return Recommender(example_graph())


def test_a_viewing_counts_as_finished_once(reco) -> None:
    counts = [
        reco.watch("zoe", "Alien", progress=progress, at=AT).after["finished"]
        for progress in (0.3, 0.69, 0.7, 0.9, 1.0, 0.2, 0.8, 1.0, 1.0)
    ]
    assert counts == [0, 0, 1, 1, 1, 1, 2, 2, 3]


def test_what_was_finished_before_is_a_first_time(reco) -> None:
    own = UserEvents().put("watched", 0, {"progress": 1.0, "finished": 0, "timestamp": 0})
    known = Recommender(folded(example_graph(), {"zoe": own}))
    assert known.watch("zoe", "alien", at=AT).after["finished"] == 2


def test_a_season_more_makes_a_like_weigh_more() -> None:
    own = UserEvents()
    weights = []
    for season in range(1, 8):
        own = own.put("watched", 3, {"progress": 1.0, "finished": season, "timestamp": AT + season})
        weights.append(own.likes[3].preference)
    assert weights == [1.0, 1.25, 1.5, 1.75, 2.0, 2.0, 2.0]


def test_the_graphs_own_preference_decides(reco) -> None:
    strict = UserEvents(preference=Preference(like_rating=5.0)).put(
        "rated", 0, {"rating": 4.5, "timestamp": AT}
    )
    assert not strict.likes


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda r: r.watch("ann", "Alien", progress=1.5), "progress is 1.5; it must be a number from 0 to 1"),
        (lambda r: r.watch("ann", "Alien", progress=float("nan")), "progress is nan"),
        (lambda r: r.rate("ann", "Alien", 11), "rating is 11; it must be a number from 0.5 to 5"),
        (lambda r: r.thumb("ann", "Alien", 0), "the thumb is 0; it must be -1"),
        (lambda r: r.limit("ann", 40), "maturity is 40; it must be a number from 0 to 21"),
        (lambda r: r.limit("ann", 6.5), "whole number of years"),
        (lambda r: r.block("", "Alien"), "the user's id is empty"),
        (lambda r: r.block("ann", "Alien", at=5), "an instant from 1990 on"),
        (lambda r: r.block("ann", "Alien", at=9e12), "lies in the future"),
        (lambda r: r.block("ann", "Alien", at=dt.datetime(2020, 1, 1)), "has no zone"),
        (lambda r: r.undo("ann"), "nothing to undo for user 'ann'"),
    ],
)
def test_wrong_signals_get_one_line_and_change_nothing(reco, ask, line) -> None:
    before = [item.title_id for item in reco.recommend("ann")]
    with pytest.raises(RequestError, match=line) as caught:
        ask(reco)
    assert "\n" not in str(caught.value)
    assert [item.title_id for item in reco.recommend("ann")] == before
    with pytest.raises(UnknownTitleError):
        reco.watch("nobody", "No such film")
    with pytest.raises(UnknownUserError):
        reco.recommend("nobody")


def test_signals_say_what_was_done(reco) -> None:
    told = [
        reco.watch("zoe", "Alien", progress=0.4, at=AT),
        reco.rate("zoe", "Alien", 4.5, at=AT),
        reco.thumb("zoe", "Alien", 2, at=AT),
        reco.block("zoe", "Alien", at=AT),
        reco.limit("zoe", 12),
        reco.undo("zoe"),
        reco.undo("zoe"),
    ]
    assert [str(signal) for signal in told] == [
        "zoe watched Alien (1979) to 40 %.",
        "zoe rated Alien (1979) 4.5.",
        "zoe gave Alien (1979) two thumbs up.",
        "zoe is not interested in Alien (1979).",
        "zoe is shown nothing above 12 from now on.",
        "zoe has no limit from now on.",
        "zoe has not blocked Alien (1979) any more.",
    ]
    assert told[0].to_dict()["after"] == {"progress": 0.4, "finished": 0, "timestamp": AT}


def test_without_a_database_refresh_brings_signals_into_the_shared_walks(reco) -> None:
    for user in ("u1", "u2", "u3"):
        reco.thumb(user, "Heat", 1, at=AT)
        reco.thumb(user, "Alien", 1, at=AT)
    before = {item.title_id: item.score for item in reco.similar("Heat")}
    changes = reco.refresh()
    after = {item.title_id: item.score for item in reco.similar("Heat")}
    assert changes.fetched == {"signals": 6}
    assert after["alien"] > before.get("alien", 0.0)
    assert len(reco.graph.users) == len(example_graph().users) + 3
    with pytest.raises(RequestError, match="nothing to undo"):
        reco.undo("u1")


def test_an_explanation_of_signals_adds_up_and_says_what_would_be_otherwise(reco) -> None:
    reco.thumb("ann", "Heat", 2, at=AT)
    best = reco.recommend("ann", k=1)[0]
    why = reco.explain("ann", best.title_id)
    assert abs(sum(reason.share for reason in why.shares) - 1) < 1e-9
    assert why.score == best.score
    otherwise = why.counterfactual()
    assert otherwise is None or otherwise.first_id == best.title_id
    newcomer = reco.thumb("zoe", "Alien", 1, at=AT)
    assert newcomer.user_id == "zoe"
    path = next(reco.explain("zoe", "Blade Runner").paths())
    assert [node.id for node in path.nodes][::3] == ["zoe", "blade"]


def test_a_refresh_brings_rows_that_were_needed_up_to_date(monkeypatch) -> None:
    monkeypatch.setattr(refresh, "_ALONE", {"shared_viewers": 0.0, "sequence": 0.0})
    reco = Recommender(example_graph(), settings=Settings(weights=Weights(shared_viewers=0.5)))
    reco.recommend_many(k=5)
    reco.thumb("zoe", "Heat", 1, at=AT)
    reco.refresh()
    assert reco.graph.prepared is not None
    assert set(reco.graph.prepared.rows) == {"shared_viewers", "sequence"}
    again = Recommender(replace(reco.graph, prepared=None), settings=reco.settings)
    assert reco.recommend_many(k=5) == again.recommend_many(k=5)
