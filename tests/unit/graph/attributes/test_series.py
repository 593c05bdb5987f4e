"""Parts of a story, told from names and years."""

from __future__ import annotations

import pytest

from cinewalk.graph.attributes.series import series
from tests.graphs import from_titles

pytestmark = pytest.mark.unit

CASES = [
    (["Jaws (1975)", "Jaws 2 (1978)"], [["Jaws", "Jaws 2"]]),
    (
        ["The Godfather: Part II (1974)", "The Godfather (1972)"],
        [["The Godfather", "The Godfather: Part II"]],
    ),
    (
        ["The Lawnmower Man (1992)", "Lawnmower Man 2: Beyond (1995)"],
        [["The Lawnmower Man", "Lawnmower Man 2: Beyond"]],
    ),
    (
        ["Alien: Resurrection (1997)", "Alien 3 (1992)", "Alien (1979)", "Aliens (1986)"],
        [["Alien", "Alien 3", "Alien: Resurrection"]],
    ),
    (["Apollo 13 (1995)", "Heat (1995)"], []),
    (["Twilight: One (2001)", "Twilight: Two (2002)"], []),  # no number says that these are parts
    (["Body Snatchers (1993)", "Body Snatchers (1978)"], []),
    (["Jaws (0)", "Jaws 2 (1978)"], []),
    (["X (2000)", "X 2 (2003)"], [["X", "X 2"]]),
    (["Room 237 (2012)", "Room (2015)"], []),
    (["Malcolm X (1992)", "Malcolm (1986)"], [["Malcolm", "Malcolm X"]]),  # names alone cannot tell
]


@pytest.mark.parametrize(("titles", "expected"), CASES)
def test_series_by_names_and_years(titles, expected):
    names, years = zip(
        *((name[:-1].rpartition(" (")[0], int(name[:-1].rpartition("(")[2])) for name in titles), strict=True
    )
    graph = from_titles(names, years)
    text = graph.titles.text("title")
    assert [[text[title] for title in parts.tolist()] for parts in series(graph)] == expected


@pytest.mark.integration
def test_movielens(movielens):
    text, every = movielens.titles.text("title"), series(movielens)
    names = [[text[title] for title in parts.tolist()] for parts in every]
    assert ["Die Hard", "Die Hard 2", "Die Hard: With a Vengeance"] in names
    trek = next(parts for parts in names if parts[0] == "Star Trek: The Motion Picture")
    assert trek[1:4] == [
        "Star Trek: The Wrath of Khan",
        "Star Trek III: The Search for Spock",
        "Star Trek IV: The Voyage Home",
    ]
    titles = [title for parts in every for title in parts.tolist()]
    assert len(titles) == len(set(titles))
