"""Genres in one cell: split where they are parted, and never where a bar says how."""

from __future__ import annotations

import pytest

from cinewalk.loaders.tables.cells import read_list
from cinewalk.loaders.tables.genres import split_genres

pytestmark = pytest.mark.unit


def cells(*texts):
    return [read_list(text) for text in texts]


@pytest.mark.parametrize(
    ("texts", "names", "said"),
    [
        (["Action|War", "Drama"], [("Action", "War"), ("Drama",)], ""),
        (["", "Drama", "A, War"], [(), ("Drama",), ("A", "War")], "parted by commas ('A, War' is A and War)"),
        (["Action;War", "Drama"], [("Action", "War"), ("Drama",)], "parted by semicolons"),
        (["Crime, Suspense|War", "Crime, Suspense"], [("Crime, Suspense", "War"), ("Crime, Suspense",)], ""),
        (['["Action", "War"]', "[]"], [("Action", "War"), ()], "lists in JSON"),
        (["[{'id': 1, 'name': 'War'}, {'name': \"Children's\"}]"], [("War", "Children's")], "lists in JSON"),
        (["[{'id': 18}, {'id': 35, 'name': 'War'}]"], [("War",)], "lists in JSON"),
        (['{"id": 18, "name": "Drama"}', "{}"], [("Drama",), ()], "lists in JSON"),
        (["{'War', 'Drama'}", ""], [("Drama", "War"), ()], "lists in JSON"),
        (["Drama/Crime", "War"], [("Drama/Crime",), ("War",)], "of 2 cells 1 holds a slash ('Drama/Crime')"),
        (["A/B", "B / C", "C"], [("A/B",), ("B / C",), ("C",)], "of 3 cells 2 hold a slash ('A/B'), which parts"),
        (["A/B|C", "D"], [("A/B", "C"), ("D",)], ""),
        (["Drama", ""], [("Drama",), ()], ""),
        ([], [], ""),
    ],
)  # fmt: skip
def test_what_parts_genres(texts, names, said):
    split = split_genres(cells(*texts))
    assert split.cells == names
    assert not split.bad
    assert split.said.startswith(said)
    assert bool(split.said) == bool(said)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[{'id': 18", "begins like a list and is none"),
        ("[18, 35]", "is a list of something else than names"),
        ("{'id': 18}", "has no name"),
        ("{Drama,War}", "begins like a list and is none"),
        ("[__import__('os')]", "begins like a list and is none"),
        ("[" * 20_000, "begins like a list and is none"),
    ],
)
def test_lists_that_are_none(text, why):
    split = split_genres(cells("[]", text))
    assert split.bad == {1: why}
    assert split.cells == [(), ()]
