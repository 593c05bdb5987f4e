"""Finding users and titles the way people name them."""

from __future__ import annotations

import pytest

from cinewalk.errors import AmbiguousTitleError, UnknownNameError, UnknownTitleError, UnknownUserError
from cinewalk.graph.model.builder import assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.words.catalogue import Catalogue

pytestmark = pytest.mark.unit

FILMS = {
    "1": ("Les Misérables", 1995),
    "2": ("The Matrix", 1999),
    "3": ("Body Snatchers", 1993),
    "4": ("Body Snatchers", 1956),
    "5": ("La Double vie de Véronique (The Double Life of Veronique)", 1991),
    "6": ("1984", 1984),
    "7": ("M*A*S*H", 1970),
    "8": ("Chasing Amy", 1997),
    "9": ("Chasing Amy", 1997),
    "10": ("2001: A Space Odyssey", 1968),
    "187": ("The Godfather: Part II", 1974),
    "x": ("187", 0),
}


@pytest.fixture
def catalogue() -> Catalogue:
    names, years = zip(*FILMS.values(), strict=True)
    imdb = [
        {"1": "tt0113828", "2": "tt0133093", "8": "tt0118842", "9": "tt0118842"}.get(i, "") for i in FILMS
    ]
    tmdb = [{"2": "603", "6": "9314"}.get(i, "") for i in FILMS]
    properties = {"title": names, "year": years, "imdb_id": imdb, "tmdb_id": tmdb}
    titles, _ = sorted_nodes("Title", list(FILMS), properties)
    people, _ = sorted_nodes("Person", ["p1", "p2", "p3"], {"name": ["Ana Sörensen", "Bo Li", "Bo Li"]})
    genres, _ = sorted_nodes("Genre", ["Film-Noir", "Sci-Fi"])
    return Catalogue(assemble({"Title": titles, "Person": people, "Genre": genres}, {}))


@pytest.mark.parametrize(
    ("text", "title_id"),
    [
        ("1", "1"),
        (" 2 ", "2"),
        ("les miserables", "1"),
        ("MATRIX", "2"),
        ("Matrix, The", "2"),
        ("The Matrix (1999)", "2"),
        ("body snatchers (1956)", "4"),
        ("The Double Life of Véronique", "5"),
        ("double life of veronique (1991)", "5"),
        ("La double vie de Veronique", "5"),
        ("1984", "6"),
        ("m a s h", "7"),
        ("2001 a space odyssey", "10"),
        ("187", "187"),
    ],
)
def test_titles_are_found(catalogue, text, title_id):
    assert catalogue.graph.titles.ids.ids[catalogue.title(text)] == title_id


def test_an_ambiguous_name_lists_the_candidates(catalogue):
    with pytest.raises(AmbiguousTitleError) as caught:
        catalogue.title("Body Snatchers")
    assert set(caught.value.candidates) == {"Body Snatchers (1993) [3]", "Body Snatchers (1956) [4]"}
    with pytest.raises(AmbiguousTitleError, match=r"\[8\].*\[9\]"):
        catalogue.title("Chasing Amy (1997)")


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("Matricks", "The Matrix (1999) [2]"), ("godfather", "The Godfather: Part II (1974) [187]")],
)
def test_an_unknown_title_names_the_nearest(catalogue, text, nearest):
    with pytest.raises(UnknownTitleError) as caught:
        catalogue.title(text)
    assert nearest in caught.value.nearest
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "   ", "zzzzzz", "(1999)", "The", "\ud800", "x" * 10_000])
def test_odd_names_are_unknown_titles(catalogue, text):
    with pytest.raises(UnknownTitleError):
        catalogue.title(text)


def test_genres_and_people(catalogue):
    assert catalogue.id_and_name("Genre", catalogue.named("Genre", "film noir")) == ("Film-Noir", "Film-Noir")
    assert catalogue.id_and_name("Person", 1) == ("p2", "Bo Li")
    assert catalogue.named("Person", "ana sorensen") == catalogue.named("Person", "p1") == 0
    with pytest.raises(UnknownNameError, match=r"Bo Li \[p2\], Bo Li \[p3\]"):
        catalogue.named("Person", "Bo Li")
    with pytest.raises(UnknownNameError, match=r"no genre 'Film Nor'.*Nearest: Film-Noir"):
        catalogue.named("Genre", "Film Nor")


def test_an_unknown_user_names_nobody_else():
    with pytest.raises(UnknownUserError) as error:
        Catalogue(example_graph()).user("anne")
    assert str(error.value) == "There is no user 'anne' in this graph."


@pytest.mark.parametrize(
    ("text", "title_id"),
    [
        ("tt0133093", "2"),
        (" tt133093 ", "2"),
        ("TT0133093", "2"),
        ("https://www.imdb.com/title/tt0133093/?ref_=x", "2"),
        ("tmdb:603", "2"),
        ("tmdb:9314", "6"),
        ("187", "187"),  # a bare number is an id of the catalogue's own
    ],
)
def test_titles_by_the_ids_of_imdb_and_tmdb(catalogue, text, title_id):
    assert catalogue.graph.titles.ids.ids[catalogue.title(text)] == title_id


@pytest.mark.fault
def test_outside_ids_that_none_has_or_two_have(catalogue):
    with pytest.raises(UnknownTitleError, match="tt0000001"):
        catalogue.title("tt0000001")
    with pytest.raises(UnknownTitleError, match="603"):
        catalogue.title("603")
    with pytest.raises(AmbiguousTitleError, match=r"\[8\].*\[9\]"):
        catalogue.title("tt0118842")
