"""A whole audit of random viewers in random groups: from its rows nothing of a small group can be worked out."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.attributes.viewer_groups import kinds_of, viewer_groups
from cinewalk.graph.evaluate.splits import askable, split
from cinewalk.graph.model.builder import sorted_nodes
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.audit.audit import audit
from tests.graphs import random_graph
from tests.property.graph.evaluate.test_disclosure import Published, small_unions

pytestmark = pytest.mark.property


def grouped(seed, kinds, groups):
    """Put the viewers of a random graph into groups of several kinds, some of them into none."""
    rng = np.random.default_rng(seed)
    graph = random_graph(seed, users=90, titles=30)
    ids = [f"k{kind}=v{group}" for kind in range(kinds) for group in range(groups)]
    nodes, _ = sorted_nodes("DemographicGroup", ids)
    pairs = []
    for kind in range(kinds):
        chosen = rng.choice(groups, 90, p=rng.dirichlet(np.full(groups, 0.7)))
        known = np.flatnonzero(rng.random(90) < rng.choice([0.8, 0.95, 1.0]))
        pairs += [(user, nodes.ids.position(f"k{kind}=v{chosen[user]}")) for user in known.tolist()]
    members = Relation.of(*np.array(pairs).T, (90, len(ids)))
    every = MappingProxyType({**graph.nodes, "DemographicGroup": nodes})
    return replace(graph.with_relations({"user_in_group": members}), nodes=every)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(2, 6))
def test_nothing_follows_from_the_rows(seed, kinds, groups):
    graph = grouped(seed, kinds, groups)
    chosen = replace(Settings(), newcomers=replace(Settings().newcomers, enough=8))
    found = audit(graph, chosen, walk="popularity")
    parts = split(graph)
    users = askable(parts.train, parts.test)
    new = np.diff(parts.train.likes.indptr)[users] < 8
    members = {own.kind: own.of(users) for own in viewer_groups(graph, kinds_of(graph))}

    def of(row):
        own = members[row.kind]
        return own.labels == own.values.index(row.value)

    published = [np.ones(len(users)), *(of(row) for row in found.groups)]
    for row in found.changes:
        part = new if row.who == "newcomers" else ~new
        published.append(part & of(row) if row.kind else part)
    sizes = [row.viewers for row in (*found.groups, *found.changes)]
    assert all(size >= 11 for size in sizes)
    assert [int(own.sum()) for own in published[1:]] == sizes
    known = Published(published)
    for own in members.values():
        for part in (np.ones(len(users), bool), new, ~new):
            counts = np.bincount(own.labels[part], minlength=len(own.values))
            assert not known.gives(small_unions(own.labels, counts) & part).any()
    for gap in found.gaps:
        compared = {row.value: row.viewers for row in found.groups if row.kind == gap.kind}
        assert compared[gap.highest] >= 20
        assert compared[gap.lowest] >= 20
