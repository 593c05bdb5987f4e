"""Values that others wrote: bad ones are named with their place."""

from __future__ import annotations

import pytest

from cinewalk.errors import RejectedRowsError, SourceError

pytestmark = pytest.mark.integration


BAD = [
    ("rating: 0.0 / 0.0", "rating nan is not a finite number"),
    ("rating: 1.0 / 0.0", "rating inf is not a finite number"),
    ("rating: 9", "rating 9.0 is above 5"),
    ("rating: null", "rating is missing"),
    ("rating: true", "rating True is not a number"),
    ("rating: 'good'", "rating 'good' is not a number"),
    ("rating: 4, timestamp: 1000000000000", "looks like milliseconds"),
    ("rating: 4, timestamp: datetime({epochSeconds: 1000000000000})", "looks like milliseconds"),
    ("rating: 4, timestamp: datetime('1980-01-01')", "is before 1990"),
    ("rating: 4, timestamp: 'yesterday'", "timestamp 'yesterday' is neither"),
    ("rating: 4, timestamp: [1]", r"timestamp \[1\] is not a number"),
]


@pytest.mark.parametrize(("properties", "why"), BAD)
def test_bad_values_are_named_with_their_place(database, properties, why):
    database.run(
        f"CREATE (:Title {{titleId: 2}})<-[:RATED {{rating: 4}}]-(:User {{userId: 'a'}})-[:RATED {{{properties}}}]->"
        "(:Title {titleId: 3})"
    )
    with pytest.raises(RejectedRowsError, match=why) as caught:
        database.load()
    assert "(User 'a')-[:RATED]->(Title '3'): " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(database.load(max_rejects=1).relations["rated"]) == 1


def test_a_wider_range_of_ratings_can_be_asked_for(database):
    database.run("CREATE (:User {userId: 1})-[:RATED {rating: 9}]->(:Title {titleId: 2})")
    assert len(database.load(rating_range=(1, 10)).relations["rated"]) == 1


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("CREATE (:User {userId: 1}), (:User {userId: '1'})", "2 User nodes have the userId '1'"),
        ("CREATE (:User {name: 'x'})", "titleless|User None, id.n. = [0-9]+.: user_id is missing"),
        ("CREATE (:User {userId: 1.5})", "user_id 1.5 is neither text nor a whole number"),
        ("CREATE (:Title {titleId: 1, year: 99})", "year 99 is below 1870"),
        ("CREATE (:Title {titleId: 1, year: 'x'})", "year 'x' is not a number"),
        (
            "CREATE (:Title {titleId: 1, released: datetime({epochSeconds: 1000000000000})})",
            "released '.33658",
        ),
        ("CREATE (:Title {titleId: 1, title: ['x']})", "title ..x.. is neither text"),
        ("CREATE (:Movie {movieId: 1})", "holds no User and no Title of this schema. Publish"),
    ],
)
def test_bad_nodes_are_named(database, query, why):
    database.run(query)
    with pytest.raises(SourceError, match=why) as caught:
        database.load()
    assert "\n" not in str(caught.value)
