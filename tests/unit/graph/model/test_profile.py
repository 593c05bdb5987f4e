"""What somebody must not be shown: whatever they have met, however the graph knows of it."""

from __future__ import annotations

import numpy as np
import pytest

import cinewalk
from cinewalk.graph.model.profile import profile_of, seen
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.registry import WALKS
from tests.graphs import likes_alone, random_graph

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def graph():
    return likes_alone(random_graph(5, 30, 40, 0.2))


def liked(graph, user):
    return set(graph.likes.indices[graph.likes.row(user)].tolist())


def test_a_like_counts_as_seen_whatever_made_it(graph):
    people = People(graph, 10.0).some(np.arange(len(graph.users), dtype=np.int32))
    for user in range(len(graph.users)):
        expected = np.zeros(len(graph.titles), np.bool_)
        expected[list(liked(graph, user))] = True
        told = UserEvents.of(graph, user).profile(graph, 10.0, user)
        for hidden in (
            seen(graph, user),
            profile_of(graph, user, 10.0).hidden,
            told.hidden,
            people.hidden[user],
        ):
            assert hidden[expected].all()
        assert np.array_equal(seen(graph, user), expected)


def test_no_list_holds_a_title_that_is_liked(graph):
    reco = cinewalk.Recommender(graph)
    shown = 0
    for user, user_id in enumerate(graph.users.ids.ids):
        likes = {graph.titles.ids.ids[title] for title in liked(graph, user)}
        lists = [reco.recommend(user_id, 40, walk=walk) for walk in (None, *WALKS)]
        lists += [reco.challenge(user_id, 40), reco.new_releases(user_id, 40, days=40_000)]
        lists += [row.titles for row in reco.because_you_watched(user_id, 3, 40)]
        for items in lists:
            ids = {item.title_id for item in items}
            assert not ids & likes
            shown += len(ids)
    assert shown
    many = reco.recommend_many(k=40)
    for user, user_id in enumerate(graph.users.ids.ids):
        assert not {graph.titles.ids.position(item.title_id) for item in many[user_id]} & liked(graph, user)


def test_networkx_without_events(graph):
    again = cinewalk.Graph.from_networkx(graph.to_networkx())
    assert len(again.likes) == len(graph.likes)
    reco = cinewalk.Recommender(again)
    for user, user_id in enumerate(again.users.ids.ids):
        ids = {again.titles.ids.position(item.title_id) for item in reco.recommend(user_id, 40)}
        assert not ids & liked(again, user)


def test_with_an_event_behind_every_like_nothing_changes():
    graph = random_graph(6, 30, 40, 0.2)
    for user in range(len(graph.users)):
        by_events = np.zeros(len(graph.titles), np.bool_)
        for name in ("rated", "watched", "thumbed", "blocked"):
            relation = graph.relations[name]
            by_events[relation.indices[relation.row(user)]] = True
        assert np.array_equal(seen(graph, user), by_events)
