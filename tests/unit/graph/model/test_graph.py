"""Ids, relations, likes, and the graph as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph, Relation
from cinewalk.graph.model.ids import IdMap, StringArray
from cinewalk.graph.model.preference import Preference

pytestmark = pytest.mark.unit


def test_ids_follow_code_points() -> None:
    ids = IdMap.of(["10", "9", "é", "z", "𝒜", "\uffff"])
    assert ids.ids[:] == ["10", "9", "z", "é", "\uffff", "𝒜"]
    assert [ids.find(name) for name in ids.ids] == list(range(6))
    assert ids.find("8") is None
    assert ids.find("\ud800") is None
    with pytest.raises(KeyError):
        ids.position("")


def test_string_arrays_count_from_both_ends() -> None:
    names = StringArray.of(["a", "", "é"])
    assert (names[-1], names[1], names[0:2], len(names)) == ("é", "", ["a", ""], 3)
    with pytest.raises(IndexError):
        names[3]


def test_relations_are_frozen_and_hold_both_directions() -> None:
    relation = Relation.of(
        np.array([2, 0, 2]), np.array([1, 1, 0]), (3, 2), {"rating": np.array([1.0, 2.0, 3.0])}
    )
    assert relation.indices[relation.row(2)].tolist() == [0, 1]
    assert relation.properties["rating"].tolist() == [2.0, 3.0, 1.0]
    assert relation.reverse_indices[relation.reverse_row(1)].tolist() == [0, 2]
    backwards = relation.properties["rating"][relation.reverse_order]
    assert backwards[relation.reverse_row(1)].tolist() == [2.0, 1.0]
    with pytest.raises(ValueError, match="read-only"):
        relation.indices[0] = 1
    with pytest.raises(ValueError, match="twice"):
        Relation.of(np.array([0, 0]), np.array([1, 1]), (1, 2))


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


def test_networkx_and_back() -> None:
    graph = example_graph()
    assert Graph.from_networkx(graph.to_networkx()).equals(graph)


def test_networkx_without_likes_derives_them() -> None:
    copy = example_graph().to_networkx()
    copy.remove_edges_from([edge for edge in copy.edges(keys=True) if edge[2] == "LIKES"])
    assert Graph.from_networkx(copy).equals(example_graph())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda copy: copy.add_node("Alien"), "not a \\(label, id\\) pair"),
        (lambda copy: copy.add_edge(("Title", "alien"), ("User", "ann"), key="RATED"), "no relationship"),
        (lambda copy: copy.add_edge(("User", "gus"), ("Title", "alien"), key="RATED"), "has no rating"),
    ],
)
def test_foreign_networkx_graphs_are_refused(change, message) -> None:
    copy = example_graph().to_networkx()
    change(copy)
    with pytest.raises(RequestError, match=message):
        Graph.from_networkx(copy)


def test_arrays_and_back() -> None:
    graph = example_graph()
    arrays = graph.arrays()
    assert Graph.from_arrays(arrays).equals(graph)
    assert not any(array.flags.writeable for array in arrays.values())
    assert not graph.equals(assemble({}, {}))
    with pytest.raises(KeyError):
        Graph.from_arrays({name: array for name, array in arrays.items() if not name.startswith("likes")})


def test_an_empty_graph_has_every_label_and_relationship() -> None:
    graph = assemble({}, {})
    assert set(graph.nodes) == set(schema.NODES)
    assert set(graph.relations) == set(schema.RELATIONSHIPS)
    assert repr(graph) == "<Graph: no nodes; no relationships>"
