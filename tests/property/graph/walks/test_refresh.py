"""Rows that are brought up to date are those of a full computation, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import SequenceParameters, Settings, TitleParameters
from cinewalk.graph.walks import refresh
from cinewalk.graph.walks.refresh import RowRefresh
from cinewalk.graph.walks.registry import Registry
from tests.graphs import from_ratings

pytestmark = pytest.mark.property

WALKS = ("shared_viewers", "sequence")
USERS, TITLES = [f"u{i:02}" for i in range(14)], [f"t{i:02}" for i in range(11)]

exponents = st.sampled_from([0.0, 0.0, 0.5, 1.0])
shared = {
    "source_exponent": exponents,
    "viewer_exponent": exponents,
    "target_exponent": exponents,
    "sharpness": st.sampled_from([0.5, 1.0, 1.5]),
    "row_exponent": exponents,
    "size": st.sampled_from([1, 2, 3, 5, 20]),
}
parameters = st.builds(
    Settings,
    shared_viewers=st.builds(TitleParameters, **shared),
    sequence=st.builds(
        SequenceParameters,
        **shared,
        span=st.sampled_from([0.5, 20.0]),
        ahead=st.sampled_from([0.5, 1.0, 2.0]),
    ),
)


def graph_of(likes, users=(), titles=()):
    """Build a graph of {(user, title): (preference, time)}, and of users and titles without likes."""
    users, titles = {user for user, _ in likes} | set(users), {title for _, title in likes} | set(titles)
    graph = from_ratings([], sorted(users), sorted(titles))
    sources = np.array([graph.users.ids.position(user) for user, _ in likes], np.int64)
    targets = np.array([graph.titles.ids.position(title) for _, title in likes], np.int64)
    preferences, times = (np.array([value[i] for value in likes.values()]) for i in (0, 1))
    properties = {"preference": preferences, "timestamp": times}
    relation = Relation.of(sources, targets, (len(users), len(titles)), properties)
    return graph.with_relations({"likes": relation})


def check_same(found, expected):
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs)


def check_all(before, after, settings):
    """Bring every local walk up to date whether it pays or not; return how many rows were computed again."""
    counts = []
    for name in WALKS:
        known = Registry(before, settings).walk(name.replace("_", "-")).prepare()
        change = RowRefresh(before, after, settings)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(refresh, "_ALONE", dict.fromkeys(WALKS, 0.0))
            check_same(
                change.rows(name, known), Registry(after, settings).walk(name.replace("_", "-")).prepare()
            )
        counts.append(len(change.affected(name, known)))
    return counts


def some_likes(rng, share):
    """Draw likes of this share of all pairs, with few different preferences and times, so that much is equal."""
    chosen = [(user, title) for user in USERS for title in TITLES if rng.random() < share]
    preferences = rng.choice([1.0, 1.0, 1.0, 2.0, 1.25, 0.3] if rng.random() < 0.5 else [1.0], len(chosen))
    return dict(
        zip(
            chosen,
            zip(preferences.tolist(), rng.integers(1, 7, len(chosen)).tolist(), strict=True),
            strict=True,
        )
    )


def some_of(rng, names, most):
    return rng.choice(names, rng.integers(0, most + 1), replace=False).tolist()


seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@examples(max_examples=200)
@given(seeds, st.floats(0.05, 0.6), st.sampled_from([0.0, 0.01, 0.03]), st.integers(0, 3), parameters)
def test_any_change_of_any_small_graph(rng, share, added, removed, settings):
    likes = some_likes(rng, share)
    after = likes | some_likes(rng, added)
    names = list(after)
    for place in some_of(rng, len(after), min(removed, len(after))):
        del after[names[place]]
    graphs = [graph_of(pairs, some_of(rng, USERS, 3), some_of(rng, TITLES, 3)) for pairs in (likes, after)]
    check_all(*graphs, settings)


@examples(max_examples=100)
@given(seeds, st.floats(0.05, 0.6), parameters)
def test_whole_users_and_titles_that_go_or_come(rng, share, settings):
    likes, gone = some_likes(rng, share), {*some_of(rng, USERS, 2), *some_of(rng, TITLES, 2)}
    after = {pair: value for pair, value in likes.items() if not gone & set(pair)}
    check_all(graph_of(likes), graph_of(after), settings)
    check_all(graph_of(after), graph_of(likes), settings)


def islands():
    """Two sets of viewers and titles that share nothing, with ties everywhere."""
    return {
        (f"u{10 * i + u:02}", f"t{10 * i + t:02}"): (1.0, 7)
        for i in (0, 1)
        for u in range(5)
        for t in range(6)
    }


def test_far_away_rows_are_not_computed_again():
    likes, new = islands(), {("u00", "t07"): (1.0, 9)}
    assert check_all(graph_of(likes), graph_of(likes | new), Settings()) == [7, 7]
    assert check_all(graph_of(likes), graph_of(likes), Settings()) == [0, 0]


def test_nodes_without_likes_move_positions_and_nothing_else():
    likes = islands()
    after = graph_of(likes, ["a", "u055"], ["a", "t055"])
    assert check_all(graph_of(likes), after, Settings()) == [2, 2]  # the new titles, whose rows are empty


def test_times_alone_concern_the_sequence_alone():
    likes = islands()
    assert check_all(graph_of(likes), graph_of(likes | {("u00", "t00"): (1.0, 8)}), Settings()) == [0, 6]


def test_a_title_that_becomes_rarer_comes_into_rows_of_viewers_who_did_nothing():
    # Nine who like nothing else leave t03: it counts more for its one other viewer, who did nothing.
    likes = {(user, title): (1.0, 1) for user in ("u00", "u01") for title in ("t00", "t01", "t02")}
    likes |= {("u00", "t03"): (2.0, 1)}
    likes |= {(f"u1{i}", "t03"): (1.0, 1) for i in range(9)}
    after = {pair: value for pair, value in likes.items() if not pair[0].startswith("u1")}
    settings = Settings(shared_viewers=TitleParameters(0.0, 0.0, 1.0, 1.0, 0.0, 2))
    before, later = graph_of(likes, USERS), graph_of(after, USERS)
    old, new = (Registry(graph, settings).walk("shared-viewers").rows for graph in (before, later))
    assert 3 not in old.indices[: old.indptr[3]]
    assert 3 in new.indices[: new.indptr[3]]
    check_all(before, later, settings)


def test_much_is_computed_anew_and_nothing_known_is_nothing():
    likes = islands()
    before, after = graph_of(likes), graph_of(likes | {(f"u{i:02}", "t07"): (1.0, 9) for i in range(5)})
    change = RowRefresh(before, after, Settings())
    assert change.rows("shared_viewers", Registry(before, Settings()).walk("shared-viewers").rows) is None
    assert change.rows("shared_viewers", None) is None


def test_fitted_rows_stay_where_no_preference_changes():
    likes = islands()
    before, settings = graph_of(likes), Settings()
    parts = Registry(before, settings)
    for name in ("learned_titles", "learned_viewers"):
        known = parts.walk(name.replace("_", "-")).rows
        later = graph_of(likes | {("u00", "t00"): (1.0, 8)})
        assert RowRefresh(before, later, settings).rows(name, known) is known
        check_same(known, Registry(later, settings).walk(name.replace("_", "-")).prepare())
        for other in (likes | {("u00", "t00"): (2.0, 7)}, likes | {("u00", "t07"): (1.0, 7)}):
            assert RowRefresh(before, graph_of(other), settings).rows(name, known) is None
        assert RowRefresh(before, graph_of(likes, ["new"]), settings).rows(name, known) is None
