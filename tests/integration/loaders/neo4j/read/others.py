"""What others write into their databases."""

from __future__ import annotations

MOMENT = "datetime('2001-09-09T01:46:40Z')"


SECONDS = 1_000_000_000


MOVIES = [
    (1, "Matrix, The (1999)", None, "1999-03-31", ["Action", "Sci-Fi"], "0133093"),
    (2, "Toy  Story", 1995, "1995-11-22", ["Comedy"], "tt0114709"),
    (3, "Ame\u0301lie", 2001, None, ["Comedy", "(no genres listed)"], None),
    (4, None, None, None, [], None),
]


RATINGS = [(1, 1, 5, 964982703), (1, 2, 3.5, 964982224), (2, 3, 4, 964983815), (2, 2, 4.5, 1)]


def write_recommendations(database):
    database.run(
        """
        UNWIND $movies AS m
        CREATE (movie:Movie {movieId: toString(m[0]), title: m[1], year: m[2], released: m[3], imdbRating: 8.1,
          imdbId: m[5]})
        FOREACH (name IN m[4] | MERGE (g:Genre {name: name}) CREATE (movie)-[:IN_GENRE]->(g))
        """,
        movies=MOVIES,
    )
    database.run(
        """
        UNWIND $ratings AS r
        MERGE (user:User {userId: toString(r[0])}) SET user.name = 'Somebody'
        WITH user, r MATCH (movie:Movie {movieId: toString(r[1])})
        CREATE (user)-[:RATED {rating: r[2], timestamp: r[3]}]->(movie)
        """,
        ratings=RATINGS[:3],
    )
    database.run(
        """
        MATCH (m:Movie {movieId: '1'})
        CREATE (:Actor:Person {tmdbId: '6384', name: 'Keanu Reeves', born: date('1964-09-02')})-[:ACTED_IN]->(m)
        CREATE (:Director:Person {tmdbId: '9340', name: 'Lana Wachowski'})-[:DIRECTED]->(m)
        """
    )


def one_line(caught, secret):
    text = str(caught.value)
    assert "\n" not in text
    assert secret not in text
    assert secret not in repr(caught.value)
    return text
