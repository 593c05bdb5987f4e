"""What changed in the database since it was read."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.errors import DatabaseError, RejectedRowsError, RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.base.changes import Changes
from tests.graphs import random_graph
from tests.integration.loaders.neo4j.read.others import MOMENT

pytestmark = pytest.mark.integration


@pytest.fixture
def reco(database):
    database.publish(example_graph())
    with database.recommender() as found:
        yield found


ANN_BRAZIL = "MATCH (u:User {userId: 'ann'}), (t:Title {titleId: 'brazil'}) "


CHANGES = {
    "a rating as integer seconds": ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 4, timestamp: 1790000000}]->(t)",
    "a rating of local time": ANN_BRAZIL
    + "CREATE (u)-[:RATED {rating: 4, timestamp: localdatetime('2026-01-01T00:00:00')}]->(t)",
    "a rating without time": ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 4}]->(t)",
    "an old rating": ANN_BRAZIL + f"CREATE (u)-[:RATED {{rating: 4, timestamp: {MOMENT}}}]->(t)",
    "a rating anew, beside the old one": "MATCH (u:User {userId: 'ann'}), (t:Title {titleId: 'heat'}) "
    "CREATE (u)-[:RATED {rating: 5, timestamp: datetime()}]->(t)",
    "a rating anew, in place": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'heat'}) "
    "SET r.rating = 5, r.timestamp = datetime()",
    "a rating gone": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'heat'}) DELETE r",
    "one gone and one new": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'heat'}) DELETE r "
    "WITH 1 AS one " + ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 4, timestamp: datetime()}]->(t)",
    "a rating moved to another title under its time": "MATCH (u:User {userId: 'ann'}) "
    "MATCH (u)-[r:RATED]->(:Title {titleId: 'heat'}) MATCH (t:Title {titleId: 'brazil'}) "
    "CREATE (u)-[:RATED {rating: r.rating, timestamp: r.timestamp}]->(t) DELETE r",
    "one gone, and one new with an old time": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'heat'}) "
    "DELETE r WITH 1 AS one " + ANN_BRAZIL + f"CREATE (u)-[:RATED {{rating: 4, timestamp: {MOMENT}}}]->(t)",
    "a rating changed under its time": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'alien'}) "
    "SET r.rating = 1",
    "the ratings of two titles swapped": "MATCH (u:User {userId: 'ann'})-[r:RATED]->(t:Title) SET r.rating = 4 "
    "WITH r ORDER BY t.titleId LIMIT 1 SET r.rating = 2",
    "a time changed to an older one": "MATCH (:User {userId: 'ann'})-[r:RATED]->(:Title {titleId: 'alien'}) "
    f"SET r.timestamp = {MOMENT}",
    "a title's name": "MATCH (t:Title {titleId: 'alien'}) SET t.title = 'Alien³'",
    "a title's maturity": "MATCH (t:Title {titleId: 'alien'}) SET t.maturity = 16",
    "a user's limit": "MATCH (u:User {userId: 'ann'}) SET u.maturityLimit = 12",
    "a user's id": "MATCH (u:User {userId: 'ben'}) SET u.userId = 'benjamin'",
    "a title moved to another genre": "MATCH (t:Title {titleId: 'alien'})-[r:IN_GENRE]->() WITH t, r LIMIT 1 DELETE r "
    "WITH t MATCH (g:Genre {name: 'Crime'}) CREATE (t)-[:IN_GENRE]->(g)",
    "a title made again": "MATCH (t:Title {titleId: 'brazil'}) DETACH DELETE t "
    "CREATE (:Title {titleId: 'brazil', title: 'Brazil', year: 1985})",
    "a first watch": ANN_BRAZIL + "CREATE (u)-[:WATCHED {progress: 0.9, timestamp: datetime()}]->(t)",
    "a thumb down": "MATCH (u:User {userId: 'ann'}), (t:Title {titleId: 'alien'}) "
    "CREATE (u)-[:THUMBED {value: -1, timestamp: datetime()}]->(t)",
    "a new user": "MATCH (t:Title {titleId: 'alien'}) "
    "CREATE (:User {userId: 'aaa'})-[:RATED {rating: 5, timestamp: datetime()}]->(t)",
    "a new title": "MATCH (u:User {userId: 'zoe'}) RETURN u UNION "
    "CREATE (u:Title {titleId: 'aaa', title: 'New'}) RETURN u",
    "a user gone": "MATCH (u:User {userId: 'ben'}) DETACH DELETE u",
    "a user without anything gone": "MATCH (u:User {userId: 'gus'}) DETACH DELETE u",
    "one user instead of another": "MATCH (u:User {userId: 'ben'}) DETACH DELETE u WITH 1 AS one "
    "MATCH (t:Title {titleId: 'alien'}) "
    "CREATE (:User {userId: 'new'})-[:RATED {rating: 5, timestamp: datetime()}]->(t)",
    "a title in another genre": "MATCH (t:Title {titleId: 'alien'}), (g:Genre {name: 'Crime'}) "
    "CREATE (t)-[:IN_GENRE]->(g)",
    "a person who directed": "MATCH (t:Title {titleId: 'alien'}) "
    "CREATE (:Person {personId: 'p', name: 'Ridley Scott'})-[:DIRECTED]->(t)",
}


@pytest.mark.parametrize("what", CHANGES)
def test_after_a_refresh_the_graph_is_that_of_the_database(database, reco, what):
    before = reco.graph
    database.run(CHANGES[what])
    assert reco.refresh()
    assert not reco.graph.equals(before)
    assert reco.graph.equals(database.load())
    assert reco.recommend("ann").note or reco.recommend("ann")
    assert not reco.refresh()


FORMS = {
    "text": "'3.5', timestamp: '1790000000'",
    "a date": "3, timestamp: date('2026-01-01')",
    "local time": "2.5, timestamp: localdatetime('2026-01-01T12:00:00')",
    "another zone": "4.1, timestamp: datetime('2026-01-01T12:00:00+05:30')",
    "seconds": "4, timestamp: 1790000000.75",
    "no time": "5",
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_as_it_was_is_not_read_again_whatever_its_form(database, reco, form):
    database.run(ANN_BRAZIL + f"CREATE (u)-[:RATED {{rating: {FORMS[form]}}}]->(t)")
    assert reco.refresh()
    assert reco.refresh() == Changes(False, {}, ())
    database.run(ANN_BRAZIL + "MATCH (u)-[r:RATED]->(t) SET r.rating = 1.5")
    assert reco.refresh()
    assert reco.graph.equals(database.load())


def test_where_a_newer_rating_goes_the_older_one_beside_it_stands_again(database, reco):
    database.run(CHANGES["a rating anew, beside the old one"])
    assert reco.refresh()
    database.run(
        ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 5, timestamp: datetime() + duration('PT1M')}]->(t)"
    )
    assert reco.refresh()
    assert reco.graph.equals(database.load())
    # The newer one goes: the older one, which was not kept, stands again.
    database.run("MATCH (:User {userId: 'ann'})-[r:RATED {rating: 5}]->(:Title {titleId: 'heat'}) DELETE r")
    assert reco.refresh()
    assert reco.graph.equals(database.load())


def test_another_graph_that_is_published_is_read_in_full(database, reco):
    database.publish(random_graph(1))
    assert reco.refresh()
    assert reco.graph.equals(random_graph(1))


def test_a_refresh_that_finds_bad_values_leaves_the_graph_as_it_is(database, reco):
    before = reco.graph
    query = ANN_BRAZIL + "CREATE (u)-[:RATED {rating: 0.0 / 0.0, timestamp: datetime()}]->(t)"
    database.run(query)
    with pytest.raises(RejectedRowsError, match=r"ann.*brazil.*nan"):
        reco.refresh()
    assert reco.graph is before
    assert reco.recommend("ann")


def test_likes_that_others_write_are_refreshed(database):
    database.run(
        "CREATE (:User {userId: 1})-[:LIKES {preference: 2}]->(:Title {titleId: 1}), (:Title {titleId: 2})"
    )
    with database.recommender(walk="popularity") as reco:
        database.run(
            f"MATCH (u:User), (t:Title {{titleId: 2}}) CREATE (u)-[:LIKES {{preference: 1, timestamp: {MOMENT}}}]->(t)"
        )
        assert reco.refresh()
        assert reco.graph.likes.properties["preference"].tolist() == [2.0, 1.0]


def test_a_graph_without_a_database_has_nothing_to_refresh(tmp_path):
    place = cinewalk.save(example_graph(), tmp_path / "a.cinewalk")
    for source in (example_graph(), place):
        with cinewalk.Recommender(source) as reco:
            assert reco.refresh() == Changes(False, {}, ())


def test_a_recommender_closes_its_connection_also_when_it_cannot_be_made(database):
    database.publish(example_graph(), derived=False)
    with database.recommender() as reco:
        assert reco.recommend("ann")
    with pytest.raises(DatabaseError):
        reco.refresh()
    assert reco.recommend("ann")
    with pytest.raises(RequestError, match="no walk"):
        database.recommender(walk="nowhere")
