"""Lists for many people at once against one person's at a time."""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.evaluate.baselines import Cosine, Ease, RP3Beta
from cinewalk.graph.model import schema
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.rerank import lists as maker
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.graph.rerank.lists import Wanted, make_lists
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.neighbours import nearest_all
from cinewalk.graph.walks.neighbours.shared import SharedViewers
from cinewalk.graph.walks.prepare import expect
from cinewalk.graph.walks.registry import WALKS, Registry
from tests.graphs import graphs, random_graph, with_same

pytestmark = pytest.mark.oracle


def with_likes(graph):
    return np.flatnonzero(np.diff(graph.likes.indptr)).astype(np.int32)


def check_lists(graph, walk, wanted, half_life=5.0, users=None):
    users = with_likes(graph) if users is None else users
    made = make_lists(walk, People(graph, half_life), users, wanted)
    for row, user in enumerate(users.tolist()):
        profile = profile_of(graph, user, half_life)
        scores = walk.run(profile).scores
        for kind, lists in zip(wanted, made, strict=True):
            hidden = profile.hidden if kind.left_out is None else profile.hidden | kind.left_out
            after = scores
            if kind.remedies is not None:
                after = kind.remedies.applied(scores, profile, hidden, kind.k or kind.size).scores
            titles, values = topk.rank(after, hidden, kind.size)
            count = lists.counts[row]
            assert lists.titles[row, :count].tolist() == titles.tolist()
            assert lists.scores[row, :count].tolist() == values.tolist()
            assert (lists.titles[row, count:] == -1).all()
    return made


@pytest.mark.parametrize("name", WALKS)
@pytest.mark.parametrize("half_life", [np.inf, 5.0])
def test_lists_of_every_walk_are_those_of_one_user(name, half_life):
    graph = random_graph(6, 60, 300, 0.1)
    registry = Registry(graph, Settings(half_life=half_life))
    for viewers_are_known in (False, True):
        if viewers_are_known:
            expect(registry, name, len(graph.users))
        for size in (1, 10, 1000):
            check_lists(graph, registry.walk(name), [Wanted(size)], half_life)


@pytest.mark.parametrize("name", ["blend", "newcomers", "shared-viewers", "learned-viewers", "pagerank"])
def test_filters_limits_and_remedies(name):
    graph = random_graph(9, 60, 300, 0.1)
    rng = np.random.default_rng(3)
    limits = np.where(rng.random(60) < 0.5, -1, rng.integers(0, 22, 60))
    ages = rng.integers(-1, 22, 300)
    users = replace(
        graph.users, properties={**graph.users.properties, "maturity_limit": limits.astype(np.int16)}
    )
    titles = replace(graph.titles, properties={**graph.titles.properties, "maturity": ages.astype(np.int16)})
    graph = replace(graph, nodes={**graph.nodes, "User": users, "Title": titles})
    registry = Registry(graph, Settings())
    walk, left_out = registry.walk(name), rng.random(300) < 0.3
    chain = RerankChain.parse("popularity=0.3,diverse=0.05", graph, parts=registry, walk=walk)
    wanted = [Wanted(10), Wanted(10, left_out=left_out), Wanted(7, chain, 10), Wanted(5, chain, 0, left_out)]
    check_lists(graph, walk, wanted)
    check_lists(graph, walk, [Wanted(10, left_out=left_out)])


@pytest.mark.parametrize("name", WALKS)
def test_the_same_film_under_other_ids_is_hidden_either_way(name):
    graph = with_same(random_graph(6, 60, 300, 0.1))
    walk = Registry(graph, Settings()).walk(name)
    rng = np.random.default_rng(3)
    for wanted in ([Wanted(1)], [Wanted(10)], [Wanted(1000)], [Wanted(10, left_out=rng.random(300) < 0.3)]):
        (lists,) = check_lists(graph, walk, wanted)
        check_films(graph, with_likes(graph), lists)


def check_films(graph, users, lists):
    """See that no list holds a film that was seen under any id, or one film twice; by sets, without masks."""
    same = graph.relations["same_as"]
    film = dict(zip(same.sources.tolist(), same.indices.tolist(), strict=True))
    for user, row, count in zip(users.tolist(), lists.titles.tolist(), lists.counts.tolist(), strict=True):
        events = [graph.relations[kind.name] for kind in schema.EVENTS]
        met = {title for event in events for title in event.indices[event.row(user)].tolist()}
        films = [film.get(title, title) for title in row[:count]]
        assert len(set(films)) == len(films)
        assert films == row[:count]
        assert not {film.get(title, title) for title in met} & set(films)


@pytest.mark.integration
@pytest.mark.parametrize("name", ["newcomers", "blend", "shared-viewers", "popularity"])
def test_no_list_of_movielens_holds_a_film_that_was_seen_under_another_id(name, movielens):
    assert len(movielens.relations["same_as"]) == 18
    users = np.arange(len(movielens.users), dtype=np.int32)
    walk = Registry(movielens, Settings()).walk(name)
    (lists,) = make_lists(walk, People(movielens, Settings().half_life), users, [Wanted(20)])
    assert np.count_nonzero(lists.counts == 20) > 930
    check_films(movielens, users, lists)


@pytest.mark.parametrize("pairs", [False, True])
def test_baselines_go_the_same_way(pairs):
    graph = random_graph(2, 30, 40, 0.2)
    graph = with_same(graph) if pairs else graph
    for walk in (Ease(graph.likes), RP3Beta(Likes(graph.likes)), Cosine(graph.likes)):
        check_films(graph, with_likes(graph), check_lists(graph, walk, [Wanted(5)])[0])


@settings(deadline=None)
@given(graphs(), st.integers(1, 30), st.sampled_from(["shared-viewers", "blend", "newcomers"]), st.booleans())
def test_any_small_graph(graph, size, name, pairs):
    graph = with_same(graph, share=1.0) if pairs else graph
    check_lists(graph, Registry(graph, Settings(half_life=3.0)).walk(name), [Wanted(size)], 3.0)


def test_what_has_been_seen_is_left_out():
    graph = random_graph(7)
    (lists,) = check_lists(graph, Registry(graph, Settings()).walk("blend"), [Wanted(25)])
    for user, titles in zip(with_likes(graph).tolist(), lists.titles.tolist(), strict=True):
        assert not set(graph.likes.indices[graph.likes.row(user)].tolist()) & set(titles)


def test_preferences_that_are_known_to_be_1_are_not_looked_at(monkeypatch):
    monkeypatch.setattr(nearest_all, "_FEW_STEPS", -1)  # row by row they are
    graph = random_graph(7)
    likes, times = graph.likes, graph.likes.properties["timestamp"]
    ones, wild = (np.full(len(likes), value, np.float32) for value in (1.0, np.nan))
    read, told = (
        replace(likes, properties={"preference": values, "timestamp": times}, same=same)
        for values, same in ((ones, {}), (wild, {"preference": 1.0}))
    )
    for half_life in (np.inf, 5.0):
        results = []
        for relation in (read, told):
            people = People(graph.with_relations({"likes": relation}), half_life)
            walk = SharedViewers(Likes(relation))
            results += make_lists(walk, people, with_likes(graph), [Wanted(25)])
        for numbers, others in zip(*results, strict=True):
            assert np.array_equal(numbers, others)


def test_progress_reaches_the_end(monkeypatch):
    monkeypatch.setattr(maker, "_PEOPLE", 7)
    graph, told = random_graph(8), []
    walk = Registry(graph, Settings()).walk("shared-viewers")
    users = np.arange(30, dtype=np.int32)
    make_lists(walk, People(graph, np.inf), users, [Wanted(3)], told.append)
    assert told == [8, 15, 22, 29, 30]


def test_nobody_gets_no_lists():
    graph = random_graph(8)
    walk = Registry(graph, Settings()).walk("blend")
    (lists,) = make_lists(walk, People(graph, 5.0), np.empty(0, np.int32), [Wanted(3)])
    assert lists.titles.shape == (0, 3)


@pytest.mark.integration
@pytest.mark.parametrize("name", ["shared-viewers", "blend"])
def test_real_people_on_one_and_two_threads(name, movielens, monkeypatch):
    results = []
    for workers in (1, 2):
        monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
        walk = Registry(movielens, Settings()).walk(name)
        results += check_lists(movielens, walk, [Wanted(20)])
    for numbers, others in zip(*results, strict=True):
        assert np.array_equal(numbers, others)
