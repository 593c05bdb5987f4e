"""Kept lists of parts find what the blend's own lists find, as ranx measures it."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.evaluate.metrics import accuracy
from cinewalk.graph.evaluate.part_lists import found, part_lists
from cinewalk.graph.evaluate.splits import askable, split
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.graph.rerank.lists import Wanted, make_lists
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle

PARTS = ("shared_viewers", "shared_titles", "learned_titles", "learned_viewers")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("weights", [(0.5, 0.5, 1.0, 1.0), (0.0, 0.2, 0.0, 1.7)])
def test_what_is_found_is_what_the_blend_finds(seed, weights):
    parts = split(random_graph(seed, users=70, titles=50, density=0.3), "random", 0.3, seed=seed)
    others = dict.fromkeys(("sequence", "spectral_titles", "spectral_viewers"), 0.0)
    settings = Settings(weights=Weights(**dict(zip(PARTS, weights, strict=True)), **others))
    registry, users = Registry(parts.train, settings), askable(parts.train, parts.test)
    people = People(parts.train, settings.half_life)
    (lists,) = make_lists(registry.walk("blend"), people, users, [Wanted(10)])
    measured = accuracy(lists.titles, users, parts.test, [10])
    kept = [part_lists(registry.walk(name.replace("_", "-")), people, users, 50) for name in PARTS]
    values = found(kept, weights, users, parts.test, 10)
    np.testing.assert_allclose(values, (measured["recall@10"] + measured["ndcg@10"]) / 2, atol=1e-12)
    assert values.max() > 0


def test_scores_are_divided_by_the_norm_over_what_may_be_shown():
    graph, settings = random_graph(1, users=40, titles=30, density=0.3), Settings()
    users = np.flatnonzero(np.diff(graph.likes.indptr) > 0).astype(np.int32)
    walk = Registry(graph, settings).walk("shared-viewers")
    lists = part_lists(walk, People(graph, settings.half_life), users, 30)
    lengths = np.sqrt((lists.scores.astype(float) ** 2).sum(axis=1))
    np.testing.assert_allclose(lengths[lengths > 0], 1.0, atol=1e-6)
    assert (lengths > 0).any()


def test_shorter_lists_are_the_beginning_of_longer_ones():
    graph, settings = random_graph(2, users=40, titles=30, density=0.3), Settings()
    users = np.flatnonzero(np.diff(graph.likes.indptr) > 0).astype(np.int32)
    walk, people = Registry(graph, settings).walk("learned-titles"), People(graph, settings.half_life)
    short, long = part_lists(walk, people, users, 5), part_lists(walk, people, users, 20)
    np.testing.assert_array_equal(short.titles, long.titles[:, :5])
    np.testing.assert_array_equal(short.scores, long.scores[:, :5])
