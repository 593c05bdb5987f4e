"""Lists for everybody at once against one user's at a time."""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.model import schema
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours import lists as everybody
from cinewalk.graph.walks.neighbours.lists import lists_of_all
from cinewalk.graph.walks.neighbours.shared import SharedViewers
from cinewalk.graph.walks.registry import Registry
from tests.graphs import graphs, random_graph

pytestmark = pytest.mark.oracle


def check_lists(graph, name, size, half_life, users):
    walk = Registry(graph, Settings()).walk(name)
    seen = [graph.relations[event.name] for event in schema.EVENTS]
    lists = lists_of_all(walk, size, half_life, seen)
    for user in users:
        profile = profile_of(graph, user, half_life)
        titles, scores = topk.rank(walk.run(profile).scores, profile.hidden, size)
        count = lists.counts[user]
        assert lists.titles[user, :count].tolist() == titles.tolist()
        assert lists.scores[user, :count].tolist() == scores.tolist()
    return lists


@pytest.mark.parametrize("name", ["shared-viewers", "learned-titles", "sequence"])
@pytest.mark.parametrize("half_life", [np.inf, 5.0])
@pytest.mark.parametrize("size", [1, 10, 1000])
def test_lists_are_those_of_one_user(name, half_life, size):
    graph = random_graph(6, 60, 300, 0.1)
    check_lists(graph, name, size, half_life, range(len(graph.users)))


@settings(deadline=None)
@given(graphs(), st.integers(1, 30))
def test_any_small_graph(graph, size):
    check_lists(graph, "shared-viewers", size, 3.0, range(len(graph.users)))


def test_the_likes_alone_are_left_out_by_default():
    graph = random_graph(7)
    lists = lists_of_all(Registry(graph, Settings()).walk("shared-viewers"), 25)
    for user in range(len(graph.users)):
        own = graph.likes.indices[graph.likes.row(user)]
        assert not set(own.tolist()) & set(lists.titles[user, : lists.counts[user]].tolist())


def test_preferences_that_are_known_to_be_1_are_not_looked_at():
    likes = random_graph(7).likes
    times = likes.properties["timestamp"]
    ones, wild = (np.full(len(likes), value, np.float32) for value in (1.0, np.nan))
    read, told = (
        SharedViewers(Likes(replace(likes, properties={"preference": values, "timestamp": times}, same=same)))
        for values, same in ((ones, {}), (wild, {"preference": 1.0}))
    )
    for half_life in (np.inf, 5.0):
        one, other = (lists_of_all(walk, 25, half_life) for walk in (read, told))
        assert one.counts.tolist() == other.counts.tolist()
        for user, count in enumerate(one.counts):
            assert one.titles[user, :count].tolist() == other.titles[user, :count].tolist()
            assert one.scores[user, :count].tolist() == other.scores[user, :count].tolist()


def test_progress_reaches_the_end(monkeypatch):
    monkeypatch.setattr(everybody, "_USERS", 7)
    told = []
    lists_of_all(
        Registry(random_graph(8), Settings()).walk("shared-viewers"),
        3,
        progress=lambda *done: told.append(done),
    )
    assert told == [(7, 30), (14, 30), (21, 30), (28, 30), (30, 30)]


@pytest.mark.integration
def test_real_people_on_one_and_two_threads(movielens, monkeypatch):
    found = []
    for workers in (1, 2):
        monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
        found.append(check_lists(movielens, "shared-viewers", 20, 5.0, range(len(movielens.users))))
    assert np.array_equal(found[0].counts, found[1].counts)
    for user, count in enumerate(found[0].counts):
        assert np.array_equal(found[0].titles[user, :count], found[1].titles[user, :count])
