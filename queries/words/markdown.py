"""Markdown: texts that nothing is taken for markup in, lists, and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What is below the heading of a column: of words, and the same written tightly; of numbers, which stand to the right.
WORDS: Final = " --- "
TIGHT: Final = "---"
NUMBERS: Final = " --: "


def text(value: str) -> str:
    r"""Return a text so that Markdown takes nothing of it for markup.

    >>> print(text("a|b *c*\n<d>"))
    a\|b \*c\* \<d\>
    """
    plain = " ".join(value.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#" else letter for letter in plain)


def items(lines: Sequence[str]) -> str:
    """Return a list; its lines are Markdown.

    >>> print(items(["*one*", "two"]))
    - *one*
    - two
    """
    return "\n".join(f"- {line}" for line in lines)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    markup: bool = False,
    first: str = WORDS,
    others: str = WORDS,
) -> str:
    r"""Return a table.

    Parameters
    ----------
    columns
        The headings.
    rows
        The cells.
    markup
        Whether headings and cells are Markdown already; unless they are, nothing is taken for markup in them.
    first, others
        The rule below the heading of the first column and of the others.

    Examples
    --------
    >>> print(table(["What", "Number"], [("users_by_day", "7")], others=NUMBERS))
    | What | Number |
    | --- | --: |
    | users\_by\_day | 7 |
    """
    heading, *lines = (
        f"| {' | '.join(cells if markup else map(text, cells))} |" for cells in (columns, *rows)
    )
    rule = "|".join(["", first, *[others] * (len(columns) - 1), ""])
    return "\n".join([heading, rule, *lines])
