"""What trying many removals on a walk is, and the plain way: each is recomputed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.counterfactual.removal import scores_without
from cinewalk.graph.walks.base.like_rows import discount

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.base.like_rows import Likes
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


def discount_without(likes: Likes, titles: Int32Array, exponent: float) -> FloatArray:
    """Return the discount of each of the titles if one person less liked it."""
    ends = likes.relation.reverse_indptr
    return discount(ends[titles + 1] - ends[titles] - 1, exponent)


def discounted(
    scores: FloatArray, sets: Int32Array, likes: Likes, profile: Profile, exponent: float
) -> FloatArray:
    """Discount scores after removals in place, each title by how many like it then; return them."""
    rows, titles = np.arange(len(sets))[:, None], profile.titles[sets]
    removed_scores = scores[rows, titles] * discount_without(likes, profile.titles, exponent)[sets]
    scores *= likes.title_discount(exponent)
    scores[rows, titles] = removed_scores
    return scores
