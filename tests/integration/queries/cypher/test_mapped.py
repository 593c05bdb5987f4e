"""Every ready query in other names, where everything is called otherwise, says what it says in ours."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.graph import ReadRequest, read_snapshot
from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
from cinewalk.loaders.neo4j.write.mapped import publish_mapped
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.loaders.neo4j.write.run_facts import settings_of_run
from cinewalk.queries.neo4j.publishing import recommended
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.mapped_query import in_names
from cinewalk.queries.words.ready import ready_queries
from tests.neo4j_lively import END

pytestmark = [pytest.mark.integration, pytest.mark.slow]

AS_OF = dt.datetime.fromtimestamp(END, dt.UTC)

#: A name of its own for everything that may have one, so that what was forgotten finds nothing.
LABELS = {
    "User": "Watcher",
    "Title": "Movie",
    "Genre": "Sort",
    "DemographicGroup": "Circle",
    "Person": "Star",
}
TYPES = {
    "rated": "GRADED",
    "watched": "SAW",
    "thumbed": "VOTED",
    "blocked": "HID",
    "in_genre": "IS A",
    "user_in_group": "OF",
    "directed": "MADE",
    "acted_in": "PLAYED",
    "same_as": "EQUALS",
}
_KINDS = {label: (node.key, *node.properties) for label, node in schema.NODES.items()} | {
    name: schema.RELATIONSHIPS[name].properties for name in TYPES
}
PROPERTIES = {
    owner: {prop.name: f"their {prop.name} {owner}" for prop in properties}
    for owner, properties in _KINDS.items()
}
MAPPING = SchemaMapping(LABELS, TYPES, {owner: names for owner, names in PROPERTIES.items() if names})


def examples(graph, reco):
    """Return a value for each parameter that ready queries take, by query where that matters."""
    best = reco.recommend("100", 1)[0].title_id
    liked = graph.titles.ids.ids[int(np.argmax(np.bincount(graph.likes.indices)))]
    values = {"userId": "100", "titleId": liked, "k": 20, "asOf": AS_OF, "days": 7, "because": 2, "rows": 3}
    values |= {"groupId": "gender=F", "groupIds": ["gender=F", "age=25-34"], "prior": 5.0, "strength": 2.0}
    values |= {"userIds": ["100", "101", "1"], "by": "decade"}
    values |= {
        "titleIds": [liked],
        "genres": ["Thriller"],
        "firstYear": 1970,
        "lastYear": 1999,
        "maturity": None,
    }
    special = {f"explain_{what}": {"titleId": best} for what in ("paths", "reasons", "shares")}
    special["new_releases"] = {"asOf": AS_OF.date(), "days": 3000}
    return {
        query.name: {name: (values | special.get(query.name, {}))[name] for name in query.parameters}
        for query in ready_queries()
        if not query.writes
    }


def make_theirs(connection):
    """Call everything in the database otherwise, times in seconds and days as text, and leave nothing of ours."""
    for kind in (*schema.DERIVED.values(), schema.LIKES):
        connection.run(f"MATCH ()-[r:{kind.type}]->() CALL (r) {{ DELETE r }} IN TRANSACTIONS OF 10000 ROWS")
    connection.write("MATCH (run:CinewalkRun) DELETE run")
    for name, theirs in TYPES.items():
        kind = schema.RELATIONSHIPS[name]
        cells = ", ".join(
            f"`{PROPERTIES[name][p.name]}`: r.{p.cypher}{'.epochSeconds' if p.kind == 'time' else ''}"
            for p in kind.properties
        )
        connection.write(
            f"MATCH (a:{kind.source})-[r:{kind.type}]->(b:{kind.target}) "
            f"CREATE (a)-[:`{theirs}` {{{cells}}}]->(b) DELETE r"
        )
    for label, node in schema.NODES.items():
        cells = ", ".join(
            f"`{PROPERTIES[label][p.name]}`: {f'toString(n.{p.cypher})' if p.kind == 'date' else f'n.{p.cypher}'}"
            for p in (node.key, *node.properties)
        )
        connection.write(f"MATCH (n:{label}) SET n = {{{cells}}} SET n:{LABELS[label]} REMOVE n:{label}")


def answers(connection, queries, parameters):
    """Return what each query says; numbers to six digits, as they are added up in another order."""
    return {
        query.name: [
            {key: rounded(value) for key, value in row.items()}
            for row in connection.read(query.text, **parameters[query.name])
        ]
        for query in queries
    }


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if hasattr(value, "nodes"):  # nodes stay the same ones when they are called otherwise
        return [node.element_id for node in value.nodes]
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list) else value


def test_every_query_says_the_same(empty, lively_graph):
    reco = Recommender(lively_graph)
    parameters = examples(lively_graph, reco)
    publish(lively_graph, empty, recommended=lambda: recommended(reco, 5))
    plain = [query for query in ready_queries() if query.name in parameters]
    expected = answers(empty, plain, parameters)
    assert all(expected.values()), [name for name, rows in expected.items() if not rows]
    (run,) = empty.read("MATCH (run:CinewalkRun) RETURN properties(run) AS facts")
    make_theirs(empty)
    graph = read_snapshot(empty, ReadRequest(MAPPING)).graph
    settings, lists = settings_of_run(run["facts"]), Recommender(graph)
    publish_mapped(
        graph, empty, MAPPING, prefix="OUR_", settings=settings, recommended=lambda: recommended(lists, 5)
    )
    found = answers(empty, [in_names(query, MAPPING, "OUR_") for query in plain], parameters)
    for name, rows in expected.items():
        named = [row | {"label": LABELS.get(row["label"], "")} if "label" in row else row for row in rows]
        assert found[name] == named, name
