"""Every ready query in a real Neo4j: planned, run by its example, safe with any text; and those on titles and viewers.

Results are compared with what Python makes of the same graph.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinewalk.errors import DatabaseError, RequestError
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_queries, ready_query
from tests import neo4j_queries as shared
from tests.neo4j_data import LISTED
from tests.neo4j_queries import (
    CLOSE,
    TITLES,
    USERS,
    column,
    counts,
    example_of,
    ids,
    ranked,
    told,
    totals,
    undone,
)

pytestmark = pytest.mark.integration

ask, connection, facts, projected = shared.ask, shared.connection, shared.facts, shared.projected

QUERIES = ready_queries()


# Every query


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
@pytest.mark.parametrize("language", ["CYPHER 5", "CYPHER 25"])
def test_a_query_can_be_planned(connection, query, language):
    connection.write(f"{language} EXPLAIN {query.text}", **example_of(connection, query))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_example_answers(connection, projected, query):
    example = example_of(connection, query)
    with undone(connection) as run:
        rows = run(query.text, **example) if query.writes else connection.read(query.text, **example)
        # MovieLens has ratings alone, so nothing has been begun there.
        assert (len(rows) > 0) == (query.name != "continue_watching")
        most = 2 if query.name == "explain_reasons" else 1  # two viewers a reason
        most = 7 if query.name == "home" else example.get("rows", most)  # two because of titles, five others
        assert len(rows) <= example.get("k", 100) * most


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_server_has_nothing_to_say_of_a_query(connection, projected, query):
    """No notification, so no tab *Warn* in Browser: of unknown names, shadowed variables, Cartesian products."""
    with (
        connection.driver.session(database=connection.database) as session,
        session.begin_transaction() as transaction,
    ):
        summary = transaction.run(query.text, example_of(connection, query)).consume()
        transaction.rollback()
    assert [s.status_description for s in summary.gql_status_objects if s.is_notification] == []


def test_reading_access_is_not_enough_to_erase(connection):
    with pytest.raises(DatabaseError, match="AccessMode"):
        connection.read(ready_query("erase_user").text, userId="nobody")


def test_a_recommender_on_the_address_runs_them(published, neo4j_server):
    address = neo4j_server.address()
    with Recommender(address.uri, auth=(address.username, address.password)) as reco:
        expected = reco.similar("50", 5)
        rows = reco.query("similar_titles", titleId="50", k=5)
        assert ids(rows) == [item.title_id for item in expected]
        assert reco.query("erase_user", userId="nobody") == []
        with pytest.raises(RequestError, match="needs k"):
            reco.query("similar_titles", titleId="50")


# Titles


@pytest.mark.parametrize("title_id", TITLES)
def test_similar_titles(ask, facts, title_id):
    rows = ask("similar_titles", titleId=title_id, k=25)
    expected = Recommender(facts.graph).similar(title_id, 25)
    assert ids(rows) == [item.title_id for item in expected]
    assert column(rows, "score") == pytest.approx([item.score for item in expected], rel=CLOSE)
    assert [(row["title"], row["year"]) for row in rows] == [(item.title, item.year) for item in expected]
    own = facts.liked[:, facts.title(title_id)]
    if own.sum() < Settings().privacy.smallest:
        assert set(column(rows, "because")) == {"its genres and people"}
        assert set(column(rows, "viewers")) == {None}
    else:
        assert set(column(rows, "because")) == {"its viewers"}
        both = [own @ facts.liked[:, facts.title(other)] for other in ids(rows)]
        assert column(rows, "viewers") == told(both)


@pytest.mark.parametrize("title_id", TITLES)
def test_viewers_also_liked(ask, facts, title_id):
    title = facts.title(title_id)
    own = facts.liked[:, title]
    viewers = (own.astype(float) @ facts.liked) * (np.arange(len(facts.titles)) != title)
    rows = ask("viewers_also_liked", titleId=title_id, k=30)
    best, values = ranked(facts, viewers, viewers >= Settings().privacy.smallest, 30)
    assert ids(rows) == best
    assert column(rows, "viewers") == values
    for row in rows:
        share = row["viewers"] / own.sum()
        assert row["share"] == pytest.approx(share, rel=CLOSE)
        everybody = facts.liked[:, facts.title(row["titleId"])].mean()
        assert row["lift"] == pytest.approx(share / everybody, rel=CLOSE)


# Viewers


@pytest.mark.parametrize("user_id", USERS)
def test_nearest_viewers(ask, facts, user_id):
    user = facts.user(user_id)
    viewers, scores = facts.parts.walk("shared-titles").viewers(
        profile_of(facts.graph, user, Settings().half_life)
    )
    order = np.lexsort((viewers, -scores))[:40]
    rows = ask("nearest_viewers", userId=user_id, k=40)
    assert column(rows, "userId") == [facts.users[viewers[i]] for i in order]
    assert column(rows, "score") == pytest.approx(scores[order].tolist(), rel=CLOSE)
    both = facts.liked[user] & facts.liked[viewers[order]]
    assert column(rows, "titles") == both.sum(axis=1).tolist()


# Maintenance


def test_erase_user(connection, facts):
    before = counts(connection)
    user = facts.user("196")
    with undone(connection) as run:
        types = run("MATCH (:User {userId: '196'})-[r]-() RETURN type(r) AS type, count(*) AS removed")
        rows = run(ready_query("erase_user").text, userId="196")
        expected = {row["type"]: row["removed"] for row in types} | {"User": 1}
        assert {row["type"]: row["removed"] for row in rows} == expected
        assert expected["RATED"] == facts.seen[user].sum()
        assert expected["LIKES"] == facts.liked[user].sum()
        assert expected["RECOMMENDED"] == LISTED
        assert run("MATCH (u:User {userId: '196'}) RETURN u") == []
        assert run("MATCH (u:User) RETURN count(u) AS users") == [{"users": len(facts.users) - 1}]
        assert run(ready_query("erase_user").text, userId="196") == []
        run("CREATE (:User {userId: 'alone'})")
        assert run(ready_query("erase_user").text, userId="alone") == [{"type": "User", "removed": 1}]
    assert counts(connection) == before


# Hostile texts

HOSTILE = [
    "",
    "'",
    '"',
    "`",
    "\\",
    "' OR true //",
    "196' OR '1'='1",
    "\\u0027 OR true //",
    "\\u0060",
    "`]->() DETACH DELETE n //",
    "'}) DETACH DELETE u WITH 1 AS x MATCH (u:User {userId: '196",
    "$k",
    "null",
    "*",
    "196\x00",
    " 196",
    "x" * 10_000,
]
TEXTS = [
    (query, name, parameter.type)
    for query in QUERIES
    for name, parameter in query.parameters.items()
    if "STRING" in parameter.type
]


def hostile_answer(connection, query, name, kind, text):
    """Run a query's example with one text replaced; where texts are lists, all lists are of this one."""
    example = example_of(connection, query)
    example |= {key: [text] for key, value in example.items() if isinstance(value, list)}
    if kind != "LIST<STRING>":
        example[name] = text
    run = connection.write if query.writes else connection.read
    return [dict(row) for row in run(query.text, **example)]


def check_hostile(connection, text):
    for query, name, kind in TEXTS:
        rows = hostile_answer(connection, query, name, kind, text)
        if query.name == "cold_start":
            popular = {**example_of(connection, query), "groupIds": []}
            assert rows == [dict(row) for row in connection.read(query.text, **popular)]
        elif query.name == "derive_likes":
            assert rows == [dict.fromkeys(("added", "changed", "removed"), 0)]
        else:
            assert rows == [], query.name


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:30])
def test_a_hostile_text_finds_nothing_and_changes_nothing(connection, projected, text):
    before = counts(connection)
    check_hostile(connection, text)
    assert counts(connection) == before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(max_size=30))
def test_no_text_does_more(connection, facts, projected, text):
    groups = facts.graph.nodes["DemographicGroup"].ids.ids
    if text in {*facts.users, *facts.titles, *facts.genres, *groups, "decade", "genre", "kind"}:
        return
    before = totals(connection)
    check_hostile(connection, text)
    assert totals(connection) == before


def test_the_database_is_as_it_was(connection, published):
    held = {row["kind"]: row["count"] for row in counts(connection) if isinstance(row["kind"], str)}
    graph = published[0]
    assert held["LIKES"] == len(graph.likes)
    assert held["RATED"] == len(graph.relations["rated"])
    assert "WATCHED" not in held
