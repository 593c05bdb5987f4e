"""What the crowd likes: everybody, and those whom one person has something in common with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.model import schema
from cinewalk.graph.numeric import kernels
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.base.result import EVERYBODY, Outcome, Paths
from cinewalk.graph.walks.base.shared_counts import shared_counts

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.model.settings import NewcomerParameters
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array


#: The kinds of walk: from a like over those who share it, from a group, from everybody.
_SHARED, _GROUPS, _POPULARITY = "shared-viewers", "groups", "popularity"


class Circles(NamedTuple):
    """Whom one person is compared with: their groups and those who share a like, by position, and what each counts.

    The likes of a member count ``factor``; ``factors`` has the numbers of the groups, then those of the likes.
    """

    groups: Int32Array
    likes: Int32Array
    factors: FloatArray


class GroupPopularity:
    """Popularity, smoothed over the circles that a person is in.

    ``score_j = share_j + λ · Σ_g a_g (C_gj + M · share_j) / (C_g + M)``, where ``share_j`` is the number of likes of
    ``j`` by that of all users ``U``. The circles ``g`` are the person's demographic groups of at least 11 members, and
    for each title that they like those who like it, too; ``C_g`` are the members of ``g``, ``C_gj`` how many of
    them like ``j``. A circle counts by how many users are not in it, ``a_g = (1 - C_g / U)`` divided by the sum over
    the circles: one that holds nearly everybody says nearly nothing.

    For somebody who likes something all of it is multiplied by ``d_j^-b``, ``d_j`` the number of likes of ``j``, so
    that what nearly everybody likes does not come first for each of them.

    Cost: the likes of those who share a like. What groups like is counted once.

    Parameters
    ----------
    likes
        The graph's ``LIKES``.
    members
        The graph's relationship of users to groups.
    parameters
        ``λ``, ``M`` and ``b``: ``strength``, ``prior`` and ``target_exponent``.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of
    >>> from cinewalk.graph.model.settings import NewcomerParameters
    >>> graph = example_graph()
    >>> parameters = NewcomerParameters(strength=2.0, prior=0.0, target_exponent=1.0)
    >>> popularity = GroupPopularity(graph.likes, graph.relations["user_in_group"], parameters)
    >>> scores = popularity.run(profile_of(graph, graph.users.ids.position("eve"), 5.0)).scores
    >>> blade = scores[graph.titles.ids.position("blade")]  # 3 in 7 like it, of those who like Alien 2 in 3
    >>> bool(np.isclose(blade, (3 / 7 + 2 * (4 / 9 * 2 / 3 + 5 / 9 * 0 / 2)) / 3))
    True
    """

    def __init__(self, likes: Relation, members: Relation, parameters: NewcomerParameters) -> None:
        self.likes, self.members, self.parameters = likes, members, parameters
        self._gone = np.empty(0, np.int32)

    def without(self, likes: Relation, titles: Int32Array) -> GroupPopularity:
        """Return the crowd of which one person likes some titles no more.

        Parameters
        ----------
        likes
            What is left of everybody's likes.
        titles
            The titles; in each of the person's groups a member less likes them.
        """
        other = GroupPopularity(likes, self.members, self.parameters)
        # Counted once for everybody; what one person changes is taken off in passing.
        vars(other)["group_likes"] = self.group_likes
        other._gone = titles
        return other

    @cached_property
    def shares(self) -> FloatArray:
        """Which part of all users likes each title."""
        counts = np.diff(self.likes.reverse_indptr)
        return frozen(counts / max(self.likes.shape[0], 1))

    @cached_property
    def discounts(self) -> FloatArray:
        """``d_j^-b``: by how much each title is discounted for somebody who likes something."""
        counts = np.diff(self.likes.reverse_indptr)
        return frozen(np.maximum(counts, 1.0) ** -self.parameters.target_exponent)

    @cached_property
    def group_likes(self) -> csr_array:
        """``C_gj``: how many members of each group like each title."""
        from scipy.sparse import csr_array

        ones = np.ones(len(self.members), np.int64)
        by_group = csr_array(
            (ones, self.members.reverse_indices, self.members.reverse_indptr), shape=self.members.shape[::-1]
        )
        counts: csr_array = by_group @ self.likes.matrix(np.ones(len(self.likes), np.int64))
        return counts

    @cached_property
    def _by_user(self) -> CSR:
        """Each user's likes, one like as good as another."""
        ones = np.ones(len(self.likes), np.float32)
        return CSR(self.likes.indptr, self.likes.indices, frozen(ones))

    def circles(self, profile: Profile) -> Circles:
        """Return whom a person is compared with; small groups are passed over."""
        everybody = max(self.likes.shape[0], 1)
        of_groups = np.diff(self.members.reverse_indptr)[profile.groups]
        kept = (of_groups >= SMALLEST_GROUP) & (of_groups < everybody)
        of_likes = np.diff(self.likes.reverse_indptr)[profile.titles]
        sizes = np.concatenate([of_groups[kept], of_likes])
        telling = np.where(sizes > 0, 1 - sizes / everybody, 0.0)
        total = telling.sum()
        factors = self.parameters.strength * telling / (total if total > 0 else 1.0)
        return Circles(
            profile.groups[kept], profile.titles, factors / np.maximum(sizes + self.parameters.prior, 1)
        )

    def likes_of_group(self, group: int) -> FloatArray:
        """Count how many members of a group like each title."""
        row = slice(*self.group_likes.indptr[group : group + 2].tolist())
        counts = np.zeros(self.likes.shape[1])
        counts[self.group_likes.indices[row]] = self.group_likes.data[row]
        counts[self._gone] -= 1
        return counts

    def shared_by(self, likes: Int32Array, targets: Int32Array) -> FloatArray:
        """Count who likes both a target and a like; shape (targets, likes)."""
        relation = self.likes
        nodes, others = frozen(np.repeat(targets, len(likes))), frozen(np.tile(likes, len(targets)))
        counts = shared_counts(nodes, others, relation.reverse_indptr, relation.reverse_indices)
        return counts.reshape(len(targets), len(likes)).astype(np.float64)

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes, over those who share them, from their groups, and from everybody."""
        circles = self.circles(profile)
        groups, likes = circles.groups.tolist(), circles.likes.tolist()
        everybody = self.shares * (1 + self.parameters.prior * circles.factors.sum())
        of_groups, of_likes = np.split(circles.factors, [len(groups)])
        scores = everybody.copy()
        for group, factor in zip(groups, of_groups.tolist(), strict=True):
            scores += factor * self.likes_of_group(group)
        if likes:
            viewers = np.concatenate([self.viewers(i) for i in likes])
            times = np.repeat(of_likes, [len(self.viewers(i)) for i in likes])
            scores += kernels.spread(viewers, times, self._by_user, len(scores))
        discounts = self.discounts if likes else np.ones(len(scores))
        return GroupOutcome(scores * discounts, self, circles, everybody, discounts)

    def viewers(self, title: int) -> Int32Array:
        """Return who likes a title."""
        return self.likes.reverse_indices[self.likes.reverse_row(title)]


@dataclass(frozen=True, slots=True, eq=False)
class GroupOutcome(Outcome):
    """What :class:`GroupPopularity` came to for one person.

    ``everybody`` is what is nobody's in particular, before the titles are discounted by ``discounts``.
    """

    walk: GroupPopularity
    circles: Circles
    everybody: FloatArray
    discounts: FloatArray

    @property
    def beyond(self) -> tuple[tuple[str, int], ...]:
        """The groups, and everybody."""
        return (*((schema.GROUP.label, group) for group in self.circles.groups.tolist()), EVERYBODY)

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Return what each circle, and everybody, gives."""
        groups, likes = self.circles.groups.tolist(), self.circles.likes.tolist()
        of_groups, of_likes = np.split(self.circles.factors, [len(groups)])
        kinds = {_SHARED: likes, _GROUPS: groups, _POPULARITY: [EVERYBODY]}
        parts = {
            name: np.zeros((len(targets), len(likes) + len(groups) + 1))
            for name, seeds in kinds.items()
            if seeds
        }
        if likes:
            parts[_SHARED][:, : len(likes)] = of_likes * self.walk.shared_by(self.circles.likes, targets)
        for column, (group, factor) in enumerate(zip(groups, of_groups.tolist(), strict=True), len(likes)):
            parts[_GROUPS][:, column] = factor * self.walk.likes_of_group(group)[targets]
        parts[_POPULARITY][:, -1] = self.everybody[targets]
        discounts = self.discounts[targets, np.newaxis]
        return {name: part * discounts for name, part in parts.items()}

    def paths(self, target: int) -> dict[str, Paths]:
        """Return what each of those gives who like both a like and the title."""
        likes, viewers = self.circles.likes.tolist(), self.walk.viewers(target)
        factors = self.circles.factors[len(self.circles.groups) :] * self.discounts[target]
        shared = [np.intersect1d(self.walk.viewers(title), viewers, assume_unique=True) for title in likes]
        seeds = np.repeat(np.arange(len(likes), dtype=np.int32), list(map(len, shared)))
        passed = np.concatenate([np.empty(0, np.int32), *shared])
        return {_SHARED: Paths(seeds, passed, factors[seeds])} if likes else {}
