"""What publishing would do is told, nothing is written, and then it does just that."""

from __future__ import annotations

import json

import pytest

from cinewalk.graph.model import schema
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.neo4j.write.plan import plan_publishing
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.loaders.store.graph_folder import save
from tests.graphs import from_ratings, random_graph
from tests.neo4j_data import everything

pytestmark = pytest.mark.integration


def planned(connection, graph, **options):
    """Return a plan that has written nothing, as plain values that JSON can hold."""
    before = everything(connection)
    plan = plan_publishing(graph, connection, **options)
    assert everything(connection) == before
    assert json.loads(json.dumps(plan.to_dict())) == plan.to_dict()
    return plan


def kinds_of(plan):
    return {kind.name: kind for kind in plan.kinds}


def test_into_an_empty_database_everything_is_new_and_that_many_are_written(empty):
    graph = random_graph(1)
    plan = planned(empty, graph)
    assert (plan.source, plan.published, plan.refused) == (None, None, None)
    assert all((kind.there, kind.merged, kind.surplus) == (0, 0, 0) for kind in plan.kinds)
    assert plan.seconds > 0
    published = publish(graph, empty)
    expected = {kind.name: kind.new for kind in plan.kinds}
    assert {**published.nodes, **published.relationships} == expected


def test_again_everything_is_there(empty):
    graph = random_graph(1)
    publish(graph, empty, source="films")
    plan = planned(empty, graph)
    assert plan.source == "films"
    assert plan.published.startswith("20")
    assert plan.refused is None
    for kind in plan.kinds:
        assert kind.there == kind.graph
        assert kind.new == (kind.graph if kind.name in schema.DERIVED else 0)


def test_what_is_there_beside_and_why_it_is_refused(empty):
    graph = from_ratings([("a", "x", 5, 10), ("b", "x", 5, 20)])
    publish(graph, empty)
    empty.write("CREATE (:User {userId: 'c'})-[:RATED {rating: 4.0}]->(:Title {titleId: 'x2'})")
    plan = planned(empty, graph)
    kinds = kinds_of(plan)
    assert (kinds["User"].there, kinds["User"].merged, kinds["User"].surplus) == (3, 2, 0)
    assert (kinds["rated"].there, kinds["rated"].merged, kinds["rated"].surplus) == (3, 2, 1)
    assert "with 1 RATED that the graph does not have" in plan.refused
    assert planned(empty, graph, replace=True).refused is None
    other = kinds_of(planned(empty, example_graph(), derived=False))
    assert "similar" not in other
    assert (other["User"].merged, other["User"].surplus) == (0, 2)


def test_the_command_tells_the_plan(run, neo4j_server, empty, monkeypatch, tmp_path):
    address = neo4j_server.address()
    monkeypatch.setenv("NEO4J_URI", address.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", address.password)
    save(example_graph(), tmp_path / "mine.cinewalk")
    publish(random_graph(1), empty, source="films")
    before = everything(empty)
    code, out, err = run("publish", "mine.cinewalk", "--dry-run")
    assert code == 0, err
    assert "films lives there" in err
    assert "RATED" in out
    code, out, err = run("publish", "mine.cinewalk", "--dry-run", "--replace", "--json")
    assert code == 0, err
    assert json.loads(out)["refused"] is None
    assert json.loads(out)["kinds"]["Title"]["new"] == len(example_graph().titles)
    assert everything(empty) == before
