"""What every walk can do: score titles for a profile, and divide a score over its seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from cinewalk.graph import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.arrays import FloatArray, Int32Array
    from cinewalk.graph.paths import Paths
    from cinewalk.graph.seeds import Profile

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
