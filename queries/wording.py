"""How results are put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.queries.results import Others, Reason


def label_of(title: str, year: int | None) -> str:
    """Return a title as people write it.

    >>> label_of("Fargo", 1996), label_of("Fargo", None)
    ('Fargo (1996)', 'Fargo')
    """
    return title if year is None else f"{title} ({year})"


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "viewer"), count_of(1200, "viewer")
    ('1 viewer', '1,200 viewers')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def because_text(named: Sequence[Reason], others: Others) -> str:
    """Return reasons as a clause.

    >>> from cinewalk.queries.results import Others, Reason
    >>> because_text([Reason("Title", "1", "Alien (1979)", 0.6, 1.2, 31)], Others(4, 0.4))
    'because you liked Alien (1979) 60 % (31 viewers liked both), 4 other titles 40 %'
    """
    if not named:
        return ""
    parts = [_reason_text(reason) for reason in named]
    if others.count:
        parts.append(f"{count_of(others.count, 'other ' + _noun(named))} {_percent(others.share)}")
    verb = "because you liked" if named[0].label == "Title" else "because you asked for"
    return f"{verb} {', '.join(parts)}"


def _noun(named: Sequence[Reason]) -> str:
    return "title" if all(reason.label == "Title" for reason in named) else "seed"


def _reason_text(reason: Reason) -> str:
    text = f"{reason.name} {_percent(reason.share)}"
    if reason.viewers is None:
        return text
    return f"{text} ({count_of(reason.viewers, 'viewer')} liked both)"


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %") if share >= 0.01 or share == 0 else "under 1 %"
