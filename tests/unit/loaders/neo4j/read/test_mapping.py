"""Names of a database: refused, or quoted so that they are names and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.mapping import DEFAULT_MAPPING, SchemaMapping, find_mapping, quoted
from cinewalk.loaders.neo4j.read.statements import (
    count_everything,
    lock_person,
    read_edges,
    read_new_edges,
    read_nodes,
    read_person,
    sum_edges,
)

pytestmark = pytest.mark.unit


REFUSED = [
    "",
    "Movie`",
    "`",
    "Movie\\u0060) DETACH DELETE n //",
    "a\\",
    "a\nb",
    "a\0b",
    "a\u2028b",
    "\ud800",
    7,
]


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_could_end_the_quotes_are_refused(name):
    with pytest.raises(RequestError):
        quoted(name)
    with pytest.raises(RequestError):
        SchemaMapping(labels={"Title": name})
    with pytest.raises(RequestError):
        SchemaMapping(types={"rated": name})
    with pytest.raises(RequestError):
        SchemaMapping(properties={"Title": {"title_id": name}})


@given(st.text() | st.sampled_from(["`", "\\u0060", "'", '"']).flatmap(lambda mark: st.just(f"a{mark}b")))
def test_a_name_is_refused_or_stands_between_two_backticks_alone(name):
    try:
        text = quoted(name)
    except RequestError:
        return
    assert text == f"`{name}`"
    assert text.count("`") == 2
    assert "\\" not in text


def test_every_name_of_a_mapping_reaches_the_statements():
    mapping = SchemaMapping(
        labels={"User": "a user", "Title": "a 'film'"},
        types={"rated": 'has "seen"'},
        properties={"User": {"user_id": "n) //"}, "Title": {"year": "y r"}, "rated": {"timestamp": "at}"}},
    )
    nodes = read_nodes(mapping, schema.TITLE_NODE, ["in_genre"])
    edges, new = read_edges(mapping, schema.RATED), read_new_edges(mapping, schema.RATED)
    assert "(n:`a 'film'`)" in nodes
    assert "n.`y r`" in nodes
    assert "-[r:`has \"seen\"`]->(:`a 'film'`)" in edges
    assert "r.`at}`" in edges
    assert "r.`at}` >= $moment" in new
    assert "`at}`" in sum_edges(mapping, schema.RATED)
    assert "u.`n) //` IN $users" in lock_person(mapping)
    assert "t:`a 'film'`" in read_person(mapping, schema.EVENTS)
    assert "r.`at}` >= $moment" in new
    assert '(:`a user`)-[:`has "seen"`]->()' in count_everything(mapping)


@pytest.mark.parametrize(
    "given_names",
    [
        {"labels": {"Film": "Movie"}},
        {"types": {"RATED": "REVIEWED"}},
        {"properties": {"Film": {"title_id": "id"}}},
        {"properties": {"Title": {"name": "id"}}},
        {"properties": {"in_genre": {"weight": "w"}}},
        {"labels": "Movie"},
        {"properties": {"Title": "movieId"}},
        {"properties": []},
    ],
)
def test_names_that_the_schema_does_not_have_are_refused(given_names):
    with pytest.raises(RequestError):
        SchemaMapping(**given_names)


def test_the_mapping_that_comes_along():
    mapping = find_mapping("recommendations")
    assert mapping.labels == {"Title": "Movie"}
    assert mapping.property("Title", schema.TITLE_ID) == "`movieId`"
    assert mapping.property("Person", schema.PERSON_ID) == "`tmdbId`"
    assert find_mapping(None) is DEFAULT_MAPPING
    assert find_mapping(mapping) is mapping
