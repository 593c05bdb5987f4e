"""What trying many removals on a walk is, and the plain way: each is recomputed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.counterfactual.removal import scores_without

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.graph.walks.registry import Registry


class Attempts(ABC):
    """Scores of one part of a walk after removals.

    ``sets`` are removals of one size, a row each: places among the likes of the profile, ascending.
    """

    @abstractmethod
    def scores(self, sets: Int32Array) -> FloatArray:
        """Return the scores after each removal, one row a removal; titles that are removed have theirs, too."""


class RecomputedAttempts(Attempts):
    """For any walk: each removal is recomputed."""

    def __init__(self, parts: Registry, walk: Walk, profile: Profile) -> None:
        self._parts, self._walk, self._profile = parts, walk, profile

    def scores(self, sets: Int32Array) -> FloatArray:
        """Return the scores after each removal."""
        titles = self._profile.titles
        rows = [scores_without(self._parts, self._walk, self._profile, titles[gone])[0] for gone in sets]
        return np.stack(rows)
