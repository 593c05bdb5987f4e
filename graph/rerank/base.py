"""What every re-ranker is: scores in, scores out, for one person's list, with one dial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.numeric import kernels, topk
from cinewalk.graph.rerank import kernels as rerank_kernels

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array

#: Among how many of the best titles a re-ranker looks that weighs a whole list.
POOL: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class RerankContext:
    """Whose list is re-ranked.

    Parameters
    ----------
    profile
        The person.
    hidden
        For every title, whether the list leaves it out: what the person must not be shown, and more where it is
        filtered.
    k
        How many titles the list has.
    """

    profile: Profile
    hidden: BoolArray
    k: int

    def length(self, scores: FloatArray) -> float:
        """Return ``‖score‖``, the L2 norm over what the person may be shown: the unit that dials are in.

        It does not depend on filters, and is never 0.
        """
        return kernels.norm(scores, self.profile.hidden) or 1.0

    def pool(self, scores: FloatArray) -> tuple[Int32Array, FloatArray]:
        """Return the best titles, from which a re-ranker chooses, and their scores."""
        return topk.rank(scores, self.hidden, max(POOL, 2 * self.k))

    def settled(self, scores: FloatArray, chosen: Int32Array) -> FloatArray:
        """Return scores by which the chosen titles make up the list; see :func:`rerank_kernels.settled`."""
        return rerank_kernels.settled(scores, self.hidden, np.sort(chosen).astype(np.int32))


#: Less than this is a rounding error, and no part of a score that is worth a line.
_NOTHING: Final = 1e-14


@dataclass(frozen=True, slots=True, eq=False)
class Remedied:
    """What re-rankers made of one person's scores.

    Parameters
    ----------
    scores
        The scores by which the list is ranked.
    parts
        What each re-ranker added to every title's score, by its label, in their order.
    """

    scores: FloatArray
    parts: dict[str, FloatArray]

    def lines(self, title: int) -> dict[str, float]:
        """Return what each re-ranker added to a title's score; without those that added nothing."""
        amounts = {label: float(part[title]) for label, part in self.parts.items()}
        return {label: amount for label, amount in amounts.items() if abs(amount) > _NOTHING}


class Reranker(Protocol):
    """A re-rank with one dial. At 0 it changes nothing.

    A re-ranker is a function of scores and returns scores: the list is what they rank. What it did to a title is the
    difference, so that re-rankers follow each other, and whatever they do adds up.
    """

    @property
    def name(self) -> str:
        """The word by which it is asked for."""

    @property
    def label(self) -> str:
        """What it is called where its part of a score is shown."""

    @property
    def dial(self) -> float:
        """How strong it is, at least 0."""

    @property
    def by_likes(self) -> bool:
        """Whether what it does depends on who likes a title, or on how many do."""

    @property
    def chooses_set(self) -> bool:
        """Whether it chooses a set of titles, and does not change every score by itself."""

    def adjusted(self, scores: FloatArray, context: RerankContext) -> FloatArray:
        """Return other scores: above 0 where they were above 0, and 0 where they were 0."""

    def __str__(self) -> str:
        """Return what asks for it, such as ``calibrated=0.1``."""


def checked_dial(name: str, dial: float, highest: float) -> None:
    """Refuse a dial that is out of range.

    Raises
    ------
    RequestError
        With the range.
    """
    if not 0 <= dial <= highest:
        raise RequestError(f"{name} is {dial:g}; it must lie between 0 and {highest:g}.")
