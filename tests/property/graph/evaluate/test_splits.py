"""No event is lost or doubled by a split, and nothing that is held out can be known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import SLICES, SPLITS, split, validation_slice
from cinewalk.graph.model.edges import pair_codes
from cinewalk.graph.model.preference import derive_likes
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.numeric import topk
from tests.graphs import graphs

pytestmark = pytest.mark.property

EVENTS = ("rated", "watched", "thumbed")
seeds = st.integers(0, 2**32 - 1)


def parted(graph, kind, fraction, seed):
    try:
        if kind in SPLITS:
            return split(graph, kind, fraction, seed)
        return validation_slice(graph, fraction, kind, seed)
    except RequestError as error:
        assume("leaves no likes" not in str(error) and "no event has a time" not in str(error))
        raise


def edges(relation):
    codes = pair_codes(relation).tolist()
    values = zip(*(relation.properties[name].tolist() for name in sorted(relation.properties)), strict=True)
    return dict(zip(codes, values, strict=True))


@given(graphs(), st.sampled_from(sorted({*SPLITS, *SLICES})), st.floats(0.05, 0.9), seeds)
def test_train_and_test_are_all_there_is(graph, kind, fraction, seed):
    parts = parted(graph, kind, fraction, seed)
    known, found = edges(parts.train.likes), edges(parts.test)
    assert not known.keys() & found.keys()
    assert known | found == edges(graph.likes)
    assert parts.train.nodes is graph.nodes
    seen = set()
    for name in EVENTS:
        before, after = edges(graph.relations[name]), edges(parts.train.relations[name])
        assert after.items() <= before.items()
        seen |= after.keys()
        # An event that is gone is one of a pair that is gone altogether.
        gone = before.keys() - after.keys()
        for other in EVENTS:
            assert not gone & edges(parts.train.relations[other]).keys()
    assert not seen & found.keys()
    for name in ("in_genre", "directed", "acted_in", "user_in_group"):
        assert parts.train.relations[name] is graph.relations[name]


@given(graphs(), st.sampled_from(SPLITS), seeds)
def test_likes_are_those_that_the_events_of_train_give(graph, kind, seed):
    parts = parted(graph, kind, 0.3, seed)
    again = derive_likes(parts.train.relations)
    assert edges(again) == edges(parts.train.likes)


@given(graphs(), st.sampled_from(["user-time", "random"]), st.floats(0.05, 0.9), seeds)
def test_every_user_gives_the_same_part(graph, kind, fraction, seed):
    parts = parted(graph, kind, fraction, seed)
    codes = {code for name in EVENTS for code in edges(graph.relations[name])}
    kept = {code for name in EVENTS for code in edges(parts.train.relations[name])}
    width = len(graph.titles)
    for user in range(len(graph.users)):
        n = sum(code // width == user for code in codes)
        assert sum(code // width == user for code in kept) == np.floor((1 - fraction) * n + 1e-9)


@given(graphs(), seeds)
def test_nothing_seen_in_train_is_ranked_and_everything_held_out_can_be(graph, seed):
    parts = parted(graph, "random", 0.3, seed)
    for user in range(len(graph.users)):
        profile = profile_of(parts.train, user, 5.0)
        ranked, _ = topk.rank(np.ones(len(graph.titles)), profile.hidden, len(graph.titles))
        seen = {
            title
            for name in EVENTS
            for title in parts.train.relations[name].indices[parts.train.relations[name].row(user)].tolist()
        }
        assert not seen & set(ranked.tolist())
        assert set(parts.test.indices[parts.test.row(user)].tolist()) <= set(ranked.tolist())
