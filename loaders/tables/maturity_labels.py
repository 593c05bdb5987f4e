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

from cinewalk.errors import RequestError
from cinewalk.graph.model.schema import MATURITY
from cinewalk.loaders.tables.cells import BadCellError, read_integer

#: By board: the age of each of its labels, by their letters and digits in upper case.
BOARDS: Final[dict[str, dict[str, int]]] = {
    "mpa": {
        "G": 0, "PG": 8, "PG13": 13, "R": 17, "NC17": 18,
        "APPROVED": 0, "PASSED": 0, "M": 8, "GP": 8, "X": 18,
    },
    "tv": {"TVY": 0, "TVY7": 7, "TVY7FV": 7, "TVG": 0, "TVPG": 8, "TV14": 14, "TVMA": 17},
    "fsk": {"0": 0, "OA": 0, "6": 6, "12": 12, "16": 16, "18": 18},
    "bbfc": {"U": 4, "PG": 8, "12": 12, "12A": 12, "15": 15, "18": 18, "R18": 18},
    "canada": {"G": 0, "PG": 8, "14A": 14, "18A": 18, "R": 18},
    "eirin": {"G": 0, "PG12": 12, "R15": 15, "R18": 18},
}  # fmt: skip
#: The same where no board is named: labels that several boards have are the first one's, and numbers are ages.
AGES: Final = {
    **{
        label: age
        for board in ("eirin", "canada", "bbfc", "tv", "mpa")
        for label, age in BOARDS[board].items()
        if not label.isdecimal()
    },
    **{f"{board.upper()}{label}": age for board in ("fsk", "bbfc") for label, age in BOARDS[board].items()},
}
_UNRATED: Final = frozenset({"", "NR", "UR", "NOTRATED", "UNRATED", "NA"})
#: What a label is said with, and what American television adds on why (dialogue, language, sex, violence, fantasy).
_SAID: Final = re.compile(
    r"^RATED(?=.)|(?<=^FSK)(?:AB|FREIGEGEBENAB)(?=\d)|(?<=\d)FREIGEGEBEN$|(?<=^TV(?:MA|PG|14))(?:FV|[DLSV])+$"
)
_NUMBER: Final = re.compile(r"\s*(\d{1,2})\s*\+?\s*")


def check_board(board: str) -> None:
    """Refuse a board that is not known.

    Raises
    ------
    RequestError
        With those that are.

    Examples
    --------
    >>> check_board("fsk")
    """
    if board not in BOARDS:
        raise RequestError(f"there is no board {board!r} of maturity labels; there are {', '.join(BOARDS)}.")


def read_maturity(text: str, board: str = "") -> int | None:
    """Read an age, or a label as its age; nothing and "not rated" are ``None``.

    Parameters
    ----------
    text
        What is to be read.
    board
        Whose labels they are, one of :data:`BOARDS`: then nothing else is read. Without it numbers are ages, and a
        label that several boards have is that of the MPA.

    Raises
    ------
    BadCellError
        Where it is neither an age nor a label of these.

    Examples
    --------
    >>> read_maturity("PG-13"), read_maturity("FSK ab 16"), read_maturity("12"), read_maturity("NR")
    (13, 16, 12, None)
    >>> read_maturity("TV-MA-LSV"), read_maturity("Rated R"), read_maturity("Approved")
    (17, 17, 0)
    >>> read_maturity("R"), read_maturity("R", "canada"), read_maturity("ab 16", "fsk")
    (17, 18, 16)
    """
    label = _SAID.sub("", "".join(filter(str.isalnum, text)).upper())
    if label in _UNRATED:
        return None
    if board:
        own = label if label in BOARDS[board] else label.removeprefix(board.upper()).removeprefix("AB")
        age = BOARDS[board].get(own)
        if age is None:
            raise BadCellError(f"is no label of {board}, which has {', '.join(BOARDS[board])}")
        return age
    match = _NUMBER.fullmatch(text)
    age = read_integer(match[1]) if match else AGES.get(label)
    if age is None or not 0 <= age <= int(MATURITY.maximum or 0):
        raise BadCellError("is neither an age from 0 to 21 nor a label that is known (see docs/data.md)")
    return age
