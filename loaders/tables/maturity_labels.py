"""The labels that boards put on films, and the age that each stands for: one table, and where it is from.

=====================  =================================================================================
board                  source
=====================  =================================================================================
MPA (G … NC-17)        Classification and Rating Administration, *Classification and Rating Rules*,
                       https://www.filmratings.com
TV Parental            TV Parental Guidelines Monitoring Board, http://www.tvguidelines.org
Guidelines (TV-Y …)
FSK (0, 6, 12, 16, 18) Freiwillige Selbstkontrolle der Filmwirtschaft, Jugendschutzgesetz § 14,
                       https://www.fsk.de
BBFC (U … R18)         British Board of Film Classification, *Classification Guidelines*,
                       https://www.bbfc.co.uk
Motion Picture Code    Approved, Passed (before 1968), M and GP (until 1972, then PG), X (until 1990, then NC-17):
and early MPA          the same rules' history
Canada (14A, 18A)      Canadian Home Video Rating System, https://www.mpa-canada.org
Eirin (PG12)           映画倫理機構, https://www.eirin.jp
=====================  =================================================================================

The American PG and TV-PG name no age; 8 is the age that the British PG speaks of. R and TV-MA are for 17 and
over, NC-17 for 18. Unrated is not among them: it is unknown.
"""

from __future__ import annotations

import re
from typing import Final

from cinewalk.graph.model.schema import MATURITY
from cinewalk.loaders.tables.cells import BadCellError, read_integer

#: The age of each label, by its letters and digits in upper case.
AGES: Final = {
    # MPA
    "G": 0, "PG": 8, "PG13": 13, "R": 17, "NC17": 18,
    # TV Parental Guidelines
    "TVY": 0, "TVY7": 7, "TVY7FV": 7, "TVG": 0, "TVPG": 8, "TV14": 14, "TVMA": 17,
    # FSK
    "FSK0": 0, "FSK6": 6, "FSK12": 12, "FSK16": 16, "FSK18": 18,
    # before them
    "APPROVED": 0, "PASSED": 0, "M": 8, "GP": 8, "X": 18,
    # Canada, Japan
    "14A": 14, "18A": 18, "PG12": 12,
    # BBFC
    "U": 4, "12A": 12, "R18": 18,
    "BBFCU": 4, "BBFCPG": 8, "BBFC12": 12, "BBFC12A": 12, "BBFC15": 15, "BBFC18": 18,
}  # fmt: skip
_UNRATED: Final = frozenset({"", "NR", "UR", "NOTRATED", "UNRATED", "NA"})
#: What a label is said with, and what American television adds on why (dialogue, language, sex, violence, fantasy).
_SAID: Final = re.compile(
    r"^RATED(?=.)|(?<=^FSK)(?:AB|FREIGEGEBENAB)(?=\d)|(?<=^TV(?:MA|PG|14))(?:FV|[DLSV])+$"
)
_NUMBER: Final = re.compile(r"\s*(\d{1,2})\s*\+?\s*")


def read_maturity(text: str) -> int | None:
    """Read an age, or a label as its age; nothing and "not rated" are ``None``.

    >>> read_maturity("PG-13"), read_maturity("FSK ab 16"), read_maturity("12"), read_maturity("NR")
    (13, 16, 12, None)
    >>> read_maturity("TV-MA-LSV"), read_maturity("Rated R"), read_maturity("Approved")
    (17, 17, 0)
    """
    match = _NUMBER.fullmatch(text)
    label = "".join(filter(str.isalnum, text)).upper()
    age = read_integer(match[1]) if match else AGES.get(_SAID.sub("", label))
    if age is None and label in _UNRATED:
        return None
    if age is None or not 0 <= age <= int(MATURITY.maximum or 0):
        raise BadCellError("is neither an age from 0 to 21 nor a label that is known (see docs/data.md)")
    return age
