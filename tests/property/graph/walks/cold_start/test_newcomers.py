"""Small groups are never told of, whatever the groups are like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.evaluate.cold_users import held_out_users
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.recommend.ranking import answer
from cinewalk.queries.words.catalogue import Catalogue
from cinewalk.queries.words.wording import because_text
from tests.graphs import random_graph

pytestmark = pytest.mark.property


def grouped(table, likes):
    """Build a graph of whose group memberships and likes two tables tell."""
    users, groups = table.shape
    nodes = {
        "User": sorted_nodes("User", [f"u{i:02}" for i in range(users)])[0],
        "Title": sorted_nodes("Title", [f"t{i:02}" for i in range(likes.shape[1])])[0],
        "DemographicGroup": sorted_nodes("DemographicGroup", [f"kind={i:02}" for i in range(groups)])[0],
    }
    sources, targets = np.nonzero(likes)
    times = np.arange(len(sources)) + 1_000_000_000
    rated = Edges(sources, targets, {"rating": np.full(len(sources), 5.0), "timestamp": times})
    return assemble(nodes, {"rated": rated, "user_in_group": Edges(*np.nonzero(table))})


@given(
    st.integers(1, 40), st.integers(0, 5), st.floats(0, 1), st.floats(0.02, 0.3), st.integers(0, 2**32 - 1)
)
@settings(max_examples=60)
def test_a_group_under_eleven_is_never_named(users, groups, density, liking, seed):
    rng = np.random.default_rng(seed)
    table = rng.random((users, groups)) < density
    graph = grouped(table, rng.random((users, 12)) < liking)
    parts, catalogue, sizes = Registry(graph, Settings()), Catalogue(graph), table.sum(axis=0)
    for user in range(users):
        profile = profile_of(graph, user, 5.0)
        assert profile.groups.tolist() == np.flatnonzero(table[user]).tolist()
        outcome = parts.walk("newcomers").run(profile)
        named = {position for label, position in outcome.beyond if label == "DemographicGroup"}
        assert all(sizes[group] >= SMALLEST_GROUP for group in named)
        for item in answer(catalogue, parts.walk("newcomers"), profile, 5):
            told = {reason.id for reason in item.because if reason.label == "DemographicGroup"}
            assert all(sizes[int(group.removeprefix("kind="))] >= 11 for group in told)
            whole = sum(reason.share for reason in item.because) + item.others.share
            assert whole == pytest.approx(1, abs=1e-9)
            assert because_text(item.because, item.others).startswith("because ")
            assert all(reason.to_dict()["share"] > 0 for reason in item.because)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_whoever_is_held_out_is_nowhere_in_train(seed, draw):
    graph = random_graph(seed, 30, 27, 0.6)
    try:
        held = held_out_users(graph, seed=draw)
    except RequestError as refusal:
        # The six who were drawn may all like too little to be asked; then there is nothing to look at.
        assert "nobody who is held out" in str(refusal)
        return
    ids, left = graph.users.ids.ids, set(held.train.users.ids.ids)
    assert len(left) == 24
    assert not {ids[person.user] for person in held.people} & left
    for name, relation in held.train.relations.items():
        whole = graph.relations[name]
        if whole.shape[0] != len(graph.users):
            assert relation is whole
            continue
        for position, user_id in enumerate(held.train.users.ids.ids):
            mine, its = relation.row(position), whole.row(graph.users.ids.position(user_id))
            assert relation.indices[mine].tolist() == whole.indices[its].tolist()
            for key, values in relation.properties.items():
                np.testing.assert_array_equal(values[mine], whole.properties[key][its])
    for person in held.people:
        own = graph.likes.row(person.user)
        assert sorted(person.titles.tolist()) == graph.likes.indices[own].tolist()
        assert (np.diff(person.times) >= 0).all()
        assert len(person.titles) >= 5
        known = person.profile(2, 5.0, len(graph.titles))
        assert (
            np.flatnonzero(known.hidden).tolist()
            == known.titles.tolist()
            == sorted(person.titles[:2].tolist())
        )
