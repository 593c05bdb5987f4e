"""Ids that IMDb and TMDB have for titles: as files, exports and people write them, and which titles carry them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_IMDB: Final = re.compile(r"(?:https?://(?:www\.|m\.)?imdb\.com/title/)?tt0*([0-9]{1,12})(?:[/?].*)?", re.I)
_NUMBER: Final = re.compile(r"0*([0-9]{1,12})(?:\.0*)?")
_TMDB: Final = re.compile(r"tmdb:0*([0-9]{1,12})", re.I)
#: IMDb writes at least so many digits.
_IMDB_DIGITS: Final = 7


def imdb_id(text: str) -> str | None:
    """Write an id of IMDb the way that IMDb does; a bare number, with or without leading zeros, is one.

    Nothing, and the number 0, are no id and become an empty text; what cannot be one becomes None.

    Examples
    --------
    >>> imdb_id("114709"), imdb_id("0114709"), imdb_id("tt0114709"), imdb_id("https://www.imdb.com/title/tt0114709/")
    ('tt0114709', 'tt0114709', 'tt0114709', 'tt0114709')
    >>> imdb_id("0"), imdb_id("nm0000158")
    ('', None)
    """
    text = text.strip()
    match = _IMDB.fullmatch(text) or _NUMBER.fullmatch(text)
    if match is None:
        return None if text else ""
    return f"tt{match[1]:0>{_IMDB_DIGITS}}" if match[1] != "0" else ""


def tmdb_id(text: str) -> str | None:
    """Write an id of TMDB, a whole number, without leading zeros; else as :func:`imdb_id`.

    Examples
    --------
    >>> tmdb_id("862"), tmdb_id("862.0"), tmdb_id("0"), tmdb_id("tt0114709")
    ('862', '862', '', None)
    """
    text = text.strip()
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None if text else ""
    return match[1] if match[1] != "0" else ""


def external_key(text: str) -> str | None:
    """Tell which outside id a person or an export names: ``tt…`` is one of IMDb, ``tmdb:…`` one of TMDB.

    Examples
    --------
    >>> external_key("tt114709"), external_key("TMDB:862"), external_key("1917")
    ('tt0114709', 'tmdb:862', None)
    """
    text = text.strip()
    if (match := _TMDB.fullmatch(text)) is not None:
        return f"tmdb:{match[1]}"
    return imdb_id(text) or None if _IMDB.fullmatch(text) else None


def titles_by_external_id(imdb_ids: Sequence[str], tmdb_ids: Sequence[str]) -> dict[str, list[int]]:
    """Return the positions of the titles that carry each outside id, by its :func:`external_key`.

    Parameters
    ----------
    imdb_ids, tmdb_ids
        Of each title; empty where there is none.

    Examples
    --------
    >>> titles_by_external_id(["tt0114709", ""], ["862", "8844"])
    {'tt0114709': [0], 'tmdb:862': [0], 'tmdb:8844': [1]}
    """
    places: dict[str, list[int]] = {}
    for prefix, ids in (("", imdb_ids), ("tmdb:", tmdb_ids)):
        for position, external in enumerate(ids):
            if external:
                places.setdefault(f"{prefix}{external}", []).append(position)
    return places
