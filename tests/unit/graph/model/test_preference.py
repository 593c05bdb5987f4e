"""Likes that follow from events."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.preference import Preference

pytestmark = pytest.mark.unit


def _events(**tables: list[tuple[str, str, float, int]]) -> Graph:
    names = {"rated": "rating", "watched": "progress", "thumbed": "value", "blocked": "nothing"}
    users, _ = sorted_nodes("User", ["a", "b"])
    titles, _ = sorted_nodes("Title", ["x", "y", "z"])
    edges = {
        name: Edges(
            np.array([users.ids.position(user) for user, *_ in rows]),
            np.array([titles.ids.position(title) for _, title, *_ in rows]),
            {names[name]: np.array([v for *_, v, _ in rows]), "timestamp": np.array([t for *_, t in rows])},
        )
        for name, rows in tables.items()
    }
    return assemble({"User": users, "Title": titles}, edges)


def _liked(graph: Graph) -> dict[tuple[int, int], tuple[float, int]]:
    likes = graph.likes
    found = zip(likes.properties["preference"].tolist(), likes.properties["timestamp"].tolist(), strict=True)
    return dict(zip(zip(likes.sources.tolist(), likes.indices.tolist(), strict=True), found, strict=True))


def test_the_most_deliberate_event_decides_and_the_latest_dates_it() -> None:
    graph = _events(
        rated=[("a", "x", 4.0, 50), ("a", "y", 5.0, 10), ("b", "z", 3.5, 30)],
        watched=[("a", "x", 0.1, 60), ("b", "x", 0.7, 20), ("b", "z", 1.0, 90)],
        thumbed=[("a", "y", -1, 40), ("a", "z", 2, 70), ("b", "y", 1, 80)],
    )
    assert _liked(graph) == {(0, 0): (1.0, 60), (0, 2): (2.0, 70), (1, 0): (1.0, 20), (1, 1): (1.0, 80)}


def test_likes_at_the_limit_count() -> None:
    progress, finished = np.array([0.9, 0.8999], np.float32), np.zeros(2, np.int16)
    assert Preference(like_progress=0.9).of_watches(progress, finished).tolist() == [1.0, 0.0]
    assert Preference(like_rating=3.5).of_ratings(np.array([3.5, 3.0], np.float32)).tolist() == [1.0, 0.0]


def test_what_was_finished_again_and_stars_above_the_limit_count_more() -> None:
    progress, finished = np.array([0.1, 0.9, 0.1, 1.0, 0.2], np.float32), np.array([0, 0, 1, 3, 9], np.int16)
    assert Preference(rewatch=0.25).of_watches(progress, finished).tolist() == [0.0, 1.0, 1.0, 1.5, 2.0]
    assert Preference(per_star=0.5).of_ratings(np.array([3, 4, 4.5, 5], np.float32)).tolist() == [
        0,
        1,
        1.25,
        1.5,
    ]


def test_a_block_takes_a_like_away() -> None:
    graph = _events(
        rated=[("a", "x", 5.0, 50)], watched=[], thumbed=[("a", "x", 2, 60)], blocked=[("a", "x", 0, 70)]
    )
    assert _liked(graph) == {}
