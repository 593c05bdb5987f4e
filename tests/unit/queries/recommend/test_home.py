"""The rows of a home page."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from tests.graphs import random_graph

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def reco():
    return cinewalk.Recommender(random_graph(3, 40, 60, 0.2))


def test_no_title_is_there_twice_and_ranks_begin_at_one(reco):
    for user in reco.graph.users.ids.ids:
        page = reco.home(user, 6)
        ids = [item.title_id for shelf in page for item in shelf.titles]
        assert len(ids) == len(set(ids))
        for shelf in page:
            assert 1 <= len(shelf.titles) <= 6
            assert [item.rank for item in shelf.titles] == list(range(1, len(shelf.titles) + 1))


def test_rows_are_in_the_order_of_a_service(reco):
    order = ["continue-watching", "because-you-watched", "for-you", "new-releases", "top", "challenge"]
    for user in reco.graph.users.ids.ids:
        places = [order.index(shelf.name) for shelf in reco.home(user)]
        assert places == sorted(places)


def test_what_was_seen_is_only_to_be_gone_on_with(reco):
    user = reco.graph.users.ids.ids[0]
    title = reco.home(user)[0].titles[0].title_id
    reco.watch(user, title, progress=0.5, at=901_000_000)
    page = reco.home(user, at=901_000_100)
    assert page[0].name == "continue-watching"
    assert [item.title_id for item in page[0].titles] == [title]
    assert title not in {item.title_id for shelf in page[1:] for item in shelf.titles}
    reco.undo(user)


def test_a_title_stays_in_the_first_row_that_has_it():
    reco = cinewalk.Recommender(example_graph())
    because = reco.because_you_watched("eve", 1, 10)[0]
    page = reco.home("eve", 10, because=1)
    assert [item.title_id for item in page[0].titles] == [item.title_id for item in because.titles]
    assert page[0].heading == f"Because you watched {because.because}"


def test_somebody_new_sees_what_most_like():
    reco = cinewalk.Recommender(example_graph())
    reco.limit("zoe", None)
    assert [shelf.name for shelf in reco.home("zoe")] == ["for-you"]


def test_it_can_be_read_and_turned_into_frames(reco):
    page = reco.home(reco.graph.users.ids.ids[1], 3)
    assert str(page).startswith(page[0].heading)
    assert list(page.to_frame().columns)[:3] == ["row", "heading", "rank"]
    assert len(page.to_frame()) == sum(len(shelf.titles) for shelf in page)
    assert [row["row"] for row in page.to_dict()] == [shelf.name for shelf in page]
    assert page[0].heading in page._repr_html_()
    assert repr(page).startswith(f"<HomePage of {page.user_id}: ")


def test_senseless_numbers_are_refused(reco):
    user = reco.graph.users.ids.ids[0]
    for ask in ({"k": 0}, {"because": 0}, {"k": 2**62 * 1.0}):
        with pytest.raises(cinewalk.CinewalkError):
            reco.home(user, **ask)
