"""Titles as data sets write them."""

from __future__ import annotations

import pytest

from cinewalk.loaders.titles import names

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "name", "year"),
    [
        ("Toy Story (1995)", "Toy Story", 1995),
        ("Matrix, The (1999)", "The Matrix", 1999),
        ("Misérables, Les (1995)", "Les Misérables", 1995),
        ("Boot, Das (1981)", "Das Boot", 1981),
        ("Avventura, L' (a.k.a. Adventure, The) (1960)", "L'Avventura (a.k.a. The Adventure)", 1960),
        ("Star Maker, The (Uomo delle stelle, L') (1995)", "The Star Maker (L'Uomo delle stelle)", 1995),
        (
            "Double vie de Véronique, La (Double Life of Veronique, The) (1991)",
            "La Double vie de Véronique (The Double Life of Veronique)",
            1991,
        ),
        ("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975),
        ("Big Bang Theory, The (2007– )", "The Big Bang Theory", 2007),
        ("Death Note (2006-)", "Death Note", 2006),
        ("Land Before Time III (1995) (V)", "Land Before Time III", 1995),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968),
        ("1984", "1984", None),
        ("(1999)", "(1999)", None),
        ("Odyssey (3001)", "Odyssey (3001)", None),
        ("Made (1999) in Japan", "Made (1999) in Japan", None),
        ("Good, The Bad and The Ugly, The", "The Good, The Bad and The Ugly", None),
        ("Me, Myself, I (1992)", "Me, Myself, I", 1992),
        ("Vitelloni, I (1953)", "I Vitelloni", 1953),
        ("Murder, My Sweet (1944)", "Murder, My Sweet", 1944),
        ("Paris, Texas (1984)", "Paris, Texas", 1984),
        (", The", ", The", None),
        ("", "", None),
    ],
)
def test_titles(written, name, year):
    assert names.parse_title(written) == (name, year)


def test_a_title_of_brackets_takes_no_time():
    assert names.parse_title("(), " * 15_000)[1] is None
    assert names.parse_title("(a), " * 90 + ", The")[1] is None
