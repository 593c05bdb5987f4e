"""Everybody's viewers, found at once, against those of one person at a time: to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cinewalk.graph.model.profile import profile_of, profile_of_titles
from cinewalk.graph.model.settings import LearnedViewerParameters, Settings
from cinewalk.graph.walks.registry import Registry

from ..graphs import random_graph

pytestmark = pytest.mark.oracle

GRAPH = random_graph(2, 80, 60, 0.1)
SETTINGS = Settings()


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("title_exponent", [0.4, 0.7], ids=["summed up together", "each by itself"])
def test_both_walks_have_the_rows_that_they_find_alone(title_exponent):
    settings = replace(SETTINGS, learned_viewers=LearnedViewerParameters(title_exponent=title_exponent))
    parts = Registry(GRAPH, settings)
    parts.expect("blend", len(GRAPH.users))
    alone = Registry(GRAPH, settings)
    assert same(parts.learned_viewers.rows, alone.learned_viewers.prepare())
    assert same(parts.shared_titles.stored, alone.shared_titles.prepare())
    assert parts.shared_titles.stored.values.dtype == np.float64


@pytest.mark.parametrize("name", ["blend", "neighbours", "shared-titles", "newcomers"])
def test_scores_are_those_of_one_person_at_a_time(name):
    parts, alone = Registry(GRAPH, SETTINGS), Registry(GRAPH, SETTINGS)
    parts.expect(name, len(GRAPH.users))
    assert parts.shared_titles.stored is not None
    for user in range(len(GRAPH.users)):
        profile = profile_of(GRAPH, user, SETTINGS.half_life)
        found, expected = parts.walk(name).run(profile), alone.walk(name).run(profile)
        assert found.scores.tolist() == expected.scores.tolist()
    assert alone.shared_titles.stored is None


def test_other_likes_than_the_graph_has_are_walked_from_anew():
    parts, alone = Registry(GRAPH, SETTINGS), Registry(GRAPH, SETTINGS)
    parts.expect("shared-titles", len(GRAPH.users))
    own = profile_of(GRAPH, 0, SETTINGS.half_life)
    fewer = replace(own, titles=own.titles[:-1], preferences=own.preferences[:-1], seeds=own.seeds[:-1])
    louder = replace(own, preferences=own.preferences * np.float32(2))
    stranger = profile_of_titles(GRAPH, own.titles, np.ones(len(own.titles)))
    for profile in (fewer, louder, stranger):
        assert same(parts.shared_titles.viewers(profile), alone.shared_titles.viewers(profile))


@pytest.mark.parametrize(("name", "people"), [("shared-titles", 1), ("shared-viewers", 80), ("pagerank", 80)])
def test_nothing_is_found_for_everybody_where_few_or_none_need_it(name, people):
    parts = Registry(GRAPH, SETTINGS)
    parts.expect(name, people)
    assert parts.shared_titles.stored is None
