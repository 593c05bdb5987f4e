"""What everything that is evaluated promises, walk or baseline."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.queries.evaluate.evaluation import ranked_lists
from cinewalk.queries.evaluate.models import BASELINES, CONTESTANTS, USUAL, Contestants
from tests.graphs import checkerboard, graphs

pytestmark = pytest.mark.contract


def make(name, graph):
    return Contestants(graph, Settings()).make(name)


def with_likes(graph):
    return np.flatnonzero(np.diff(graph.likes.indptr)).astype(np.int32)


@pytest.mark.parametrize("name", CONTESTANTS)
def test_it_carries_the_name_by_which_it_is_asked_for(name):
    assert make(name, checkerboard()).name == name


def test_what_is_usual_can_be_asked_for():
    assert set(USUAL) <= set(CONTESTANTS)
    assert len(set(CONTESTANTS)) == len(CONTESTANTS)


@pytest.mark.parametrize("name", BASELINES)
@given(graph=graphs())
@settings(max_examples=40)
def test_scores_are_finite_and_not_negative_and_divide_into_shares_of_their_shape(name, graph):
    walk = make(name, graph)
    for user in with_likes(graph):
        profile = profile_of(graph, int(user), 5.0)
        outcome = walk.run(profile)
        assert outcome.scores.shape == (len(graph.titles),)
        assert np.isfinite(outcome.scores).all()
        assert (outcome.scores >= 0).all()
        targets = np.arange(min(3, len(graph.titles)), dtype=np.int32)
        for part in outcome.contributions(targets).values():
            assert part.shape == (len(targets), len(profile.titles))
            assert (part >= 0).all()


# The penalty of iALS does not grow with the data: one that is right for films leaves nothing here; see its own tests.
@pytest.mark.parametrize("name", sorted(set(BASELINES) - {"ials"}))
def test_the_checkerboard_is_solved(name):
    graph = checkerboard()
    walk = make(name, graph)
    for user in range(len(graph.users)):
        profile = profile_of(graph, user, 5.0)
        found, _ = topk.rank(walk.run(profile).scores, profile.hidden, 1)
        assert graph.titles.ids.ids[int(found[0])] == f"t{user:02}"


@pytest.mark.parametrize("name", CONTESTANTS)
@given(graph=graphs(), size=st.integers(1, 30))
@settings(max_examples=15)
def test_lists_hold_no_title_twice_and_none_that_was_seen(name, graph, size):
    users = with_likes(graph)
    if not len(users):
        return
    lists = ranked_lists(graph, make(name, graph), users, size)
    assert lists.shape == (len(users), size)
    for user, row in zip(users, lists, strict=True):
        titles = row[row >= 0].tolist()
        assert row.tolist() == titles + [-1] * (size - len(titles))
        assert len(set(titles)) == len(titles)
        assert not profile_of(graph, int(user), 5.0).hidden[titles].any()
