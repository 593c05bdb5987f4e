"""The re-ranker for stories in several parts: the first that somebody has not seen comes before the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinewalk.graph.attributes.series import series
from cinewalk.graph.rerank.base import Remedied

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.rerank.base import RerankContext

#: The word by which it is asked for.
FIRST_PART_FIRST: Final = "first-part-first"


@dataclass(frozen=True, eq=False)
class FirstPartFirst:
    """Parts of one story in the order in which they are to be seen.

    The scores of the parts that a person may be shown, and that a walk reaches, are dealt out anew among them: the
    highest to the first part, and so on. So the story keeps its places in the list, and shows there what comes next.
    Parts are those of :func:`cinewalk.graph.attributes.series.series`.

    Parameters
    ----------
    graph
        The graph.
    dial
        1; at 0 it changes nothing.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> str(FirstPartFirst(example_graph()))
    'first-part-first'
    """

    graph: Graph
    dial: float = 1.0
    name: ClassVar[str] = FIRST_PART_FIRST
    label: ClassVar[str] = "earlier part first"
    by_likes: ClassVar[bool] = False
    chooses_set: ClassVar[bool] = True

    @cached_property
    def _series(self) -> list[Int32Array]:
        return series(self.graph)

    def adjusted(self, scores: FloatArray, context: RerankContext) -> FloatArray:
        """Return scores by which parts come in their order."""
        adjusted = scores.copy()
        for parts in self._series:
            shown = parts[~context.hidden[parts] & (scores[parts] > 0)]
            dealt = -np.sort(-scores[shown])
            for place in np.flatnonzero(dealt[1:] == dealt[:-1]) + 1:
                # Equal scores would go by title id: the later part gets the next smaller number.
                dealt[place] = np.nextafter(dealt[place - 1], 0)
            adjusted[shown] = dealt
        return adjusted

    def applied(self, scores: FloatArray, context: RerankContext) -> Remedied:
        """Return what it makes of a list that nothing else re-ranks."""
        adjusted = self.adjusted(scores, context)
        return Remedied(adjusted, {self.label: adjusted - scores})

    def __str__(self) -> str:
        return self.name
