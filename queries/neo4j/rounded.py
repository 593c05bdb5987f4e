"""Scores for people to read: a query whose last clause rounds them, and orders by what they are."""

from __future__ import annotations

import re
from typing import Final

#: Columns that people read as numbers with four places, more than a screen has room to compare.
_ROUNDED: Final = frozenset({"score", "share", "part", "lift"})
_PLACES: Final = 4
_INNERMOST: Final = re.compile(r"\([^()\[\]{}]*\)|\[[^()\[\]{}]*\]|\{[^()\[\]{}]*\}")


def rounded(statement: str) -> str:
    r"""Return a query that shows its scores with four places, in the same order as before.

    The last ``RETURN`` becomes a ``WITH``, so that rows are ordered and cut off by exact scores, and what is rounded
    is only what is shown.

    Parameters
    ----------
    statement
        A query whose last clause is ``RETURN`` at the beginning of a line.

    Examples
    --------
    >>> print(rounded("MATCH (t:Title)\nRETURN t.title AS title, t.x / 3 AS score\nORDER BY score DESC\nLIMIT 5"))
    MATCH (t:Title)
    WITH t.title AS title, t.x / 3 AS score
    ORDER BY score DESC
    LIMIT 5
    RETURN title, round(score, 4) AS score
    >>> rounded("RETURN 1 AS count")
    'RETURN 1 AS count'
    """
    before, clause, last = f"\n{statement.rstrip()}".rpartition("\nRETURN")
    names = _columns(last.partition("\nORDER BY")[0])
    if not _ROUNDED & set(names):
        return statement
    shown = (f"round({name}, {_PLACES}) AS {name}" if name in _ROUNDED else name for name in names)
    return f"{before}{clause.replace('RETURN', 'WITH')}{last}\nRETURN {', '.join(shown)}".lstrip("\n")


def _columns(text: str) -> list[str]:
    """Return the names of columns: the last word of each, brackets left out."""
    while (shorter := _INNERMOST.sub("", text)) != text:
        text = shorter
    return [column.split()[-1] for column in text.split(",")]
