"""Graphs to NetworkX and back."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph

pytestmark = pytest.mark.unit


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
