"""The hashes of relationships that were read: what is swapped, moved or changed changes their sums."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.marks import EdgeHashes, EdgeMark

pytestmark = pytest.mark.unit

SOURCES, TARGETS = np.array([5, 5, 9]), np.array([21, 22, 21])
RATINGS, TIMES = [4, 3.5, "2"], [100, 300, 200]


def mark(sources=SOURCES, targets=TARGETS, ratings=RATINGS, times=TIMES):
    return EdgeMark.of(EdgeHashes.of(schema.RATED, sources, targets, [ratings, times]))


def test_the_newest_are_told_apart():
    whole = mark()
    assert (whole.since, whole.old.edges, whole.new.edges) == (300, 2, 1)
    assert mark(times=[None, 0, 0]).since == 0
    assert mark(times=[None, 0, 0]).old.edges == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"targets": np.array([22, 21, 21])},
        {"sources": np.array([9, 5, 5])},
        {"ratings": [3.5, 4, "2"]},
        {"ratings": [4, 3.5, "2.5"]},
        {"times": [200, 300, 100]},
        {"times": [100, 300, 201]},
    ],
    ids=str,
)
def test_what_differs_is_seen(changed):
    assert mark(**changed) != mark()


def test_the_order_does_not_matter():
    order = [2, 0, 1]
    assert (
        mark(SOURCES[order], TARGETS[order], [RATINGS[i] for i in order], [TIMES[i] for i in order]) == mark()
    )


def test_what_is_newer_follows():
    old = EdgeHashes.of(schema.RATED, SOURCES[:2], TARGETS[:2], [RATINGS[:2], TIMES[:2]])
    new = EdgeHashes.of(schema.RATED, SOURCES[1:], TARGETS[1:], [RATINGS[1:], [300, 400]])
    assert EdgeMark.of(old).followed_by(new) == mark(times=[100, 300, 400])
    none = EdgeHashes.joined([])
    assert EdgeMark.of(old).followed_by(none) == EdgeMark(300, EdgeMark.of(old).old)
