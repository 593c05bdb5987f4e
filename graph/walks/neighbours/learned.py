"""Learned walks: the same edges as the shared-neighbour walks, with fitted weights.

A title's likes are made up of those of its nearest titles, and a user's likes of those of their nearest viewers,
by non-negative ridge regression. Every weight is at least 0 and sits on a pair that shares a viewer (a title), so
a score is still a sum over real walks. Signed weights were tried and gain nothing.

References
----------
Ning, Karypis, "SLIM: sparse linear methods for top-N recommender systems", ICDM 2011,
doi:10.1109/ICDM.2011.134.
Steck, "Embarrassingly shallow autoencoders for sparse data" (EASE), WWW 2019, doi:10.1145/3308558.3313710.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model.settings import (
    LearnedTitleParameters,
    LearnedViewerParameters,
    TitleParameters,
    ViewerParameters,
)
from cinewalk.graph.numeric import nearest as nearest_kernels
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.numeric.parallel import transposed
from cinewalk.graph.walks.neighbours import learned_kernels
from cinewalk.graph.walks.neighbours.neighbourhoods import Paired, title_neighbourhood, viewer_neighbourhood
from cinewalk.graph.walks.neighbours.title_walk import Passing, TitleWalk
from cinewalk.graph.walks.neighbours.viewer_walk import ViewerWalk

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import CSR, AnyArray, FloatArray, Int32Array
    from cinewalk.graph.numeric.cooccurrence import NearestQuery
    from cinewalk.graph.numeric.kernels import Neighbourhood
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.result import Ground
    from cinewalk.graph.walks.neighbours.shared import SharedTitles

#: The nearest nodes are those of the highest cosine: both ends discounted by the root of their degree.
_COSINE = 0.5
#: So many nodes, and so many edges, are worked on at a time, where that keeps memory small.
_AT_A_TIME = 256
_EDGES = 1 << 18


class LearnedTitles(TitleWalk, Paired):
    """Titles whose likes together make up a title's own.

    For each title ``j``, over its nearest titles: ``B_·j = argmin_{w ≥ 0} Σ_v d_v^-γ (A_vj - Σ_i A_vi w_i)² +
    λ·m·|w|²``, with ``m`` the mean over titles of ``Σ_v d_v^-γ A_vi²``; ``score_j = Σ_i x_u(i) d_i^-a B_ij``.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        The exponents, the penalty and the number of titles.
    stored
        The rows ``d_i^-a B_i``, where they have been fitted before.
    """

    name = "learned-titles"
    of_titles = True

    def __init__(
        self,
        likes: Likes,
        parameters: LearnedTitleParameters = LearnedTitleParameters(),
        stored: CSR | None = None,
    ) -> None:
        super().__init__(likes, stored)
        self.parameters = parameters

    @classmethod
    def of(cls, ground: Ground) -> LearnedTitles:
        """Make the walk on what is given."""
        return cls(ground.likes, ground.settings.learned_titles, ground.stored("learned_titles"))

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Fit ``B``; row ``i`` holds the titles that ``i`` has a part in, times ``d_i^-a``."""
        return self.rows_of(_fit(self.wanted, self.penalty, progress))

    @property
    def wanted(self) -> NearestQuery:
        """Over which titles each title is fitted."""
        from cinewalk.graph.numeric.cooccurrence import NearestQuery

        p = self.parameters
        nearest = TitleParameters(0.0, p.viewer_exponent, _COSINE, 1.0, 0.0, p.size)
        return NearestQuery(title_neighbourhood(self.likes, nearest), 0.0)

    @cached_property
    def penalty(self) -> float:
        """``λ·m``."""
        return penalty(self.wanted.walk, self.parameters.ridge)

    def rows_of(self, columns: CSR) -> CSR:
        """Turn what every title has been fitted to, ``B`` by column, into rows."""
        rows = transposed(columns, len(columns.indptr) - 1)
        discount = self.likes.title_discount(self.parameters.source_exponent)
        values = np.empty(len(rows.values), np.float32)
        for first in range(0, len(discount), _AT_A_TIME):
            ends = rows.indptr[first : first + _AT_A_TIME + 1]
            some = slice(int(ends[0]), int(ends[-1]))
            values[some] = rows.values[some] * np.repeat(discount[first : first + _AT_A_TIME], np.diff(ends))
        return rows._replace(values=frozen(values))

    def _passing(self) -> Passing:
        return Passing(self.likes.user_discount(self.parameters.viewer_exponent))


class LearnedViewers(ViewerWalk, Paired):
    """Viewers whose likes together make up yours.

    For each user ``u``, over their nearest viewers: ``V_u = argmin_{w ≥ 0} Σ_i d_i^-γ (A_ui - Σ_v w_v A_vi)² +
    λ·m·|w|²``, with ``m`` the mean over users of ``Σ_i d_i^-γ A_vi²``; ``score_j = d_j^-b Σ_v V_uv A_vj``.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        The exponents, the penalty and the number of viewers.
    stored
        ``V``, where it has been fitted before.
    """

    name = "learned-viewers"
    of_titles = False

    def __init__(
        self,
        likes: Likes,
        parameters: LearnedViewerParameters = LearnedViewerParameters(),
        stored: CSR | None = None,
    ) -> None:
        super().__init__(likes, parameters.title_exponent, parameters.target_exponent, stored)
        self.parameters = parameters
        nearest = ViewerParameters(parameters.title_exponent, _COSINE, 1.0, 0.0, parameters.size)
        self.neighbourhood = viewer_neighbourhood(likes, nearest)

    @classmethod
    def of(cls, ground: Ground) -> LearnedViewers:
        """Make the walk on what is given."""
        return cls(ground.likes, ground.settings.learned_viewers, ground.stored("learned_viewers"))

    @cached_property
    def rows(self) -> CSR:
        """``V``, for every user, fitted when it is first needed."""
        return self.stored or self.prepare()

    @property
    def known(self) -> CSR | None:
        """``V``: weights are fitted for everybody at once."""
        return self.rows

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Fit ``V``."""
        return _fit(self.wanted, self.penalty, progress)

    @property
    def wanted(self) -> NearestQuery:
        """Over which viewers each is fitted."""
        from cinewalk.graph.numeric.cooccurrence import NearestQuery

        return NearestQuery(self.neighbourhood, 0.0)

    def prepare_with(self, shared: SharedTitles, progress: RowProgress = None) -> tuple[CSR, CSR]:
        """Fit ``V``, and find everybody's viewers of another walk: each pair of people is summed up once for both.

        Parameters
        ----------
        shared
            A walk over the same likes that discounts titles in common alike.
        progress
            Told how many of how many rows are fitted.

        Returns
        -------
        tuple
            ``V``, and the other walk's viewers as its own ``prepare`` gives them.
        """
        from cinewalk.graph.walks.neighbours.gram_blocks import fit_all
        from cinewalk.graph.walks.neighbours.nearest_all import nearest_of_each

        nearest, others = nearest_of_each([self.wanted, shared.wanted])
        return fit_all(nearest, self.neighbourhood, self.penalty, progress), others

    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the viewers with a weight, and their ``V_uv``; fitted on the spot for likes not in the graph."""
        return self._row(self.rows, profile) if self._is_known(profile) else self.fitted(profile)

    def without(self, likes: Likes, user: int, titles: Int32Array) -> FittedViewers:  # noqa: ARG002 - what is left says it
        """Return the walk over what is left; weights are fitted when they are asked for."""
        return FittedViewers(likes, self.parameters)

    def fitted(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Fit the weights of somebody's viewers, whatever has been fitted before; as :meth:`viewers`."""
        walk = self.neighbourhood
        start = -1 if profile.user is None else profile.user
        nearest, _ = nearest_kernels.nearest_nodes(
            start, profile.titles, profile.preferences, walk, self.likes.bitmaps
        )
        chosen = np.sort(nearest)
        room = np.empty(len(chosen) ** 2)
        weights = learned_kernels.fit_row(
            profile.titles, profile.preferences, chosen, walk, self.penalty, room
        )
        used = np.flatnonzero(weights)
        # Stored weights are rounded to 32 bits; these too, so that both ways give the same scores.
        return frozen(chosen[used]), frozen(weights[used].astype(np.float32).astype(np.float64))

    @cached_property
    def penalty(self) -> float:
        """``λ·m``."""
        return penalty(self.neighbourhood, self.parameters.ridge)


class FittedViewers(LearnedViewers):
    """Learned viewers whose weights are fitted when they are asked for, whatever has been fitted before."""

    @property
    def known(self) -> CSR | None:
        """Nobody's."""
        return None

    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the viewers with a weight, and their ``V_uv``."""
        return self.fitted(profile)


def penalty(walk: Neighbourhood, ridge: float) -> float:
    """Return ``λ·m``: ``ridge`` times the mean over nodes of ``Σ_m A² via_m``, whatever order that is summed up in."""
    squares: AnyArray = np.diff(walk.backward.indptr)
    if not walk.even:
        squares = np.zeros(len(walk.via))
        for first in range(0, len(walk.forward.values), _EDGES):
            some = slice(first, first + _EDGES)
            np.add.at(squares, walk.forward.indices[some], walk.forward.values[some].astype(np.float64) ** 2)
    return ridge * math.fsum(squares * walk.via) / max(len(walk.out), 1)


def _fit(wanted: NearestQuery, ridge: float, progress: RowProgress) -> CSR:
    from cinewalk.graph.walks.neighbours.gram_blocks import fit_all
    from cinewalk.graph.walks.neighbours.nearest_all import nearest_of_each

    (nearest,) = nearest_of_each([wanted])
    return fit_all(nearest, wanted.walk, ridge, progress)
