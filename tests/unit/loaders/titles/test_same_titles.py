"""Which titles are taken for the same film, what a table of pairs changes, and which of them is shown."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.errors import RequestError
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.graph import Graph
from cinewalk.loaders.titles.same_titles import note_on_same_titles, same_titles, with_same_titles
from tests.graphs import OPEN

pytestmark = pytest.mark.unit


def catalogue(rows, genres=(), directed=(), likes=()):
    """Build a graph of (id, name, year, kind), of (title, genre), (person, title) and (user, title)."""
    ids = [row[0] for row in rows]
    titles, _ = sorted_nodes(
        "Title",
        ids,
        {
            "title": [row[1] for row in rows],
            "year": [row[2] for row in rows],
            "kind": [row[3] for row in rows],
        },
    )

    def nodes(label, names):
        return sorted_nodes(label, sorted(set(names)))[0]

    every = {
        "Title": titles,
        "Genre": nodes("Genre", [genre for _, genre in genres]),
        "Person": nodes("Person", [person for person, _ in directed]),
        "User": nodes("User", [user for user, _ in likes]),
    }

    def edges(pairs, source, target, properties=None):
        places = [(every[source].ids.position(a), every[target].ids.position(b)) for a, b in pairs]
        return Edges(*np.array(places, np.int64).reshape(-1, 2).T, properties or {})

    stars = {"rating": np.full(len(likes), 5.0), "timestamp": np.zeros(len(likes), np.int64)}
    return assemble(
        every,
        {
            "in_genre": edges(genres, "Title", "Genre"),
            "directed": edges(directed, "Person", "Title"),
            "rated": edges(likes, "User", "Title", stars),
        },
    )


def pairs(graph: Graph) -> set[tuple[str, str]]:
    return {(row.title_id, row.same_as) for row in same_titles(graph)}


TWO = [("1", "Chasing Amy", 1997, ""), ("2", "Chasing Amy!", 1997, "")]


@pytest.mark.parametrize(
    ("rows", "genres", "directed", "same"),
    [
        (TWO, (), (), True),
        ([TWO[0], ("2", "Chasing Amy", 1998, "")], (), (), False),
        ([("1", "Emma", 0, ""), ("2", "Emma", 0, "")], (), (), False),
        ([("1", "…", 1997, ""), ("2", "!", 1997, "")], (), (), False),
        ([("1", "Emma", 1996, "movie"), ("2", "Emma", 1996, "film")], (), (), True),
        ([("1", "Emma", 1996, "movie"), ("2", "Emma", 1996, "TV series")], (), (), False),
        (TWO, [("1", "Drama"), ("2", "Drama")], (), True),
        (TWO, [("1", "Drama")], (), True),
        (TWO, [("1", "Drama"), ("2", "Drama"), ("2", "Comedy")], (), False),
        (TWO, (), [("smith", "1"), ("smith", "2"), ("jones", "2")], True),
        (TWO, (), [("smith", "1"), ("jones", "2")], False),
    ],
)
def test_name_and_year_are_the_same_and_nothing_known_speaks_against_it(rows, genres, directed, same) -> None:
    graph = with_same_titles(catalogue(rows, genres, directed))
    assert pairs(graph) == ({("2", "1")} if same else set())
    assert bool(note_on_same_titles(graph)) is same


def test_a_title_that_two_others_could_be_is_neither() -> None:
    rows = [*TWO, ("3", "Chasing Amy", 1997, "")]
    genres = [("1", "Drama"), ("2", "Comedy")]
    assert pairs(with_same_titles(catalogue(rows, genres))) == set()
    assert pairs(with_same_titles(catalogue(rows, genres[:1]))) == {("2", "1"), ("3", "1")}


def test_a_name_that_many_have_says_nothing() -> None:
    rows = [(f"{i:02}", "Untitled", 2000, "") for i in range(9)]
    assert len(pairs(with_same_titles(catalogue(rows[:8])))) == 7
    assert pairs(with_same_titles(catalogue(rows))) == set()


def test_the_title_with_the_most_likes_is_shown_for_all() -> None:
    rows = [*TWO, ("3", "Chasing Amy", 1997, "")]
    graph = with_same_titles(catalogue(rows, likes=[("a", "2"), ("b", "2"), ("a", "1")]))
    assert pairs(graph) == {("1", "2"), ("3", "2")}
    assert "1 as 2" in note_on_same_titles(graph)


def test_somebody_adds_pairs_and_takes_them_back() -> None:
    graph = catalogue([*TWO, ("3", "Other", 1997, ""), ("4", "Another", 1997, "")])
    assert pairs(with_same_titles(graph, [("3", "4")])) == {("2", "1"), ("4", "3")}
    assert pairs(with_same_titles(graph, [("2", "")])) == set()
    assert pairs(with_same_titles(graph, [("2", ""), ("2", "3")])) == {("3", "2")}
    assert pairs(with_same_titles(graph, [("3", "4"), ("4", "1")])) == {("2", "1"), ("3", "1"), ("4", "1")}
    assert pairs(with_same_titles(graph, [("3", "3"), ("9", "3"), ("3", "9"), ("9", "")])) == {("2", "1")}


def test_what_is_told_hides_the_film_and_undoing_shows_it_again() -> None:
    rows = [*TWO, ("3", "Other", 1996, ""), ("4", "Another", 1995, "")]
    likes = [(user, title) for user in "abc" for title in ("1", "2", "3", "4")]
    reco = Recommender(with_same_titles(catalogue(rows, likes=[*likes, ("d", "3")])), settings=OPEN)

    def shown() -> set[str]:
        return {item.title_id for item in reco.recommend("d", 10)}

    assert shown() == {"1", "4"}
    reco.thumb("d", "2", 1)
    assert shown() == {"4"}
    with pytest.raises(RequestError, match=r"it is the same film as Chasing Amy! .*'2', already thumbed"):
        reco.explain("d", "1")
    reco.undo("d")
    assert shown() == {"1", "4"}
    with pytest.raises(
        RequestError, match=r"it is the same film as Chasing Amy .*'1', which is shown instead"
    ):
        reco.explain("d", "2")
    assert {item.title_id for item in reco.similar("1")} == {"3", "4"}
    assert {item.title_id for item in reco.similar("2")} == {"3", "4"}
    assert {item.title_id for item in reco.taste(titles=["2"])} == {"3", "4"}
    assert {item.title_id for item in reco.top(days=None)} == {"1", "3", "4"}
