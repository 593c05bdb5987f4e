"""The parts of a model card that are the same for every graph, and how it is put into Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cinewalk.graph.attributes.privacy import SMALLEST_GROUP

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What the model is for, and what it is not for.
USE: Final = """- Meant for: suggesting films and series to people of whom it is known what they like, and saying why.
- Meant for people who run it: looking at what it does to groups of viewers and of titles, before and while it is used.
- Not meant for: deciding about people, guessing who somebody is or to which group they belong, ranking the people who
  made titles, or anything in which a wrong suggestion does harm. What is right for children is decided by maturity
  limits alone."""

#: What is measured.
METRICS: Final = """- NDCG@10: how well the first ten titles find what is liked later, the first places most.
- Recall@20: the part of what is liked later that is in the first twenty. All titles are ranked, none are sampled.
- Beside accuracy: popularity lift, genre divergence, bubble index, coverage, Gini, and the exposure of titles and of
  creators.
- Brackets are 95 % bootstrap intervals over viewers. A gap between groups is compared with gaps that come about when
  groups are exchanged among viewers at random; what is called more than chance is so after a correction for how many
  figures are looked at (Holm)."""

#: What to think of before it is used.
ETHICS: Final = f"""- What people watch is personal. No figure is of fewer than {SMALLEST_GROUP} viewers, none can be
  worked out by subtraction, and nobody is named; explanations count other viewers and never name them.
- Whoever is in a group may be served on what the group likes while little is known of themselves. Groups can be left
  out altogether (`groups="none"`).
- Lists shape what is watched, and what is watched shapes lists: what is shown too little is found less and less."""


def text(value: str) -> str:
    r"""Return a text so that Markdown takes nothing of it for markup.

    >>> print(text("a|b *c*\n<d>"))
    a\|b \*c\* \<d\>
    """
    plain = " ".join(value.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#" else letter for letter in plain)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown.

    >>> print(table(["What", "Number"], [("users", "7")]))
    | What | Number |
    | --- | --- |
    | users | 7 |
    """
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: str) -> str:
    return value if value == "---" else text(value)


def items(lines: Sequence[str]) -> str:
    """Return a list in Markdown."""
    return "\n".join(f"- {line}" for line in lines)
