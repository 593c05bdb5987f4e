"""The re-ranker that gives a list the genres of its viewer, in their proportions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinewalk.graph.attributes.genres import genres_of
from cinewalk.graph.model import schema
from cinewalk.graph.rerank import kernels as rerank_kernels
from cinewalk.graph.rerank.base import checked_dial

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.rerank.base import RerankContext

#: ``α``: so much of what is wanted is mixed into what is given, so that the divergence is finite.
SMOOTHING: Final = 0.01


def genre_mix(graph: Graph, titles: Int32Array, weights: FloatArray) -> FloatArray:
    """Return ``Σ_i w_i p(g|i) / Σ_i w_i`` for every genre ``g``: a title counts for each of its genres in equal parts.

    Parameters
    ----------
    graph
        The graph.
    titles, weights
        Titles, and what each counts. Those without genres count, and give nothing.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> genre_mix(example_graph(), np.array([0, 1]), np.ones(2)).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.5, 0.25]
    """
    joined = graph.relations[schema.IN_GENRE.name]
    counts = np.diff(joined.indptr)[titles]
    genres = genres_of(graph, titles)
    mix = np.bincount(genres, np.repeat(weights / np.maximum(counts, 1), counts), joined.shape[1])
    return mix / max(float(weights.sum()), np.finfo(float).tiny)


def wanted_genres(graph: Graph, profile: Profile) -> FloatArray:
    """Return ``p(g|u)``: the mix of the genres of what somebody likes, by preference; all 0 where that is nothing."""
    mix = genre_mix(graph, profile.titles, profile.preferences.astype(np.float64))
    total = mix.sum()
    return mix / total if total > 0 else mix


@dataclass(frozen=True, eq=False)
class Calibration:
    """The ``k`` titles of about the largest ``(1 - λ) · Σ_i score_i / ‖score‖ - λ · KL(p‖q̃)``.

    ``p`` are the genres of what somebody likes (:func:`wanted_genres`), ``q`` those of the list, ``KL`` and ``q̃`` those
    of :func:`cinewalk.graph.evaluate.list_metrics.genre_divergence`, and ``‖score‖`` is the L2 norm over what they
    may be shown, so that ``λ`` means the same for everybody and for every walk. Titles are chosen one by one from the
    best 100, each the one that adds most. With ``q`` summed over what is chosen so far, divided by ``k`` from the
    start, the objective is monotone and submodular, so this reaches at least ``1 - 1/e`` of what can be gained.
    Whatever is chosen comes in the order of its scores: the mix does not depend on order, and accuracy does.

    What it shows: a title that is brought in gets what it lacked to be in the list; one that is left out for it loses
    as much as takes it out.

    Parameters
    ----------
    graph
        The graph, with genres.
    dial
        ``λ``, between 0 and 1.

    Raises
    ------
    RequestError
        Where the dial is out of range.

    References
    ----------
    Steck, "Calibrated recommendations", RecSys 2018, doi:10.1145/3240323.3240372. There ``q`` is divided by the number
    of titles chosen so far, and the order in which they are chosen is that of the list; on MovieLens-100K both cost
    accuracy and gain nothing.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> str(Calibration(example_graph(), 0.1))
    'calibrated=0.1'
    """

    graph: Graph
    dial: float = 0.1
    name: ClassVar[str] = "calibrated"
    label: ClassVar[str] = "calibration"
    by_likes: ClassVar[bool] = False
    chooses_set: ClassVar[bool] = True

    def __post_init__(self) -> None:
        checked_dial(self.name, self.dial, 1)

    def adjusted(self, scores: FloatArray, context: RerankContext) -> FloatArray:
        """Return scores by which the chosen titles make up the list."""
        wanted = wanted_genres(self.graph, context.profile)
        titles, values = context.pool(scores)
        if len(titles) <= context.k or not wanted.any():
            return scores
        joined = self.graph.relations[schema.IN_GENRE.name]
        gains = (1 - self.dial) * values / context.length(scores)
        chosen = rerank_kernels.calibrated(
            titles, gains, wanted, joined.indptr, joined.indices, self.dial, SMOOTHING, context.k
        )
        return context.settled(scores, chosen)

    def __str__(self) -> str:
        return f"{self.name}={self.dial:.12g}"
