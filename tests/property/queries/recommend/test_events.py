"""Whatever people do in whatever order: what counts at once is what a graph of the same events says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk import Recommender
from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.maturity import allowed_likes
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, derive_likes
from cinewalk.graph.model.profile import profile_of

pytestmark = pytest.mark.property

USERS = ("ann", "eve", "gus", "zoe", " new ")
TITLES = ("alien", "blade", "brazil", "heat")
TIMES = st.integers(700_000_000, 900_000_000)
SIGNALS = st.one_of(
    st.tuples(st.just("watch"), st.floats(0, 1), TIMES),
    st.tuples(st.just("rate"), st.sampled_from([0.5, 3.5, 4.0, 5.0]), TIMES),
    st.tuples(st.just("thumb"), st.sampled_from([-1, 1, 2]), TIMES),
    st.tuples(st.just("block"), st.none(), TIMES),
    st.tuples(st.just("limit"), st.sampled_from([None, 6, 16]), TIMES),
    st.tuples(st.just("undo"), st.none(), TIMES),
)
STORIES = st.lists(st.tuples(st.sampled_from(USERS), st.sampled_from(TITLES), SIGNALS), max_size=25)


def tell(reco: Recommender, user: str, title: str, signal) -> None:
    name, value, at = signal
    if name == "watch":
        reco.watch(user, title, progress=value, at=at)
    elif name in ("rate", "thumb"):
        getattr(reco, name)(user, title, value, at=at)
    elif name == "block":
        reco.block(user, title, at=at)
    elif name == "limit":
        reco.limit(user, value)
    else:
        try:
            reco.undo(user)
        except RequestError:
            assert not reco._session._done[user.strip()]


def known(profile) -> tuple:
    return (
        profile.titles.tolist(),
        profile.preferences.tolist(),
        profile.weights.tolist(),
        profile.hidden.tolist(),
        profile.groups.tolist(),
    )


@given(STORIES)
def test_what_counts_at_once_is_what_the_folded_graph_says(story) -> None:
    reco = Recommender(example_graph())
    for user, title, signal in story:
        tell(reco, user, title, signal)
    told = {user: reco._session.snapshot.person(user).profile for user in reco._session.snapshot.events}
    reco.refresh() if told else None
    graph = reco.graph
    likes = allowed_likes(derive_likes(graph.relations, DEFAULT_PREFERENCE), graph.users, graph.titles)
    assert np.array_equal(likes.indices, graph.likes.indices)
    for name, values in likes.properties.items():
        assert np.array_equal(values, graph.likes.properties[name])
    for user, profile in told.items():
        after = profile_of(graph, graph.users.ids.position(user), reco.settings.half_life)
        assert known(profile) == known(after)


@given(STORIES)
def test_undoing_everything_leaves_everything_as_it_was(story) -> None:
    reco = Recommender(example_graph())
    for user, title, signal in story:
        if signal[0] != "undo":
            tell(reco, user, title, signal)
    for user in list(reco._session._done):
        while reco._session._done[user]:
            reco.undo(user)
    for user in ("ann", "eve", "gus"):
        before = profile_of(reco.graph, reco.graph.users.ids.position(user), reco.settings.half_life)
        assert known(reco._session.snapshot.person(user).profile) == known(before)


@given(STORIES, st.sampled_from([kind.name for kind in schema.EVENTS]))
def test_what_is_blocked_or_thumbed_down_or_too_mature_is_nowhere(story, kind) -> None:
    reco = Recommender(example_graph())
    for user, title, signal in story:
        tell(reco, user, title, signal)
    for user in reco._session.snapshot.events:
        own = reco._session.snapshot.events[user]
        ids = reco.graph.titles.ids.ids
        blocked = {ids[title] for title in own.events["blocked"]}
        down = {ids[title] for title, thumb in own.events["thumbed"].items() if thumb["value"] < 0}
        never = set(ids) if own.limit is not None else blocked | down
        lists = [reco.recommend(user), reco.new_releases(user), reco.challenge(user), reco.top(user=user)]
        lists += [reco.continue_watching(user), *(row.titles for row in reco.because_you_watched(user))]
        shown = {item.title_id for found in lists for item in found}
        assert not shown & never
        reasons = {
            reason.id
            for found in lists
            for item in found
            for reason in item.because
            if reason.label == "Title"
        }
        assert not reasons & (set(ids) if own.limit is not None else blocked)
        assert own.event(kind, 0) == own.events[kind].get(0)
