"""Names of titles as catalogues write them, turned to how people say them."""

from __future__ import annotations

import re
from typing import Final

from cinewalk.graph.model.schema import YEAR
from cinewalk.loaders.titles.plain_names import ALSO_KNOWN

#: Longer names are left as they are.
_LONGEST: Final = 500
_YEARS: Final = re.compile(r"\(([0-9]{4})(?:\s*[-–]\s*(?:[0-9]{4})?)?\s*\)")
#: What IMDb puts behind the year of videos, television films and games.
_MEDIA: Final = ("(V)", "(TV)", "(VG)")
_ARTICLES: Final = frozenset(
    word
    for words in (
        ("the", "a", "an"),  # English
        ("le", "la", "les", "l'", "un", "une", "des"),  # French
        ("il", "lo", "i", "gli", "uno", "una"),  # Italian
        ("el", "los", "las"),  # Spanish
        ("der", "die", "das", "den", "dem", "ein", "eine"),  # German
        ("o", "os", "as", "um", "uma"),  # Portuguese
        ("de", "het", "een"),  # Dutch
        ("det", "en", "et", "ett"),  # Scandinavian
        ("az",),  # Hungarian
    )
    for word in words
)
#: Articles that are words of their own often enough to need a look at what stands before them.
_DOUBTFUL: Final = frozenset({"i", "o"})


def parse_title(text: str) -> tuple[str, int | None]:
    """Turn a title as MovieLens writes it into its name and its year.

    The article goes to the front, also in the other names that follow in brackets. A year counts only at
    the end, in brackets; of a range of years the first one.

    >>> parse_title("Matrix, The (1999)")
    ('The Matrix', 1999)
    >>> parse_title("Double vie de Véronique, La (Double Life of Veronique, The) (1991)")
    ('La Double vie de Véronique (The Double Life of Veronique)', 1991)
    >>> parse_title("Fawlty Towers (1975-1979)")
    ('Fawlty Towers', 1975)
    >>> parse_title("1984")
    ('1984', None)
    """
    if len(text) > _LONGEST:
        return text, None
    year = None
    if text.endswith(")"):
        text, year = _take_year(text)
    if ", " not in text:
        return text, year
    brackets: list[str] = []
    while text.endswith(")") and (start := text.rfind("(")) > 0 and ")" not in text[start:-1]:
        brackets.insert(0, f"({_turn_other_name(text[start + 1 : -1])})")
        text = text[:start].rstrip()
    return " ".join([_turn(text), *brackets]), year


def _take_year(text: str) -> tuple[str, int | None]:
    bare = text
    for mark in _MEDIA:
        bare = bare.removesuffix(mark).rstrip()
    start = bare.rfind("(")
    match = _YEARS.fullmatch(bare, start) if start > 0 else None
    if match is None or YEAR.minimum is None or YEAR.maximum is None:
        return text, None
    year = int(match[1])
    name = bare[:start].rstrip()
    return (name, year) if name and YEAR.minimum <= year <= YEAR.maximum else (text, None)


def _turn_other_name(name: str) -> str:
    match = ALSO_KNOWN.match(name)
    return name[: match.end()] + _turn(name[match.end() :]) if match else _turn(name)


def _turn(name: str) -> str:
    """Put the article of one name to its front."""
    rest, comma, article = name.rpartition(", ")
    word = article.replace("’", "'").lower()
    if not comma or not rest or word not in _ARTICLES or (word in _DOUBTFUL and "," in rest):
        return name
    return f"{article}{rest}" if word.endswith("'") else f"{article} {rest}"
