"""Everybody's nearest row by row, as small graphs have them, against pairs, as large ones do: to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.settings import SequenceParameters, TitleParameters, ViewerParameters
from cinewalk.graph.numeric import cooccurrence
from cinewalk.graph.numeric.cooccurrence import NearestQuery
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours import nearest_all
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood, viewer_neighbourhood
from cinewalk.graph.walks.neighbours.sequence import Sequence
from tests.graphs import checkerboard, random_graph

pytestmark = pytest.mark.oracle

GRAPHS = [random_graph(1), random_graph(2, 80, 60, 0.1), checkerboard()]


def same(one, other):
    for name, values in one._asdict().items():
        expected = getattr(other, name)
        assert values.dtype == expected.dtype, name
        assert np.array_equal(values, expected), name


@pytest.mark.parametrize("graph", GRAPHS)
def test_rows_and_pairs_come_to_the_same(monkeypatch, graph):
    likes = Likes(graph.likes)
    for walk in (
        title_neighbourhood(likes, TitleParameters(0.5, 0.5, 0.4, 1.5, 0.75, 7)),
        viewer_neighbourhood(likes, ViewerParameters(0.4, 0.4, 1.5, 0.2, 7)),
    ):
        wanted = [NearestQuery(walk, 0.75), NearestQuery(walk._replace(size=3, sharpness=0.5), 0.0)]
        assert nearest_all.is_small(walk)
        monkeypatch.setattr(
            cooccurrence, "nearest_by_each", None
        )  # small graphs ask for nothing that it needs
        found = nearest_all.nearest_of_each(wanted)
        monkeypatch.undo()
        for rows, pairs in zip(found, cooccurrence.nearest_by_each(wanted), strict=True):
            same(rows, pairs)


@pytest.mark.parametrize("graph", GRAPHS[:2])
def test_rows_and_pairs_come_to_the_same_in_order(monkeypatch, graph):
    walk = Sequence(Likes(graph.likes), SequenceParameters(0.5, 0.4, 0.3, 1.5, 0.75, 7, 3.0, 2.0))
    found = walk.prepare()
    monkeypatch.setattr(nearest_all, "_FEW_STEPS", -1)
    same(found, walk.prepare())


def test_a_graph_is_small_by_the_steps_that_its_walk_takes(monkeypatch):
    likes = Likes(random_graph(1).likes)
    steps = int((np.diff(likes.relation.indptr).astype(float) ** 2).sum())
    walk = title_neighbourhood(likes, TitleParameters())
    for limit, small in ((steps, True), (steps - 1, False)):
        monkeypatch.setattr(nearest_all, "_FEW_STEPS", limit)
        assert nearest_all.is_small(walk) is small


def test_values_of_64_bits_and_how_far_it_is():
    likes = Likes(random_graph(2, 80, 60, 0.1).likes)
    walk = viewer_neighbourhood(likes, ViewerParameters(0.4, 0.4, 1.5, 0.2, 7))
    told: list[tuple[int, int]] = []
    (wide,) = nearest_all.nearest_of_each([NearestQuery(walk, 0.0, np.float64)])
    (narrow,) = nearest_all.nearest_of_each([NearestQuery(walk, 0.0)], lambda *done: told.append(done))
    assert wide.values.dtype == np.float64
    same(narrow, wide._replace(values=wide.values.astype(np.float32)))
    assert told[-1] == (80, 80)
