"""Many people at once: where walks start for them, what is hidden from each, and what walks came to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.model.profile import profile_of, shown_as
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.walks.base import people_kernels
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.base.people_kernels import RankedLists, Starts
from cinewalk.graph.walks.base.shares import no_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array, Int64Array
    from cinewalk.graph.walks.base.result import Outcome
    from cinewalk.graph.walks.base.shares import ListShares

#: So many scores are worked out at a time, for so many people at most.
_SCORES, _MOST = 131_072, 64

_NOTHING = frozen(np.empty(0, np.bool_))


@dataclass(frozen=True, eq=False)
class People:
    """The users of a graph, as walks for many of them start.

    Parameters
    ----------
    graph
        The graph.
    half_life
        After how many newer likes a like counts half; infinity for no recency.
    """

    graph: Graph
    half_life: float

    @cached_property
    def starts(self) -> Starts:
        """The same for kernels."""
        graph = self.graph
        seen = (graph.relations[kind.name] for kind in (*schema.EVENTS, schema.LIKES))
        same = graph.relations[schema.SAME_AS.name]
        limits = graph.users.array(schema.MATURITY_LIMIT.name)
        return Starts(
            Likes(graph.likes).steps_to_titles,
            graph.likes.properties[schema.TIMESTAMP.name],
            self.half_life,
            tuple((relation.indptr, relation.indices) for relation in seen),
            frozen(same.sources),
            shown_as(graph) if len(same) else same.indices,
            limits if (limits != schema.UNKNOWN_MATURITY).any() else limits[:0],
            graph.titles.array(schema.MATURITY.name),
        )

    def some(self, users: Int32Array) -> Several:
        """Return some of them, by their positions."""
        return Several(self, users)


@dataclass(frozen=True, eq=False)
class Several:
    """Some users of a graph, in the order of the rows of whatever is worked out for them.

    Parameters
    ----------
    people
        All of them.
    users
        Their positions.
    """

    people: People
    users: Int32Array
    _profiles: dict[int, Profile] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.users)

    @property
    def titles(self) -> int:
        """How many titles there are."""
        return len(self.people.graph.titles)

    @cached_property
    def hidden(self) -> BoolArray:
        """For each person and every title, whether it must not be shown; shape (people, titles)."""
        hidden = np.zeros((len(self), self.titles), np.bool_)
        people_kernels.fill_hidden(self.users, self.people.starts, hidden)
        return hidden

    @property
    def likes(self) -> Int64Array:
        """How many likes each of them has."""
        indptr = self.people.graph.likes.indptr
        return indptr[self.users + 1] - indptr[self.users]

    def profile(self, row: int) -> Profile:
        """Return the profile of a person."""
        if row not in self._profiles:
            self._profiles[row] = profile_of(self.people.graph, int(self.users[row]), self.people.half_life)
        return self._profiles[row]

    def pieces(self, size: int) -> list[Several]:
        """Cut into pieces of so many people."""
        return [Several(self.people, self.users[first : first + size]) for first in range(0, len(self), size)]

    def of(self, rows: Int32Array) -> Several:
        """Return some of these."""
        return Several(self.people, self.users[rows])


def people_at_a_time(titles: int) -> int:
    """Return for how many people scores are worked out together: as many as fit into a processor's cache.

    >>> people_at_a_time(1_682), people_at_a_time(1_000_000)
    (64, 1)
    """
    return max(1, min(_MOST, _SCORES // max(titles, 1)))


class Outcomes(ABC):
    """What a walk came to for several people.

    Parameters
    ----------
    several
        The people.
    scores
        As those of :class:`~cinewalk.graph.walks.base.result.Outcome`, one row a person: shape (people, titles).
    """

    several: Several
    scores: FloatArray

    @abstractmethod
    def outcome(self, row: int) -> Outcome:
        """Return what it came to for one of them."""

    def shares(self, lists: RankedLists) -> ListShares:
        """Divide the scores of the titles of their lists over their likes, which must be the only seeds."""
        shares = no_shares(lists.counts, self.several.likes)
        for row, count in enumerate(lists.counts.tolist()):
            if count:
                parts = self.outcome(row).contributions(lists.titles[row, :count])
                shares.of(row)[:] = reduce(np.add, parts.values())
        return shares


class Separate(Outcomes):
    """What a walk came to for one person after the other."""

    def __init__(self, several: Several, outcomes: Sequence[Outcome]) -> None:
        self.several, self._outcomes = several, outcomes
        self.scores = np.array([outcome.scores for outcome in outcomes]).reshape(-1, several.titles)

    def outcome(self, row: int) -> Outcome:
        """Return what it came to for one of them."""
        return self._outcomes[row]


def empty_lists(people: int, size: int) -> RankedLists:
    """Return room for so many lists, without a title in them.

    >>> empty_lists(1, 2).titles.tolist()
    [[-1, -1]]
    """
    titles = np.full((people, size), NO_TITLE, np.int32)
    return RankedLists(titles, np.zeros((people, size)), np.zeros(people, np.int32))


def put_lists(lists: RankedLists, first: int, part: RankedLists) -> None:
    """Put some lists in their place among others, from row ``first`` on."""
    rows = slice(first, first + len(part.counts))
    lists.titles[rows], lists.scores[rows], lists.counts[rows] = part


def ranked(several: Several, scores: FloatArray, size: int, left_out: BoolArray | None = None) -> RankedLists:
    """Return the best ``size`` titles of each person that they may be shown.

    Parameters
    ----------
    several
        The people.
    scores
        Their scores, shape (people, titles).
    size
        How many titles a list has, at most.
    left_out
        For every title, whether it is left out for all of them.
    """
    lists = empty_lists(len(several), size)
    never = _NOTHING if left_out is None else left_out
    people_kernels.rank_rows(scores, several.hidden, never, size, lists)
    return lists
