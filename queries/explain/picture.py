"""What a picture of an explanation shows: its largest reasons, and through whom each of them leads to the title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cinewalk.graph.model import schema
from cinewalk.queries.words.results import NAMED_REASONS, Others, Reason
from cinewalk.queries.words.wording import viewers_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.attributes.privacy import Counted
    from cinewalk.queries.explain.explanation import Explanation

#: At most so many reasons are drawn; those after the ones that lists name, too, give at least so much of the score.
MOST_REASONS: Final = 5
_WORTH_DRAWING: Final = 0.05

#: So many viewers are drawn one by one for each reason; the others are counted.
DRAWN_VIEWERS: Final = 2


@dataclass(frozen=True, slots=True)
class Stop:
    """Something between you and the title: a node, or several that are only counted.

    Parameters
    ----------
    label, id
        The node; without an id where it stands for several.
    name
        What people read; another viewer is not named.
    share
        What it hands on, as a part of the whole score, 0 to 1.
    count
        For how many nodes it stands; 0 for walks of many kinds.
    """

    label: str
    id: str
    name: str
    share: float
    count: int = 1


#: What leads to a reason, and what leads from it to the title.
Led = tuple[Stop | None, tuple[Stop, ...]]


@dataclass(frozen=True, slots=True)
class Branch:
    """One reason, and how it leads from you to the title.

    Parameters
    ----------
    reason
        The reason, as words name it.
    before
        What leads to the reason where you did not choose it: a like for its genre or a person of it.
    after
        What leads from the reason to the title; the shares sum to that of the reason. Empty where it leads there
        at once.
    verb
        What joins you and the first of them: "you liked", "you asked for", "it has", "popular with" or "liked by".
    counted
        How many viewers stand behind the reason, as it may be told: they like both titles, or, for most viewers, the
        title.
    """

    reason: Reason
    before: Stop | None
    after: tuple[Stop, ...]
    verb: str
    counted: Counted | None = None

    @property
    def text(self) -> str:
        """How the branch starts, in words.

        >>> from cinewalk.graph.attributes.privacy import Counted
        >>> alien = Reason("Title", "alien", "Alien (1979)", 0.6, 1.2, 31)
        >>> Branch(alien, None, (), "you liked", Counted(31)).text
        'you liked Alien (1979)'
        >>> horror = Reason("Genre", "Horror", "Horror", 0.1, 0.2)
        >>> Branch(horror, Stop("Title", "alien", "Alien (1979)", 0.1), (), "you liked").text
        'you liked Alien (1979), which has Horror'
        """
        if self.before is None:
            return f"{self.verb} {self.reason.name}"
        if not self.before.id:
            return f"{self.before.name} like {self.reason.name}"
        return f"{self.verb} {self.before.name}, {_HAS[self.before.count > 1]} {self.reason.name}"

    @property
    def support(self) -> str:
        """Who stands behind it, in words; empty where nobody is counted."""
        if self.counted is None:
            return ""
        return f"{viewers_text(self.counted)} liked {'it' if self.reason.counted is None else 'both'}"


@dataclass(frozen=True, slots=True)
class Picture:
    """An explanation as it is drawn: from you over the largest reasons to the title.

    Parameters
    ----------
    title
        The title and its year.
    score
        The walk's score, which the reasons and the others are parts of.
    branches
        The largest reasons, largest first: the same as those of the words, in the same order.
    others
        The reasons that are not drawn; the shares of all sum to 1.
    """

    title: str
    score: float
    branches: tuple[Branch, ...]
    others: Others


def picture_of(why: Explanation, viewers: int = DRAWN_VIEWERS) -> Picture:
    """Return what to draw of an explanation.

    Parameters
    ----------
    why
        The explanation.
    viewers
        How many viewers to draw for each reason, at least 1; the others are counted.
    """
    count = NAMED_REASONS
    while count < min(MOST_REASONS, len(why.shares)) and why.shares[count].share >= _WORTH_DRAWING:
        count += 1
    named, others = why.top(count)
    leads: Sequence[Led] = [(None, ())] * len(named) if why.between is None else why.between(named, viewers)
    titles = all(reason.label == schema.TITLE_NODE.label for reason in why.shares[count:])
    return Picture(
        why.label,
        why.score,
        tuple(_branch(why, reason, *led) for reason, led in zip(named, leads, strict=True)),
        Others(others.count, others.share, "title" if titles else "reason"),
    )


def _branch(why: Explanation, reason: Reason, before: Stop | None, after: tuple[Stop, ...]) -> Branch:
    counted = reason.counted if reason.label else why.counted
    return Branch(reason, before, after, _verb(reason, before), counted)


def _verb(reason: Reason, before: Stop | None) -> str:
    if not reason.label:
        return "liked by"
    if reason.label == schema.GROUP.label:
        return "popular with"
    if reason.asked:
        return "you asked for"
    return "you liked" if reason.label == schema.TITLE_NODE.label or before is not None else "it has"


#: How one like and several are tied to a genre or a person.
_HAS: Final = {False: "which has", True: "which have"}
