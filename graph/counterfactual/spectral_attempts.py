"""Removals tried on viewers who are alike in a subspace, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.counterfactual.attempts import Attempts, discounted
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base import people_kernels

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.spectral.spectral import SpectralViewers


class SpectralAttempts(Attempts):
    """For viewers who are alike in the subspace, which stays as it is."""

    def __init__(self, walk: SpectralViewers, profile: Profile) -> None:
        self._walk, self._profile = walk, profile

    def scores(self, sets: Int32Array) -> FloatArray:
        """Return the scores after each removal."""
        walk, profile, size = self._walk, self._profile, len(sets)
        kept = np.ones((size, len(profile.titles)), np.bool_)
        kept[np.arange(size)[:, None], sets] = False
        places = np.nonzero(kept)[1]
        indptr = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
        left = CSR(indptr, frozen(profile.titles[places]), frozen(profile.preferences[places]))
        user = -1 if profile.user is None else profile.user
        viewers = walk.nearest(frozen(np.full(size, user, np.int32)), left)
        undiscounted = np.zeros((size, len(profile.hidden)))
        each, likes = np.arange(size, dtype=np.int32), walk.likes.steps_to_titles
        people_kernels.walk_viewers(each, viewers, likes, np.ones(len(profile.hidden)), undiscounted)
        return discounted(undiscounted, sets, walk.likes, profile, walk.parameters.target_exponent)
