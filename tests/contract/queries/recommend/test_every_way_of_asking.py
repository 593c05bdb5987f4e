"""A list is the same whichever way it is asked for: one, many, batch, after a signal or a refresh, pickled and back."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

import cinewalk
from cinewalk import Only
from cinewalk.graph.model.builder import assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.walks.registry import WALKS
from tests.graphs import random_graph

pytest.importorskip("pyarrow")

pytestmark = pytest.mark.contract

ASKS = {
    "plain": {},
    "filtered": {"only": Only(genres=["Comedy", "Crime"])},
    "remedied": {"remedies": "popularity=0.3,diverse=0.05"},
    "ordered": {"order": "first-part-first"},
    "both": {"only": Only(years=(1950, 2030)), "remedies": "bubble=1"},
}


@pytest.fixture(scope="module")
def graph():
    return random_graph(11, 24, 60, 0.2)


def one_by_one(reco, **ask):
    return {user: reco.recommend(user, 7, **ask) for user in reco.graph.users.ids.ids}


def check(lists, expected):
    assert {user: plain(titles) for user, titles in lists.items()} == expected


def plain(titles):
    """Return a list with its reasons, and the walk that ranked it."""
    return titles.walk, titles.note, titles.to_dict()


@pytest.fixture(params=[None, *WALKS])
def walk(request):
    return request.param


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_one_many_batch_and_copies(graph, walk, ask, tmp_path):
    if walk == "popularity" and "remedies" in ask:
        ask = {key: value for key, value in ask.items() if key != "remedies"}
    reco = cinewalk.Recommender(graph, walk=walk)
    lists = one_by_one(reco, **ask)
    expected = {user: plain(titles) for user, titles in lists.items()}
    many = reco.recommend_many(k=7, **ask)
    check(many, expected)
    check(pickle.loads(pickle.dumps(many)), expected)
    check(copy.deepcopy(lists), expected)
    check(pickle.loads(pickle.dumps(reco)).recommend_many(k=7, **ask), expected)
    check(reco.recommend_many(list(reversed(list(many))), 7, **ask), expected)
    if "order" in ask:
        return
    reco.batch(tmp_path / "lists.jsonl", 7, **ask)
    rows = [json.loads(line) for line in (tmp_path / "lists.jsonl").read_text().splitlines()]
    assert [(row["user_id"], row["title_id"], row["score"]) for row in rows] == [
        (user, item.title_id, item.score) for user in sorted(lists) for item in lists[user]
    ]
    assert [[reason["share"] for reason in row["because"]] for row in rows] == [
        [reason.share for reason in item.because] for user in sorted(lists) for item in lists[user]
    ]


def test_after_a_signal_and_a_refresh(graph, walk):
    reco = cinewalk.Recommender(graph, walk=walk)
    user, other, *_ = graph.users.ids.ids
    title = reco.recommend(user, 1)[0].title_id
    reco.thumb(user, title, 1)
    reco.watch("somebody new", title)
    everybody = [*graph.users.ids.ids, "somebody new"]
    told = {user_id: plain(reco.recommend(user_id, 7)) for user_id in everybody}
    check(reco.recommend_many(k=7), told)
    check(pickle.loads(pickle.dumps(reco)).recommend_many(everybody, 7), told)
    reco.refresh()
    fresh = cinewalk.Recommender(reco.graph, walk=walk)
    refreshed = {user_id: plain(reco.recommend(user_id, 7)) for user_id in everybody}
    assert {user_id: plain(fresh.recommend(user_id, 7)) for user_id in everybody} == refreshed
    check(reco.recommend_many([other, "somebody new"], 7), {u: refreshed[u] for u in (other, "somebody new")})


def test_reasons_are_of_the_moment_when_the_list_was_made(graph):
    reco = cinewalk.Recommender(graph)
    user = graph.users.ids.ids[0]
    many, single = reco.recommend_many([user], 7), reco.recommend(user, 7)
    reco.block(user, single[0].title_id)
    reco.refresh()
    before = cinewalk.Recommender(graph).recommend(user, 7)
    assert plain(many[user]) == plain(single) == plain(before)


def test_whatever_is_returned_can_be_copied_and_looked_at():
    reco = cinewalk.Recommender(example_graph(), walk="blend")
    why = reco.explain("eve", "Blade Runner")
    results = [
        reco.recommend("ann"),
        reco.recommend_many(),
        reco.similar("Alien"),
        reco.taste(["Alien"]),
        reco.explain_taste("Brazil", titles=["Alien"]),
        reco.explain("eve", "Blade Runner", walk="pagerank"),
        reco.explain("eve", "Blade Runner", instead_of="The Conversation"),
        why,
        *why.paths(),
        why.counterfactual(),
        reco.together(["ann", "ben"]),
        *reco.because_you_watched("ann"),
        reco.continue_watching("ann"),
        reco.new_releases("ann"),
        reco.top(days=None),
        reco.challenge("ann"),
        reco.history("ann"),
        reco.watch("zoe", "Alien", at=900_000_000),
        reco.refresh(),
    ]
    for result in results:
        assert len(repr(result)) < 400
        assert repr(result).count("\n") < 3
        for other in (pickle.loads(pickle.dumps(result)), copy.copy(result), copy.deepcopy(result)):
            assert other == result
    for result in results[:-2]:
        assert result._repr_html_().startswith("<")
    again = pickle.loads(pickle.dumps(why))
    assert list(again.paths()) == list(why.paths())
    assert again.counterfactual() == why.counterfactual()


def test_somebody_told_of_in_a_graph_without_users():
    users, _ = sorted_nodes("User", [])
    titles, _ = sorted_nodes("Title", ["alien", "brazil"], {"title": ["Alien", "Brazil"]})
    reco = cinewalk.Recommender(assemble({"User": users, "Title": titles}, {}))
    reco.watch("zoe", "Alien", at=900_000_000)
    lists = {user: plain(titles) for user, titles in reco.recommend_many().items()}
    assert lists == {"zoe": plain(reco.recommend("zoe"))}
