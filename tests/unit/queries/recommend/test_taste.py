"""What a taste says of its reasons: they were asked for, and nobody is said to have liked them."""

from __future__ import annotations

import pytest

from cinewalk import Recommender
from cinewalk.graph.model.example import example_graph

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def reco():
    return Recommender(example_graph())


@pytest.mark.parametrize(
    "asked",
    [{"titles": ["Alien"]}, {"seed_genres": ["Horror"]}, {"titles": ["Heat"], "seed_genres": ["Horror"]}],
)
def test_reasons_were_asked_for(reco, asked):
    items = reco.taste(**asked)
    assert items
    for item in items:
        why = reco.explain_taste(item.title_id, **asked)
        page = why.to_html()
        for text in (item.text, str(why), page, *(branch.text for branch in why.picture().branches)):
            assert "you asked for" in text
            assert "you liked" not in text
        for reason in (*item.to_dict()["because"], *why.to_dict()["because"]):
            assert reason["asked"] is True


def test_groups_are_not_asked_for_as_titles_are(reco):
    for item in reco.taste(groups=["age=25-34"]):
        assert "you asked for" not in item.text


def test_reasons_of_a_person_are_not_asked_for(reco):
    items = reco.recommend("ann")
    assert any("you liked" in item.text for item in items)
    for item in items:
        assert "asked for" not in item.text
        assert all("asked" not in reason for reason in item.to_dict()["because"])


def test_what_is_similar_to_a_named_title_was_asked_for(reco):
    items = reco.similar("Alien", walk="shared-viewers")
    assert items
    assert all(item.text.startswith("because you asked for Alien (1979) 100 %") for item in items)


def test_unliked_genres_of_somebody_new_are_not_said_to_be_asked_for():
    reco = Recommender(example_graph())
    reco.block("zoe", "heat")
    items = reco.recommend("zoe")
    assert items
    assert not [item.text for item in items if "asked for" in item.text]
