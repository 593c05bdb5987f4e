"""How results are put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cinewalk.graph.model import schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cinewalk.graph.attributes.privacy import Counted
    from cinewalk.queries.words.results import Others, Reason

#: What to call all viewers together.
MOST_VIEWERS: Final = "most viewers"

#: What to call another viewer, who is not named.
A_VIEWER: Final = "a viewer"

#: What to call viewers that are too few to be counted.
A_FEW: Final = "a few viewers"

_THUMBS: Final = {-1: "a thumb down", 1: "a thumb up", 2: "two thumbs up"}

_GENDERS: Final = {"f": "women", "female": "women", "m": "men", "male": "men"}

#: How many are called many, at least, and of how many.
_MANY: Final = 3
_MANY_OF_ALL: Final = 0.25

#: What stands before a reason that nobody asked for, by its label; other people's are those of an evening together.
_LEADS: Final = {
    schema.TITLE_NODE.label: "you liked",
    schema.GENRE.label: "of its genre",
    schema.PERSON.label: "of",
    schema.USER.label: "of the likes of",
}

#: The labels of what speaks for many people at once.
_CROWD: Final = ("DemographicGroup", "")


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


def percent(
    share: float,
    digits: int | None = None,
    *,
    least: str = "",
    space: str = "\N{NO-BREAK SPACE}",
    minus: str = "−",
) -> str:
    r"""Return a share as people write it.

    Parameters
    ----------
    share
        1 for all.
    digits
        How many stand after the point; by default as many as make two digits that count.
    least
        What stands for a share above 0 and below one percent, as in "under 1 %".
    space, minus
        What stands before the sign, and before a share below 0.

    Examples
    --------
    >>> percent(0.256), percent(0.0149), percent(-0.256, 1)
    ('26\xa0%', '1.5\xa0%', '−25.6\xa0%')
    >>> percent(0.256, 0, least="under 1", space=" "), percent(0.004, 0, least="under 1", space=" ")
    ('26 %', 'under 1 %')
    """
    if digits is None:
        digits = 1 if abs(share) < 0.0995 else 0
    number = least if least and 0 < share < 0.01 else f"{100 * share:.{digits}f}".replace("-", minus)
    return f"{number}{space}%"


def viewers_in(group_id: str) -> str:
    """Return what to call the viewers in a group.

    >>> viewers_in("age=25-34"), viewers_in("age=56+"), viewers_in("age=Under 18")
    ('viewers aged 25–34', 'viewers aged 56 and over', 'viewers aged under 18')
    >>> viewers_in("gender=F"), viewers_in("home_country=NZ")
    ('women', 'viewers with home country NZ')
    """
    kind, separator, value = group_id.partition("=")
    if not separator:
        return f"viewers in {group_id}"
    if kind == "age":
        return f"viewers aged {_age(value)}"
    if kind == "gender" and value.casefold() in _GENDERS:
        return _GENDERS[value.casefold()]
    return f"viewers with {kind.replace('_', ' ')} {value}"


def _age(value: str) -> str:
    first, dash, last = value.partition("-")
    if dash and first.isdecimal() and last.isdecimal():
        return f"{first}–{last}"
    if value.endswith("+") and value[:-1].isdecimal():
        return f"{value[:-1]} and over"
    return value[0].lower() + value[1:] if value.startswith(("Under ", "Over ")) else value


def did_text(kind: str, label: str, value: float | None) -> str:
    """Return what somebody did with a title.

    Parameters
    ----------
    kind
        The name of the kind of event.
    label
        The title.
    value
        The rating, progress or thumb; a block has none.

    Examples
    --------
    >>> did_text("watched", "Alien (1979)", 0.9), did_text("thumbed", "Heat (1995)", 2)
    ('watched Alien (1979) to 90 %', 'gave Heat (1995) two thumbs up')
    """
    if value is None:
        return f"is not interested in {label}"
    if kind == schema.WATCHED.name:
        return f"watched {label} to {percent(value, 0, space=' ')}"
    return f"rated {label} {value:g}" if kind == schema.RATED.name else f"gave {label} {_THUMBS[int(value)]}"


def viewers_text(counted: Counted) -> str:
    """Return how many viewers there are, as it may be told.

    >>> from cinewalk.graph.attributes.privacy import Counted
    >>> viewers_text(Counted(31)), viewers_text(Counted(None, 5))
    ('31 viewers', 'a few viewers')
    """
    return A_FEW if counted.viewers is None else count_of(counted.viewers, "viewer")


def both_text(counted: Counted, soon: int) -> str:
    """Return how many viewers liked two titles, and whether many liked the second right after the first.

    Parameters
    ----------
    counted
        How many liked both.
    soon
        How many of them liked the second soon after the first; many are at least three, and a quarter.

    Examples
    --------
    >>> from cinewalk.graph.attributes.privacy import Counted
    >>> both_text(Counted(31), 8), both_text(Counted(31), 7), both_text(Counted(1), 1)
    ('31 viewers liked both, many right after', '31 viewers liked both', '1 viewer liked both')
    >>> both_text(Counted(None, 5), 4)
    'a few viewers liked both'
    """
    many = counted.viewers is not None and soon >= max(_MANY, counted.viewers * _MANY_OF_ALL)
    return f"{viewers_text(counted)} liked both{', many right after' if many else ''}"


def in_common_text(names: Sequence[str]) -> str:
    """Return what two titles have in common.

    >>> in_common_text(["Crime", "Thriller", "Joel Coen"]), in_common_text(["Drama"])
    ('both have Crime, Thriller and Joel Coen', 'both have Drama')
    """
    return f"both have {_listed(names)}"


def few_text(labels: Sequence[str], *, leads_on: bool) -> str:
    """Say that too few like some titles for anything to follow from them, and what there is instead.

    >>> few_text(["Brazil (1985)"], leads_on=True)
    'Few viewers like Brazil (1985): what is like it shares its genres and people.'
    >>> few_text(["Brazil (1985)", "Alien (1979)"], leads_on=False)
    'Few viewers like Brazil (1985) and Alien (1979), and nothing else shares their genres or people.'
    """
    it, its = ("it", "its") if len(labels) == 1 else ("them", "their")
    then = (
        f": what is like {it} shares {its} genres and people"
        if leads_on
        else f", and nothing else shares {its} genres or people"
    )
    return f"Few viewers like {_listed(labels)}{then}."


def few_ends_text(names: Sequence[str]) -> str:
    """Say that too few like titles of some genres and people for viewers to say what follows.

    >>> few_ends_text(["Agnès Varda"])
    'Few viewers like titles of Agnès Varda: what follows from there rests on genres and people alone.'
    """
    return f"Few viewers like titles of {_listed(names)}: what follows from there rests on genres and people alone."


def _listed(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def because_text(named: Sequence[Reason], others: Others) -> str:
    """Return reasons as a clause: what somebody liked or asked for, what a title is of, and with whom it is popular.

    >>> from cinewalk.queries.words.results import Others, Reason
    >>> alien = Reason("Title", "1", "Alien (1979)", 0.6, 1.2, 31)
    >>> because_text([alien], Others(4, 0.4))
    'because you liked Alien (1979) 60 % (31 viewers liked both), 4 other titles 40 %'
    >>> women, most = Reason("DemographicGroup", "gender=F", "women", 0.3, 0.6), Reason("", "", MOST_VIEWERS, 0.1, 0.2)
    >>> because_text([alien, women, most], Others(0, 0.0))
    'because you liked Alien (1979) 60 % (31 viewers liked both), popular with women 30 %, with most viewers 10 %'
    >>> because_text([alien, Reason("Genre", "Horror", "Horror", 0.4, 0.8)], Others(0, 0.0))
    'because you liked Alien (1979) 60 % (31 viewers liked both), of its genre Horror 40 %'
    >>> because_text([Reason("Title", "1", "Alien (1979)", 0.6, 1.2, asked=True)], Others(1, 0.4, "reason"))
    'because you asked for Alien (1979) 60 %, 1 other reason 40 %'
    >>> because_text([most], Others(0, 0.0)), because_text([women, most], Others(0, 0.0))
    ('because it is liked by most viewers 10 %', 'because it is popular with women 30 %, with most viewers 10 %')
    """
    if not named:
        return ""
    by_lead: dict[str, list[Reason]] = {}
    for reason in named:
        by_lead.setdefault(_lead(reason), []).append(reason)
    clauses = [_clause(lead, reasons) for lead, reasons in by_lead.items()]
    if named[0].label in _CROWD:
        clauses[0] = f"it is {clauses[0]}"
    if others.count:
        noun = others.noun or _noun(named)
        clauses.append(f"{count_of(others.count, 'other ' + noun)} {_part(others.share)}")
    return f"because {', '.join(clauses)}"


def adjustments_text(adjustments: Mapping[str, float]) -> str:
    """Return what remedies added to a score, as a clause; empty where they added nothing.

    >>> adjustments_text({"calibration": -0.00412, "exposure floor for titles before 1980": 0.012})
    'calibration −0.0041, exposure floor for titles before 1980 +0.012'
    """
    return ", ".join(f"{name} {signed(amount)}" for name, amount in adjustments.items())


def signed(amount: float) -> str:
    """Return an amount with its sign, two digits of it.

    >>> signed(0.01234), signed(-0.004)
    ('+0.012', '−0.004')
    """
    return f"{amount:+.2g}".replace("-", "−")


def _lead(reason: Reason) -> str:
    """Return what stands before a reason; nothing where it speaks for many people."""
    if reason.label in _CROWD:
        return ""
    return "you asked for" if reason.asked else _LEADS[reason.label]


def _clause(lead: str, reasons: Sequence[Reason]) -> str:
    texts = [_reason_text(reason) for reason in reasons]
    if lead:
        return f"{lead} {', '.join(texts)}"
    verb = "popular with" if any(reason.label for reason in reasons) else "liked by"
    return f"{verb} {', with '.join(texts)}"


def _noun(named: Sequence[Reason]) -> str:
    return "title" if all(reason.label == "Title" for reason in named) else "reason"


def _reason_text(reason: Reason) -> str:
    text = f"{reason.name} {_part(reason.share)}"
    return text if reason.counted is None else f"{text} ({viewers_text(reason.counted)} liked both)"


def _part(share: float) -> str:
    return percent(share, 0, least="under 1", space=" ")
