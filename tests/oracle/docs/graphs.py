"""The graphs that the docs' formulas are run on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.preference import derive_likes
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from tests.graphs import from_ratings, random_graph, with_same

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph

DAY = 86_400
BEGIN = 900_000_000


def prepared(graph: Graph) -> Graph:
    """Return a graph with its rows and its subspace, also where the sequence has no place in the blend."""
    registry = Registry(graph, Settings())
    return replace(
        prepare(registry), prepared=replace(prepare(registry).prepared, basis=registry.subspace.basis)
    )


def small_graphs() -> list[Graph]:
    """Make the five small ones, none of them symmetric."""
    weighted = random_graph(27, users=14, titles=14, density=0.2)
    two_ids = with_same(_with_every_event(random_graph(5, users=40, titles=30, density=0.4)))
    no_times = _without_times(random_graph(4, users=24, titles=20, density=0.5))
    one_title = from_ratings([("u1", "t1", 5.0, BEGIN), ("u2", "t1", 4.0, BEGIN)], ["u1", "u2", "u3"])
    return [prepared(graph) for graph in (weighted, two_ids, _two_evenings(), no_times, one_title)]


def crowded() -> Graph:
    """Make one in which everything has more neighbours than are kept."""
    return prepared(random_graph(9, users=340, titles=330, density=0.3))


def viewers_of(graph: Graph, count: int = 20) -> list[int]:
    """Draw some of its users, always the same ones, with and without likes."""
    return np.sort(np.random.default_rng(0).permutation(len(graph.users))[:count]).tolist()


def newcomers_of(graph: Graph, enough: int = 20) -> list[int]:
    """Draw twenty users, three in four of them with fewer likes than are enough, as far as there are such."""
    counts = np.diff(graph.likes.indptr)
    order = np.random.default_rng(1).permutation(len(counts))
    few, many = order[counts[order] < enough], order[counts[order] >= enough]
    return np.sort(np.concatenate([few[: max(15, 20 - len(many))], many[: max(5, 20 - len(few))]])).tolist()


def _with_every_event(graph: Graph) -> Graph:
    """Let users also watch, some titles many times, and block; likes are those that follow."""
    rng = np.random.default_rng(7)
    watchers, watched = np.nonzero(rng.random(graph.likes.shape) < 0.15)
    blockers, blocked = np.nonzero(rng.random(graph.likes.shape) < 0.03)
    size, few = len(watched), len(blocked)
    watches = {
        "progress": rng.choice(np.array([0.3, 0.7, 1.0], np.float32), size),
        "finished": rng.choice([0, 0, 1, 2, 9], size),
        "timestamp": BEGIN + DAY * rng.integers(0, 9, size),
    }
    blocks = {"timestamp": BEGIN + DAY * rng.integers(0, 9, few)}
    events = {
        schema.WATCHED.name: Relation.of(watchers, watched, graph.likes.shape, watches),
        schema.BLOCKED.name: Relation.of(blockers, blocked, graph.likes.shape, blocks),
    }
    both = dict(graph.relations) | events
    return graph.with_relations(events | {schema.LIKES.name: derive_likes(both)})


def _two_evenings() -> Graph:
    """Four titles, of which each user likes some on one evening and some on the other."""
    rows = [
        (f"u{user}", f"t{title}", 5.0, BEGIN + DAY * ((user * title) % 3 == 0))
        for user in range(9)
        for title in range(4)
        if (user * user + 3 * title) % 4 or user == title
    ]
    return from_ratings(rows, titles=["t5"])


def _without_times(graph: Graph) -> Graph:
    likes = graph.likes
    properties = dict(likes.properties) | {"timestamp": np.zeros(len(likes), np.int64)}
    return graph.with_relations(
        {schema.LIKES.name: Relation.of(likes.sources, likes.indices, likes.shape, properties)}
    )
