"""Nothing that is told is lost, whatever else runs: signals, lists and refreshes from many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommend.session import Session

pytestmark = pytest.mark.integration

TITLES = ("alien", "blade", "brazil", "convo", "fargo", "heat", "solaris")


def told(reco, user):
    """Return what somebody did, by kind and title."""
    events = reco._session.snapshot.events_of(user).events
    return {(kind, title) for kind, by_title in events.items() for title in by_title}


def test_what_is_told_while_a_refresh_runs_is_there_afterwards():
    reco = cinewalk.Recommender(example_graph())
    done = Event()

    def refresh():
        while not done.is_set():
            reco.refresh()

    threads = [Thread(target=refresh) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for number in range(300):
            reco.watch(f"new{number % 30}", TITLES[number % 7], progress=1.0, at=900_000_000 + number)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    expected = {}
    for number in range(300):
        expected.setdefault(f"new{number % 30}", set()).add(TITLES[number % 7])
    ids = reco.graph.titles.ids.ids
    for user, titles in expected.items():
        assert {ids[title] for kind, title in told(reco, user) if kind == "watched"} == titles


def story(reco, number):
    """Tell what one person does; yield after each step."""
    user = f"person{number}"
    for step in range(60):
        reco.watch(user, TITLES[(number + step) % 7], progress=0.9, at=900_000_000 + step)
        if step % 5 == 0:
            reco.thumb(user, TITLES[(number + step + 1) % 7], 1, at=900_000_100 + step)
        if step % 7 == 0:
            reco.block(user, TITLES[(number + step + 2) % 7], at=900_000_200 + step)
        yield user


def live(reco, number):
    """Tell the story, and look at the list after each step."""
    for user in story(reco, number):
        items = reco.recommend(user)
        seen = {place for _, place in told(reco, user)}
        assert not {reco.graph.titles.ids.position(item.title_id) for item in items} & seen
        assert len({item.title_id for item in items}) == len(items)


@pytest.mark.slow
def test_eight_threads_and_two_refreshing_ones():
    reco, alone, done = cinewalk.Recommender(example_graph()), cinewalk.Recommender(example_graph()), Event()

    def refresh():
        while not done.is_set():
            reco.refresh()

    with ThreadPoolExecutor(2) as refreshing, ThreadPoolExecutor(8) as people:
        loops = [refreshing.submit(refresh) for _ in range(2)]
        try:
            list(people.map(lambda number: live(reco, number), range(8)))
        finally:
            done.set()
        assert [loop.result() for loop in loops] == [None, None]
    for number in range(8):
        assert len(list(story(alone, number))) == 60
    reco.refresh()
    alone.refresh()
    assert reco.graph.equals(alone.graph)
    everybody = [f"person{number}" for number in range(8)]
    assert reco.recommend_many(everybody) == alone.recommend_many(everybody)


def test_a_refresh_with_nothing_to_do_says_so():
    reco = cinewalk.Recommender(example_graph())
    changes = reco.refresh()
    assert not changes
    assert changes.fetched == {}
    assert changes.full == ()


def test_a_refresh_that_fails_loses_nothing(monkeypatch):
    reco = cinewalk.Recommender(example_graph())
    reco.watch("zoe", "Alien", at=900_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_read", lambda *_: (_ for _ in ()).throw(RuntimeError("gone")))
        with pytest.raises(RuntimeError, match="gone"):
            reco.refresh()
    assert told(reco, "zoe")
    assert reco.refresh()
    assert reco.graph.users.ids.find("zoe") is not None
    with pytest.raises(cinewalk.CinewalkError, match="nothing to undo"):
        reco.undo("zoe")


def test_what_is_told_after_a_refresh_can_be_undone():
    reco = cinewalk.Recommender(example_graph())
    reco.watch("zoe", "Alien", at=900_000_000)
    reco.refresh()
    reco.thumb("zoe", "Heat", -1, at=900_000_001)
    reco.undo("zoe")
    assert {kind for kind, _ in told(reco, "zoe")} == {"watched"}


def test_other_processes_are_caught_up_with_without_telling_anything(tmp_path):
    place = cinewalk.save(example_graph(), tmp_path / "shared.cinewalk")
    here, there = cinewalk.Recommender(place, keep=True), cinewalk.Recommender(place, keep=True)
    assert not here.catch_up()
    there.thumb("eve", "Blade Runner", -1)
    there.watch("zoe", "Alien")
    assert here.catch_up()
    assert not here.catch_up()
    assert here.recommend("eve") == there.recommend("eve")
    assert here.recommend("zoe") == there.recommend("zoe")
    assert here.undo("zoe").title == "Alien (1979)"
    assert there.catch_up()
    assert here.refresh()
    assert not here.catch_up()
    assert not cinewalk.Recommender(example_graph()).catch_up()
