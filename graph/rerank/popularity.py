"""The re-ranker against popularity: scores discounted by how many like a title."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.rerank.base import checked_dial

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.graph.rerank.base import RerankContext

#: As though every title had so many likes more; without it titles of one or two likes come first.
SHRINKAGE: Final = 50.0


@dataclass(frozen=True, eq=False)
class PopularityDiscount:
    """Scores times ``((d_j + c) / (d + c))^-β``.

    ``d_j`` is the number of a title's likes, ``d`` its mean over the titles that anybody likes, and ``c`` = 50 shrinks
    what a few likes more or less mean. A title of mean popularity keeps its score. As every share of a score is
    multiplied, too, shares stay exact.

    Parameters
    ----------
    graph
        The graph.
    dial
        ``β``, between 0 and 2; .1 to .2 is little, .4 is much.

    Raises
    ------
    RequestError
        Where the dial is out of range.

    References
    ----------
    Christoffel, Paudel, Newell, Bernstein, "Blockbusters and wallflowers: accurate, diverse, and scalable
    recommendations with random walks", RecSys 2015, doi:10.1145/2792838.2800180: popularity discounted by an exponent,
    without ``c``.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> str(PopularityDiscount(example_graph(), 0.2))
    'popularity=0.2'
    """

    graph: Graph
    dial: float
    name: ClassVar[str] = "popularity"
    label: ClassVar[str] = "popularity discount"
    by_likes: ClassVar[bool] = True
    chooses_set: ClassVar[bool] = False

    def __post_init__(self) -> None:
        checked_dial(self.name, self.dial, 2)

    @cached_property
    def factors(self) -> FloatArray:
        """What each title's score is multiplied by."""
        counts = np.diff(self.graph.likes.reverse_indptr)
        mean = float(counts[counts > 0].mean()) if counts.any() else 0.0
        factors: FloatArray = ((counts + SHRINKAGE) / (mean + SHRINKAGE)) ** -self.dial
        return frozen(factors)

    def adjusted(self, scores: FloatArray, context: RerankContext) -> FloatArray:  # noqa: ARG002 - the form of all
        """Return the discounted scores."""
        return scores * self.factors

    def __str__(self) -> str:
        return f"{self.name}={self.dial:.12g}"
