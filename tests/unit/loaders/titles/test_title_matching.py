"""Titles matched to a catalogue."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.loaders.titles.catalogue_names import CatalogueNames, NamedTitle
from cinewalk.loaders.titles.external_ids import titles_by_external_id
from cinewalk.loaders.titles.title_matching import Matcher
from tests.history_rows import catalogue_names, one

pytestmark = pytest.mark.unit


@pytest.fixture
def names() -> CatalogueNames:
    return catalogue_names()


@pytest.mark.parametrize(
    ("wanted", "title_id", "how"),
    [
        (("Heat", 1995), "1", "name"),
        (("Heat", 1987), "2", "name"),
        (("HEAT!", 1986), "2", "name"),
        (("Matrix, The", 1999), "3", "name"),
        (("matrix", None), "3", "name"),
        (("The Double Life of Véronique", 1991), "5", "name"),
        (("Amelie", 2002), "9", "name"),
        (("Nameless", 1950), "12", "name"),
        (("Dark", None, "series"), "8", "name"),
        (("Whatever", 1900, "film", "tt0113277"), "tt0113277", "id"),
        (("Something", 2001, "film", "", ("Amélie",)), "9", "name"),
    ],
)
def test_one_title_that_can_be_meant_is_matched(names, wanted, title_id, how):
    match = one(names, *wanted)
    assert (match.title_id, match.how) == (title_id, how)


@pytest.mark.parametrize(
    ("wanted", "first", "score"),
    [
        (("Heat", None), "2", 100),
        (("Heta", 1995), "1", 75),
        (("Matrixx", 1999), "3", 200 * 6 / 13),
        (("Star Wars: Episode IV - A New Hope", 1977), "4", 88),
        (("Rocky III", 1980), "6", 82),
        (("Fargo", None, "series"), "7", 85),
        (("Dark: Secrets", None), "8", 88),
        (("Twistet", 1996), "11", 200 * 6 / 14),
    ],
)
def test_what_could_be_meant_is_left_to_a_person(names, wanted, first, score):
    match = one(names, *wanted)
    if score < 80:
        assert (match.title_id, match.candidates) == (None, ())
        return
    assert match.title_id is None
    assert match.candidates[0].title_id == first
    assert match.candidates[0].score == pytest.approx(score)


@pytest.mark.parametrize(
    "wanted",
    [("Heat", 2010), ("Dark", 2017, "film"), ("Amélie", None, "series"), ("Nothing", 1999), ("!!", None)],
)
def test_what_is_not_there_has_no_candidates(names, wanted):
    match = one(names, *wanted)
    assert (match.title_id, match.candidates, match.is_ambiguous) == (None, (), False)


def test_equally_good_candidates_come_by_how_well_known_they_are(names):
    assert [candidate.title_id for candidate in one(names, "Heat").candidates] == ["2", "1"]


def test_many_are_matched_as_one_is(names):
    asked = [
        NamedTitle(name, year) for name, year in (("Heat", 1995), ("Matrixx", 1999), ("Nothing", None))
    ] * 3
    found = Matcher(names).match(asked)
    assert found == [Matcher(names).match([wanted])[0] for wanted in asked]


def test_a_title_is_matched_by_the_id_that_imdb_or_tmdb_has_for_it():
    external = titles_by_external_id(["tt0113277", "tt0000009", "tt0000009"], ["949", "", ""])
    found = CatalogueNames(["1", "2", "3"], ["A", "B", "C"], np.zeros(3, int), [""] * 3, external=external)
    for external_id in ("tt0113277", "tt113277", "tmdb:949"):
        match = one(found, "Whatever", 1900, "film", external_id)
        assert (match.title_id, match.how) == ("1", "id")
    assert found.find_id("949") is None  # a bare number is no outside id
    assert one(found, "C", None, "", "tt0000009").title_id == "3"  # two carry the id, so the name decides


NAMED = [
    ("Seven (a.k.a. Se7en)", 1995), ("Thirst", 2008), ("Bakjwi (Thirst)", 2009), ("The Empire Strikes Back", 1980),
    ("8 1/2", 1963), ("Three Colors: Red (Trois couleurs: Rouge)", 1994), ("M*A*S*H", 1970),
    ("Star Wars: Episode VI - Return of the Jedi", 1983), ("Rocky", 1976), ("Rocky II", 1979),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "year", "title"),
    [
        ("Se7en", 1995, "Seven (a.k.a. Se7en)"),
        ("Thirst", 2009, "Bakjwi (Thirst)"),
        ("Thirst", 2008, "Thirst"),
        ("Thirst", 2007, "Thirst"),
        ("Star Wars: Episode V - The Empire Strikes Back", 1980, "The Empire Strikes Back"),
        ("Return of the Jedi", 1983, "Star Wars: Episode VI - Return of the Jedi"),
        ("8½", 1963, "8 1/2"),
        ("Three Colours: Red", 1994, "Three Colors: Red (Trois couleurs: Rouge)"),
        ("MASH", 1970, "M*A*S*H"),
        ("Rocky II", 1976, None),
    ],
)
def test_other_names_of_one_film(name, year, title):
    names = [known for known, _ in NAMED]
    catalogue = CatalogueNames(names, names, np.array([year for _, year in NAMED]), [""] * len(names))
    (match,) = Matcher(catalogue).match([NamedTitle(name, year)])
    assert match.title_id == title


def test_one_film_under_two_ids_is_one():
    years, same = np.array([1997, 1997]), {0: 1}
    catalogue = CatalogueNames(["303", "297"], ["Ulee's Gold"] * 2, years, ["", ""], same=same)
    (match,) = Matcher(catalogue).match([NamedTitle("Ulee's Gold", 1997)])
    assert match.title_id == "297"


def test_an_apostrophe_is_one_however_it_is_typed():
    names = CatalogueNames(["1"], ["Le Fabuleux destin d'Amélie Poulain (Amélie)"], np.array([2001]), [""])
    for typed in ("'", "’", "ʼ", "´"):
        assert one(names, f"Le Fabuleux Destin d{typed}Amélie Poulain", 2001).title_id == "1"
