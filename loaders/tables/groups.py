"""Columns that describe people: what is dropped, and how ages become bands."""

from __future__ import annotations

import bisect
import re
from typing import Final

from cinewalk.loaders.tables.cells import BadCellError, read_text

#: The age bands of MovieLens-1M, and the age at which each begins.
AGE_BANDS: Final = {
    0: "Under 18",
    18: "18-24",
    25: "25-34",
    35: "35-44",
    45: "45-49",
    50: "50-55",
    56: "56+",
}
_BAND_STARTS: Final = tuple(AGE_BANDS)
_OLDEST: Final = 130
_AGE: Final = re.compile(r"[+-]?[0-9]{1,6}(?:\.[0-9]{0,6})?")

_PERSONAL_WORDS: Final = (
    "zip zipcode postcode postalcode postal plz email mail emailaddress phone phonenumber telephone mobile "
    "address streetaddress homeaddress street birthdate dateofbirth dob birthday birthdt fullname firstname "
    "lastname surname familyname givenname middlename realname username nickname ssn passport ip ipaddress "
    "latitude longitude lat lon lng"
)
#: Columns that point to one person, by their letters and digits; never kept.
PERSONAL: Final = frozenset(_PERSONAL_WORDS.split())
_TELLING_WORDS: Final = frozenset(
    (
        "zip",
        "zipcode",
        "postcode",
        "postal",
        "email",
        "phone",
        "telephone",
        "address",
        "birthdate",
        "birthday",
    )
)
#: Personal for users; people on screen and behind it are known by theirs.
_PERSONAL_FOR_USERS: Final = frozenset({"name"})


def is_personal(column: str, table: str) -> bool:
    """Tell whether a column holds what points to one person.

    >>> is_personal("zip_code", "users"), is_personal("occupation", "users")
    (True, False)
    """
    if not _TELLING_WORDS.isdisjoint(snake_case(column).split("_")):
        return True
    letters = "".join(filter(str.isalnum, column)).lower()
    return letters in PERSONAL or (table == "users" and letters in _PERSONAL_FOR_USERS)


def snake_case(name: str) -> str:
    """Bring a column's name to lower snake_case.

    >>> snake_case("userId"), snake_case("Zip Code"), snake_case("user_id")
    ('user_id', 'zip_code', 'user_id')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"\W+|_+", "_", parted).strip("_").lower()


def read_age(text: str) -> str | None:
    """Read an age in years as its band; other text stays.

    The codes of MovieLens-1M (1, 18, 25, 35, 45, 50, 56) are the first ages of their bands.

    >>> read_age("24"), read_age("1"), read_age("56+")
    ('18-24', 'Under 18', '56+')
    """
    age = read_text(text)
    if age is None or not _AGE.fullmatch(age):
        return age
    years = float(age)
    if not 0 <= years <= _OLDEST:
        raise BadCellError(f"is not an age between 0 and {_OLDEST}")
    return AGE_BANDS[_BAND_STARTS[bisect.bisect_right(_BAND_STARTS, years) - 1]]
