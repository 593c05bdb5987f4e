"""The likes of a graph as walks take them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.numeric.bitmaps import NOBODY, Bitmaps, bitmaps

if TYPE_CHECKING:
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import FloatArray, Int64Array


@dataclass(frozen=True, eq=False)
class Likes:
    """The ``LIKES`` relationship as kernels take it: weighted rows both ways, and degrees."""

    relation: Relation

    @cached_property
    def by_user(self) -> CSR:
        """Each user's titles."""
        return CSR(self.relation.indptr, self.relation.indices, self.relation.properties["preference"])

    @cached_property
    def by_title(self) -> CSR:
        """Each title's users."""
        preferences = self.relation.properties["preference"]
        if self._same is None:  # else the order says nothing
            preferences = preferences[self.relation.reverse_order]
        return CSR(self.relation.reverse_indptr, self.relation.reverse_indices, frozen(preferences))

    @cached_property
    def steps_to_titles(self) -> CSR:
        """Each user's titles, without values where all are 1: nobody has to look at them."""
        rows = self.by_user
        return rows._replace(values=frozen(np.empty(0, np.float32))) if self.even else rows

    @cached_property
    def bitmaps(self) -> Bitmaps:
        """The users of the titles that many like, where every preference is 1."""
        return bitmaps(self.by_title, self.relation.shape[0]) if self.even else NOBODY

    @cached_property
    def even(self) -> bool:
        """Whether every preference is 1."""
        return not len(self.relation) or self._same == 1.0

    @cached_property
    def _same(self) -> float | None:
        return self.relation.constant("preference")

    def user_discount(self, exponent: float) -> FloatArray:
        """Return ``d_u^(-exponent)``, 0 for a user without likes."""
        return discount(np.diff(self.relation.indptr), exponent)

    def title_discount(self, exponent: float) -> FloatArray:
        """Return ``d_i^(-exponent)``, 0 for a title without likes."""
        return discount(np.diff(self.relation.reverse_indptr), exponent)


def discount(degrees: Int64Array, exponent: float) -> FloatArray:
    """Return ``d^(-exponent)`` of every degree, 0 where it is 0."""
    positive = np.maximum(degrees.astype(np.float64), 1)
    return frozen(np.where(degrees > 0, positive**-exponent, 0.0))
