"""What columns mean: a person's word, then the schema's, then the common names."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.model.schema import EVENT_TABLES, TABLES
from cinewalk.loaders.text.column_names import aliases, check_used, name_columns, plain, read_mapping

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("userId", "user_id"),
        ("USERID", "user_id"),
        (" User ID ", "user_id"),
        ("uid", "user_id"),
        ("user", "user_id"),
        ("movieId", "title_id"),
        ("movie", "title_id"),
        ("ItemId", "title_id"),
        ("item-id", "title_id"),
        ("tconst", "title_id"),
        ("imdbID", "title_id"),
        ("Score", "rating"),
        ("Your Rating", "rating"),
        ("stars", "rating"),
        ("Date Rated", "timestamp"),
        ("TIME", "timestamp"),
        ("device", ""),
        ("", ""),
        ("评分", ""),
    ],
)
def test_common_names_however_they_are_written(written, meaning):
    named = name_columns([written], "ratings")
    assert named.meanings == (meaning,)
    assert named.shown == ({meaning: written.strip()} if meaning else {})


def test_a_person_comes_before_the_schema_and_the_schema_before_common_names():
    columns = ["movie", "title_id", "nr"]
    assert name_columns(columns, "ratings").shown == {"title_id": "title_id"}
    said = name_columns(columns, "ratings", {"NR": "title_id"})
    assert said.shown == said.renamed == {"title_id": "nr"}
    assert said.passed_over == {"movie", "title_id"}
    assert name_columns(columns, "ratings", {"title_id": ""}).shown == {"title_id": "movie"}
    assert name_columns(columns, "ratings", {"title_id": "rating"}).shown == {
        "title_id": "movie",
        "rating": "title_id",
    }


def test_two_spellings_of_one_name_are_both_that_column():
    assert name_columns(["userId", "User ID"], "ratings").meanings == ("user_id", "user_id")


def test_a_meaning_that_the_table_does_not_have_is_none_there():
    assert name_columns(["score"], "titles", {"score": "rating"}).meanings == ("",)


def test_in_titles_the_film_is_a_name_and_the_id_an_id():
    assert name_columns(["id", "movie", "genre"], "titles").shown == {
        "title_id": "id",
        "title": "movie",
        "genres": "genre",
    }


@pytest.mark.parametrize("table", TABLES)
def test_no_name_means_two_columns_of_one_table(table):
    outside = {"imdb_id", "tmdb_id"}  # which are a title's own id where it has no other
    columns = [column.name for column in TABLES[table].columns if column.name not in outside]
    spellings = [plain(name) for column in columns for name in (column, *aliases(column, table))]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(
    ("written", "meanings"),
    [
        (["movieId", "imdbId", "tmdbId"], ("title_id", "imdb_id", "tmdb_id")),
        (["imdbID", "Title"], ("title_id", "title")),
        (["tconst", "id"], ("title_id", "")),
        (["movie_id", "tconst", "tmdb"], ("title_id", "imdb_id", "tmdb_id")),
        (["tmdb_id", "imdb_id"], ("tmdb_id", "title_id")),
    ],
)
def test_an_outside_id_is_the_title_s_own_where_there_is_no_surer_one(written, meanings):
    assert name_columns(written, "titles").meanings == meanings


def test_what_is_said_must_be_a_column_and_be_there():
    assert read_mapping({"nr": "title_id", 0: "rating", "junk": None}) == {
        "nr": "title_id",
        "0": "rating",
        "junk": "",
    }
    with pytest.raises(RequestError, match="columns is a list, and must say of names what they are"):
        read_mapping(["user_id", "title_id"])
    with pytest.raises(RequestError, match="nr is titel_id, which is no column; there are user_id"):
        read_mapping({"nr": "titel_id"})
    check_used({"NR": "title_id"}, ["nr"])
    with pytest.raises(RequestError, match="speaks of nr, which no file has; there are a, b"):
        check_used({"nr": "title_id"}, ["a", "b"])


def test_every_event_table_has_common_names_for_who_and_what():
    for table in EVENT_TABLES:
        assert name_columns(["uid", "item", "time"], table).meanings == ("user_id", "title_id", "timestamp")
