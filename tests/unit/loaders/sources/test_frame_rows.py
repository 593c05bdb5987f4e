"""Columns of data frames become typed columns, and what is wrong with a cell is said as for a file."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cinewalk.errors import FileFormatError, RequestError
from cinewalk.loaders.sources.frame_rows import open_frame, read_frame
from cinewalk.loaders.sources.frames import read_frames
from cinewalk.loaders.tables.cells import MISSING

pytestmark = pytest.mark.unit

LIBRARIES = {"pandas": lambda frame: frame, "polars": pl.from_pandas, "pyarrow": pa.Table.from_pandas}
MOMENT = dt.datetime(2001, 9, 9, 1, 46, 40, tzinfo=dt.UTC)


def read(data, table="ratings", **more):
    return read_frame(open_frame(data, table), table, table, (0.5, 5.0), **more)


def column(values, name="timestamp", **more):
    rows = {"user_id": range(len(values)), "title_id": range(len(values)), "rating": 4.0, name: values}
    return read(pd.DataFrame(rows), **more).frame[name].tolist()


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_gives_the_same_rows(library):
    frame = pd.DataFrame(
        {
            "user_id": ["ann", "bob", "ann"],
            "title_id": [3, 2, 1],
            "rating": [5, 4, 1],
            "timestamp": pd.to_datetime(
                ["2001-09-09T01:46:40Z", None, "2001-09-09T03:46:40+02:00"], utc=True
            ),
        }
    )
    rows = read(LIBRARIES[library](frame))
    assert rows.frame.to_numpy().tolist() == [
        ["ann", 3, 5.0, 1_000_000_000],
        ["bob", 2, 4.0, MISSING],
        ["ann", 1, 1.0, 1_000_000_000],
    ]
    names, *numbers = rows.frame.dtypes
    assert names == pd.Series(["ann"]).dtype  # "str" from pandas 3 on
    assert numbers == ["int64", "float64", "int64"]
    assert (rows.count, rows.rejects) == (3, [])


@pytest.mark.parametrize("library", LIBRARIES)
def test_titles_of_every_library(library):
    frame = pd.DataFrame(
        {
            "title_id": ["b", "a"],
            "title": ["Misérables,\n Les (1995)", None],
            "year": pd.array([1995, None], "Int64"),
            "released": pd.to_datetime(["1995-11-22", None]),
            "maturity": [12.0, np.nan],
            "genres": [["Drama", "War"], []],
            "imdb_id": [113828, 0],
        }
    )
    rows = read(LIBRARIES[library](frame), "titles")
    assert rows.rejects == []
    assert rows.frame["title"].tolist() == ["Misérables, Les (1995)", ""]
    assert rows.frame["year"].tolist() == [1995, MISSING]
    assert rows.frame["maturity"].tolist() == [12, MISSING]
    assert rows.frame["released"].to_numpy().astype(str).tolist() == ["1995-11-22T00:00:00", "NaT"]
    assert rows.frame["genres"].tolist() == [("Drama", "War"), ()]
    assert rows.frame["imdb_id"].tolist() == ["tt0113828", ""]


@pytest.mark.parametrize(
    "moments",
    [
        [1_000_000_000, 1_000_000_001],
        [1e9, 1e9 + 1.7],
        ["1000000000", "2001-09-09T01:46:41Z"],
        [MOMENT, MOMENT + dt.timedelta(seconds=1)],
        pd.to_datetime(["2001-09-09T01:46:40.9", "2001-09-09T01:46:41.2"]),
        pd.array([1_000_000_000, 1_000_000_001], "UInt64"),
        np.array([1_000_000_000, "2001-09-09T01:46:41"], object),
    ],
)
def test_times_in_every_form(moments):
    assert column(moments) == [1_000_000_000, 1_000_000_001]


def test_what_is_not_given_is_missing_in_every_form():
    assert column([None, pd.NA, pd.NaT, np.nan, ""]) == [MISSING] * 5
    assert column(pd.array([None, 1_000_000_000], "Int64")) == [MISSING, 1_000_000_000]
    assert column([np.nan, 1e9]) == [MISSING, 1_000_000_000]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([1, 2], [1, 2]),
        ([1.0, 2.0], [1, 2]),
        (["1", 2], [1, 2]),
        (["007", "7"], ["007", "7"]),
        ([-1, 1], ["-1", "1"]),
        ([2**63 - 1, 1], [str(2**63 - 1), "1"]),
        (pd.array([2**60, 2**60 + 1], "Int64"), [str(2**60), str(2**60 + 1)]),
        (pd.Categorical(["b", "a"]), ["b", "a"]),
        ([decimal.Decimal(7), decimal.Decimal("8")], [7, 8]),
        ([b"x", "y"], ["x", "y"]),
        (["Ame\u0301lie", " Am\u00e9lie "], ["Am\u00e9lie", "Am\u00e9lie"]),
    ],
)
def test_ids_in_every_form(ids, expected):
    frame = pd.DataFrame({"user_id": ids, "title_id": [1, 2], "rating": [4, 4]})
    assert read(frame).frame["user_id"].tolist() == expected


@pytest.mark.fault
@pytest.mark.parametrize(
    ("value", "told", "why"),
    [
        (1e23, "99999999999999991611392", "is a float over 2^53, whose last digits are lost"),
        (2.0**53 + 2, str(2**53 + 2), "is a float over 2^53, whose last digits are lost"),
        (np.float32(2.5), "2.5", "is no whole number"),
        (2.5, "2.5", "is no whole number"),
        (decimal.Decimal("2.5"), "2.5", "is no whole number"),
        ([1, 2], "1|2", "holds several values"),
        ({"id": 1}, '{"id": 1}', "holds several values"),
    ],
)
def test_what_is_no_id_is_a_bad_row(value, told, why):
    ids = pd.Series([value, 7.0], dtype=object)
    rows = read(pd.DataFrame({"user_id": ids, "title_id": [1, 2], "rating": [4, 4]}))
    assert [(each.line, each.column, each.value) for each in rows.rejects] == [(0, "user_id", told)]
    assert rows.rejects[0].reason.startswith(why)
    assert rows.frame["user_id"].tolist() == ["7"]


DRAMA, WAR = {"id": 18, "name": "Drama"}, {"id": 10752, "name": "War"}


@pytest.mark.parametrize(
    "genres",
    [
        pd.Series([[DRAMA, WAR], [], np.nan]),
        pd.Series([np.array([DRAMA, WAR]), None, ()]),
        pd.Series([[DRAMA, WAR], [], None], dtype=pd.ArrowDtype(pa.list_(pa.struct({"name": pa.string()})))),
        pl.Series([[DRAMA, WAR], [], None]),
        pa.array([[DRAMA, WAR], [], None]),
    ],
)
def test_genres_as_structures_are_what_the_same_list_is_in_a_file(genres):
    ids = ["x", "y", "z"]
    library = {pl.Series: pl.DataFrame, pd.Series: pd.DataFrame}.get(type(genres), pa.table)
    frames = {"titles": library({"title_id": ids, "genres": genres})}
    frames["thumbs"] = pd.DataFrame({"user_id": ids, "title_id": ids, "value": 1})
    tables = read_frames(frames, (0.5, 5.0))
    assert tables.titles["genres"].tolist() == [("Drama", "War"), (), ()]
    assert "titles: genres: lists in JSON." in tables.notes


@pytest.mark.parametrize("sets", [[{"War", "Drama"}, set()], [frozenset({"War", "Drama"}), frozenset()]])
def test_sets_of_genres_are_lists_of_them(sets):
    rows = read(pd.DataFrame({"title_id": ["x", "y"], "genres": sets}), "titles")
    assert rows.frame["genres"].tolist() == [("Drama", "War"), ()]


@pytest.mark.fault
def test_every_bad_cell_is_named_by_its_row():
    frame = pd.DataFrame(
        {
            "uid": ["a", None, "b\x1b", "c", "d"],
            "item": [1, 2, 3, 4, 5],
            "score": [9.0, 4.0, np.inf, np.nan, 4.0],
            "timestamp": ["2001-01-01", "soon", None, 1_000_000_000_000, 1],
        }
    )
    rows = read(frame)
    told = sorted((each.line, each.column, each.value, each.reason) for each in rows.rejects)
    assert told == [
        (0, "rating", "9", "is above 5"),
        (1, "timestamp", "soon", "is neither seconds since 1970 nor a time like 1997-12-04T15:55:49Z"),
        (1, "user_id", "", "is missing"),
        (2, "rating", "inf", "is not a finite number"),
        (2, "user_id", "b\x1b", "holds the control character U+001B"),
        (3, "rating", "", "is missing"),
        (3, "timestamp", "1000000000000", "looks like milliseconds; give seconds"),
        (4, "timestamp", "1", "is before 1990"),
    ]
    assert rows.frame.empty
    assert (rows.count, rows.rejected) == (5, 5)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([[1, 2]], "ratings is a list, and must be a data frame"),
        (pd.Series([1]), "ratings is a Series, and must be a data frame"),
        (pl.LazyFrame({"user_id": [1]}), "ratings is a LazyFrame, and must be a data frame"),
        (np.zeros((2, 2)), "ratings is a ndarray, and must be a data frame"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "ratings has more than one column a; keep one of them"),
    ],
)
def test_what_is_no_frame_is_one_line(data, told):
    with pytest.raises(RequestError, match=told):
        open_frame(data, "ratings")


@pytest.mark.fault
def test_columns_that_are_missing_or_there_twice():
    with pytest.raises(FileFormatError, match=r"ratings: has no column title_id\. The frame has: user_id, 0"):
        read(pd.DataFrame({"user_id": [1], 0: [2]}))
    with pytest.raises(
        FileFormatError, match=r"has: rating; its index has user_id, title_id, of which reset_index"
    ):
        read(pd.DataFrame({"user_id": [1], "title_id": 2, "rating": 3}).set_index(["user_id", "title_id"]))
    with pytest.raises(
        FileFormatError, match=r"^ratings: has no columns\. Give a frame with columns such as user_id"
    ):
        read(pd.DataFrame())
    frame = pd.DataFrame({"user_id": [1], "User ID": [1], "title_id": [2], "rating": [3]})
    with pytest.raises(FileFormatError, match=r"more than one column user_id \(user_id and User ID\)"):
        read(frame)


def test_an_empty_frame_has_its_columns():
    rows = read(pd.DataFrame({"user_id": [], "title_id": [], "rating": []}))
    assert list(rows.frame.columns) == ["user_id", "title_id", "rating"]
    assert rows.count == 0
