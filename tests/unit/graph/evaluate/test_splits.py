"""What is held out, by hand on small graphs."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import split, validation_slice
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from tests.graphs import from_ratings, random_graph

pytestmark = pytest.mark.unit

DAY = 86_400
#: One user with ten ratings, one a day; another with four, all later.
ROWS = [("a", f"t{i}", 5.0, 1_000_000_000 + i * DAY) for i in range(10)]
ROWS += [("b", f"t{i}", 5.0, 1_100_000_000 + i * DAY) for i in range(4)]


def held_out(parts):
    users, titles = parts.train.users.ids.ids, parts.train.titles.ids.ids
    pairs = zip(parts.test.sources.tolist(), parts.test.indices.tolist(), strict=True)
    return sorted((users[user], titles[title]) for user, title in pairs)


@pytest.mark.parametrize("seed", range(3))
def test_user_time_takes_each_users_newest(seed):
    parts = split(from_ratings(ROWS), "user-time", seed=seed)
    # 10 - ⌊8⌋ = 2 of one, 4 - ⌊3.2⌋ = 1 of the other.
    assert held_out(parts) == [("a", "t8"), ("a", "t9"), ("b", "t3")]


def test_global_time_takes_the_newest_of_all():
    parts = split(from_ratings(ROWS), "global-time")
    # 14 - ⌊11.2⌋ = 3 of all, and the other user is later.
    assert held_out(parts) == [("b", "t1"), ("b", "t2"), ("b", "t3")]


def test_leave_last_takes_one_of_each():
    assert held_out(split(from_ratings(ROWS), "leave-last")) == [("a", "t9"), ("b", "t3")]


def test_random_takes_as_many_of_each_user_and_depends_on_the_seed_alone():
    graph = from_ratings(ROWS)
    found = [held_out(split(graph, "random", seed=seed)) for seed in range(8)]
    assert all([user for user, _ in pairs] == ["a", "a", "b"] for pairs in found)
    assert len({tuple(pairs) for pairs in found}) > 4
    assert found[3] == held_out(split(graph, "random", seed=3))


def test_a_fifth_of_any_multiple_of_five_is_exact():
    for n in range(5, 200, 5):
        graph = from_ratings([("a", f"t{i:03}", 5.0, 1_000_000_000 + i) for i in range(n)])
        assert len(split(graph, "user-time").test) == n // 5


@pytest.mark.parametrize("kind", ["user-time", "global-time", "leave-last"])
def test_ties_in_time_are_broken_by_the_seed(kind):
    graph = from_ratings([("a", f"t{i}", 5.0, 1_000_000_000) for i in range(10)])
    found = {tuple(held_out(split(graph, kind, seed=seed))) for seed in range(20)}
    assert len(found) > 5
    assert held_out(split(graph, kind, seed=7)) == held_out(split(graph, kind, seed=7))


def test_what_is_no_like_is_held_out_but_not_looked_for():
    rows = [("a", f"t{i}", 5.0 if i < 8 else 2.0, 1_000_000_000 + i * DAY) for i in range(10)]
    rows += [("b", f"t{i}", 5.0, 1_000_000_000 + i * DAY) for i in range(5)]
    parts = split(from_ratings(rows), "user-time")
    assert held_out(parts) == [("b", "t4")]
    assert len(parts.train.relations["rated"]) == 8 + 4


def test_everything_that_a_user_did_with_a_title_stays_together():
    users, _ = sorted_nodes("User", ["a", "b"])
    titles, _ = sorted_nodes("Title", [f"t{i}" for i in range(5)])
    rated = (np.repeat([0, 1], 5), np.tile(np.arange(5), 2))
    graph = assemble(
        {"User": users, "Title": titles},
        {
            "rated": Edges(*rated, {"rating": np.full(10, 5.0), "timestamp": 1_000_000_000 + np.arange(10)}),
            # The oldest rating of the first user got a thumb later than all the rest: that is the pair's time.
            "thumbed": Edges(
                np.array([0]), np.array([0]), {"value": np.array([2]), "timestamp": np.array([1_200_000_000])}
            ),
        },
    )
    parts = split(graph, "leave-last")
    assert held_out(parts) == [("a", "t0"), ("b", "t4")]
    assert parts.test.properties["preference"].tolist() == [2.0, 1.0]
    assert len(parts.train.relations["thumbed"]) == 0
    assert len(parts.train.relations["rated"]) == 8


def test_a_graph_without_times_has_no_split_by_time():
    graph = from_ratings([("a", "x", 5.0, 0), ("a", "y", 5.0, 0), ("b", "x", 5.0, 0)])
    for kind in ("user-time", "global-time", "leave-last"):
        with pytest.raises(RequestError, match=r"no event has a time.*take random"):
            split(graph, kind)
    assert len(split(graph, "random", 0.5).test) == 2


def test_events_without_times_are_counted_and_count_as_the_oldest():
    rows = [("a", "w", 5.0, 0), *[("a", f"t{i}", 5.0, 1_000_000_000 + i) for i in range(4)]]
    parts = split(from_ratings(rows), "user-time")
    assert parts.notes == ("1 of 5 events have no time and count as the oldest.",)
    assert held_out(parts) == [("a", "t3")]


@pytest.mark.parametrize(
    ("kind", "fraction", "said"),
    [
        ("by-hand", 0.2, "no split 'by-hand'"),
        ("random", 0.0, "between 0 and 1"),
        ("random", 1.0, "between 0 and 1"),
        ("random", float("nan"), "between 0 and 1"),
    ],
)
def test_asks_that_make_no_sense(kind, fraction, said):
    with pytest.raises(RequestError, match=said):
        split(from_ratings(ROWS), kind, fraction)
    with pytest.raises(RequestError, match=said):
        validation_slice(from_ratings(ROWS), fraction, kind)


def test_an_empty_side_is_refused():
    with pytest.raises(RequestError, match="leaves no likes in test"):
        split(from_ratings([("a", f"t{i}", 2.0 if i else 5.0, 1_000_000_000 + i) for i in range(5)]))
    with pytest.raises(RequestError, match="leaves no likes in train"):
        split(from_ratings([("a", "x", 5.0, 1_000_000_000)]))
    with pytest.raises(RequestError, match="leaves no likes"):
        split(assemble({}, {}), "random")


def long_tailed(seed):
    """Many titles with few likes and few with many."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, 1501) ** 0.8
    rows = [
        (f"u{user:04}", f"t{title:04}", 5.0, 0)
        for user in range(1000)
        for title in rng.choice(1500, 12, replace=False, p=popularity / popularity.sum()).tolist()
    ]
    return from_ratings(rows)


def popularity_gap(parts):
    """The largest difference between the cumulated popularities of held-out and of remaining likes."""
    degrees = np.diff(parts.train.likes.reverse_indptr)
    held, left = np.sort(degrees[parts.test.indices]), np.sort(degrees[parts.train.likes.indices])
    values = np.unique(np.concatenate([held, left]))
    shares = [np.searchsorted(one, values, "right") / len(one) for one in (held, left)]
    return float(np.abs(shares[0] - shares[1]).max())


@pytest.mark.parametrize("seed", range(3))
def test_the_popularity_slice_is_as_popular_as_what_is_left(seed):
    graph = long_tailed(seed)
    as_popular = popularity_gap(validation_slice(graph, 0.1, "popularity", seed))
    # Two samples of one distribution, one of 1,200: 1.36 / √1200 is exceeded once in twenty.
    assert as_popular < 0.04
    assert as_popular < 0.6 * popularity_gap(validation_slice(graph, 0.1, "random", seed))


def test_the_popularity_slice_leaves_everybody_a_like():
    graph = from_ratings([(f"u{i:02}", f"t{j}", 5.0, 0) for i in range(30) for j in range(1 + i % 3)])
    parts = validation_slice(graph, 0.9, "popularity")
    assert np.diff(parts.train.likes.indptr).min() == 1
    assert len(parts.test) == len(graph.likes) - 30


def test_the_popularity_slice_has_its_size_and_depends_on_the_seed_alone():
    graph = random_graph(4)
    parts = validation_slice(graph, 0.2, "popularity", 5)
    assert len(parts.test) == round(0.2 * len(graph.likes))
    assert held_out(parts) == held_out(validation_slice(graph, 0.2, "popularity", 5))
    assert held_out(parts) != held_out(validation_slice(graph, 0.2, "popularity", 6))


def test_a_slice_of_a_train_graph_never_touches_the_test():
    graph = random_graph(11)
    outer = split(graph, "user-time", seed=1)
    for kind in ("random", "user-time", "popularity"):
        inner = validation_slice(outer.train, 0.2, kind, 1)
        assert not set(held_out(inner)) & set(held_out(outer))
        assert len(inner.train.likes) + len(inner.test) == len(outer.train.likes)


def test_what_was_prepared_on_the_whole_is_not_known_to_a_part():
    prepared = prepare(Registry(random_graph(11), Settings()))
    assert prepared.prepared is not None
    assert split(prepared).train.prepared is None
    assert validation_slice(prepared, 0.2, "popularity").train.prepared is None
