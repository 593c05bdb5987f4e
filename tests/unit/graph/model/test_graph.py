"""The graph as a whole."""

from __future__ import annotations

import pytest

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import assemble
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph

pytestmark = pytest.mark.unit


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
