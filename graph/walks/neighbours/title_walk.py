"""What all walks from title to title have in common: one weighted row a title."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base import people_kernels
from cinewalk.graph.walks.base.people import Outcomes, empty_lists
from cinewalk.graph.walks.base.result import Outcome, Paths, Walk, slots_of
from cinewalk.graph.walks.base.shares import no_shares
from cinewalk.graph.walks.neighbours import contributions as contribution_kernels
from cinewalk.graph.walks.neighbours import list_kernels, path_kernels

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray, Float32Array, FloatArray, Int32Array
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.people import Several
    from cinewalk.graph.walks.base.people_kernels import RankedLists
    from cinewalk.graph.walks.base.shares import ListShares


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

    @property
    def title_rows(self) -> CSR:
        """Its :attr:`rows`."""
        return self.rows

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

    def run_many(self, several: Several) -> TitleOutcomes:
        """Walk from the likes of several people."""
        scores = np.zeros((len(several), several.titles))
        people_kernels.walk_titles(several.users, several.people.starts, self.rows, scores)
        return TitleOutcomes(several, scores, self)

    @cached_property
    def _by_rank(self) -> list_kernels.Ranked:
        """The rows with the titles that are in most of them first."""
        rows, titles = self.rows, self.likes.relation.shape[1]
        names = np.argsort(-list_kernels.counted(rows.indices, titles), kind="stable").astype(np.int32)
        rank = np.empty(titles, np.int32)
        rank[names] = np.arange(titles, dtype=np.int32)
        # Half the memory where they fit: more of the rows stay in the processor's cache.
        ranks = np.empty(len(rows.indices), np.uint16 if titles <= 1 << 16 else np.int32)
        list_kernels.translate(rows.indices, rank, ranks)
        return list_kernels.Ranked(rows.indptr, ranks, rows.values, names, rank)

    def rank_many(self, several: Several, size: int, left_out: BoolArray | None = None) -> RankedLists:
        """Return the lists of several people. Cost: ``Σ_u d_u · k`` for rows of ``k``, and people times titles."""
        lists = empty_lists(len(several), size)
        dropped = np.empty(0, np.int32) if left_out is None else np.flatnonzero(left_out).astype(np.int32)
        list_kernels.fill_lists(several.users, several.people.starts, self._by_rank, dropped, lists)
        return lists


@dataclass(frozen=True, slots=True, eq=False)
class TitleOutcomes(Outcomes):
    """What a :class:`TitleWalk` came to for several people."""

    several: Several
    scores: FloatArray
    walk: TitleWalk

    def outcome(self, row: int) -> TitleOutcome:
        """Return what it came to for one of them."""
        return TitleOutcome(self.scores[row], self.walk, self.several.profile(row))

    def shares(self, lists: RankedLists) -> ListShares:
        """Divide the scores of all lists at once."""
        shares = no_shares(lists.counts, self.several.likes)
        contribution_kernels.seed_shares(
            self.several.users, self.several.people.starts, self.walk.rows, lists, shares
        )
        return shares


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
