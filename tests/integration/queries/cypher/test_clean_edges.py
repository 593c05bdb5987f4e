"""What is published leaves no gaps: no score is missing, no name unknown, and the in-memory graph keeps its names."""

from __future__ import annotations

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.words.ready import ready_queries, ready_query
from tests.graphs import random_graph

pytestmark = pytest.mark.integration


#: What a server says of labels, types and properties that it does not know.
UNKNOWN = ("01N50", "01N51", "01N52")


def unknown(connection, text, parameters):
    """Return what the server says of names that it does not know, in a query that is only planned."""
    with connection.driver.session() as session:
        summary = session.run(f"EXPLAIN {text}", dict.fromkeys(parameters)).consume()
    return [
        status.status_description for status in summary.gql_status_objects if status.gql_status in UNKNOWN
    ]


def test_no_score_is_missing(empty):
    publish(random_graph(1), empty)
    for kind in ("SIMILAR", "SHARES_TASTE"):
        (keys,) = empty.read(
            f"MATCH ()-[r:{kind}]->() UNWIND keys(r) AS key RETURN collect(DISTINCT key) AS keys"
        )
        assert "score" in keys["keys"]
        for key in keys["keys"]:
            rows = empty.read(
                f"MATCH ()-[r:{kind}]->() WHERE r[$key] IS NULL RETURN count(r) AS count", key=key
            )
            assert rows[0]["count"] == 0, key
        best = empty.read(f"MATCH ()-[r:{kind}]->() RETURN r.score AS score ORDER BY score DESC LIMIT 1")
        assert best[0]["score"] > 0


@pytest.mark.parametrize("query", ready_queries(), ids=lambda query: query.name)
def test_no_name_in_a_query_is_unknown(database, query):
    if database.content != "example":
        database.wipe()
        publish(example_graph(), database.connection)
        database.content = "example"
    assert unknown(database.connection, query.text, query.parameters) == []


def test_what_is_unknown_is_told(empty):
    text = "MATCH (n:NoSuchLabel)-[:NO_SUCH_TYPE]->() RETURN n.noSuchProperty"
    assert len(unknown(empty, text, ())) == 3


def test_the_in_memory_graph_keeps_labels_types_and_weights(empty):
    graph = random_graph(1)
    publish(graph, empty, derived=False)
    empty.read(ready_query("project_pagerank").text)
    (row,) = empty.read("CALL gds.graph.list('cinewalk') YIELD schema RETURN schema")
    assert set(row["schema"]["nodes"]) == {"User", "Title", "Genre", "Person"}
    kinds = row["schema"]["relationships"]
    assert set(kinds) == {"LIKES", "IN_GENRE", "DIRECTED", "ACTED_IN"}
    assert all(
        "weight" in properties for properties in (kind.get("properties", kind) for kind in kinds.values())
    )
