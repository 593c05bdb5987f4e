"""Finding titles by what somebody types of a name."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.catalogue import Catalogue
from cinewalk.queries.words.search import search
from tests.payloads import PAYLOADS

pytestmark = pytest.mark.unit


@pytest.fixture
def catalogue():
    return Catalogue(example_graph())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("alien", ["Alien"]),
        ("ALI", ["Alien"]),
        ("runner", ["Blade Runner"]),
        ("the conv", ["The Conversation"]),
        ("brazil", ["Brazil"]),
        ("", []),
        ("  ", []),
        ("no such title", []),
        ("!?", []),
    ],
)
def test_what_is_typed(catalogue, text, names):
    assert [title.title for title in search(catalogue, text, 10)] == names


def test_the_nearest_come_first_and_then_what_more_viewers_like(catalogue):
    everything = search(catalogue, "a", 100)
    names = catalogue.graph.titles.text("title")
    assert {title.title for title in everything} == {name for name in names if "a" in name.lower()}
    starts = [title.title.lower().startswith("a") for title in everything]
    assert starts == sorted(starts, reverse=True)
    assert [t.title_id for t in search(catalogue, "a", 2)] == [t.title_id for t in everything][:2]


def test_what_must_not_be_named_is_not_found(catalogue):
    unnamed = np.zeros(len(catalogue.graph.titles), dtype=np.bool_)
    unnamed[catalogue.title("Alien")] = True
    assert not search(catalogue, "alien", 10, unnamed)
    reco = Recommender(example_graph())
    assert reco.search("alien", user="ann")
    reco.limit("ann", 0)
    assert not reco.search("alien", user="ann")


@pytest.mark.parametrize("text", [*PAYLOADS.values(), "x" * 100_000, "\x00", "\ud800"])
def test_odd_texts_find_nothing(catalogue, text):
    assert len(search(catalogue, text, 10)) == 0


def test_it_prints_and_turns_into_plain_values(catalogue):
    results = search(catalogue, "heat", 10)
    assert str(results) == "Heat (1995) [heat]"
    assert results.to_dict() == [{"title_id": "heat", "title": "Heat", "year": 1995}]
    assert results.to_frame()["year"].tolist() == [1995]
    assert repr(results) == "<SearchResults: 1 title>"
    assert results[0].title_id == results[:1][0].title_id == "heat"
    assert "Heat" in results._repr_html_()
