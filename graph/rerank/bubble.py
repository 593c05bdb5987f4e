"""The re-ranker against the bubble: places kept for what lies outside of somebody's genres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.genres import genre_likes, outside, top_genres
from cinewalk.graph.numeric import topk

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray
    from cinewalk.graph.rerank.base import RerankContext


def outside_of(graph: Graph, profile: Profile) -> BoolArray:
    """Tell of every title whether it has none of the three genres that somebody likes most."""
    return outside(graph, top_genres(genre_likes(graph, profile.titles)))


@dataclass(frozen=True, eq=False)
class Bubble:
    """Exactly ``q`` of ``k`` places for titles with none of the person's three top genres.

    The list is the best ``q`` of those and the best ``k - q`` of the others, where so many are reached; the ones fill
    up for the other. Titles come in the order of their scores, which costs the least accuracy: what is brought in
    stands at the end of the list, not in reserved places. It works both ways: a list that has more than ``q`` by
    itself gets fewer. Top genres are those of :func:`cinewalk.graph.attributes.genres.top_genres`; somebody without
    any keeps the list.

    What it shows is as for :class:`cinewalk.graph.rerank.calibration.Calibration`.

    Parameters
    ----------
    graph
        The graph, with genres.
    dial
        ``q``, a whole number of at least 0; more than ``k`` counts as ``k``.

    Raises
    ------
    RequestError
        Where the dial is no such number.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> str(Bubble(example_graph(), 2))
    'bubble=2'
    """

    graph: Graph
    dial: float
    name: ClassVar[str] = "bubble"
    label: ClassVar[str] = "place outside your genres"
    by_likes: ClassVar[bool] = False
    chooses_set: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not (self.dial >= 0 and float(self.dial).is_integer()):
            raise RequestError(f"bubble is {self.dial:g}; it must be a whole number of places, at least 0.")

    def adjusted(self, scores: FloatArray, context: RerankContext) -> FloatArray:
        """Return scores by which so many places lie outside."""
        is_outside = outside_of(self.graph, context.profile)
        if is_outside.all():
            return scores
        kept = min(int(self.dial), context.k)
        without, _ = topk.rank(scores, context.hidden | ~is_outside, context.k)
        within, _ = topk.rank(scores, context.hidden | is_outside, context.k)
        count = max(min(kept, len(without)), min(context.k - len(within), len(without)))
        chosen = np.concatenate([without[:count], within[: context.k - count]])
        return context.settled(scores, chosen)

    def __str__(self) -> str:
        return f"{self.name}={self.dial:g}"
