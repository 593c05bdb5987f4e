"""Shared-neighbour walks: titles that share viewers, and viewers who share titles.

Symbols: ``A`` is the user × title matrix of preferences, ``d_i`` the number of likes of a title, ``d_u`` of a
user, ``x_u`` the weights of a user's likes.

References
----------
Cooper, Lee, Radinsky, Siantos, "Random walks in recommender systems", WWW 2014, doi:10.1145/2567948.2579244.
Paudel, Christoffel, Newell, Bernstein, "Updatable, accurate, diverse, and scalable recommendations for
interactive applications" (RP3β), ACM TiiS 7(1), 2016, doi:10.1145/2955101.
Verstrepen, Goethals, "Unifying nearest neighbors collaborative filtering", RecSys 2014,
doi:10.1145/2645710.2645731.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model.settings import TitleParameters, ViewerParameters
from cinewalk.graph.numeric import nearest as nearest_kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.neighbours.neighbourhoods import Paired, title_neighbourhood, viewer_neighbourhood
from cinewalk.graph.walks.neighbours.title_walk import Passing, TitleWalk
from cinewalk.graph.walks.neighbours.viewer_walk import ViewerWalk

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.numeric.cooccurrence import NearestQuery
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.result import Ground


class SharedViewers(TitleWalk, Paired):
    """Titles that share viewers: you liked ``i``, and those who liked ``i`` also liked ``j``.

    ``W_ij = [d_i^-a · Σ_v A_vi A_vj d_v^-γ · d_j^-b]^q`` for ``i ≠ j``, the best ``k`` per title, each row
    divided by (its sum)^ν; ``score_j = Σ_i x_u(i) W_ij``. RP3β is the case ``γ = a = α``, ``b = β``,
    ``q = 1``, ``ν = 0``.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        The exponents and the number of neighbours.
    stored
        ``W``, where it has been computed before.
    """

    name = "shared-viewers"
    of_titles = True

    def __init__(
        self, likes: Likes, parameters: TitleParameters = TitleParameters(), stored: CSR | None = None
    ) -> None:
        super().__init__(likes, stored)
        self.parameters = parameters

    @classmethod
    def of(cls, ground: Ground) -> SharedViewers:
        """Make the walk on what is given."""
        return cls(ground.likes, ground.settings.shared_viewers, ground.stored("shared_viewers"))

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Compute ``W``, each row best first. Cost: ``½ Σ_v d_v²``."""
        from cinewalk.graph.walks.neighbours.nearest_all import nearest_of_each

        (rows,) = nearest_of_each([self.wanted], progress)
        return rows

    @property
    def wanted(self) -> NearestQuery:
        """What is asked for where all rows are found at once."""
        from cinewalk.graph.numeric.cooccurrence import NearestQuery

        return NearestQuery(title_neighbourhood(self.likes, self.parameters), self.parameters.row_exponent)

    def _passing(self) -> Passing:
        return Passing(self.likes.user_discount(self.parameters.viewer_exponent))


class SharedTitles(ViewerWalk, Paired):
    """Viewers who share titles: others like what you like, and they also liked ``j``.

    ``S_uv = [Σ_i A_ui A_vi d_i^-γ · d_v^-c]^q`` for ``v ≠ u``, the best ``k`` kept;
    ``score_j = d_j^-b Σ_v S_uv A_vj``.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        The exponents and the number of viewers.
    stored
        Everybody's viewers, where they have been found before.
    """

    name = "shared-titles"
    of_titles = False

    def __init__(
        self, likes: Likes, parameters: ViewerParameters = ViewerParameters(), stored: CSR | None = None
    ) -> None:
        super().__init__(likes, parameters.title_exponent, parameters.target_exponent, stored)
        self.parameters = parameters
        self.neighbourhood = viewer_neighbourhood(likes, parameters)

    @classmethod
    def of(cls, ground: Ground) -> SharedTitles:
        """Make the walk on what is given."""
        return cls(ground.likes, ground.settings.shared_titles, ground.stored("shared_titles"))

    def without(self, likes: Likes, user: int, titles: Int32Array) -> SharedTitles:  # noqa: ARG002 - what is left says it
        """Return the walk over what is left; viewers are found when they are asked for."""
        return SharedTitles(likes, self.parameters)

    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the most like-minded viewers, best first, and their ``S_uv``. Cost: ``Σ_i d_i``, unless stored."""
        if self.stored is not None and self._is_known(profile):
            return self._row(self.stored, profile)
        user = -1 if profile.user is None else profile.user
        indices, values = nearest_kernels.nearest_nodes(
            user, profile.titles, profile.preferences, self.neighbourhood, self.likes.bitmaps
        )
        return frozen(indices), frozen(values)

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Find everybody's viewers at once, with ``S_uv`` in 64 bits as for one person. Cost: ``½ Σ_i d_i²``."""
        from cinewalk.graph.walks.neighbours.nearest_all import nearest_of_each

        (rows,) = nearest_of_each([self.wanted], progress)
        return rows

    @property
    def rows(self) -> CSR:
        """Everybody's viewers, found when they are first needed."""
        if self.stored is None:
            self.stored = self.prepare()
        return self.stored

    @property
    def wanted(self) -> NearestQuery:
        """What is asked for where everybody's viewers are found at once."""
        from cinewalk.graph.numeric.cooccurrence import NearestQuery

        return NearestQuery(self.neighbourhood, 0.0, np.float64)
