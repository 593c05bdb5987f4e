"""Rows of several files become one table each."""

from __future__ import annotations

import pytest

from cinewalk.graph.model.schema import TABLES
from cinewalk.loaders.tables.cells import field
from cinewalk.loaders.tables.headers import usual_field
from cinewalk.loaders.tables.join import join_tables
from cinewalk.loaders.tables.layouts import Layout, join_rows
from cinewalk.loaders.tables.reading import read_block
from cinewalk.loaders.tables.tables import TableCount
from tests.unit.loaders.tables.test_reading import read

pytestmark = pytest.mark.unit


def test_the_newest_of_several_events_stays():
    text = (
        "1,2,3,881250949\n1,2,4,881250950\n1,2,5,881250949\n"
        "1,3,1,881250949\n1,3,2,881250949\n1,4,1,\n1,4,2,\n"
    )
    tables = join_tables([read("ratings", text)], ())
    assert tables.ratings[["title_id", "rating"]].to_numpy().tolist() == [[2, 4], [3, 2], [4, 2]]
    assert (tables.counts["ratings"].duplicates, tables.counts["ratings"].rejected) == (4, 0)


def test_ids_that_are_there_twice_name_the_first_line():
    users = read("users", "ada,x\nbo,x\n ada,y\n", groups=("hair",))
    tables = join_tables([users, read("ratings", "ada,1,3,\n")], ())
    assert str(tables.rejects[0]) == "users.csv:4: user_id: 'ada' is there already, on line 2"
    assert tables.users.hair.tolist() == ["x", "x"]


def test_events_of_unknown_users_and_titles():
    users, titles = read("users", "1\n2\n"), read("titles", "7,Seven,,,,,\n")
    tables = join_tables([users, titles, read("ratings", "1,7,3,\n9,8,3,\n2,7,4,\n")], ())
    assert [(reject.line, reject.column, reject.reason) for reject in tables.rejects] == [
        (3, "title_id", "is not in titles.csv"),
        (3, "user_id", "is not in users.csv"),
    ]
    assert tables.counts["ratings"].rejected == 1
    assert len(tables.ratings) == 2


def test_users_and_titles_come_from_the_events_where_no_file_lists_them():
    tables = join_tables([read("ratings", "b,2,3,\na,1,3,\n"), read("thumbs", "c,3,1,\n")], ())
    assert tables.users.user_id.tolist() == ["b", "a", "c"]
    assert tables.titles.title_id.tolist() == [2, 1, 3]
    assert tables.titles.title.tolist() == ["2", "1", "3"]
    assert set(tables.counts) == {"ratings", "thumbs"}


def test_one_text_id_makes_all_ids_of_its_kind_text():
    tables = join_tables([read("ratings", "1,2,3,\n"), read("thumbs", "1,007,1,\n")], ())
    assert tables.ratings.title_id.tolist() == ["2"]
    assert tables.thumbs.title_id.tolist() == ["007"]
    assert sorted(tables.titles.title_id) == ["007", "2"]
    assert tables.ratings.user_id.dtype == tables.users.user_id.dtype == "int64"
    assert tables.watches.title_id.dtype == tables.titles.title_id.dtype


def test_ids_that_look_alike_are_one():
    tables = join_tables([read("ratings", "Ame\u0301lie,1,3,881250949\n Am\u00e9lie,1,4,881250950\n")], ())
    assert tables.ratings.rating.tolist() == [4]


def test_all_tables_have_their_columns():
    tables = join_tables([read("ratings", "")], ())
    for name, table in TABLES.items():
        assert list(getattr(tables, name).columns) == [column.name for column in table.columns]
        assert getattr(tables, name).empty


def test_columns_that_no_file_gives():
    layout = Layout("ratings", tuple(field(column) for column in TABLES["ratings"].columns[:3]), ",")
    tables = join_tables([read_block(b"1,2,3\n", 2, layout, "f", (0.5, 5.0))], ())
    assert tables.ratings.timestamp.tolist() == [0]
    assert tables.titles.iloc[0].tolist()[1:3] == ["2", 0]
    assert tables.titles.maturity.tolist() == [-1]
    assert tables.titles.released.isna().all()


def test_blocks_are_joined_with_one_type_of_id():
    first, second = read("ratings", "1,2,3,\n"), read("ratings", "x,02,3,\n")
    joined = join_rows([first, second])
    assert joined.frame.title_id.tolist() == ["2", "02"]
    assert joined.count == 2


def test_links_give_titles_outside_ids_but_do_not_speak_against_them():
    titles = read("titles", "7,Seven,,,,,\n8,Eight,,,,,\n9,Nine,,,,,\n")
    titles.frame["imdb_id"] = ["", "tt0000008", ""]
    links = outside("7,0114369,807\n8,1,\n10,2,\n7,114369,807.0\n")
    tables = join_tables([titles, links, read("ratings", "1,7,3,\n")], ())
    assert tables.titles.imdb_id.tolist() == ["tt0114369", "tt0000008", ""]
    assert tables.titles.tmdb_id.tolist() == ["807", "", ""]
    assert tables.counts["links"] == TableCount(4, 3, 0, 1)
    assert tables.notes == ("links.csv: one of its rows is about titles that nothing else speaks of.",)


def test_links_make_no_titles():
    tables = join_tables([outside("7,1,\na,2,\n"), read("ratings", "1,7,3,\n")], ())
    assert tables.titles[["title_id", "imdb_id"]].to_numpy().tolist() == [["7", "tt0000001"]]


@pytest.mark.fault
def test_links_that_are_none():
    tables = join_tables([outside("7,nm1,\n8,2,x\n"), read("ratings", "1,7,3,\n")], ())
    assert [(reject.line, reject.column, reject.reason) for reject in tables.rejects] == [
        (2, "imdb_id", "is not an id of IMDb like tt0114709"),
        (3, "tmdb_id", "is not an id of TMDB, which is a whole number"),
    ]


def outside(text):
    """Read a block of links."""
    fields = tuple(usual_field(column.name, "links") for column in TABLES["links"].columns)
    return read_block(text.encode(), 2, Layout("links", fields, ","), "links.csv", (0.5, 5.0))
