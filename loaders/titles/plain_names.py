"""Names of titles brought to what is compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ARTICLE: Final = re.compile(r"^(?:the|an?)\s+(?=\S)")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_BRACKETS: Final = re.compile(r"\s*\(([^()]*)\)")


def plain(name: str) -> str:
    """Reduce a name to what is compared: no accents, no case, no punctuation, no leading article.

    >>> plain("The Amélie!"), plain("Matrix, The"), plain("  WALL·E ")
    ('amelie', 'matrix', 'wall e')
    """
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(character for character in decomposed if not unicodedata.combining(character))
    letters = name.casefold()
    words = " ".join(_NO_LETTERS.sub(" ", letters.replace("&", " and ").replace("'", "")).split())
    words = re.sub(r" the$", "", words) if letters.rstrip().endswith(", the") else words
    return _ARTICLE.sub("", words)


def plain_aliases(name: str) -> tuple[str, ...]:
    """Return the plain forms of a name: whole, without its brackets, and each bracket alone.

    >>> plain_aliases("La Double vie de Véronique (The Double Life of Veronique)")[1:]
    ('la double vie de veronique', 'double life of veronique')
    """
    if "(" not in name:
        return (plain(name),) if plain(name) else ()
    forms = (name, _BRACKETS.sub("", name), *_BRACKETS.findall(name))
    return tuple(dict.fromkeys(form for form in map(plain, forms) if form))
