"""From the text of a cell to its value."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from cinewalk.loaders.tables import cells
from cinewalk.loaders.tables.cells import BadCellError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3.0),
        ("3.5", 3.5),
        (" 3.5 ", 3.5),
        ("+3", 3.0),
        (".5", 0.5),
        ("3.", 3.0),
        ("3e0", 3.0),
        ("", None),
    ],
)
def test_floats(text, value):
    assert cells.read_float(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1_0", "is not a number"),
        ("1,000", "has a comma; decimals are written with a point"),
        ("0x10", "is not a number"),
        ("five", "is not a number"),
        ("٣", "is not a number in plain digits 0 to 9"),
        ("３", "is not a number in plain digits 0 to 9"),
        ("nan", "is not a finite number"),
        ("-Infinity", "is not a finite number"),
        ("1e999", "is not a finite number"),
        ("9" * 5000, "is not a number"),
    ],
)
def test_what_is_no_number(text, reason):
    with pytest.raises(BadCellError, match=f"^{reason}$"):
        cells.read_float(text)


def test_integers():
    assert cells.read_integer("1995") == 1995
    assert cells.read_integer("1995.0") == 1995
    assert cells.read_integer("-1") == -1
    for text in ("19.5", "1e3", "1_0", "MCMXCV", "9" * 19):
        with pytest.raises(BadCellError):
            cells.read_integer(text)


@pytest.mark.parametrize(
    "text",
    [
        "881250949",
        "881250949.9",
        "1997-12-04T15:55:49Z",
        "1997-12-04 15:55:49",
        "1997-12-04T16:55:49+01:00",
        "1997-12-04T10:25:49-0530",
        "1997-12-04T15:55:49.123456789",
    ],
)
def test_times(text):
    assert cells.read_time(text) == int(dt.datetime(1997, 12, 4, 15, 55, 49, tzinfo=dt.UTC).timestamp())


def test_a_day_is_a_time_at_midnight():
    assert cells.read_time("1997-12-04") == 881193600


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "1997-13-04",
        "1997-12-04T25:00:00",
        "04/12/1997",
        "1997-W49-4",
        "19971204T155549",
        "nan",
        "２０２４-01-01",
    ],
)
def test_what_is_no_time(text):
    with pytest.raises(BadCellError):
        cells.read_time(text)


def test_times_at_the_ends_of_the_calendar_are_numbers():
    assert cells.read_time("0001-01-01T00:00:00+14:00") < 0
    assert cells.read_time("9999-12-31T23:59:59-14:00") > 0


def test_dates():
    assert cells.read_date("1995-11-22") == np.datetime64("1995-11-22")
    assert cells.read_date(" ") is None
    for text in ("1995-02-30", "22-11-1995", "1995", "0000-01-01"):
        with pytest.raises(BadCellError):
            cells.read_date(text)


def test_text_is_nfc_and_ids_are_stripped():
    assert cells.read_id("\u00a0Ame\u0301lie ") == "Am\u00e9lie"
    assert cells.read_text("Toy \t  Story") == "Toy Story"
    assert cells.read_id(" \u2003 ") is None
    assert cells.read_id("\u200b\u00a01\u200b \u200d") == "1"
    assert cells.read_id("\u2060") is None
    assert (
        cells.read_id("\u06a9\u062a\u0627\u0628\u200c\u0647\u0627")
        == "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627"
    )
    assert cells.read_text("\u200bToy  Story\u00ad") == "Toy Story"


@pytest.mark.fault
@pytest.mark.parametrize("text", ["1\u200b2", "a\u00adb", "a\u200db", "a\u200c\u0647", "\u06a9\u2060\u062a"])
def test_no_id_holds_what_nobody_sees(text):
    with pytest.raises(cells.BadCellError, match=r"holds the invisible character U\+"):
        cells.read_id(text)


def test_genres_are_kept_once_and_no_genre_is_none():
    assert cells.read_list("Drama| War |Drama||") == ("Drama", "War")
    assert cells.read_list("(no genres listed)") == ()
    assert cells.read_list("unknown|Drama") == ("Drama",)


def test_each_distinct_text_is_read_once():
    read = []

    def reader(text):
        read.append(text)
        return cells.read_float(text)

    values, bad = cells.convert(["1", "x", "1", "x", "2"], reader)
    assert values == [1.0, None, 1.0, None, 2.0]
    assert bad == {"x": "is not a number"}
    assert read == ["1", "x", "2"]


def test_columns_say_what_is_not_given():
    import pandas as pd

    index = pd.RangeIndex(2)
    assert cells.as_column("time", [None, 5], index).tolist() == [cells.MISSING, 5]
    assert math.isnan(cells.as_column("float", [None, 5.0], index)[0])
    assert cells.as_column("text", [None, "x"], index).tolist() == ["", "x"]
    assert cells.as_column("list", [("a",), ("b",)], index).tolist() == [("a",), ("b",)]
    assert cells.as_column("id", ["1", "20"], index).dtype == "int64"
    assert cells.as_column("id", ["1", "020"], index).tolist() == ["1", "020"]
