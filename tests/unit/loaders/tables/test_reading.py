"""Lines of text become rows, and every bad one is named."""

from __future__ import annotations

import time

import pytest

from cinewalk.graph.model.schema import TABLES
from cinewalk.loaders.tables.cells import Field, read_text
from cinewalk.loaders.tables.headers import usual_field
from cinewalk.loaders.tables.layouts import Layout
from cinewalk.loaders.tables.reading import read_block

pytestmark = pytest.mark.unit


def read(table, text, *, rating_range=(0.5, 5.0), groups=()):
    left_out = {"finished", "maturity_limit", "imdb_id", "tmdb_id"}
    fields = [usual_field(c.name, table) for c in TABLES[table].columns if c.name not in left_out]
    fields += [Field(name, "text", read_text) for name in groups]
    data = text.encode() if isinstance(text, str) else text
    return read_block(data, 2, Layout(table, tuple(fields), ",", quoted=True), f"{table}.csv", rating_range)


def told(rows):
    return [(reject.line, reject.column, reject.value, reject.reason) for reject in rows.rejects]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("1,2,9,881250949", "rating", "9", "is above 5"),
        ("1,2,0,881250949", "rating", "0", "is below 0.5"),
        ("1,2,nan,881250949", "rating", "nan", "is not a finite number"),
        ("1,2,inf,881250949", "rating", "inf", "is not a finite number"),
        ("1,2,1_0,881250949", "rating", "1_0", "is not a number"),
        ("1,2,,881250949", "rating", "", "is missing"),
        (",2,3,881250949", "user_id", "", "is missing"),
        ("1, ,3,881250949", "title_id", " ", "is missing"),
        ("1,2,3,881250949000", "timestamp", "881250949000", "looks like milliseconds; give seconds"),
        ("1,2,3,881250949000000", "timestamp", "881250949000000", "looks like microseconds; give seconds"),
        (
            "1,2,3,881250949000000000",
            "timestamp",
            "881250949000000000",
            "looks like nanoseconds; give seconds",
        ),
        ("1,2,3,0", "timestamp", "0", "is before 1990"),
        ("1,2,3,-1", "timestamp", "-1", "is before 1990"),
        ("1,2,3,1989-12-31", "timestamp", "1989-12-31", "is before 1990"),
        ("1,2,3,4102444800", "timestamp", "4102444800", "lies in the future"),
        ("1,2,3", "", "", "has 3 cells instead of 4"),
        ("1,2,3,4,5", "", "", "has 5 cells instead of 4"),
        ('1,"2,3,881250949', "", "", "has a quote that is not closed"),
        ("1\x00,2,3,881250949", "", "", "holds the control character U+0000"),
    ],
)
def test_a_bad_rating_is_named(row, column, value, reason):
    rows = read("ratings", f"7,8,4,881250949\n{row}\n7,9,4,881250949\n")
    assert told(rows) == [(3, column, value, reason)]
    assert rows.count == 3
    assert [str(title_id) for title_id in rows.frame.title_id] == ["8", "9"]
    assert rows.frame.index.tolist() == [2, 4]


def test_a_day_ahead_is_allowed_for_clocks_and_zones():
    now = int(time.time())
    rows = read("ratings", f"1,2,3,{now + 86_000}\n1,3,3,{now + 90_000}\n")
    assert told(rows) == [(3, "timestamp", f"{now + 90_000}", "lies in the future")]


def test_broken_utf8_costs_its_row_only():
    rows = read("ratings", b"1,2,3,881250949\n1,\xff3,3,881250949\n1,4,3,881250949\n")
    assert told(rows) == [(3, "", "", "is not valid UTF-8 (byte 3 of the line)")]
    assert rows.frame.title_id.tolist() == [2, 4]


def test_a_row_bad_twice_is_named_twice_and_counted_once():
    rows = read("ratings", "1,2,9,1\n")
    assert [reject.column for reject in rows.rejects] == ["rating", "timestamp"]
    assert rows.rejected == 1


def test_a_long_value_is_cut():
    rows = read("ratings", f"1,2,{'x' * 500},881250949\n")
    assert len(rows.rejects[0].value) == 80


def test_a_line_that_is_too_long_is_no_row():
    rows = read("ratings", f"1,2,3,{'8' * 70_000}\n1,2,3,881250949\n")
    assert [(reject.line, reject.reason) for reject in rows.rejects] == [(2, "is longer than 65536 bytes")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_and_blank_lines(line_end):
    rows = read("ratings", line_end.join(["1,2,3,881250949", "", " \t", "1,3,9,881250949", "1,4,3,"]))
    assert rows.count == 3
    assert [reject.line for reject in rows.rejects] == [5]
    assert rows.frame.index.tolist() == [2, 6]


def test_other_line_ends_are_not_line_ends():
    rows = read("titles", "t1,One\u2028Two,,,,,\n")
    assert rows.frame.title.tolist() == ["One Two"]


def test_quotes():
    rows = read(
        "titles", 't1,"Good, the Bad and the ""Ugly"", The (1966)",,,,,A|B\nt2,a"b,,,,,\nt3,"a"b,,,,,\n'
    )
    assert rows.frame.title.tolist() == ['Good, the Bad and the "Ugly", The (1966)', 'a"b']
    assert [(reject.line, reject.reason[:17]) for reject in rows.rejects] == [(4, "has a stray quote")]


def test_thumbs_and_progress_and_years():
    assert told(read("thumbs", "1,2,0,\n")) == [(2, "value", "0", "is not one of -1, 1, 2")]
    assert told(read("thumbs", "1,2,3,\n")) == [(2, "value", "3", "is not one of -1, 1, 2")]
    assert read("thumbs", "1,2,-1,\n").frame.value.tolist() == [-1]
    assert told(read("watches", "1,2,1.5,\n")) == [(2, "progress", "1.5", "is above 1")]
    assert told(read("titles", "t,x,1492,,,,\n")) == [(2, "year", "1492", "is below 1870")]
    assert told(read("titles", "t,x,,,film,99,\n")) == [(2, "maturity", "99", "is above 21")]


def test_a_rating_range_of_the_source():
    assert not read("ratings", "1,2,10,881250949\n", rating_range=(1.0, 10.0)).rejects
    assert told(read("ratings", "1,2,0.5,881250949\n", rating_range=(1.0, 10.0)))[0][3] == "is below 1"


def test_roles():
    rows = read("people", "p,P,1,Directed\np,P,2,ACTRESS\np,P,3,director\np,P,4,grip\n")
    assert rows.frame.role.tolist() == ["directed", "acted_in", "directed"]
    assert told(rows) == [(5, "role", "grip", "is not one of directed, acted_in")]
