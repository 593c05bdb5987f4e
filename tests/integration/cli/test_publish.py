"""From nothing to a published graph with commands alone, and a server that dies on the way."""

from __future__ import annotations

import json
import os
import signal

import pytest
from neo4j import GraphDatabase

from cinewalk.errors import DatabaseError
from cinewalk.graph.model import schema
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.neo4j.server.connection import Connection
from cinewalk.loaders.neo4j.server.server import LocalServer
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.loaders.store.graph_folder import save
from tests.graphs import random_graph
from tests.neo4j_data import everything, read_graph
from tests.neo4j_fixtures import free_ports, start

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.xdist_group("own server")]


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """The local server of a home of its own, found by commands through the environment."""
    home = tmp_path_factory.mktemp("own")
    bolt_port, http_port = free_ports()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CINEWALK_HOME", str(home))
        patch.setenv("CINEWALK_BOLT_PORT", str(bolt_port))
        patch.setenv("CINEWALK_HTTP_PORT", str(http_port))
        server = LocalServer()
        start(server)
        yield home, server
        server.stop()


@pytest.fixture
def command(own_server, run, monkeypatch):
    """Run a command beside the local server."""
    home, _ = own_server
    monkeypatch.setenv("CINEWALK_HOME", str(home))
    return run


def held(server):
    with Connection.to(server.address()) as connection:
        return read_graph(connection)


def test_a_server_killed_on_the_way_is_one_line_and_mended_by_the_next_run(own_server):
    _, server = own_server
    graph, reports = random_graph(6), []
    address = server.address()

    def kill(description, done, total):
        reports.append(description)
        if description == "Writing RATED":
            os.kill(server.status().pid, signal.SIGKILL)

    driver = GraphDatabase.driver(
        address.uri, auth=(address.username, address.password), max_transaction_retry_time=1
    )
    with driver, pytest.raises(DatabaseError) as caught:
        publish(graph, driver, progress=kill)
    assert "\n" not in str(caught.value)
    assert address.password not in str(caught.value)
    assert "Writing LIKES" not in reports
    server.start()
    with Connection.to(server.address()) as connection:
        publish(graph, connection)
        assert read_graph(connection).equals(graph)
        connection.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS")


def derived_in(server):
    """Give what is derived, but for the run that it belongs to."""
    query = """
    MATCH (source)-[step:SIMILAR|SHARES_TASTE|PART_OF]->(target)
    RETURN type(step) AS type, coalesce(source.titleId, source.userId) AS source,
      coalesce(target.titleId, target.userId) AS target, properties(step) AS step
    ORDER BY type, source, target
    """
    with Connection.to(server.address()) as connection:
        rows = connection.read(query)
    assert len({row["step"]["run"] for row in rows}) == 1
    return [{**row, "step": {name: v for name, v in row["step"].items() if name != "run"}} for row in rows]


def test_an_import_gives_the_same_graph(command, own_server, tmp_path):
    _, server = own_server
    graph = random_graph(7)
    save(graph, tmp_path / "mine.cinewalk")
    files = tmp_path / "files"
    code, out, err = command("publish", str(tmp_path / "mine.cinewalk"), "--bulk", str(files), "--json")
    assert code == 0, err
    assert json.loads(out)["relationships"]["rated"] == len(graph.relations["rated"])
    assert held(server).equals(graph)
    imported = derived_in(server)
    assert sum(
        json.loads(out)["relationships"][name] for name in schema.DERIVED if name != "recommended"
    ) == len(imported)
    code, out, err = command("publish", str(tmp_path / "mine.cinewalk"), "--bulk", str(files))
    assert code == 1
    assert "an empty one was asked for" in err
    assert "publish without --bulk." in " ".join(err.split())
    code, out, err = command("publish", str(tmp_path / "mine.cinewalk"))
    assert code == 0, err
    assert "RATED" in out
    assert held(server).equals(graph)
    assert derived_in(server) == imported
    with Connection.to(server.address()) as connection:
        assert connection.read("MATCH (n) WHERE n.cinewalk IS NULL RETURN labels(n) AS labels")[
            0
        ].values() == [["CinewalkRun"]]


def test_one_source_in_the_place_of_another(command, own_server, tmp_path):
    _, server = own_server
    for name, graph in (("one", random_graph(8)), ("two", random_graph(9))):
        save(graph, tmp_path / f"{name}.cinewalk")
    with Connection.to(server.address()) as connection:
        connection.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS")
    assert command("publish", str(tmp_path / "one.cinewalk"))[0] == 0
    with Connection.to(server.address()) as connection:
        before = everything(connection)
        code, out, err = command("publish", str(tmp_path / "two.cinewalk"))
        assert (code, out) == (1, "")
        assert "one lives there" in err
        assert "--replace" in err
        assert everything(connection) == before
        code, out, err = command("publish", str(tmp_path / "two.cinewalk"), "--replace")
        assert code == 0, err
        assert held(server).equals(random_graph(9))
        connection.write(
            "MATCH (u:User), (t:Title) WHERE NOT (u)-[:RATED]->(t) WITH u, t LIMIT 1 "
            "CREATE (u)-[:RATED {rating: 5.0, timestamp: datetime('2026-01-01T00:00Z')}]->(t)"
        )
        code, out, err = command("publish", str(tmp_path / "two.cinewalk"))
        assert code == 1
        assert "two lives there" in err
        assert "with 1 RATED that the graph does not have" in err
        code, out, err = command("publish", server.address().uri, "--json")
        assert code == 0, err
        rated = len(random_graph(9).relations["rated"])
        assert json.loads(out)["relationships"]["rated"] == rated + 1
        (run,) = connection.read("MATCH (run:CinewalkRun) RETURN run.source AS source")
        assert run["source"] == "two"


def test_what_stands_in_the_way_is_one_line(command, tmp_path, monkeypatch, own_server):
    _, server = own_server
    save(example_graph(), tmp_path / "mine.cinewalk")
    mine = str(tmp_path / "mine.cinewalk")
    closed = f"bolt://127.0.0.1:{free_ports()[0]}"
    uri = server.address().uri
    secret = "a-secret-word"
    monkeypatch.setenv("NEO4J_PASSWORD", secret)
    for words, code, said in (
        (("--uri", uri), 3, "user name or password is wrong"),
        (("--uri", closed), 3, "no Neo4j answers there"),
        (("--uri", uri.replace("bolt", "bolt+s")), 3, "encrypted"),
        (("--uri", "http://localhost"), 3, "is no address of a Neo4j"),
        (("--uri", f"neo4j://neo4j:{secret}@localhost"), 3, "holds a user or password"),
        (("--no-derived", "--recommended", "3"), 1, "leave out --no-derived"),
    ):
        found, out, err = command("publish", mine, *words)
        assert (found, out) == (code, ""), err
        assert said in err
        assert err.count("\n") == 1, err
        assert secret not in err
    monkeypatch.setenv("NEO4J_PASSWORD", server.address().password)
    found, _, err = command("publish", mine, "--database", "nowhere")
    assert found == 3
    assert "there is no database 'nowhere'" in err
    assert err.count("\n") == 1
