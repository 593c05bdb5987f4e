"""What all walks from title to title have in common: one weighted row a title."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base.result import Outcome, Paths, Walk, slots_of
from cinewalk.graph.walks.neighbours import contributions as contribution_kernels
from cinewalk.graph.walks.neighbours import path_kernels

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import Float32Array, FloatArray, Int32Array
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.like_rows import Likes


class Passing(NamedTuple):
    """How the steps of a :class:`TitleWalk` are divided over the viewers between the two titles.

    ``via`` weighs each viewer; ``ranks``, ``span`` and ``ahead`` are those of the sequence-aware walk, without
    ranks elsewhere.
    """

    via: FloatArray
    ranks: Float32Array = frozen(np.empty(0, np.float32))
    span: float = 1.0
    ahead: float = 1.0


class TitleWalk(Walk):
    """A walk from the seeds to other titles over one weighted row a title: ``score_j = Σ_i x_u(i) rows_ij``."""

    def __init__(self, likes: Likes, stored: CSR | None = None) -> None:
        self.likes = likes
        self._stored = stored

    @cached_property
    def rows(self) -> CSR:
        """The row of every title, computed when it is first needed."""
        return self._stored or self.prepare()

    @abstractmethod
    def prepare(self, progress: RowProgress = None) -> CSR:
        """Compute the row of every title."""

    @cached_property
    def passing(self) -> Passing:
        """How much each viewer between two titles has given to the step from one to the other."""
        return self._passing()

    @abstractmethod
    def _passing(self) -> Passing:
        """Work it out."""

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes; seed ``i`` gives ``x_u(i) rows_ij`` to title ``j``."""
        scores = kernels.spread(profile.titles, profile.weights, self.rows, len(profile.hidden))
        return TitleOutcome(scores, self, profile)


@dataclass(frozen=True, slots=True, eq=False)
class TitleOutcome(Outcome):
    """What a :class:`TitleWalk` came to for one person."""

    walk: TitleWalk
    profile: Profile

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Return ``x_u(i) rows_ij`` by title and like."""
        profile, slots = self.profile, slots_of(targets, len(self.scores))
        shares = contribution_kernels.seed_contributions(
            profile.titles, profile.weights, self.walk.rows, slots, len(targets)
        )
        return {self.walk.name: shares}

    def paths(self, target: int) -> dict[str, Paths]:
        """Divide each like's part over the viewers who like both."""
        profile, walk = self.profile, self.walk
        seeds, passed, values = path_kernels.title_paths(
            profile.titles, profile.weights, walk.rows, target, walk.likes.by_title, *walk.passing
        )
        return {walk.name: Paths(seeds, passed, values)}
