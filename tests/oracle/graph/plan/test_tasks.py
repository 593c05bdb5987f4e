"""Rows computed in parts against rows computed at once, to the last bit."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.plan.plan import plan_rows
from cinewalk.graph.plan.tasks import block_fits, block_rows, pair_offers
from cinewalk.graph.walks.registry import Registry
from tests.graphs import checkerboard, random_graph

pytestmark = pytest.mark.oracle

NAMES = ("shared_viewers", "sequence", "learned_titles", "shared_titles", "learned_viewers")
PREFERENCES = [1.0, 2.0, 1.25, 1.5, 0.3]


def in_parts(graph, settings, names=NAMES, blocks=3, members=None):
    """Return the rows of walks as a plan's tasks make them, each task with nothing but what it is sent."""
    rows = {}
    for group in plan_rows(Registry(graph, settings), names, blocks):
        sent = pickle.loads(pickle.dumps(group))
        offered = {pair: pair_offers(graph.likes, sent, *pair) for pair in group.pairs()}
        for place, walk in enumerate(group.walks):
            parts = []
            for block in range(group.blocks):
                to_block = [of[place][0] for (first, _), of in offered.items() if first == block]
                to_block += [
                    of[place][1] for (first, second), of in offered.items() if first < second == block
                ]
                made = block_rows(sent, place, to_block)
                if walk.penalty is not None:
                    made = block_fits(graph.likes, sent, walk, block, made, members)
                parts.append(made)
            rows[walk.name] = joined(parts)
    return rows


def joined(parts):
    lengths = np.concatenate([np.diff(part.indptr) for part in parts])
    return CSR(
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([part.indices for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def check_same(graph, settings, **options):
    registry = Registry(replace(graph, prepared=None), settings)
    for name, rows in in_parts(graph, settings, **options).items():
        walk = registry.walk(name.replace("_", "-"))
        made = walk.rows_of(rows) if name == "learned_titles" else rows
        for part, whole in zip(made, walk.prepare(), strict=True):
            assert part.dtype == whole.dtype, name
            assert part.tolist() == whole.tolist(), name


def small(size=4, **parameters):
    settings = Settings()
    for name in NAMES:
        settings = replace(settings, **{name: replace(getattr(settings, name), size=size, **parameters)})
    return settings


def with_preferences(graph, preferences):
    likes = graph.likes
    properties = {**likes.properties, "preference": np.resize(preferences, len(likes)).astype(np.float32)}
    relation = Relation.of(likes.sources, likes.indices, likes.shape, properties)
    return replace(graph, relations={**graph.relations, "likes": relation})


GRAPHS = [example_graph(), random_graph(1), random_graph(2, 80, 60, 0.2), checkerboard(40)]


@pytest.mark.parametrize("preferences", [[1.0], PREFERENCES], ids=["all 1", "others"])
@pytest.mark.parametrize("blocks", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("graph", GRAPHS, ids=["example", "random", "larger", "checkerboard"])
def test_rows_in_parts_are_the_rows(graph, blocks, preferences):
    for size in (1, 4, 1000) if blocks < 1000 else (4,):  # a node a block has a task for every pair
        check_same(with_preferences(graph, preferences), small(size), blocks=blocks)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 30))
def test_any_graph_cut_in_any_way(seed, blocks, size):
    check_same(random_graph(seed, 25, 20, 0.25), small(size), blocks=blocks)


@pytest.mark.parametrize("members", [2, 8, 64])
def test_circles_of_any_size_fit_the_same(members):
    check_same(
        random_graph(3, 80, 60, 0.2), small(6), names=("learned_titles", "learned_viewers"), members=members
    )


def test_walks_that_sum_up_alike_share_their_pairs():
    settings = Settings()
    graph = random_graph(1)
    groups = plan_rows(Registry(graph, settings), NAMES, 2)
    alike = settings.shared_titles.title_exponent == settings.learned_viewers.title_exponent
    assert len(groups) == (4 if alike else 5)
    assert sorted(walk.name for group in groups for walk in group.walks) == sorted(NAMES)
