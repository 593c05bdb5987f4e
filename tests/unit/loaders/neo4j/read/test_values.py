"""Values of a database are read as their kind, or are bad."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.values import Rules, check_events, read_numbers, read_value
from cinewalk.loaders.tables.cells import BadCellError
from tests.payloads import PAYLOADS

pytestmark = pytest.mark.unit


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


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_an_id_that_commands_a_terminal_is_no_id(payload, exact):
    with pytest.raises(BadCellError, match=r"holds the control character U\+"):
        read_value("id", f"x{payload}y", exact=exact)
