"""What numbers, texts and lists people may give: one place says what is allowed, and says it in one line."""

from __future__ import annotations

import reprlib
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model.relation import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable


def checked_count(count: Any, name: str = "k") -> int:
    """Return how many of something are wanted.

    Raises
    ------
    RequestError
        Where it is no whole number from 1 to :data:`MOST`.

    Examples
    --------
    >>> checked_count(10)
    10
    """
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise RequestError(f"{name} is {shown(count)}; it must be a whole number of at least 1.")
    if count > MOST:
        raise RequestError(f"{name} is {shown(count)}; it must be at most {MOST}.")
    return int(count)


def checked_number(value: Any, name: str, lowest: float, highest: float) -> float:
    """Return a number that must lie between two others, both included.

    Raises
    ------
    RequestError
        Where it is none, or lies outside.
    """
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not is_number or not lowest <= value <= highest:
        raise RequestError(f"{name} is {shown(value)}; it must be a number from {lowest:g} to {highest:g}.")
    return float(value)


def checked_whole(value: Any, name: str, lowest: int, highest: int, what: str = "a whole number") -> int:
    """Return a whole number that must lie between two others, both included."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not lowest <= value <= highest:
        raise RequestError(f"{name} is {shown(value)}; it must be {what} from {lowest} to {highest}.")
    return int(value)


def checked_years(years: Any) -> tuple[int, int] | None:
    """Return the first and the last of some years.

    Raises
    ------
    RequestError
        Where they are no two whole numbers, or the wrong way round.

    Examples
    --------
    >>> checked_years((1970, 1979))
    (1970, 1979)
    """
    if years is None:
        return None
    pair = years if isinstance(years, tuple | list) else ()
    if len(pair) != 2 or not all(
        isinstance(year, int | np.integer) and not isinstance(year, bool) for year in pair
    ):
        raise RequestError(
            f"years is {shown(years)}; it must be the first and the last year, such as (1990, 1999)."
        )
    first, last = (max(-MOST, min(MOST, int(year))) for year in pair)
    if first > last:
        raise RequestError(f"the years run from {first} to {last}; the first must not be the later.")
    return first, last


def checked_text(value: Any, name: str, example: str) -> str:
    """Return a text.

    Raises
    ------
    RequestError
        Where it is none.
    """
    if not isinstance(value, str):
        raise RequestError(f"{name} is {shown(value)}; it must be a text, such as {example!r}.")
    return value


def listed(name: str, values: Iterable[Any]) -> list[str]:
    """Return ids or names as a list of texts; numbers are taken for ids.

    Raises
    ------
    RequestError
        Where it is one text, whose letters would be taken for values, or no list, or something in it is no id or name.

    Examples
    --------
    >>> listed("genres", ("Drama", "Horror"))
    ['Drama', 'Horror']
    """
    if isinstance(values, str):
        raise RequestError(
            f"{name} is the text {shown(values)}; it must be a list, such as {name}=[{shown(values)}]."
        )
    try:
        items = list(values)
    except TypeError:
        raise RequestError(f"{name} is {shown(values)}; it must be a list.") from None
    for item in items:
        is_id = isinstance(item, str | int | np.integer) and not isinstance(item, bool)
        if not is_id:
            raise RequestError(f"{name} holds {shown(item)}; it must hold ids or names.")
    return [str(item) for item in items]


def shown(value: Any) -> str:
    """Return what somebody gave, cut short where it is long.

    >>> shown("abc"), len(shown(10**400)) < 60
    ("'abc'", True)
    """
    if isinstance(value, int) and abs(value) > 10**30:
        return f"a number of {len(str(abs(value))) if abs(value) < 10**4000 else 'over 4000'} digits"
    return reprlib.repr(value)
