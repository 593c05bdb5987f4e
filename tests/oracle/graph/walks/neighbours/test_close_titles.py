"""What is close to a title, against its formula written out; its shares and single walks add up to the score."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from cinewalk.graph.model.profile import profile_of_titles
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.graph.walks.neighbours.close_titles import FEWEST, SOON, CloseTitles
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle

SETTINGS = {
    "sequence": Settings(),
    "shared-viewers": Settings(weights=Weights(sequence=0.0)),
}


@pytest.fixture(scope="module", params=SETTINGS)
def registry(request):
    return Registry(random_graph(5, users=60, titles=40, density=0.4), SETTINGS[request.param])


@pytest.fixture(scope="module")
def walk(registry):
    return CloseTitles.of(registry)


@pytest.fixture(scope="module")
def likers(registry):
    likes = registry.graph.likes
    return [set(likes.reverse_indices[likes.reverse_row(t)].tolist()) for t in range(likes.shape[1])]


@pytest.fixture(scope="module")
def expected(registry, likers):
    """The formula, step by step."""
    graph, ordered = registry.graph, registry.weights["sequence"] > 0
    joined = graph.relations["in_genre"]
    kinds = [set(joined.indices[joined.row(title)].tolist()) for title in range(len(likers))]
    near = registry.walk("sequence" if ordered else "shared-viewers").rows
    close = np.zeros((len(likers),) * 2)
    for i in range(len(likers)):
        row = slice(near.indptr[i], near.indptr[i + 1])
        steps = dict(zip(near.indices[row].tolist(), near.values[row].tolist(), strict=True))
        shared = {j: len(likers[i] & likers[j]) for j in steps}
        for j, value in steps.items():
            both, either = kinds[i] & kinds[j], kinds[i] | kinds[j]
            alike = len(both) / len(either) if either else 0.0
            close[i, j] = value * shared[j] / (shared[j] + 3) * (1 + alike)
            close[i, j] *= 1.0 if ordered else len(likers[j]) ** -0.4
            if shared[j] < 3 <= max(shared.values()):
                close[i, j] *= 1e-9
    return close


def start(registry, *titles: int, weights=(1.0,)):
    return profile_of_titles(registry.graph, np.array(titles, np.int32), np.array(weights))


def test_rows_are_the_formula(registry, walk, expected):
    assert np.count_nonzero(expected) > 300
    found = np.zeros_like(expected)
    sources = np.repeat(np.arange(len(expected)), np.diff(walk.rows.indptr))
    found[sources, walk.rows.indices] = walk.rows.values
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)
    for title in range(len(expected)):
        scores = CloseTitles.of(registry).run(start(registry, title)).scores
        np.testing.assert_array_equal(scores, found[title])


def test_several_titles_add_up(registry, expected):
    weights = (1.0, 0.5, 0.25)
    scores = CloseTitles.of(registry).run(start(registry, 3, 7, 20, weights=weights)).scores
    np.testing.assert_allclose(scores, np.array(weights) @ expected[[3, 7, 20]], rtol=1e-12)


def test_shares_and_single_walks_sum_to_the_score(registry, likers):
    for title in range(len(likers)):
        outcome = CloseTitles.of(registry).run(start(registry, title))
        reached = np.flatnonzero(outcome.scores).astype(np.int32)
        (parts,) = outcome.contributions(reached).values()
        np.testing.assert_allclose(parts.sum(axis=1), outcome.scores[reached], rtol=1e-12)
        for target in reached.tolist():
            (paths,) = outcome.paths(target).values()
            assert set(paths.viewers.tolist()) == likers[title] & likers[target]
            assert abs(paths.scores.sum() - outcome.scores[target]) <= 1e-9 * outcome.scores[target]


def test_few_viewers_come_after_enough_of_them(registry, walk, likers):
    mixed = 0
    for title in range(len(likers)):
        scores = walk.run(start(registry, title)).scores
        order = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores)].tolist()
        enough = [len(likers[title] & likers[target]) >= FEWEST for target in order]
        assert enough == sorted(enough, reverse=True)
        mixed += 0 < sum(enough) < len(enough)
    assert mixed > 10


def test_soon_after_is_counted_viewer_by_viewer(registry, walk, likers):
    likes, targets = registry.graph.likes, np.arange(len(likers), dtype=np.int32)
    times = likes.properties["timestamp"]
    for source in range(0, len(likers), 5):
        counts: Counter[int] = Counter()
        for user in range(likes.shape[0]):
            row = slice(*likes.indptr[user : user + 2])
            when = dict(zip(likes.indices[row].tolist(), times[row].tolist(), strict=True))
            ordered = sorted(when.values())
            rank = {  # equal times share their mean rank
                t: np.mean([place for place, time in enumerate(ordered) if time == when[t]]) for t in when
            }
            if source in rank:
                counts.update(t for t in rank if 0 < rank[t] - rank[source] <= SOON)
        expected = [counts[t] if registry.weights["sequence"] else 0 for t in targets.tolist()]
        assert walk.soon_after(source, targets).tolist() == expected
