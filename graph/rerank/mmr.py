"""The re-ranker against lists of titles that are all alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cinewalk.graph.rerank import kernels as rerank_kernels
from cinewalk.graph.rerank.base import checked_dial

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.graph.rerank.base import RerankContext


@dataclass(frozen=True, eq=False)
class Diversification:
    """Maximal marginal relevance: one by one the title ``j`` of the largest value.

    It is ``(1 - λ) · score_j / ‖score‖ - λ · max_i cos(i, j)``. The maximum runs over the titles ``i`` that are chosen
    already; ``cos(i, j) = |V_i ∩ V_j| / √(d_i d_j)`` compares titles by their viewers, and ``‖score‖`` is the L2 norm
    over what the person may be shown. Titles are chosen from the best 100 and come in the order of their scores; what
    it shows is as for :class:`cinewalk.graph.rerank.calibration.Calibration`. Cost: ``k`` times the likes of the 100.

    Parameters
    ----------
    graph
        The graph.
    dial
        ``λ``, between 0 and 1; .05 is little, .2 is much.

    Raises
    ------
    RequestError
        Where the dial is out of range.

    References
    ----------
    Carbonell, Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing summaries",
    SIGIR 1998, doi:10.1145/290941.291025.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> str(Diversification(example_graph(), 0.05))
    'diverse=0.05'
    """

    graph: Graph
    dial: float
    name: ClassVar[str] = "diverse"
    label: ClassVar[str] = "diversity"
    by_likes: ClassVar[bool] = True
    chooses_set: ClassVar[bool] = True

    def __post_init__(self) -> None:
        checked_dial(self.name, self.dial, 1)

    def adjusted(self, scores: FloatArray, context: RerankContext) -> FloatArray:
        """Return scores by which the chosen titles make up the list."""
        titles, values = context.pool(scores)
        if len(titles) <= context.k:
            return scores
        likes = self.graph.likes
        gains = (1 - self.dial) * values / context.length(scores)
        chosen = rerank_kernels.diverse(
            titles, gains, likes.reverse_indptr, likes.reverse_indices, likes.shape[0], self.dial, context.k
        )
        return context.settled(scores, chosen)

    def __str__(self) -> str:
        return f"{self.name}={self.dial:.12g}"
