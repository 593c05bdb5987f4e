"""A mapping that does not fit is an error that says what there is, and what a mapping might be."""

from __future__ import annotations

import re

import pytest

from cinewalk.errors import SourceError
from cinewalk.loaders.neo4j.read.mapping import SchemaMapping, find_mapping

pytestmark = pytest.mark.integration

#: A database of somebody's own, in words of their own.
THEIRS = """
CREATE (a:Person {email: 'a@b', personId: 7}), (b:Person {email: 'c@d', personId: 8}),
  (x:Film {filmId: 'x', name: 'Alien'}), (y:Film {filmId: 'y', name: 'Heat'}),
  (a)-[:LIKED {stars: 5, at: 1000000000}]->(x), (a)-[:LIKED {stars: 2, at: 1000000001}]->(y),
  (b)-[:LIKED {stars: 4, at: 1000000002}]->(x), (x)-[:KIND]->(:Sort {name: 'Horror'})
"""
LABELS = {"User": "Person", "Title": "Film"}


def mapping_of(types, labels=None, **properties):
    keys = {"User": {"user_id": "personId"}, "Title": {"title_id": "filmId"}}
    rated = {"rated": {"rating": "stars", "timestamp": "at"}}
    return SchemaMapping(labels or LABELS, types, keys | rated | properties)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("mapping", "match"),
    [
        (
            mapping_of({"rated": "LIKEDD"}),
            "no relationship LIKEDD, which the mapping names; there are KIND, LIKED",
        ),
        (mapping_of({"rated": "LIKED", "in_genre": "SORT"}), "no relationship SORT, which the mapping names"),
        (
            mapping_of({"rated": "LIKED"}, {**LABELS, "Title": "Films"}),
            "no label Films, which the mapping names",
        ),
        (
            mapping_of({"rated": "LIKED"}, {**LABELS, "User": "Movie"}),
            "no label Movie, .*; there are Film, Person",
        ),
        (mapping_of({}), "holds no relationship of this schema or its mapping; there are KIND, LIKED"),
        (find_mapping("recommendations"), "holds no User and no Movie"),
        (None, "holds no User and no Title"),
    ],
)
def test_what_is_not_there_is_said_with_what_there_is(database, mapping, match):
    database.run(THEIRS)
    with pytest.raises(SourceError, match=match) as caught:
        database.load(mapping=mapping)
    assert "\n" not in str(caught.value)


def test_a_mapping_is_offered_that_works(database, tmp_path):
    database.run(THEIRS)
    with pytest.raises(SourceError, match="which might be: ") as caught:
        database.load()
    offered = re.search(r"might be: (.*)\.$", str(caught.value))[1]
    lines = [
        line
        for table in offered.split("; ")
        for line in table.replace("] ", "]\n").replace('", ', '"\n').split("\n")
    ]
    file = tmp_path / "names.toml"
    file.write_text("\n".join(["format = 1", *lines]), encoding="utf-8")
    graph = database.load(mapping=file)
    assert list(graph.users.ids.ids) == ["7", "8"]
    assert graph.titles.text("title")[:] == ["Alien", "Heat"]
    assert graph.relations["rated"].properties["rating"].tolist() == [5.0, 2.0, 4.0]
    assert graph.relations["rated"].properties["timestamp"].min() == 1_000_000_000


def test_a_name_that_is_given_to_something_else_drops_out(database):
    database.run(THEIRS)
    graph = database.load(
        mapping=mapping_of({"rated": "LIKED", "in_genre": "KIND"}, {**LABELS, "Genre": "Sort"})
    )
    assert [len(graph.users), len(graph.titles), len(graph.nodes["Person"]), len(graph.genres)] == [
        2,
        2,
        0,
        1,
    ]
    database.run(
        "MATCH (a:Person)-[r:LIKED]->(f:Film) CREATE (a)-[:LIKES {stars: r.stars, at: r.at}]->(f) DELETE r"
    )
    again = database.load(
        mapping=mapping_of({"rated": "LIKES", "in_genre": "KIND"}, {**LABELS, "Genre": "Sort"})
    )
    assert again.equals(graph)
