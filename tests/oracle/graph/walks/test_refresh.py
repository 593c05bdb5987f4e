"""Rows that are brought up to date on real ratings, and what does so by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.edges import keep_edges
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Nodes
from cinewalk.graph.model.ids import IdMap
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import Settings, TitleParameters, Weights
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.graph.walks import refresh
from cinewalk.graph.walks.prepare import prepare, renew
from cinewalk.graph.walks.refresh import RowRefresh
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.base.changes import Changes

pytestmark = pytest.mark.oracle

WALKS = ("shared_viewers", "sequence")
#: All rows that can be brought up to date count.
ALL = Settings(weights=Weights(shared_viewers=0.5))


def check_same(found, expected):
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(found, expected, strict=True))


def without_last(graph, count):
    """Return a graph as it was before the last likes; users without any are not known yet."""
    likes = graph.likes
    kept = np.ones(len(likes), np.bool_)
    kept[np.argsort(likes.properties["timestamp"], kind="stable")[len(likes) - count :]] = False
    likes = keep_edges(likes, kept)
    users, places = np.unique(likes.sources, return_inverse=True)
    shape = len(users), len(graph.titles)
    names = [graph.users.ids.ids[user] for user in users.tolist()]
    nodes = {**graph.nodes, "User": Nodes("User", IdMap.of(names))}
    earlier = Relation.of(places, likes.indices, shape, likes.properties)
    return replace(graph.with_relations({"likes": earlier}), nodes=nodes, prepared=None)


@pytest.mark.integration
@pytest.mark.parametrize("share", [0.01, 0.001, 0.0])
def test_the_last_likes_of_real_people(movielens, monkeypatch, share):
    monkeypatch.setattr(refresh, "_ALONE", dict.fromkeys(WALKS, 0.0))
    before = without_last(movielens, max(1, int(share * len(movielens.likes))))
    settings = Settings()
    for name in WALKS:
        known = Registry(before, settings).walk(name.replace("_", "-")).prepare()
        found = RowRefresh(before, movielens, settings).rows(name, known)
        check_same(found, Registry(movielens, settings).walk(name.replace("_", "-")).prepare())
        # The same the other way: likes, and people, that go.
        back = RowRefresh(movielens, before, settings).rows(name, found)
        check_same(back, known)


def later(graph):
    """Return the graph after somebody new has liked two titles."""
    own = UserEvents()
    for title in (0, 3):
        own = own.put("thumbed", title, {"value": 1, "timestamp": 1_000_000_000 + title})
    return folded(graph, {"zoe": own})


def test_a_graph_is_prepared_since_an_earlier_one(monkeypatch):
    monkeypatch.setattr(refresh, "_ALONE", dict.fromkeys(WALKS, 0.0))
    told, graph = [], example_graph()
    before, after = prepare(Registry(graph, ALL)), later(graph)
    found = prepare(Registry(after, ALL), lambda *words: told.append(words), since=before)
    whole = prepare(Registry(after, ALL))
    check_same(found.prepared.basis, whole.prepared.basis)
    assert found.prepared.rows.keys() == whole.prepared.rows.keys()
    for name, rows in whole.prepared.rows.items():
        check_same(found.prepared.rows[name], rows)
    assert {words[0] for words in told} >= {"Preparing shared-viewers", "Preparing sequence"}


def test_rows_under_other_parameters_are_not_taken():
    graph, other = example_graph(), replace(ALL, shared_viewers=TitleParameters(size=1))
    before = prepare(Registry(graph, other))
    found = prepare(Registry(graph, ALL), since=before).prepared
    check_same(found.rows["shared_viewers"], Registry(graph, ALL).walk("shared-viewers").prepare())
    check_same(found.rows["sequence"], before.prepared.rows["sequence"])


def test_what_was_never_needed_stays_so_and_what_was_is_renewed(monkeypatch):
    monkeypatch.setattr(refresh, "_ALONE", dict.fromkeys(WALKS, 0.0))
    graph = example_graph()
    known, after = Registry(graph, Settings()), later(graph)
    assert renew(known, after) is after
    _ = known.walk("sequence").rows, known.walk("learned-titles").rows
    renewed = renew(known, after)
    assert set(renewed.prepared.rows) == {"sequence"}  # fitted rows are fitted anew, when they are needed
    check_same(renewed.prepared.rows["sequence"], Registry(after, Settings()).walk("sequence").prepare())
    unchanged = folded(graph, {})
    assert set(renew(known, unchanged).prepared.rows) == {"sequence", "learned_titles"}
    basis = known.subspace.basis
    assert renew(known, unchanged).prepared.basis is basis
    assert renew(known, after).prepared.basis is None


class Database:
    """A graph that becomes another one when it is refreshed."""

    def __init__(self, graph):
        self.graph = graph

    def refresh(self, *, renew, **_):
        self.graph = renew(later(self.graph))
        return Changes(True, {}, ())


def test_a_refreshed_recommender_gives_the_lists_of_a_new_one(monkeypatch):
    monkeypatch.setattr(refresh, "_ALONE", dict.fromkeys(WALKS, 0.0))
    graph = example_graph()
    reco = Recommender(graph, settings=ALL)
    reco._session.live = Database(graph)
    reco.recommend_many(k=5)
    assert reco.refresh()
    assert set(reco.graph.prepared.rows) == set(WALKS)
    assert reco._session.live.graph is reco.graph
    assert reco.recommend_many(k=5) == Recommender(later(graph), settings=ALL).recommend_many(k=5)
