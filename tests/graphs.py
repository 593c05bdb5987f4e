"""Graphs that tests make: random ones without symmetry, and one whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, assemble, same_films, sorted_nodes
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import PrivacyParameters, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Nobody is real here, so that few viewers are counted one by one.
OPEN = Settings(privacy=PrivacyParameters(smallest=0))


def from_ratings(
    rows: list[tuple[str, str, float, int]], users: list[str] | None = None, titles: list[str] | None = None
) -> Graph:
    """Build a graph of (user, title, rating, time) rows; users and titles may also have no rows."""
    user_ids = sorted({user for user, *_ in rows} | set(users or ()))
    title_ids = sorted({title for _, title, *_ in rows} | set(titles or ()))
    user_nodes, _ = sorted_nodes("User", user_ids)
    title_nodes, _ = sorted_nodes("Title", title_ids, {"title": title_ids})
    place, position = ({name: i for i, name in enumerate(ids)} for ids in (user_ids, title_ids))
    edges = Edges(
        np.array([place[user] for user, *_ in rows], dtype=np.int64),
        np.array([position[title] for _, title, *_ in rows], dtype=np.int64),
        {
            "rating": np.array([r for *_, r, _ in rows]),
            "timestamp": np.array([t for *_, t in rows], np.int64),
        },
    )
    return assemble({"User": user_nodes, "Title": title_nodes}, {"rated": edges})


def from_titles(names: Sequence[str], years: Sequence[int]) -> Graph:
    """Build a graph of titles and one user who has done nothing; a year of 0 is not known."""
    ids = [f"t{place:02}" for place in range(len(names))]
    known = np.array([year or schema.UNKNOWN_YEAR for year in years])
    titles, _ = sorted_nodes("Title", ids, {"title": list(names), "year": known})
    users, _ = sorted_nodes("User", ["u"])
    return assemble({"User": users, "Title": titles}, {})


def checkerboard(size: int = 12) -> Graph:
    """Even users like even titles and odd users odd ones, all but one each: that one is the answer."""
    rows = [
        (f"u{user:02}", f"t{title:02}", 5.0, 1_000_000_000 + title)
        for user in range(size)
        for title in range(user % 2, size, 2)
        if title != user
    ]
    return from_ratings(rows)


def random_graph(seed: int, users: int = 30, titles: int = 25, density: float = 0.25) -> Graph:
    """Build an asymmetric graph with every kind of node, two thumbs up, ties in time and isolated nodes."""
    rng = np.random.default_rng(seed)
    user_nodes, _ = sorted_nodes("User", [f"u{i:03}" for i in range(users)])
    facts = {
        "year": rng.integers(1950, 2000, titles),
        "imdb_id": [f"tt{i:07}" if i % 3 else "" for i in range(titles)],
        "tmdb_id": [str(i) if i % 5 else "" for i in range(titles)],
    }
    title_nodes, _ = sorted_nodes("Title", [f"t{i:03}" for i in range(titles)], facts)
    genres, _ = sorted_nodes("Genre", ["Comedy", "Crime", "Drama"])
    groups, _ = sorted_nodes("DemographicGroup", ["age=18-24", "age=25-34"])
    people, _ = sorted_nodes("Person", ["p1", "p2", "p3", "p4"])

    def some(rows: int, columns: int, share: float) -> tuple[np.ndarray, np.ndarray]:
        popularity = rng.random(columns) ** 2
        return np.nonzero(rng.random((rows, columns)) < 2 * share * popularity)

    rated, thumbed = some(users - 2, titles - 2, density), some(users - 2, titles - 2, density / 3)
    edges = {
        "rated": Edges(
            *rated,
            {
                "rating": rng.integers(1, 6, len(rated[0])).astype(float),
                "timestamp": 900_000_000 + rng.integers(0, 9, len(rated[0])) * 86_400,
            },
        ),
        "thumbed": Edges(
            *thumbed,
            {
                "value": rng.choice([-1, 1, 2], len(thumbed[0])),
                "timestamp": 900_000_000 + rng.integers(0, 9, len(thumbed[0])) * 86_400,
            },
        ),
        "in_genre": Edges(*some(titles - 1, 3, 0.4)),
        "user_in_group": Edges(np.arange(users), rng.integers(0, 2, users)),
        "directed": Edges(*some(4, titles, 0.2)),
        "acted_in": Edges(*some(4, titles, 0.3)),
    }
    nodes = {
        "User": user_nodes,
        "Title": title_nodes,
        "Genre": genres,
        "DemographicGroup": groups,
        "Person": people,
    }
    return assemble(nodes, edges)


def with_same(graph: Graph, seed: int = 0, share: float = 0.4) -> Graph:
    """Say of some titles of a graph, two or three at a time, that they are the same film."""
    rng = np.random.default_rng(seed)
    size = len(graph.titles)
    chosen = rng.permutation(size)[: int(size * share)]
    cut = len(chosen) // 5 * 5
    films = chosen[:cut].reshape(-1, 5)
    pairs = np.concatenate([films[:, [0, 1]], films[:, [2, 3]], films[:, [4, 3]]])
    edges = same_films(pairs[:, 0], pairs[:, 1], np.diff(graph.likes.reverse_indptr))
    return graph.with_relations({"same_as": Relation.of(edges.sources, edges.targets, (size, size))})


def graphs() -> st.SearchStrategy[Graph]:
    """Draw random graphs of many shapes, from almost empty to dense."""
    return st.builds(
        random_graph,
        seed=st.integers(0, 2**32 - 1),
        users=st.integers(3, 24),
        titles=st.integers(3, 24),
        density=st.floats(0.02, 0.8),
    )


def rounded_vectors(graph, space):
    """Return the vectors of titles and of people by their nodes: what the walks are made on, whatever it is."""
    titles = space.basis.vectors * space.basis.scales.astype(np.float64)[:, None]
    return (
        dict(zip([("Title", name) for name in graph.titles.ids.ids], titles, strict=True)),
        dict(zip([("User", name) for name in graph.users.ids.ids], space.people.rows, strict=True)),
    )


def likes_alone(graph: Graph) -> Graph:
    """Return a graph with its likes and nothing that they follow from."""
    nothing = {
        kind.name: Relation.of(
            np.empty(0, np.int32),
            np.empty(0, np.int32),
            graph.relations[kind.name].shape,
            {name: values[:0] for name, values in graph.relations[kind.name].properties.items()},
        )
        for kind in schema.EVENTS
    }
    return replace(graph.with_relations(nothing), preference=None, prepared=None)
