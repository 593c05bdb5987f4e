"""Parameters as text."""

from __future__ import annotations

import pytest

from cinewalk.queries.words.ready import entries_of, ready_query

pytestmark = pytest.mark.unit


def test_parameters_are_set_one_by_one():
    assert ready_query("top_this_week").with_params().splitlines()[:5] == [
        ":param asOf => datetime('1998-04-22T23:10:38Z');",
        ":param days => 7;",
        ":param groupId => null;",
        ":param k => 10;",
        "",
    ]


@pytest.mark.parametrize(
    ("literal", "entries"),
    [
        ("{}", []),
        ("{a: 1}", [("a", "1")]),
        ("{a: 'x, {y: 1}', b: [1, [2, 3]]}", [("a", "'x, {y: 1}'"), ("b", "[1, [2, 3]]")]),
        ('{a: "it\'s", b: {c: 1, d: 2}}', [("a", '"it\'s"'), ("b", "{c: 1, d: 2}")]),
        ("{at: datetime('2020-01-01T00:00:00Z')}", [("at", "datetime('2020-01-01T00:00:00Z')")]),
    ],
)
def test_a_map_is_taken_apart(literal, entries):
    assert list(entries_of(literal)) == entries
