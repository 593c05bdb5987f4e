"""What every walk can do: score titles for a profile, and divide a score over its seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from cinewalk.graph.model import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import CSR, FloatArray, Int32Array
    from cinewalk.graph.walks.base.like_rows import Likes

#: In place of a node: all viewers together, as a seed.
EVERYBODY: Final = ("", -1)


def _no_paths(target: int) -> dict[str, Paths]:  # noqa: ARG001 - the form of all of them
    return {}


def _over_likes(target: int) -> dict[str, float]:  # noqa: ARG001 - the form of all of them
    return {schema.LIKES.name: 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a walk came to, for one person.

    Parameters
    ----------
    scores
        One per title, at least 0, and 0 where no walk leads; shape (number of titles,).
    contributions
        Divides the scores of some titles (distinct positions) over the kinds of walk and the seeds: one
        array of shape (titles, seeds) by kind, each number at least 0. Row ``t`` of all arrays together sums
        to the score of title ``t`` within rounding. Seeds are the profile's titles, then those of ``beyond``.
    paths
        Divides the score of one title over single walks, by the kind of walk; the values of all kinds together
        sum to the score within rounding. Empty where a walk is no sum over walks of three steps.
    last_steps
        Divides the score of one title over the kinds of relationship of the last step, in shares of it.
    beyond
        The seeds that are no likes, as (label, position); :data:`EVERYBODY` for all viewers together.
    """

    scores: FloatArray
    contributions: Callable[[Int32Array], dict[str, FloatArray]]
    paths: Callable[[int], dict[str, Paths]] = _no_paths
    last_steps: Callable[[int], dict[str, float]] = _over_likes
    beyond: tuple[tuple[str, int], ...] = ()


def without_shares(name: str, scores: FloatArray, profile: Profile) -> Outcome:
    """Return what a walk came to that gives nobody's likes a part in its scores."""
    return Outcome(scores, lambda targets: {name: np.zeros((len(targets), len(profile.titles)))})


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

    def stored(self, name: str) -> CSR | None:
        """Return the rows that have been prepared under the settings of this name, if they have."""

    def walk(self, name: str) -> Walk:
        """Return another walk on the same."""


class Walk(Protocol):
    """A walk that has been prepared on one graph."""

    @property
    def name(self) -> str:
        """The word by which it is asked for."""

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes.

        Parameters
        ----------
        profile
            The person, with at least one like.
        """


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
