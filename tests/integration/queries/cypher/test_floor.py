"""Ready queries on a title that hardly anybody likes do not give away what those few like."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.settings import Settings
from tests import neo4j_queries as shared
from tests.neo4j_queries import ids

pytestmark = pytest.mark.integration

ask, connection, facts, projected = shared.ask, shared.connection, shared.facts, shared.projected

SMALLEST = Settings().privacy.smallest
#: As many as there are titles.
EVERY = 1682


@pytest.fixture(scope="module")
def little_liked(facts):
    """Some titles of one to four viewers."""
    viewers = facts.liked.sum(axis=0)
    return np.flatnonzero((viewers > 0) & (viewers < SMALLEST))[::9].tolist()


def check(facts, title, shown):
    """None of those who like the title finds more than half of their likes among those shown."""
    places = [facts.title(other) for other in {*shown, facts.titles[title]}]
    for fan in np.flatnonzero(facts.liked[:, title]).tolist():
        assert facts.liked[fan, places].sum() <= facts.liked[fan].sum() / 2


def test_the_run_says_how_few_are_told(connection):
    (row,) = connection.read("MATCH (run:CinewalkRun) RETURN run.privacySmallest AS smallest")
    assert row["smallest"] == SMALLEST


def test_titles_like_one_that_few_like(ask, facts, little_liked):
    for title in little_liked:
        rows = ask("similar_titles", titleId=facts.titles[title], k=EVERY)
        check(facts, title, ids(rows))
        assert {(row["because"], row["viewers"]) for row in rows} <= {("its genres and people", None)}
        assert ask("viewers_also_liked", titleId=facts.titles[title], k=EVERY) == []


def test_tastes_and_rows_from_one_that_few_like(ask, facts, projected, connection, little_liked):
    limits = {"firstYear": None, "lastYear": None, "maturity": None, "genres": []}
    for title in little_liked:
        check(facts, title, ids(ask("taste", titleIds=[facts.titles[title]], k=EVERY, **limits)))
    with shared.undone(connection) as run:
        run("CREATE (:User {userId: 'a spy'})")
        for title in little_liked[:10]:
            liked = {"title": facts.titles[title]}
            run(
                "MATCH (u:User {userId: 'a spy'}), (t:Title {titleId: $title}) "
                "CREATE (u)-[:LIKES {preference: 1.0}]->(t)",
                **liked,
            )
            query = shared.ready_query("because_you_watched").text
            check(facts, title, ids(run(query, userId="a spy", rows=1, k=EVERY)))
            run("MATCH (:User {userId: 'a spy'})-[like:LIKES]->() DELETE like")
