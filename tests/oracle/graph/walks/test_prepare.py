"""Everybody's viewers, found at once, against those of one person at a time: to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cinewalk.graph.model.profile import profile_of, profile_of_titles
from cinewalk.graph.model.settings import LearnedViewerParameters, Settings
from cinewalk.graph.walks.prepare import expect
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle

GRAPH = random_graph(2, 80, 60, 0.1)
SETTINGS = Settings()


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("title_exponent", [0.4, 0.7], ids=["summed up together", "each by itself"])
def test_both_walks_have_the_rows_that_they_find_alone(title_exponent):
    settings = replace(SETTINGS, learned_viewers=LearnedViewerParameters(title_exponent=title_exponent))
    parts = Registry(GRAPH, settings)
    expect(parts, "blend", len(GRAPH.users))
    alone = Registry(GRAPH, settings)
    assert same(parts.walk("learned-viewers").rows, alone.walk("learned-viewers").prepare())
    assert same(parts.walk("shared-titles").stored, alone.walk("shared-titles").prepare())
    assert parts.walk("shared-titles").stored.values.dtype == np.float64


@pytest.mark.parametrize("name", ["blend", "neighbours", "shared-titles", "newcomers"])
def test_scores_are_those_of_one_person_at_a_time(name):
    parts, alone = Registry(GRAPH, SETTINGS), Registry(GRAPH, SETTINGS)
    expect(parts, name, len(GRAPH.users))
    assert parts.walk("shared-titles").stored is not None
    for user in range(len(GRAPH.users)):
        profile = profile_of(GRAPH, user, SETTINGS.half_life)
        found, expected = parts.walk(name).run(profile), alone.walk(name).run(profile)
        assert found.scores.tolist() == expected.scores.tolist()
    assert alone.walk("shared-titles").stored is None


def test_other_likes_than_the_graph_has_are_walked_from_anew():
    parts, alone = Registry(GRAPH, SETTINGS), Registry(GRAPH, SETTINGS)
    expect(parts, "shared-titles", len(GRAPH.users))
    own = profile_of(GRAPH, 0, SETTINGS.half_life)
    fewer = replace(own, titles=own.titles[:-1], preferences=own.preferences[:-1], weights=own.weights[:-1])
    louder = replace(own, preferences=own.preferences * np.float32(2))
    stranger = profile_of_titles(GRAPH, own.titles, np.ones(len(own.titles)))
    for profile in (fewer, louder, stranger):
        assert same(
            parts.walk("shared-titles").viewers(profile), alone.walk("shared-titles").viewers(profile)
        )


@pytest.mark.parametrize(("name", "people"), [("shared-titles", 1), ("shared-viewers", 80), ("pagerank", 80)])
def test_nothing_is_found_for_everybody_where_few_or_none_need_it(name, people):
    parts = Registry(GRAPH, SETTINGS)
    expect(parts, name, people)
    assert parts.walk("shared-titles").stored is None
