"""What every walk can do: score titles for a profile, and divide a score over its seeds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.walks.base.people import Separate, empty_lists, people_at_a_time, put_lists, ranked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import CSR, BoolArray, FloatArray, Int32Array
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.people import Outcomes, Several
    from cinewalk.graph.walks.base.people_kernels import RankedLists
    from cinewalk.graph.walks.spectral.basis import Subspace

#: In place of a node: all viewers together, as a seed.
EVERYBODY: Final = ("", -1)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome(ABC):
    """What a walk came to, for one person.

    Parameters
    ----------
    scores
        One per title, at least 0, and 0 where no walk leads; shape (number of titles,).
    """

    scores: FloatArray

    @property
    def beyond(self) -> tuple[tuple[str, int], ...]:
        """The seeds that are no likes, as (label, position); :data:`EVERYBODY` for all viewers together."""
        return ()

    def best(self, hidden: BoolArray) -> float:
        """Return the highest score that is not hidden."""
        return float(np.max(self.scores, where=~hidden, initial=0.0))

    @abstractmethod
    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Divide the scores of some titles over the kinds of walk and the seeds.

        Parameters
        ----------
        targets
            Distinct positions.

        Returns
        -------
        dict of array
            One array of shape (titles, seeds) by kind, each number at least 0. Row ``t`` of all arrays together sums
            to the score of title ``t`` within rounding. Seeds are the profile's titles, then those of :attr:`beyond`.
        """

    def paths(self, target: int) -> dict[str, Paths]:  # noqa: ARG002 - there are none
        """Divide the score of one title over single walks, by the kind of walk.

        The values of all kinds together sum to the score within rounding. Empty where a walk is no sum over walks of
        three steps.
        """
        return {}

    def long_walks(self, target: int) -> Iterator[LongWalk]:  # noqa: ARG002 - there are none
        """Divide the score of one title over single walks of any number of steps, best first; there may be no end.

        Empty where :meth:`paths` has all walks, or a walk is no sum over single ones.
        """
        return iter(())

    def last_steps(self, target: int) -> dict[str, float]:  # noqa: ARG002 - the same for all titles
        """Divide the score of one title over the kinds of relationship of the last step, in shares of it."""
        return {schema.LIKES.name: 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class Unshared(Outcome):
    """What a walk came to that gives nobody's likes a part in its scores.

    Parameters
    ----------
    scores
        As in :class:`Outcome`.
    name
        The walk's name.
    likes
        How many likes the person has.
    """

    name: str
    likes: int

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Return zeros: nothing is divided."""
        return {self.name: np.zeros((len(targets), self.likes))}


class Ground(Protocol):
    """What a walk is made on: a graph, the settings of all walks, and what has been computed for them before."""

    @property
    def graph(self) -> Graph:
        """The graph."""

    @property
    def settings(self) -> Settings:
        """The parameters of every walk."""

    @property
    def likes(self) -> Likes:
        """The graph's likes; every walk takes the same."""

    @property
    def weights(self) -> Mapping[str, float]:
        """The weight in the blend of each part, by the name of its settings; they sum to 1."""

    @property
    def subspace(self) -> Subspace:
        """The subspace of the spectral walks."""

    def stored(self, name: str) -> CSR | None:
        """Return the rows that have been prepared under the settings of this name, if they have."""

    def walk(self, name: str) -> Walk:
        """Return another walk on the same."""


class Walk(ABC):
    """A walk that has been prepared on one graph: a name, and :meth:`run`; whatever else a walk is asked has an answer.

    Parameters
    ----------
    name
        The word by which it is asked for.
    """

    name: str

    @abstractmethod
    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes.

        Parameters
        ----------
        profile
            The person, with at least one like.
        """

    @property
    def parts(self) -> tuple[Walk, ...]:
        """The walks that it adds up; itself alone where it adds up none."""
        return (self,)

    @property
    def weighted(self) -> tuple[tuple[Walk, float], ...]:
        """The walks whose scores, each divided by its norm and as much as it counts, are those of the walk.

        Itself alone where it does more than that to add up its :attr:`parts`.
        """
        return ((self, 1.0),)

    @property
    def personal(self) -> bool:
        """Whether what somebody likes can change their list."""
        return True

    @property
    def asks_groups(self) -> bool:
        """Whether groups are seeds, too, so that it leads on from somebody without likes."""
        return False

    @property
    def title_rows(self) -> CSR | None:
        """The rows of titles that it walks over, which nobody's likes change; ``None`` where it walks over none."""
        return None

    @property
    def last_types(self) -> frozenset[str]:
        """The types of relationship that its last step can be of."""
        return frozenset({schema.LIKES.type})

    def run_many(self, several: Several) -> Outcomes:
        """Walk from the likes of several people; scores are those of :meth:`run` to the last bit."""
        return Separate(several, [self.run(several.profile(row)) for row in range(len(several))])

    def rank_many(self, several: Several, size: int, left_out: BoolArray | None = None) -> RankedLists:
        """Return the lists of several people, a few at a time; parameters as of :func:`ranked`."""
        lists = empty_lists(len(several), size)
        first = 0
        for piece in several.pieces(people_at_a_time(several.titles)):
            made = ranked(piece, self.run_many(piece).scores, size, left_out)
            put_lists(lists, first, made)
            first += len(piece)
        return lists

    def without(self, likes: Likes, user: int, titles: Int32Array) -> Walk:  # noqa: ARG002 - the form of all of them
        """Return the walk for a user who never liked some titles; rows of titles and of other users stay as they are.

        Parameters
        ----------
        likes
            What is left of everybody's likes.
        user
            The user's position.
        titles
            The titles' positions, ascending.
        """
        return self


class LongWalk(NamedTuple):
    """A walk from a seed to a title, of any number of steps.

    Parameters
    ----------
    seed
        Which seed it starts with: its place among them.
    nodes
        The (label, position) of the nodes that it visits: the seed first, the title last.
    relationships
        The Python name of the relationship of each step.
    score
        What it gives to the title's score, above 0.
    """

    seed: int
    nodes: tuple[tuple[str, int], ...]
    relationships: tuple[str, ...]
    score: float


class Paths(NamedTuple):
    """Walks of three steps from one person to one title; each is there once.

    Parameters
    ----------
    seeds
        Which like it starts with: its place among those of the profile.
    viewers
        The position of the viewer whom it passes.
    scores
        What it gives to the title's score, above 0; together they are the score.
    """

    seeds: Int32Array
    viewers: Int32Array
    scores: FloatArray


def united(parts: Iterable[Paths]) -> Paths:
    """Add up what several parts give to the same walks; best first, equal ones by seed, then by viewer.

    Examples
    --------
    >>> first = Paths(np.array([0, 1], np.int32), np.array([7, 7], np.int32), np.array([0.1, 0.3]))
    >>> second = Paths(np.array([0], np.int32), np.array([7], np.int32), np.array([0.4]))
    >>> united([first, second]).scores.tolist()
    [0.5, 0.3]
    """
    every = list(parts)
    seeds = np.concatenate([np.empty(0, np.int64), *(p.seeds for p in every)])
    viewers = np.concatenate([np.empty(0, np.int64), *(p.viewers for p in every)])
    size = int(viewers.max(initial=-1)) + 1
    codes, places = np.unique(seeds * size + viewers, return_inverse=True)
    scores = np.zeros(len(codes))
    np.add.at(scores, places, np.concatenate([np.empty(0), *(p.scores for p in every)]))
    order = np.lexsort((codes, -scores))
    starts, passed = np.divmod(codes[order], max(size, 1))
    return Paths(starts.astype(np.int32), passed.astype(np.int32), scores[order])


def slots_of(targets: Int32Array, size: int) -> Int32Array:
    """For every title, its place among the targets, or -1.

    >>> slots_of(np.array([2, 0], np.int32), 3).tolist()
    [1, -1, 0]
    """
    slots = np.full(size, -1, dtype=np.int32)
    slots[targets] = np.arange(len(targets), dtype=np.int32)
    return slots
