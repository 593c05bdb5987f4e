"""Names of titles brought to what is compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ARTICLE: Final = re.compile(r"^(?:the|an?)\s+(?=\S)")
_FRACTION: Final = re.compile("[¼-¾⅐-⅞]")
#: Apostrophes as they are typed otherwise.
_APOSTROPHE: Final = re.compile("[’ʼ´`]")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
#: Words that are spelt in two ways.
_SPELLINGS: Final = {
    "colour": "color",
    "colours": "colors",
    "grey": "gray",
    "theatre": "theater",
    "centre": "center",
}
#: What is put before another name in brackets.
ALSO_KNOWN: Final = re.compile(r"a\.?k\.?a\.?:?\s+", re.IGNORECASE)
#: Where the part of a story is named before the film.
_PART_FIRST: Final = re.compile(
    r".+\b(?:episode|part|volume|vol\.)\s+[ivxlc\d]+\s*[-–:]\s+(?=\S)", re.IGNORECASE
)
_BRACKETS: Final = re.compile(r"\s*\(([^()]*)\)")


def plain(name: str) -> str:
    """Reduce a name to what is compared: no accents, no case, no punctuation, no leading article.

    >>> plain("The Amélie!"), plain("Matrix, The"), plain("  WALL·E "), plain("8½"), plain("D’Arc")
    ('amelie', 'matrix', 'wall e', '8 1 2', 'darc')
    """
    if not name.isascii():
        name = _APOSTROPHE.sub("'", name)
        name = _FRACTION.sub(r" \g<0>", name)
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(character for character in decomposed if not unicodedata.combining(character))
    letters = name.casefold()
    words = " ".join(_NO_LETTERS.sub(" ", letters.replace("&", " and ").replace("'", "")).split())
    words = re.sub(r" the$", "", words) if letters.rstrip().endswith(", the") else words
    words = " ".join(_SPELLINGS.get(word, word) for word in words.split())
    return _ARTICLE.sub("", words)


def plain_aliases(name: str) -> tuple[str, ...]:
    """Return the plain forms of a name: whole, without its brackets, each bracket alone, and without a part in front.

    >>> plain_aliases("La Double vie de Véronique (The Double Life of Veronique)")[1:]
    ('la double vie de veronique', 'double life of veronique')
    """
    forms = [name]
    if "(" in name:
        inside = [ALSO_KNOWN.sub("", text, count=1) for text in _BRACKETS.findall(name)]
        forms = [name, _BRACKETS.sub("", name), *inside]
    forms += [tail for form in forms[:2] if (tail := _PART_FIRST.sub("", form)) != form]
    forms += [form.replace("*", "") for form in forms[:2] if "*" in form]
    return tuple(dict.fromkeys(form for form in map(plain, forms) if form))
