"""Graphs of other schemas, read by a mapping."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.errors import SourceError
from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
from tests.integration.loaders.neo4j.read.others import MOVIES, RATINGS, write_recommendations

pytestmark = pytest.mark.integration


def test_the_public_recommendations_example_equals_its_files(database, tmp_path):
    write_recommendations(database)
    lines = {
        "titles": ["title_id,title,year,released,genres,imdb_id"]
        + [f'{i},"{name or ""}",{year or ""},{day or ""},{"|".join(genres)},{imdb or ""}'
           for i, name, year, day, genres, imdb in MOVIES],
        "ratings": ["user_id,title_id,rating,timestamp"] + [",".join(map(str, row)) for row in RATINGS[:3]],
        "people": [
            "person_id,name,title_id,role", "6384,Keanu Reeves,1,acted_in", "9340,Lana Wachowski,1,directed"
        ],
    }  # fmt: skip
    for table, rows in lines.items():
        (tmp_path / f"{table}.csv").write_text("\n".join(rows), encoding="utf-8")
    graph = database.load(mapping="recommendations")
    assert graph.equals(cinewalk.load(tmp_path))
    assert graph.titles.text("title")[0] == "The Matrix"
    with database.recommender(mapping="recommendations") as reco:
        assert reco.catalogue.title("Matrix") == reco.catalogue.title("tt0133093") == 0


HARMFUL = [
    "Movie) DETACH DELETE n //",
    "Movie' OR 1=1 //",
    'Movie" //',
    "$ids",
    "*/ MATCH (n) DETACH DELETE n /*",
    "Mövie {x}",
]


@pytest.mark.parametrize("name", HARMFUL)
def test_names_of_a_mapping_are_names_and_nothing_else(database, name):
    database.run("CREATE (:Movie {movieId: 1})<-[:RATED {rating: 4}]-(:User {userId: 1})")
    database.run("CREATE (:User {userId: 7})")
    names = {"types": {"rated": name}, "properties": {"rated": {"rating": name}, "Title": {"year": name}}}
    mapping = SchemaMapping(labels={"Title": name, "Genre": name}, **names)
    with pytest.raises(SourceError, match="which the mapping names"):
        database.load(mapping=mapping)
    assert database.run("MATCH (n) RETURN count(n) AS count")[0]["count"] == 3
    database.run(
        "MATCH (u:User {userId: 7}) CREATE (u)-[:$($name) {r: 1}]->(t:$($name) {titleId: 9})", name=name
    )
    database.run("MATCH ()-[r]->(:$($name)) SET r[$name] = 4", name=name)
    database.run("MATCH (t:$($name)) SET t[$name] = 1999, t.name = 'g'", name=name)
    graph = database.load(mapping=mapping)
    assert len(graph.relations["rated"]) == 1
    assert graph.titles.array("year").tolist() == [1999]
    with database.recommender(mapping=mapping) as reco:
        database.run(
            "MATCH (u:User {userId: 1}) CREATE (u)-[:$($name) {r: 1}]->(:$($name) {titleId: 8, name: 'h'})",
            name=name,
        )
        database.run("MATCH (:User {userId: 1})-[r]->(:$($name)) SET r[$name] = 5", name=name)
        assert reco.refresh()
        assert len(reco.graph.relations["rated"]) == 2
