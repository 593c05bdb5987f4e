"""The graph as a whole."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry

pytestmark = pytest.mark.unit


def test_arrays_and_back() -> None:
    graph = example_graph()
    arrays = graph.arrays()
    assert Graph.from_arrays(arrays).equals(graph)
    assert not any(array.flags.writeable for array in arrays.values())
    assert not graph.equals(assemble({}, {}))
    with pytest.raises(RequestError, match=r"the array likes\.indptr is missing"):
        Graph.from_arrays({name: array for name, array in arrays.items() if not name.startswith("likes")})


def test_an_empty_graph_has_every_label_and_relationship() -> None:
    graph = assemble({}, {})
    assert set(graph.nodes) == set(schema.NODES)
    assert set(graph.relations) == set(schema.RELATIONSHIPS)
    assert repr(graph) == "<Graph: no nodes; no relationships>"
    assert graph._repr_html_() == "<p>Graph: no nodes; no relationships</p>"
    assert (repr(graph.users), repr(graph.likes)) == ("<Nodes: 0 User>", "<Relation: 0 edges, 0 × 0>")


WAYS = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)
def test_a_graph_travels_with_what_was_prepared_and_stays_frozen(again) -> None:
    constant = {
        name: replace(r, same=dict.fromkeys(r.properties, 1.0))
        for name, r in example_graph().relations.items()
    }
    graph = prepare(Registry(example_graph().with_relations(constant), Settings()))
    travelled = again(graph)
    assert travelled.equals(graph)
    assert travelled.constants() == graph.constants()
    assert (travelled.preference, travelled.prepared.settings) == (graph.preference, graph.prepared.settings)
    assert not any(array.flags.writeable for array in travelled.arrays().values())
    for name, rows in graph.prepared.rows.items():
        for before, after in zip(rows, travelled.prepared.rows[name], strict=True):
            assert np.array_equal(before, after)
            assert not after.flags.writeable
    with pytest.raises(TypeError):
        travelled.nodes["User"] = graph.users


@pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("part", ["users", "titles", "likes"])
def test_each_part_of_a_graph_travels(part, again) -> None:
    graph = example_graph()
    before, after = getattr(graph, part), again(getattr(graph, part))
    assert type(after) is type(before)
    assert len(after) == len(before)
    assert list(after.properties) == list(before.properties)


@pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)
def test_what_one_person_did_travels(again) -> None:
    graph = example_graph()
    events = UserEvents.of(graph, 0).put("thumbed", 4, {"value": 2, "timestamp": 7})
    travelled = again(events)
    assert (travelled.events, travelled.likes) == (events.events, events.likes)
    assert not travelled.groups.flags.writeable
    before, after = profile_of(graph, 0, 5.0), again(profile_of(graph, 0, 5.0))
    assert all(np.array_equal(getattr(before, f.name), getattr(after, f.name)) for f in fields(before))


def test_nodes_as_a_frame_say_what_is_not_known() -> None:
    titles, _ = sorted_nodes(
        "Title",
        ["b", "a"],
        {
            "title": ["<B>", ""],
            "year": [1979, 0],
            "released": np.array(["1979-05-25", "NaT"], "datetime64[D]"),
            "kind": ["", "film"],
            "maturity": [0, -1],
            "imdb_id": ["tt0078748", ""],
        },
    )
    frame = titles.to_frame()
    assert list(frame.columns) == [
        *("title_id", "title", "year", "released"),
        *("kind", "maturity", "imdb_id", "tmdb_id"),
    ]
    texts = ["string", "string"]
    assert frame.dtypes.astype(str).tolist() == [*texts, "Int64", "datetime64[s]", "string", "Int64", *texts]
    assert frame["title_id"].tolist() == ["a", "b"]
    assert frame.isna().to_numpy().tolist() == [
        [False, True, True, True, False, True, True, True],
        [False, False, False, False, True, False, False, True],
    ]
    assert frame.loc[1, ["year", "maturity"]].tolist() == [1979, 0]


@pytest.mark.parametrize(
    ("label", "columns"),
    [
        ("User", ["user_id", "maturity_limit"]),
        ("Genre", ["name"]),
        ("DemographicGroup", ["group_id", "kind", "value"]),
        ("Person", ["person_id", "name"]),
    ],
)
def test_every_label_has_a_frame(label, columns) -> None:
    nodes = example_graph().nodes[label]
    frame = nodes.to_frame()
    assert (list(frame.columns), len(frame)) == (columns, len(nodes))
    assert "maturity_limit" not in columns or frame["maturity_limit"].isna().all()
