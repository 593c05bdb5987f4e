"""Spectral walks: one person's viewers are everybody's, short lists are cut right, and what is stored is used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings, SpectralTitleParameters, SpectralViewerParameters
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

GRAPH = random_graph(2, 90, 40, 0.12)


@pytest.mark.parametrize("size", [1, 3, 300])
def test_one_persons_viewers_are_everybodys(size):
    walk = Registry(GRAPH, Settings(spectral_viewers=SpectralViewerParameters(size=size))).walk(
        "spectral-viewers"
    )
    rows = walk.prepare()
    assert np.diff(rows.indptr).max() == min(size, np.diff(rows.indptr).max())
    for user in range(0, len(GRAPH.users), 7):
        found, values = walk.viewers(profile_of(GRAPH, user, 5.0))
        own = slice(rows.indptr[user], rows.indptr[user + 1])
        assert np.array_equal(found, rows.indices[own])
        assert np.array_equal(values, rows.values[own])


@pytest.mark.parametrize("size", [1, 2, 5, 300])
def test_rows_hold_the_best_of_those_who_share_something(size):
    """The brute force: all pairs, looked at one by one."""
    settings = Settings(spectral_titles=SpectralTitleParameters(0.4, size))
    walk = Registry(GRAPH, settings).walk("spectral-titles")
    likes, basis = np.zeros(GRAPH.likes.shape), walk.subspace.basis
    likes[GRAPH.likes.sources, GRAPH.likes.indices] = 1
    shared, products = likes.T @ likes, basis.vectors.astype(int) @ basis.vectors.astype(int).T
    degrees = np.maximum(likes.sum(axis=0), 1)
    for title in range(len(GRAPH.titles)):
        values = products[title] * basis.scales[title].astype(float) * basis.scales * degrees[title] ** -0.4
        values[(shared[title] == 0) | (values <= 0)] = 0
        values[title] = 0
        wanted = [t for t in np.lexsort((np.arange(len(values)), -values)) if values[t] > 0][:size]
        own = slice(walk.rows.indptr[title], walk.rows.indptr[title + 1])
        assert walk.rows.indices[own].tolist() == wanted
        np.testing.assert_allclose(walk.rows.values[own], values[wanted], rtol=1e-6)


def test_several_people_at_once_in_any_order():
    walk = Registry(GRAPH, Settings()).walk("spectral-viewers")
    users = np.array([40, 3, 88, 17], np.int32)
    together = walk.run_many(People(GRAPH, 5.0).some(users))
    for row, user in enumerate(users.tolist()):
        assert np.array_equal(together.scores[row], walk.run(profile_of(GRAPH, user, 5.0)).scores)


def test_a_prepared_graph_keeps_the_subspace_under_its_settings_alone():
    kept = prepare(Registry(GRAPH, Settings()))
    assert Registry(kept, Settings()).subspace.known is kept.prepared.basis
    others = replace(Settings(), spectral=replace(Settings().spectral, title_exponent=0.5))
    assert Registry(kept, others).subspace.known is None
    assert Registry(kept, others).stored("spectral_titles") is None
    assert Registry(kept, Settings()).stored("spectral_titles") is not None


def test_a_part_with_weight_0_is_not_prepared():
    weights = replace(Settings().weights, spectral_titles=0.0)
    kept = prepare(Registry(GRAPH, replace(Settings(), weights=weights))).prepared
    assert kept.basis is None
    assert "spectral_titles" not in kept.rows
    assert "shared_viewers" not in kept.rows
