"""Years and instants as people write them, on the command line and in an address."""

from __future__ import annotations

import datetime as dt

from cinewalk.clean_text import quoted
from cinewalk.errors import RequestError


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
