"""Names of a database: refused, or quoted so that they are names and nothing else; and its values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.errors import FileFormatError, RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges
from cinewalk.loaders.neo4j.read.edges import newest
from cinewalk.loaders.neo4j.read.mapping import DEFAULT_MAPPING, SchemaMapping, find_mapping, quoted
from cinewalk.loaders.neo4j.read.statements import count_everything, read_edges, read_new_edges, read_nodes
from cinewalk.loaders.neo4j.read.values import Rules, check_events, read_numbers, read_value
from cinewalk.loaders.tables.cells import BadCellError

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
    assert "s.`n) //`" in new
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


def test_a_mapping_file(tmp_path):
    file = tmp_path / "names.toml"
    file.write_text('format = 1\n[labels]\nTitle = "Film"\n[properties.rated]\nrating = "stars"\n')
    mapping = find_mapping(file)
    assert mapping.label("Title") == "`Film`"
    assert mapping.property("rated", schema.RATING) == "`stars`"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("format = 2", "format 2"),
        ("", "format None"),
        ("format = ", "is not TOML"),
        ("format = 1\nlabel = 1", "no part of a mapping"),
        ('format = 1\n[labels]\nTitle = "a`b"', "holds"),
        ("format = 1\n[labels]\nTitle = 3", "is no name"),
        ('format = 1\n[labels]\nFilm = "a"', "no label 'Film'"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_what_is_no_mapping_is_said_in_one_line(tmp_path, text, why):
    file = tmp_path / "names.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FileFormatError, match=why) as caught:
        find_mapping(file)
    assert "\n" not in str(caught.value)


def test_a_mapping_file_that_is_not_there(tmp_path):
    with pytest.raises(FileFormatError, match="recommendations"):
        find_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("id", 7, "7"),
        ("id", " a ", "a"),
        ("text", 1984, "1984"),
        ("float", 4, 4.0),
        ("float", "4.5", 4.5),
        ("integer", 1995.0, 1995),
        ("integer", "1995", 1995),
        ("time", 881250949.7, 881250949),
        ("time", "1997-12-04T15:55:49Z", 881250949),
        ("time", 1e300, 1 << 62),
        ("date", "1995-11-22", np.datetime64("1995-11-22")),
        ("float", None, None),
    ],
)
def test_values_are_read_as_their_kind(kind, value, found):
    assert read_value(kind, value, exact=False) == found


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("id", 7.0),
        ("id", True),
        ("id", ["a"]),
        ("text", 1.5),
        ("float", float("nan")),
        ("float", float("inf")),
        ("float", True),
        ("float", "nan"),
        ("float", [4]),
        ("integer", 1995.5),
        ("integer", "many"),
        ("date", 1995),
        ("date", "+56000-01-01"),
        ("time", float("nan")),
        ("time", "yesterday"),
    ],
)
def test_values_of_another_kind_are_bad(kind, value):
    with pytest.raises(BadCellError):
        read_value(kind, value, exact=False)


def test_ids_and_texts_of_this_schema_stay_as_they_are():
    assert read_value("id", " 7 ", exact=True) == " 7 "
    assert read_value("text", "a  b", exact=True) == "a  b"


def test_one_bad_number_among_good_ones_is_found():
    numbers, bad = read_numbers(schema.RATING, [4, float("nan"), 3.5, None, "x"])
    assert numbers[[0, 2]].tolist() == [4.0, 3.5]
    assert [(one.row, one.why) for one in bad] == [(1, "is not a finite number"), (4, "is not a number")]


def _whys(name, rules, **columns):
    return [bad.why for bad in check_events(name, {k: np.array(v) for k, v in columns.items()}, rules)]


def test_ranges_are_those_of_files_and_wide_for_what_was_written_here():
    ours = Rules.of(exact=True, written=True, rating_range=None)
    theirs = Rules.of(exact=True, written=False, rating_range=None)
    good = 1_000_000_000
    assert _whys("rated", theirs, rating=[9.0], timestamp=[good]) == ["is above 5"]
    assert _whys("rated", ours, rating=[9.0], timestamp=[good]) == []
    assert _whys("rated", theirs, rating=[4.0], timestamp=[5]) == ["is before 1990"]
    assert _whys("rated", ours, rating=[4.0], timestamp=[5]) == []
    for rules in (ours, theirs):
        assert _whys("rated", rules, rating=[4.0], timestamp=[good * 1000]) == [
            "looks like milliseconds; give seconds"
        ]
        assert _whys("thumbed", rules, value=[0], timestamp=[good]) == ["is not one of -1, 1, 2"]
        assert _whys("watched", rules, progress=[1.5], timestamp=[good]) == ["is above 1"]
        (bad,) = check_events("likes", {"preference": np.array([0.0]), "timestamp": np.array([good])}, rules)
        assert bad.prop == "preference"
    given = Rules.of(exact=True, written=True, rating_range=(1.0, 10.0))
    assert _whys("rated", given, rating=[11.0, 10.0], timestamp=[good, good]) == ["is above 10"]


@given(st.permutations([(1, 4.0, 20), (1, 5.0, 10), (0, 3.0, 5), (0, 2.0, 5)]))
def test_the_newest_of_several_wins_whatever_their_order(rows):
    targets, ratings, times = (np.array(column) for column in zip(*rows, strict=True))
    found = newest(Edges(np.zeros(4, int), targets, {"rating": ratings, "timestamp": times}), 2)
    assert found.targets.tolist() == [0, 1]
    assert found.properties["rating"].tolist() == [3.0, 4.0]
