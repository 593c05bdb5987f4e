"""The list that a person is shown where remedies re-rank it, and what it would be without some of their likes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cinewalk.graph.counterfactual.removal import relation_without
from cinewalk.graph.model import schema
from cinewalk.graph.rerank.base import Remedied

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array
    from cinewalk.graph.rerank.chain import RerankChain


@dataclass(frozen=True, slots=True)
class Shown:
    """How a list comes from the scores of a walk: what re-ranks it, and what a filter leaves out.

    Parameters
    ----------
    remedies
        The remedies; ``None`` where scores are ranked as they are.
    k
        How many titles the list has; some remedies weigh all of them.
    left_out
        For every title, whether it is left out beside what the person has seen; ``None`` where nothing is. The walk's
        scores do not depend on it.

    Examples
    --------
    >>> import numpy as np
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.rerank.chain import RerankChain
    >>> from cinewalk.graph.model.profile import profile_of
    >>> graph = example_graph()
    >>> shown = Shown(RerankChain.parse("popularity=1", graph), k=2)
    >>> without = shown.without(graph, 0, graph.likes.indices[graph.likes.row(0)][:1])
    >>> str(without.remedies), without.k
    ('popularity=1', 2)
    """

    remedies: RerankChain | None = None
    k: int = 10
    left_out: BoolArray | None = None

    def hidden(self, profile: Profile) -> BoolArray:
        """Tell of every title whether it is in no such list of a person."""
        return profile.hidden if self.left_out is None else profile.hidden | self.left_out

    @property
    def is_steady(self) -> bool:
        """Whether a hair more or less of the walk's scores changes what is shown by a hair, too.

        So it is where a single remedy changes every score by itself; one that chooses a set may choose another set.
        """
        ready = () if self.remedies is None else self.remedies.ready
        return len(ready) <= 1 and not any(reranker.chooses_set for reranker in ready)

    @property
    def asks_likes(self) -> bool:
        """Whether the order of what is shown depends on how many like a title that is removed, or on who does.

        A popularity discount alone does not: what is removed is not shown, and all others keep their order.
        """
        ready = () if self.remedies is None else self.remedies.ready
        return any(reranker.by_likes for reranker in ready) and not self.is_steady

    def applied(self, scores: FloatArray, profile: Profile) -> Remedied:
        """Return what remedies make of the scores of a walk."""
        if self.remedies is None:
            return Remedied(scores, {})
        return self.remedies.applied(scores, profile, self.hidden(profile), self.k)

    def on(self, graph: Graph) -> Shown:
        """Return the same on a graph of other likes; bonuses of floors stay."""
        return self if self.remedies is None else replace(self, remedies=self.remedies.on(graph))

    def without(self, graph: Graph, user: int, titles: Int32Array) -> Shown:
        """Return how the list of somebody is re-ranked who never liked some titles; bonuses of floors stay.

        Parameters
        ----------
        graph
            The graph of the walk.
        user
            The user's position.
        titles
            What is removed: positions of likes, ascending.
        """
        if self.remedies is None:
            return self
        likes = relation_without(graph.likes, user, titles)
        return self.on(graph.with_relations({schema.LIKES.name: likes}))


#: A list of what a walk comes to, as it is.
PLAIN: Final = Shown()
