"""`cinewalk load` from an address, and graphs by it."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from tests.integration.loaders.neo4j.read.others import write_recommendations

pytestmark = pytest.mark.integration


def test_the_command_load_and_graphs_by_address(database, run, monkeypatch, tmp_path):
    database.publish(example_graph())
    monkeypatch.setenv("NEO4J_USERNAME", database.auth[0])
    monkeypatch.setenv("NEO4J_PASSWORD", database.auth[1])
    code, shown, told = run("load", database.uri, "--out", "g.cinewalk")
    assert code == 0
    assert told.startswith("The current graph is the same as before")
    assert "15 RATED" in shown
    assert cinewalk.load(tmp_path / "g.cinewalk").equals(example_graph())
    code, shown, _ = run("load", database.uri, "--like-rating", "2", "--json")
    assert (code, json.loads(shown)["relationships"]["likes"]) == (0, 15)
    expected = run("recommend", "ann", "--json", "--graph", "g.cinewalk")
    assert run("recommend", "ann", "--json", "--graph", database.uri) == expected
    database.empty()
    code, _, told = run("load", database.uri)
    assert code == 1
    assert told.startswith("error: ")
    monkeypatch.setenv("NEO4J_PASSWORD", "sesame-open")
    code, _, told = run("load", database.uri)
    assert code == 3
    assert "sesame" not in told
    assert told.count("\n") == 1


def test_the_command_load_takes_a_mapping(database, run, monkeypatch):
    write_recommendations(database)
    monkeypatch.setenv("NEO4J_PASSWORD", database.auth[1])
    assert run("load", database.uri, "--mapping", "recommendations", "-o", "r.cinewalk")[0] == 0
    assert run("load", "movielens-100k", "--mapping", "recommendations")[0] == 1
