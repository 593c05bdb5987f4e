"""From the text of one cell to its value: strict, ASCII numbers, UTC times, NFC text."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.clean_text import control_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from cinewalk.graph.model.schema import Kind, Property

#: An integer or time that is not given, until the checks are done.
MISSING: Final = int(np.iinfo(np.int64).min)

#: What data sets write where a title has no genre.
NO_GENRE: Final = frozenset({"unknown", "(no genres listed)", "nan", "null", "n/a", "<na>"})

#: What databases, and IMDb, write where there is nothing.
NULL: Final = r"\N"

#: The longest text that can be a number or a time.
_LONGEST_VALUE: Final = 64
_MOST_DIGITS: Final = 18
#: Times farther from 1970, in seconds, are as good as this one.
_FARTHEST: Final = 4e18
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
DECIMAL_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]+")
#: A number that is another one where points part thousands.
POINTS_OF_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+")
_INTEGER: Final = re.compile(r"([+-]?[0-9]+)(?:\.0*)?")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
#: A date with the year at its end, or with slashes or points: which is the month?
_OTHER_ORDER: Final = re.compile(r"[0-9]{1,4}([/.-])[0-9]{1,2}\1[0-9]{1,4}(?![0-9])")
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND: Final = dt.timedelta(seconds=1)


#: Characters that nobody sees: soft hyphens, blanks without width, joiners, marks of notes.
_INVISIBLE: Final = "\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufff9-\ufffb"
_AROUND: Final = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")
_HIDDEN: Final = re.compile(rf"[{_INVISIBLE}]")
#: Joiners are letters' business, as in Persian and in emoji: beside ASCII they join nothing.
_HIDDEN_WITHIN: Final = re.compile(
    rf"(?![\u200c\u200d])[{_INVISIBLE}]|(?<=[\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?=[\x00-\x7f])"
)


class BadCellError(ValueError):
    """A cell whose text is not a value of its kind; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a file: the name that it gets, the kind of its values, and how a cell is read."""

    name: str
    kind: Kind
    read: Callable[[str], Any]


def read_id(text: str) -> str | None:
    """Strip white space and what is invisible around, bring text to NFC; nothing left is None.

    No id steers a terminal, and no two of them look the same because one holds what nobody sees.

    >>> read_id(" 196 ")
    '196'
    """
    text = _tidy(text)
    if control := control_in(text):
        raise BadCellError(f"holds the control character U+{ord(control):04X}")
    if not text.isascii() and (hidden := _HIDDEN_WITHIN.search(text)):
        raise BadCellError(f"holds the invisible character U+{ord(hidden[0]):04X}")
    return text or None


def _tidy(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else _AROUND.sub("", unicodedata.normalize("NFC", text))


def note_on_invisible(file: str, ids: Iterable[str]) -> tuple[str, ...]:
    r"""Say of a column of ids that what is invisible around them was taken away, where there was any.

    >>> note_on_invisible("x.csv", ["7\u200b", "8"])
    ('x.csv: ids: invisible characters around them (U+200B) were taken away.',)
    """
    around = (found[0] for text in ids if not text.isascii() for found in _AROUND.finditer(text))
    hidden = next(filter(None, map(_HIDDEN.search, around)), None)
    if hidden is None:
        return ()
    return (f"{file}: ids: invisible characters around them (U+{ord(hidden[0]):04X}) were taken away.",)


def read_text(text: str) -> str | None:
    """Strip white space, make each run of it one blank, and bring text to NFC; nothing left is None.

    >>> read_text(" Toy   Story")
    'Toy Story'
    """
    return _tidy(" ".join(text.split())) or None


def _not_a_number(text: str) -> BadCellError:
    if not text.isascii():
        return BadCellError("is not a number in plain digits 0 to 9")
    if _NOT_FINITE.fullmatch(text):
        return BadCellError("is not a finite number")
    if DECIMAL_COMMA.fullmatch(text):
        return BadCellError("has a comma; decimals are written with a point")
    return BadCellError("is not a number")


def read_float(text: str) -> float | None:
    """Read a decimal number.

    >>> read_float("3.5")
    3.5
    """
    text = text.strip()
    if not text:
        return None
    if len(text) > _LONGEST_VALUE or not _NUMBER.fullmatch(text):
        raise _not_a_number(text)
    value = float(text)
    if not math.isfinite(value):
        raise BadCellError("is not a finite number")
    return value


def read_integer(text: str) -> int | None:
    """Read a whole number; ``1995.0``, as spreadsheets write it, is one.

    >>> read_integer("1995.0")
    1995
    """
    text = text.strip()
    if not text:
        return None
    match = _INTEGER.fullmatch(text) if len(text) <= _LONGEST_VALUE else None
    if match is None:
        numeric = _NUMBER.fullmatch(text[: _LONGEST_VALUE + 1])
        raise BadCellError("is not a whole number") if numeric else _not_a_number(text)
    if len(match[1]) > _MOST_DIGITS:
        raise BadCellError("has too many digits")
    return int(match[1])


def read_date(text: str) -> np.datetime64 | None:
    """Read a calendar day, ``YYYY-MM-DD``.

    >>> read_date("1995-11-22")
    np.datetime64('1995-11-22')
    """
    text = text.strip()
    if not text:
        return None
    if not _DATE.fullmatch(text):
        raise BadCellError("is not a date like 1995-11-22")
    return as_day(text[:4], text[5:7], text[8:])


def as_day(year: str, month: str, day: str) -> np.datetime64:
    """Make a calendar day of its three numbers, or say that there is none."""
    try:
        return np.datetime64(dt.date(int(year), int(month), int(day)), "D")
    except ValueError:
        raise BadCellError("is not a day of the calendar") from None


def read_time(text: str) -> int | None:
    """Read an instant as seconds since 1970: a number of seconds, or ISO 8601 (UTC where no zone is given).

    >>> read_time("1997-12-04T15:55:49Z"), read_time("881250949"), read_time("881250949.7")
    (881250949, 881250949, 881250949)
    """
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    if len(text) <= _LONGEST_VALUE and _NUMBER.fullmatch(text):
        return math.floor(max(min(float(text), _FARTHEST), -_FARTHEST))
    if len(text) > _LONGEST_VALUE or not _TIME.fullmatch(text):
        if _NOT_FINITE.fullmatch(text):
            raise BadCellError("is not a finite number")
        if _OTHER_ORDER.match(text):
            raise BadCellError(
                "is no date like 2020-09-14; write it so, or leave the column out (--columns NAME=)"
            )
        raise BadCellError("is neither seconds since 1970 nor a time like 1997-12-04T15:55:49Z")
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        return (moment - _EPOCH) // _SECOND
    except (ValueError, OverflowError):
        raise BadCellError("is not a time of the calendar") from None


def read_list(text: str) -> tuple[str, ...]:
    """Read names split by ``|``; each is kept once, in order.

    >>> read_list("Comedy|Drama|Comedy")
    ('Comedy', 'Drama')
    """
    return unique_names(text.split("|"))


def unique_names(parts: Iterable[str]) -> tuple[str, ...]:
    """Clean names, drop the empty ones and the markers for "no genre", and keep each once; names are ids of nodes."""
    names = filter(None, (read_id(" ".join(part.split())) for part in parts))
    return tuple(dict.fromkeys(name for name in names if name.lower() not in NO_GENRE))


READERS: Final[dict[Kind, Callable[[str], Any]]] = {
    "id": read_id,
    "text": read_text,
    "integer": read_integer,
    "float": read_float,
    "date": read_date,
    "time": read_time,
    "list": read_list,
}


def field(column: Property) -> Field:
    """Make the field that reads a column of the schema in the plain way."""
    return Field(column.name, column.kind, READERS[column.kind])


def is_plain_decimal(text: str | None) -> bool:
    """Tell whether text is how an integer of at most 18 digits is written, and nothing else.

    >>> is_plain_decimal("196"), is_plain_decimal("007"), is_plain_decimal("-1")
    (True, False, False)
    """
    return (
        text is not None
        and text.isascii()
        and text.isdecimal()
        and len(text) <= _MOST_DIGITS
        and (text[0] != "0" or len(text) == 1)
    )


def as_column(kind: Kind, values: Sequence[Any], index: pd.Index | None = None) -> pd.Series[Any]:
    """Make a typed column of read values; None becomes what stands for "not given" in that kind.

    Ids become int64 where every one of them is a plain decimal.
    """
    import pandas as pd

    if kind in {"integer", "time"}:
        numbers = np.fromiter((MISSING if v is None else v for v in values), np.int64, len(values))
        return pd.Series(numbers, index=index)
    if kind == "float":
        return pd.Series([math.nan if v is None else v for v in values], index=index, dtype=np.float64)
    if kind == "date":
        days = np.array(["NaT" if v is None else v for v in values], dtype="datetime64[s]")
        return pd.Series(days, index=index)
    if kind == "list":
        return pd.Series(np.fromiter((v or () for v in values), object, len(values)), index=index)
    if kind == "id" and all(map(is_plain_decimal, values)):
        return pd.Series(np.fromiter(map(int, values), np.int64, len(values)), index=index)
    return pd.Series(["" if v is None else v for v in values], index=index, dtype="str")


def convert(texts: Sequence[str], read: Callable[[str], Any]) -> tuple[list[Any], dict[str, str]]:
    """Read the cells of a column, each distinct text once; :data:`NULL` is an empty cell.

    Returns
    -------
    values, bad
        One value for each text, None where the text is bad; and the reason for each bad text.
    """
    values: dict[str, Any] = {}
    bad: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        try:
            values[text] = read("" if text.strip() == NULL else text)
        except BadCellError as error:
            values[text], bad[text] = None, str(error)
    return list(map(values.__getitem__, texts)), bad
