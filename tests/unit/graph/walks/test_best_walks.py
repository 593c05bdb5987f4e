"""The best walks to a title, and where there are none."""

from __future__ import annotations

from itertools import islice

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.best_walks import best_walks
from cinewalk.graph.walks.pagerank.paths import best_paths
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["blend", "neighbours", "learned-viewers", "sequence"])
def test_best_walks_are_the_largest_terms_of_the_score(name):
    parts = Registry(random_graph(7, 30, 25, 0.5), Settings())
    walk = parts.walk(name)
    for user in range(0, 28, 3):
        profile = profile_of(parts.graph, user, 5.0)
        outcome = walk.run(profile)
        for title in topk.rank(outcome.scores, profile.hidden, 4)[0].tolist():
            sums: dict[tuple[int, int], float] = {}
            for found in outcome.paths(title).values():
                for seed, viewer, score in zip(*(column.tolist() for column in found), strict=True):
                    sums[seed, viewer] = sums.get((seed, viewer), 0.0) + score
            best = best_walks(outcome, title, 5)
            assert best is not None
            assert best.scores == pytest.approx(sorted(sums.values(), reverse=True)[:5])
            assert sums[best.like, best.node] == pytest.approx(max(sums.values()))
            assert (best.label, best.relationship) == ("User", "LIKES")
    assert walk.last_types == {"LIKES"}


def test_best_walks_of_pagerank_name_the_node_and_relationship_before_the_title():
    parts = Registry(random_graph(7, 30, 25, 0.5), Settings())
    walk, network = parts.walk("pagerank"), parts.walk("pagerank").network
    labels = {"LIKES": {"User"}, "IN_GENRE": {"Genre"}, "DIRECTED": {"Person"}, "ACTED_IN": {"Person"}}
    assert walk.last_types == set(labels)
    for user in range(0, 28, 5):
        profile = profile_of(parts.graph, user, 5.0)
        outcome = walk.run(profile)
        for title in topk.rank(outcome.scores, profile.hidden, 3)[0].tolist():
            best = best_walks(outcome, title, 4)
            assert best is not None
            nodes = network.number("Title", profile.titles)
            paths = list(islice(best_paths(walk, nodes, profile.weights, title), 4))
            assert best.scores == [path.score for path in paths]
            assert network.node(paths[0].nodes[0]) == ("Title", int(profile.titles[best.like]))
            assert network.node(paths[0].nodes[-2]) == (best.label, best.node)
            assert best.label in labels[best.relationship]


def test_where_nothing_is_a_sum_over_walks_there_is_no_best():
    parts = Registry(example_graph(), Settings())
    profile = profile_of(parts.graph, 0, 5.0)
    outcome = parts.walk("popularity").run(profile)
    assert best_walks(outcome, 2, 3) is None
