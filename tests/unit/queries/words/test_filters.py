"""What a list may show, and what a taste may ask for."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk import Only, Recommender
from cinewalk.errors import NotFoundError, RequestError
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.graph import Graph

pytestmark = pytest.mark.unit

TITLES = {
    # id: (year, kind, maturity, genre)
    "a": (1971, "film", 12, "Drama"),
    "b": (1975, "film", 18, "Thriller"),
    "c": (1989, "series", 6, "Drama"),
    "d": (0, "series", -1, "Thriller"),
    "e": (1979, "", 0, "Comedy"),
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Six viewers who like everything but their own title, one of whom is a child."""
    columns = dict(
        zip(("year", "kind", "maturity"), list(zip(*TITLES.values(), strict=True))[:3], strict=True)
    )
    titles, _ = sorted_nodes("Title", list(TITLES), {**columns, "title": [f"Title {t}" for t in TITLES]})
    users, _ = sorted_nodes(
        "User", [f"u{t}" for t in TITLES] + ["young"], {"maturity_limit": [-1] * 5 + [12]}
    )
    genres, _ = sorted_nodes("Genre", ["Comedy", "Drama", "Thriller"])
    people, _ = sorted_nodes("Person", ["p1"], {"name": ["Ada Lovelace"]})
    pairs = [(u, t) for u in range(5) for t in range(5) if u != t] + [(5, 1), (5, 2)]
    sources, targets = np.array(pairs).T
    kinds = [genres.ids.position(genre) for *_, genre in TITLES.values()]
    edges = {
        "rated": Edges(sources, targets, {"rating": np.full(len(pairs), 5.0)}),
        "in_genre": Edges(np.arange(5), np.array(kinds)),
        "directed": Edges(np.array([0]), np.array([1])),
    }
    return assemble({"Title": titles, "User": users, "Genre": genres, "Person": people}, edges)


@pytest.fixture(scope="module")
def reco(graph) -> Recommender:
    return Recommender(graph)


def shown(found) -> set[str]:
    return {item.title_id for item in found}


@pytest.mark.parametrize(
    ("only", "left"),
    [
        (Only(), "abcde"),
        (Only(years=(1970, 1979)), "abe"),
        (Only(kinds=["Series"]), "cd"),
        (Only(kinds=["film", "series"]), "abcd"),
        (Only(genres=["drama", "Comedy"]), "ace"),
        (Only(people=["Ada Lovelace"]), "b"),
        (Only(maturity=12), "ace"),
        (Only(maturity=0), "e"),
        (Only(years=(1970, 1979), genres=["Thriller"], maturity=18), "b"),
    ],
)
def test_only_what_is_asked_for(reco, only, left) -> None:
    assert {
        title for title, hidden in zip("abcde", only.hidden(reco.catalogue), strict=True) if not hidden
    } == set(left)
    assert shown(reco.recommend("ua", only=only)) == set(left) & {"a"}
    assert shown(reco.taste(k=9, years=only.years, kinds=only.kinds, maturity=only.maturity)) >= set(left)


def test_a_filter_does_not_change_scores(reco) -> None:
    reco.thumb("guest", "c", 1)
    every = {item.title_id: item.score for item in reco.recommend("guest")}
    some = {item.title_id: item.score for item in reco.recommend("guest", only=Only(years=(1970, 1979)))}
    assert some == {title: every[title] for title in ("a", "b", "e")}
    reco.undo("guest")


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda: Only(years=(1990, 1980)), "the first must not be the later"),
        (lambda: Only(maturity=99), "maturity is 99; it must be an age from 0 to 21"),
        (lambda: Only(maturity=True), "maturity is True"),
        (lambda: Only(genres="Drama"), "genres is the text 'Drama'; it must be a list"),
    ],
)
def test_filters_without_sense_are_refused(make, line) -> None:
    with pytest.raises(RequestError, match=line):
        make()


def test_unknown_kinds_genres_and_people_are_named(reco) -> None:
    with pytest.raises(RequestError, match="no title is of the kind 'opera'; there are film, series"):
        reco.recommend("ua", only=Only(kinds=["opera"]))
    with pytest.raises(NotFoundError, match="Dramaa"):
        reco.recommend("ua", only=Only(genres=["Dramaa"]))


def test_a_child_meets_nothing_above_the_limit(reco) -> None:
    """Lists, reasons, paths, feeds; of unknown maturity is above any limit."""
    allowed = {"a", "c", "e"}
    for walk in ("blend", "pagerank", "shared-viewers", "popularity", "newcomers"):
        found = reco.recommend("young", walk=walk)
        assert shown(found) <= allowed - {"c"}
        assert {r.id for item in found for r in item.because if r.label == "Title"} <= {"c"}
    for walk in ("blend", "pagerank"):
        why = reco.explain("young", "a", walk=walk)
        nodes = {node.id for path in why.paths(50) for node in path.nodes if node.label == "Title"}
        assert nodes <= allowed
    lists = [
        reco.top(user="young"),
        reco.challenge("young"),
        reco.new_releases("young"),
        reco.similar("c", user="young"),
    ]
    lists += [row.titles for row in reco.because_you_watched("young")]
    assert all(shown(found) <= allowed for found in lists)
    assert shown(reco.together(["young", "ua"])) <= allowed


@pytest.mark.parametrize("title", ["b", "Title d"])
def test_the_name_of_what_a_child_must_not_see_is_not_told(reco, title) -> None:
    for ask in (lambda: reco.explain("young", title), lambda: reco.similar(title, user="young")):
        with pytest.raises(RequestError, match=r"^that title is above the maturity limit of user 'young'"):
            ask()
    with pytest.raises(NotFoundError) as caught:
        reco.explain("young", "Titl")
    assert "Title b" not in str(caught.value)


def test_without_groups_nothing_depends_on_them(graph) -> None:
    reco = Recommender(graph, groups="none")
    assert shown(reco.recommend("ua")) == {"a"}
    with pytest.raises(RequestError, match="groups is 'some'"):
        Recommender(graph, groups="some")
