"""Train and test that come from two files: by id, and nothing is lost without a word."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.align import match
from tests.graphs import from_ratings, random_graph

pytestmark = pytest.mark.unit

TRAIN = [("a", "m", 5.0, 1), ("a", "p", 2.0, 2), ("b", "m", 5.0, 3), ("b", "z", 4.0, 4)]


def found(parts):
    users, titles = parts.train.users.ids.ids, parts.train.titles.ids.ids
    pairs = zip(parts.test.sources.tolist(), parts.test.indices.tolist(), strict=True)
    return sorted((users[user], titles[title]) for user, title in pairs)


def test_ids_decide_not_positions():
    parts = match(from_ratings(TRAIN), from_ratings([("b", "p", 5.0, 9), ("a", "z", 5.0, 8)]))
    assert found(parts) == [("a", "z"), ("b", "p")]
    assert parts.notes == ()


def test_only_likes_are_to_be_found():
    parts = match(from_ratings(TRAIN), from_ratings([("a", "z", 5.0, 8), ("b", "p", 3.0, 9)]))
    assert found(parts) == [("a", "z")]


def test_unknown_users_are_counted_and_left_out():
    parts = match(
        from_ratings(TRAIN), from_ratings([("a", "z", 5.0, 8), ("x", "z", 5.0, 8), ("x", "m", 5.0, 8)])
    )
    assert found(parts) == [("a", "z")]
    assert parts.notes == ("Test users unknown to train: 1 (likes: 2), left out.",)


def test_unknown_titles_stay_to_be_found_and_nothing_else_moves():
    train = from_ratings(TRAIN)
    test = from_ratings([("a", "z", 5.0, 8), ("a", "c", 5.0, 8), ("b", "zz", 5.0, 7)], titles=["never-liked"])
    parts = match(train, test)
    assert found(parts) == [("a", "c"), ("a", "z"), ("b", "zz")]
    assert parts.notes == ("Test titles unknown to train: 2 (likes: 2), never found.",)
    assert list(parts.train.titles.ids.ids) == ["c", "m", "p", "z", "zz"]
    assert parts.train.titles.text("title")[0] == "c"
    before, after = train.to_networkx(), parts.train.to_networkx()
    after.remove_nodes_from([("Title", "c"), ("Title", "zz")])
    assert dict(after.nodes(data="title")) == dict(before.nodes(data="title"))
    assert sorted(after.edges(keys=True, data="rating")) == sorted(before.edges(keys=True, data="rating"))


def test_all_kinds_of_nodes_and_edges_survive_new_titles():
    train = random_graph(3)
    parts = match(train, from_ratings([("u001", "a-new-one", 5.0, 1), ("u001", "t003", 5.0, 1)]))
    after = parts.train.to_networkx()
    after.remove_node(("Title", "a-new-one"))
    before = train.to_networkx()
    assert set(after.nodes) == set(before.nodes)
    assert sorted(after.edges(keys=True)) == sorted(before.edges(keys=True))
    for edge in before.edges(keys=True):
        assert after.edges[edge] == before.edges[edge]


def test_what_was_seen_in_train_is_left_out_and_said():
    # "p" was rated 2 in train: seen, so it is masked, although it was no like.
    parts = match(from_ratings(TRAIN), from_ratings([("a", "p", 5.0, 8), ("a", "z", 5.0, 8)]))
    assert found(parts) == [("a", "z")]
    assert parts.notes == ("Test likes of titles that the user has seen in train: 1, left out.",)


@pytest.mark.parametrize(
    ("train", "test", "said"),
    [
        (TRAIN, [("x", "m", 5.0, 1)], "none of the users"),
        (TRAIN, [("a", "x", 5.0, 1)], "none of the titles"),
        (TRAIN, [("a", "z", 1.0, 1)], "no likes in test"),
        ([("a", "m", 1.0, 1)], TRAIN, "no likes in train"),
        (TRAIN, TRAIN, "every like in test"),
    ],
)
def test_nothing_to_evaluate(train, test, said):
    with pytest.raises(RequestError, match=said):
        match(from_ratings(train), from_ratings(test))
