"""Years and instants as people write them, on the command line and in an address, and scores as they read them."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from cinewalk.clean_text import quoted
from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence


def years_in(text: str | None) -> tuple[int, int] | None:
    """Read ``1994``, ``1970-1979``, ``1970s`` or ``70s``, which is the decade of the last century.

    Raises
    ------
    RequestError
        Where it is something else.

    Examples
    --------
    >>> years_in("90s"), years_in("2010s")
    ((1990, 1999), (2010, 2019))
    """
    if text is None:
        return None
    try:
        if text.endswith("s"):
            decade = int(text[:-1])
            decade += 1900 if 0 <= decade < 100 else 0
            return decade, decade + 9
        first, _, last = text.partition("-")
        return int(first), int(last or first)
    except ValueError:
        raise RequestError(f"{quoted(text)} is not 1994, 1970-1979 or 1970s.") from None


def instant_in(text: str | None) -> float | None:
    """Read an instant, in UTC unless it has a zone of its own; return seconds since 1970.

    Raises
    ------
    RequestError
        Where it is none.

    Examples
    --------
    >>> instant_in("2026-11-24T20:15"), instant_in("1970-01-01T01:00+01:00")
    (1795551300.0, 0.0)
    """
    if text is None:
        return None
    try:
        at = dt.datetime.fromisoformat(text)
        return (at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)).timestamp()
    except ValueError:
        raise RequestError(f"{quoted(text)} is not an instant such as 2026-11-24T20:15.") from None


def scores_text(scores: Sequence[float]) -> list[str]:
    """Return scores with as many places each as they need to stand below each other.

    Three digits of the largest are seen, and two of the smallest above 0; counts are whole.

    >>> scores_text([0.2155, 0.2, 0.121]), scores_text([12.0, 4.0]), scores_text([0.0012, 0.0004])
    (['0.215', '0.200', '0.121'], ['12', '4'], ['0.00120', '0.00040'])
    """
    above = [score for score in scores if score > 0.0]
    places = 3
    if above and all(score.is_integer() for score in scores):
        places = 0
    elif above:
        places = max(0, 2 - math.floor(math.log10(max(above))), 1 - math.floor(math.log10(min(above))))
    return [f"{score:.{places}f}" for score in scores]
