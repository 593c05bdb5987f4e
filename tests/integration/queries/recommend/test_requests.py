"""One request means the same wherever it is asked: in a list, in its explanations, for one person and for many."""

from __future__ import annotations

import math

import pytest

import cinewalk
from cinewalk import Only
from cinewalk.errors import RequestError

pytestmark = pytest.mark.integration

USERS = ("1", "42", "128", "196", "269", "366", "405", "579", "655", "943")
FILTERS = (None, Only(years=(1990, 1999)), Only(genres=["Comedy", "Drama"]))
REMEDIES = ("", "popularity=0.2", "calibrated=0.1,bubble=2")


@pytest.fixture(scope="module")
def reco(movielens):
    return cinewalk.Recommender(movielens)


@pytest.mark.parametrize("remedies", REMEDIES)
@pytest.mark.parametrize("only", FILTERS, ids=["everything", "nineties", "comedy or drama"])
def test_an_explanation_says_the_score_of_the_list(reco, only, remedies):
    compared = 0
    for user in USERS:
        for item in reco.recommend(user, 20, only=only, remedies=remedies):
            why = reco.explain(user, item.title_id, k=20, only=only, remedies=remedies)
            assert why.shown_score == item.score
            assert dict(why.adjustments) == dict(item.adjustments)
            assert math.isclose(sum(reason.score for reason in why.shares), why.score, rel_tol=1e-9)
            compared += 1
    assert compared == 20 * len(USERS)


def test_what_a_filter_leaves_out_is_refused_with_the_reason(reco):
    item = next(item for item in reco.recommend("196", 50) if item.year is not None and item.year < 1990)
    with pytest.raises(RequestError, match=f"came out in {item.year}, not from 1990 to 1999"):
        reco.explain("196", item.title_id, only=Only(years=(1990, 1999)))
    other = next(
        item for item in reco.recommend("196", 50) if item.year is not None and 1990 <= item.year <= 1999
    )
    with pytest.raises(RequestError, match="not in this list"):
        reco.explain("196", other.title_id, instead_of=item.title_id, only=Only(years=(1990, 1999)))


def test_a_counterfactual_is_about_the_filtered_list(reco):
    only = Only(genres=["Comedy"])
    for user in USERS[:6]:
        first, *_ = reco.recommend(user, 2, only=only)
        found = reco.explain(user, first.title_id, only=only).counterfactual()
        if found is None:
            continue
        assert found.first_id == first.title_id
        graph = reco.graph
        genres = graph.relations["in_genre"]
        title = graph.titles.ids.position(found.replacement_id)
        names = [graph.genres.ids.ids[genre] for genre in genres.indices[genres.row(title)].tolist()]
        assert "Comedy" in names


def test_many_lists_are_those_of_one(reco):
    only = FILTERS[1]
    many = reco.recommend_many(USERS[:4], 5, only=only, remedies=REMEDIES[2])
    for user in USERS[:4]:
        assert many[user] == reco.recommend(user, 5, only=only, remedies=REMEDIES[2])
    night = reco.together(USERS[:2], 5, only=only)
    assert all(1990 <= item.year <= 1999 for item in night)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda reco: reco.recommend("196", 2**62), "at most"),
        (lambda reco: reco.recommend("196", 10**400), "a number of 401 digits"),
        (lambda reco: reco.recommend("196", math.inf), "whole number"),
        (lambda reco: reco.recommend("196", only=(1990, 1999)), "it must be an Only"),
        (lambda reco: reco.recommend("196", remedies=5), "it must be a text"),
        (lambda reco: reco.recommend("196", walk=["blend"]), "there is no walk"),
        (lambda reco: reco.recommend_many("196"), "it must be a list"),
        (lambda reco: reco.recommend_many(196), "it must be a list"),
        (lambda reco: reco.together("196"), "it must be a list"),
        (lambda _: Only(years=1990), "the first and the last year"),
        (lambda _: Only(years=(1990, math.nan)), "the first and the last year"),
        (lambda _: Only(genres=[None]), "ids or names"),
        (lambda _: Only(maturity=math.inf), "an age from 0 to 21"),
        (lambda reco: reco.taste(titles="Fargo"), "it must be a list"),
        (lambda reco: reco.taste(titles=[None]), "ids or names"),
    ],
)
def test_what_makes_no_sense_gets_one_line(reco, ask, message):
    with pytest.raises(RequestError) as error:
        ask(reco)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300
