"""What all walks over like-minded viewers have in common: one weighted row a viewer."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base import people_kernels
from cinewalk.graph.walks.base.people import Outcomes
from cinewalk.graph.walks.base.result import Outcome, Paths, Walk, slots_of
from cinewalk.graph.walks.base.shares import no_shares
from cinewalk.graph.walks.neighbours import contributions as contribution_kernels
from cinewalk.graph.walks.neighbours import path_kernels

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.people import Several
    from cinewalk.graph.walks.base.people_kernels import RankedLists
    from cinewalk.graph.walks.base.shares import ListShares


class ViewerWalk(Walk):
    """A walk over like-minded viewers to what they like: ``score_j = d_j^-b Σ_v S_uv A_vj``."""

    def __init__(
        self, likes: Likes, title_exponent: float, target_exponent: float, stored: CSR | None = None
    ) -> None:
        self.likes = likes
        #: Everybody's viewers, where they have been found before.
        self.stored = stored
        #: How much each title weighs between two viewers, and where a walk ends.
        self.via = likes.title_discount(title_exponent)
        self.into = likes.title_discount(target_exponent)

    @abstractmethod
    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return like-minded viewers and their ``S_uv``, above 0; each shares a title with the person."""

    @property
    @abstractmethod
    def rows(self) -> CSR:
        """Everybody's viewers and their weights."""

    @property
    def known(self) -> CSR | None:
        """Everybody's viewers, where walks of the graph's own users take them from there."""
        return self.stored

    @abstractmethod
    def prepare(self, progress: RowProgress = None) -> CSR:
        """Find everybody's viewers at once."""

    def _is_known(self, profile: Profile) -> bool:
        """Tell whether a person's likes are those that the graph has of them."""
        likes, user = self.likes.by_user, profile.user
        if user is None:
            return False
        row = slice(int(likes.indptr[user]), int(likes.indptr[user + 1]))
        return np.array_equal(profile.titles, likes.indices[row]) and np.array_equal(
            profile.preferences, likes.values[row]
        )

    def _row(self, rows: CSR, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the viewers of somebody whom the graph knows from everybody's."""
        assert profile.user is not None
        row = slice(int(rows.indptr[profile.user]), int(rows.indptr[profile.user + 1]))
        return rows.indices[row], frozen(rows.values[row].astype(np.float64))

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes; each viewer's term is divided over the titles they share.

        The division is in proportion to ``A_ui A_vi d_i^-γ``, what each shared title adds to how alike the two
        are. It is a stated convention (with ``q ≠ 1`` or fitted weights no division is given by the formula
        alone) that keeps sums exact.
        """
        viewers, weights = self.viewers(profile)
        scores = kernels.spread(viewers, weights, self.likes.steps_to_titles, len(profile.hidden)) * self.into
        return ViewerOutcome(scores, self, profile, viewers, weights)

    def run_many(self, several: Several) -> Outcomes:
        """Walk from the likes of several people; at once where everybody's viewers have been found before."""
        viewers = self.known
        if viewers is None:
            return super().run_many(several)
        scores = np.zeros((len(several), several.titles))
        likes = self.likes.steps_to_titles
        people_kernels.walk_viewers(several.users, viewers, likes, self.into, scores)
        return ViewerOutcomes(several, scores, self, viewers)


@dataclass(frozen=True, slots=True, eq=False)
class ViewerOutcomes(Outcomes):
    """What a :class:`ViewerWalk` came to for several people; their rows of ``viewers`` are who it went over."""

    several: Several
    scores: FloatArray
    walk: ViewerWalk
    viewers: CSR

    def outcome(self, row: int) -> ViewerOutcome:
        """Return what it came to for one of them."""
        profile = self.several.profile(row)
        return ViewerOutcome(self.scores[row], self.walk, profile, *self.walk.viewers(profile))

    def shares(self, lists: RankedLists) -> ListShares:
        """Divide the scores of all lists at once."""
        shares, walk = no_shares(lists.counts, self.several.likes), self.walk
        contribution_kernels.viewer_shares(
            self.several.users, self.viewers, walk.likes.by_user, walk.via, walk.into, lists, shares
        )
        return shares


@dataclass(frozen=True, slots=True, eq=False)
class ViewerOutcome(Outcome):
    """What a :class:`ViewerWalk` came to for one person, over which viewers and with what weights."""

    walk: ViewerWalk
    profile: Profile
    viewers: Int32Array
    weights: FloatArray

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Divide each viewer's term over the likes that they share with the person."""
        shares = contribution_kernels.viewer_contributions(
            self.profile.titles,
            self.profile.preferences,
            self.viewers,
            self.weights,
            self.walk.likes.by_user,
            self.walk.via,
            slots_of(targets, len(self.scores)),
            len(targets),
        )
        return {self.walk.name: shares * self.walk.into[targets][:, None]}

    def paths(self, target: int) -> dict[str, Paths]:
        """Return the same for one title, viewer by viewer."""
        seeds, passed, values = path_kernels.viewer_paths(
            self.profile.titles,
            self.profile.preferences,
            self.viewers,
            self.weights,
            target,
            self.walk.likes.by_user,
            self.walk.via,
            len(self.scores),
        )
        return {self.walk.name: Paths(seeds, passed, values * self.walk.into[target])}
