"""Lists that are re-ranked: how they are told, and which are."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.errors import RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.queries.neo4j.publishing import recommended

pytestmark = pytest.mark.integration


SPECS = (
    "popularity=0.2",
    "calibrated=0.3",
    "bubble=3",
    "diverse=0.2",
    "floor=decade:1970s:0.3",
    "calibrated=0.2,bubble=3",
)


@pytest.fixture(scope="module")
def reco(movielens):
    return cinewalk.Recommender(movielens)


@pytest.mark.parametrize("spec", SPECS)
def test_explanations_and_lists_agree(reco, spec):
    adjusted = 0
    for user in ("196", "22", "300"):
        plain_list = reco.recommend(user)
        assert all(not item.adjustments for item in plain_list)
        found = reco.recommend(user, remedies=spec)
        for item in found:
            why = reco.explain(user, item.title_id, remedies=spec)
            assert dict(why.adjustments) == dict(item.adjustments)
            assert why.shown_score == pytest.approx(item.score, abs=1e-9)
            assert sum(reason.score for reason in why.shares) == pytest.approx(why.score, rel=1e-9)
            assert why.score == pytest.approx(reco.explain(user, item.title_id).score, rel=1e-12)
            for name in why.adjustments:
                adjusted += 1
                assert name in str(why)
                assert name in item.text
                assert name in why.to_html()
            assert why.to_dict().get("adjustments", {}) == dict(why.adjustments)
    assert adjusted


def test_what_is_left_out_is_explained_too(reco):
    spec = "calibrated=0.5"
    shown = {item.title_id for item in reco.recommend("22", remedies=spec)}
    (left, *_) = [item for item in reco.recommend("22") if item.title_id not in shown]
    why = reco.explain("22", left.title_id, remedies=spec)
    assert why.adjustments["calibration"] < 0
    contrast = reco.explain("22", left.title_id, instead_of=next(iter(shown)), remedies=spec)
    assert "calibration" in contrast.adjustments
    assert "calibration" in str(contrast)
    assert contrast.to_dict()["adjustments"]["calibration"]["score"] == why.adjustments["calibration"]


def test_a_recommender_may_have_remedies_of_its_own(movielens, reco):
    own = cinewalk.Recommender(movielens, remedies="calibrated=0.3")
    assert own.recommend("22") == reco.recommend("22", remedies="calibrated=0.3")
    assert own.recommend("22", remedies="") == reco.recommend("22")
    assert own.explain("22", own.recommend("22")[9].title_id).shown_score == own.recommend("22")[9].score
    users = ["22", "196", "300"]
    many = own.recommend_many(users, 5, remedies="bubble=2,floor=decade:1970s:0.3")
    assert [many[u] for u in users] == [
        own.recommend(u, 5, remedies="bubble=2,floor=decade:1970s:0.3") for u in users
    ]
    with pytest.raises(RequestError, match="there is no remedy 'fair=1'"):
        cinewalk.Recommender(movielens, remedies="fair=1")


def test_signals_count_and_filters_hold(movielens):
    reco = cinewalk.Recommender(movielens, remedies="calibrated=0.2,bubble=2")
    first = reco.recommend("196")[0]
    reco.thumb("196", first.title_id, -1)
    assert first.title_id not in {item.title_id for item in reco.recommend("196")}
    only = cinewalk.Only(genres=["Drama"], years=(1980, 1999))
    shown = reco.recommend("196", only=only)
    assert len(shown) == 10
    assert all(1980 <= (item.year or 0) <= 1999 for item in shown)


def test_which_lists_are_re_ranked(movielens):
    spec = "bubble=9"
    with_it, without = cinewalk.Recommender(movielens, remedies=spec), cinewalk.Recommender(movielens)
    title = next(item.title_id for item in with_it.recommend("196") if item.adjustments)
    for changed in (
        lambda reco: reco.recommend("196"),
        lambda reco: reco.recommend_many(["196"]),
        lambda reco: reco.explain("196", title).adjustments,
        lambda reco: recommended(reco, 3).targets.tolist(),
    ):
        assert changed(with_it) != changed(without)
    for same in (
        lambda reco: reco.similar("50"),
        lambda reco: reco.taste(seed_genres=["Drama"]),
        lambda reco: reco.because_you_watched("196"),
        lambda reco: reco.new_releases("196"),
        lambda reco: reco.top(),
        lambda reco: reco.challenge("196"),
        lambda reco: reco.together(["196", "22"]),
    ):
        assert same(with_it) == same(without)


def test_people_without_likes_get_a_list(movielens):
    reco = cinewalk.Recommender(
        example_graph(), remedies="calibrated=0.1,bubble=1,diverse=0.1,popularity=0.1"
    )
    assert len(reco.recommend("gus")) == len(reco.recommend("gus", remedies=""))


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ("calibratd=0.1", "there is no remedy 'calibratd=0.1'"),
        ("bubble", "'bubble' ends in no number; write it as in bubble=2"),
        ("bubble=1.5", "must be a whole number of places"),
        ("bubble=nan", "must be a whole number of places"),
        ("bubble=1e999", "must be a whole number of places"),
        ("calibrated=2", "must lie between 0 and 1"),
        ("diverse=nan", "must lie between 0 and 1"),
        ("popularity=-1", "must lie between 0 and 2"),
        ("calibrated=0.1,calibrated=0.2", "is there twice"),
        ("floor=year:before:1980", "ends in no share of 0 to 1"),
        ("floor=year:befor:1980:0.2", "names no years"),
        ("floor=colour:red:0.2", "names no titles"),
        ("floor=genre:Sciance:0.2", "no title has the genre 'Sciance'; it may be Action, Comedy"),
        ("floor=creator.gender:F:0.2", "nothing is known of it here"),
        ("floor=year:before:1900:0.2", "has no titles before 1900"),
        ("floor=genre:Horror:0.9", "is the most; ask for less"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(spec, problem):
    with pytest.raises(RequestError) as caught:
        cinewalk.Recommender(example_graph()).recommend("ann", remedies=spec)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_with_commas_are_kept_whole():
    found = RerankChain.parse("bubble=1,calibrated,diverse=0.1", example_graph())
    assert [str(remedy) for remedy in found.remedies] == ["bubble=1", "calibrated=0.1", "diverse=0.1"]
    with pytest.raises(RequestError, match="'Action, Adventure'"):
        RerankChain.parse("floor=genre:Action, Adventure:0.2,bubble=1", example_graph())
