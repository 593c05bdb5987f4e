"""The sequence-aware walk: titles that the same viewers liked around the same time, and rather after this one.

References
----------
Quadrana, Cremonesi, Jannach, "Sequence-aware recommender systems", ACM Computing Surveys 51(4), 2018,
doi:10.1145/3190616.
Garg, Gupta, Malhotra, Vig, Shroff, "Sequence and time aware neighborhood for session-based recommendations",
SIGIR 2019, doi:10.1145/3331184.3331322.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model.settings import SequenceParameters, TitleParameters
from cinewalk.graph.numeric import time_ranks
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.numeric.parallel import rows_of_all
from cinewalk.graph.walks.neighbours import sequence_kernels
from cinewalk.graph.walks.neighbours.neighbourhoods import Paired, title_neighbourhood
from cinewalk.graph.walks.neighbours.title_walk import Passing, TitleWalk

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.numeric.arrays import CSR, AnyArray, Float32Array, Int32Array, Int64Array
    from cinewalk.graph.numeric.cooccurrence import NearestQuery, Summing
    from cinewalk.graph.numeric.cooccurrence_kernels import Incidence
    from cinewalk.graph.numeric.kernels import Neighbourhood
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.result import Ground

#: Twice a rank by time fits into 16 bits, half the memory, where nobody likes more titles.
_SHORT = 1 << 15
#: The likes of so many users are looked at at a time.
_AT_A_TIME = 4096


class Sequence(TitleWalk, Paired):
    """Titles that share viewers, each viewer's two likes weighted by how they follow each other.

    As :class:`~cinewalk.graph.walks.neighbours.shared.SharedViewers`, with ``A_vi A_vj`` times ``2^(-|r_vj - r_vi| /
    D)`` times ``f`` where ``j`` came after ``i``, 1 where before, and the mean of the two where at the same time.
    ``r_vi`` is the rank of the like among those of ``v`` by time; equal times share their mean rank.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        The exponents, the span and the number of neighbours.
    stored
        The rows, where they have been computed before.
    """

    name = "sequence"
    of_titles = True

    def __init__(
        self, likes: Likes, parameters: SequenceParameters = SequenceParameters(), stored: CSR | None = None
    ) -> None:
        super().__init__(likes, stored)
        self.parameters = parameters

    @classmethod
    def of(cls, ground: Ground) -> Sequence:
        """Make the walk on what is given."""
        return cls(ground.likes, ground.settings.sequence, ground.stored("sequence"))

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Compute the rows, each best first. Cost: ``½ Σ_v d_v²``."""
        from cinewalk.graph.numeric.cooccurrence import nearest_by_each
        from cinewalk.graph.walks.neighbours.nearest_all import is_small

        wanted = self.wanted
        if is_small(wanted.walk):
            kernel = row_by_row(self.likes, wanted.walk, self.parameters)
            return rows_of_all(kernel, len(wanted.walk.out), progress)
        (rows,) = nearest_by_each([wanted], progress, self._summing)
        return rows

    @property
    def wanted(self) -> NearestQuery:
        """What is asked for where all rows are found at once."""
        from cinewalk.graph.numeric.cooccurrence import NearestQuery

        p = self.parameters
        base = TitleParameters(
            p.source_exponent, p.viewer_exponent, p.target_exponent, p.sharpness, p.row_exponent, p.size
        )
        return NearestQuery(title_neighbourhood(self.likes, base), p.row_exponent)

    @property
    def order(self) -> SequenceParameters:
        """Its parameters."""
        return self.parameters

    def _summing(self, shared: Incidence) -> Summing:
        longest = int(np.diff(self.likes.relation.indptr).max(initial=0))
        return in_order(shared, self.likes.by_user, doubled_ranks(self.likes), self.parameters, longest)

    def _passing(self) -> Passing:
        order = order_of(self.likes, self.parameters)
        via = self.likes.user_discount(self.parameters.viewer_exponent)
        return Passing(via, order.forward, order.span, order.ahead)


def in_order(
    shared: Incidence, backward: CSR, doubled: AnyArray, parameters: SequenceParameters, longest: int
) -> Summing:
    """Sum up what titles share by how likes follow each other.

    Parameters
    ----------
    shared
        Who meets where.
    backward
        The titles that meet at each viewer, by position.
    doubled
        Twice the rank by time of each of these likes.
    parameters
        The span, and what coming after counts.
    longest
        How many likes anybody has at most.
    """
    from cinewalk.graph.numeric.cooccurrence import Summing
    from cinewalk.graph.walks.neighbours import sequence_pair_kernels as pairs

    times = np.empty(len(shared.ranks), doubled.dtype)
    pairs.sort_times(doubled, backward, shared.names, shared.ranks, times)
    weights = pairs.both_ways(np.array([0, longest]), parameters.span, parameters.ahead)
    order = pairs.InOrder(times, weights)
    return Summing(
        partial(pairs.offer_rows, order=order), partial(pairs.offer_few, order=order), np.complex128
    )


def doubled_ranks(likes: Likes) -> AnyArray:
    """Return twice the rank of every like by time, a whole number, in 16 bits where that is enough."""
    relation, times = likes.relation, likes.relation.properties["timestamp"]
    longest = int(np.diff(relation.indptr).max(initial=0))
    doubled = np.empty(len(relation), np.uint16 if longest <= _SHORT else np.uint32)
    for first in range(0, len(relation.indptr) - 1, _AT_A_TIME):
        indptr = relation.indptr[first : first + _AT_A_TIME + 1]
        some = slice(int(indptr[0]), int(indptr[-1]))
        doubled[some] = 2.0 * time_ranks.ranks_by_time(frozen(indptr - indptr[0]), times[some])
    return frozen(doubled)


def order_of(likes: Likes, parameters: SequenceParameters) -> sequence_kernels.TimeRanks:
    """Return the ranks of likes by time, by title and by user, and how they count."""
    ranks = like_ranks(likes)
    forward = frozen(ranks[likes.relation.reverse_order])
    return sequence_kernels.TimeRanks(forward, ranks, parameters.span, parameters.ahead)


def row_by_row(
    likes: Likes, walk: Neighbourhood, parameters: SequenceParameters
) -> Callable[[Int32Array], CSR]:
    """Return what computes the rows of some titles, each by itself."""
    order = order_of(likes, parameters)
    return partial(
        sequence_kernels.sequence_rows, walk=walk, order=order, row_exponent=parameters.row_exponent
    )


def like_ranks(likes: Likes) -> Float32Array:
    """Return the rank by time of every like among those of its user, oldest first, ties sharing their mean."""
    relation = likes.relation
    return frozen(time_ranks.ranks_by_time(relation.indptr, relation.properties["timestamp"]))


def has_order(likes: Likes) -> bool:
    """Tell whether any user's likes have different times; without that the walk adds nothing new."""
    indptr, times = likes.relation.indptr, likes.relation.properties["timestamp"]
    return any(
        _differ(times[indptr[first] :], indptr[first : first + _AT_A_TIME + 1])
        for first in range(0, len(indptr) - 1, _AT_A_TIME)
    )


def _differ(times: Int64Array, indptr: Int64Array) -> bool:
    """Tell whether any of some users has likes of different times."""
    begins = indptr - indptr[0]
    differ = times[1 : begins[-1]] != times[: max(begins[-1] - 1, 0)]
    differ[begins[(begins > 0) & (begins < begins[-1])] - 1] = False  # from one user to the next
    return bool(differ.any())
