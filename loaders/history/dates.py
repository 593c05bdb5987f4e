"""Days as an account page writes them in its own language: which number is the day is told by the whole column."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cinewalk.errors import RequestError
from cinewalk.graph.model.schema import EARLIEST_TIME, FUTURE_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DAY: Final = re.compile(r"\s*(\d{1,4})\s*[./\-年]\s*(\d{1,2})\s*[./\-月]\s*(\d{1,4})\s*[.日]?\s*")
_SECONDS: Final = 86_400
_EPOCH: Final = dt.date(1970, 1, 1)


class DateOrder(StrEnum):
    """The order of day, month and year in a date of three numbers."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


def read_day(text: str, order: DateOrder) -> int | None:
    """Read a date as the seconds since 1970 of its midnight in UTC; ``None`` where it is none in this order.

    A year of two digits is one of this century. Days before 1990, and days to come, are none.

    >>> read_day("31.1.24", DateOrder.DAY_FIRST), read_day("31.1.24", DateOrder.MONTH_FIRST)
    (1706659200, None)
    """
    seconds = _calendar_day(text, order)
    latest = dt.datetime.now(dt.UTC).timestamp() + FUTURE_TOLERANCE
    return seconds if seconds is not None and EARLIEST_TIME <= seconds <= latest else None


def _calendar_day(text: str, order: DateOrder) -> int | None:
    """Read a date of any year as the seconds since 1970."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    parts = dict(zip(order.value, match.groups(), strict=True))
    if len(parts["y"]) not in {2, 4} or max(len(parts["d"]), len(parts["m"])) > 2:
        return None
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    try:
        return (dt.date(year, int(parts["m"]), int(parts["d"])) - _EPOCH).days * _SECONDS
    except ValueError:
        return None


def decide_order(texts: Sequence[str], where: str) -> DateOrder:
    """Tell the order of all dates of a column.

    An order that reads every date that any order reads is a candidate. Of several candidates that read the same
    days, any will do; of others, the one that alone makes days of dates whose year cannot be right, or else the one in
    which no day is newer than the one above it, because the newest come first. What is left undecided is refused and
    never guessed.

    Parameters
    ----------
    texts
        The column.
    where
        The file, for a person who has to decide.

    Raises
    ------
    RequestError
        Where it cannot be told.

    Examples
    --------
    >>> decide_order(["2/1/24", "31/12/23"], "history.csv").value
    'dmy'
    """
    distinct = list(dict.fromkeys(texts))
    days = {order: [read_day(text, order) for text in distinct] for order in DateOrder}
    readable = [any(column) for column in zip(*days.values(), strict=True)]
    whole = {o: column for o, column in days.items() if [day is not None for day in column] == readable}
    if not whole and any(readable):
        raise RequestError(f"{where}: some dates are day first and others month first. {_ADVICE}")
    first, *others = whole
    if all(whole[other] == whole[first] for other in others):
        return first
    if len(of_calendar := _of_calendar(distinct, whole)) == 1:
        return of_calendar[0]
    steady = [order for order in whole if _is_newest_first(whole[order])]
    if len(steady) != 1:
        shown = next(
            text
            for place, text in enumerate(distinct)
            if len({column[place] for column in whole.values()}) > 1
        )
        raise RequestError(f"{where}: no date tells the day from the month, as in {shown[:20]!r}. {_ADVICE}")
    return steady[0]


_ADVICE: Final = "Say which it is with --date-order dmy, mdy or ymd (date_order= in Python)."


def _of_calendar(texts: Sequence[str], orders: Iterable[DateOrder]) -> list[DateOrder]:
    """Return the orders that make days of all dates that any makes days of, whichever their year."""
    days = {order: [_calendar_day(text, order) is not None for text in texts] for order in orders}
    readable = [any(column) for column in zip(*days.values(), strict=True)]
    return [order for order, column in days.items() if column == readable]


def _is_newest_first(days: Sequence[int | None]) -> bool:
    known = [day for day in days if day is not None]
    return all(newer >= older for newer, older in itertools.pairwise(known))
