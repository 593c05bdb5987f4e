"""Shared-neighbour walks: titles that share viewers, viewers who share titles, and the two blended.

Symbols: ``A`` is the user × title matrix of preferences, ``d_i`` the number of likes of a title, ``d_u`` of a
user, ``x_u`` a user's seed weights.

References
----------
Cooper, Lee, Radinsky, Siantos, "Random walks in recommender systems", WWW 2014, doi:10.1145/2567948.2579244.
Paudel, Christoffel, Newell, Bernstein, "Updatable, accurate, diverse, and scalable recommendations for
interactive applications" (RP3β), ACM TiiS 7(1), 2016, doi:10.1145/2955101.
Verstrepen, Goethals, "Unifying nearest neighbors collaborative filtering", RecSys 2014,
doi:10.1145/2645710.2645731.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph import kernels
from cinewalk.graph.arrays import frozen
from cinewalk.graph.kernels import Neighbourhood, Rows
from cinewalk.graph.walks import Outcome

if TYPE_CHECKING:
    from cinewalk.graph.arrays import FloatArray, Int32Array, Int64Array
    from cinewalk.graph.network import Graph, Relation
    from cinewalk.graph.seeds import Profile


@dataclass(frozen=True, slots=True)
class TitleParameters:
    """Parameters of :class:`SharedViewers`; every exponent is at least 0.

    Parameters
    ----------
    source_exponent, viewer_exponent, target_exponent
        ``a``, ``γ`` and ``b``: how much a popular seed, a busy viewer and a popular target are discounted.
    sharpness
        ``q``, above 0: over 1 favours the strongest connections.
    row_exponent
        ``ν``: 0 leaves rows as they are, 1 makes each sum to 1.
    size
        ``k``: the number of neighbours kept per title.
    """

    source_exponent: float = 0.5
    viewer_exponent: float = 0.6
    target_exponent: float = 0.55
    sharpness: float = 1.25
    row_exponent: float = 1.0
    size: int = 200


@dataclass(frozen=True, slots=True)
class ViewerParameters:
    """Parameters of :class:`SharedTitles`; every exponent is at least 0.

    Parameters
    ----------
    title_exponent, viewer_exponent
        ``γ`` and ``c``: how much a popular title in common and a busy viewer are discounted.
    sharpness
        ``q``, above 0: over 1 favours the most like-minded.
    target_exponent
        ``b``: how much a popular target is discounted.
    size
        ``k``: the number of like-minded viewers kept.
    """

    title_exponent: float = 0.4
    viewer_exponent: float = 0.3
    sharpness: float = 3.0
    target_exponent: float = 0.25
    size: int = 200


@dataclass(frozen=True, eq=False)
class Likes:
    """The ``LIKES`` relationship as kernels take it: weighted rows both ways, and degrees."""

    relation: Relation

    @cached_property
    def by_user(self) -> Rows:
        """Each user's titles."""
        return Rows(self.relation.indptr, self.relation.indices, self.relation.properties["preference"])

    @cached_property
    def by_title(self) -> Rows:
        """Each title's users."""
        preferences = self.relation.properties["preference"][self.relation.reverse_order]
        return Rows(self.relation.reverse_indptr, self.relation.reverse_indices, frozen(preferences))

    def user_discount(self, exponent: float) -> FloatArray:
        """Return ``d_u^(-exponent)``, 0 for a user without likes."""
        return _discount(self.relation.indptr, exponent)

    def title_discount(self, exponent: float) -> FloatArray:
        """Return ``d_i^(-exponent)``, 0 for a title without likes."""
        return _discount(self.relation.reverse_indptr, exponent)


def _discount(indptr: Int64Array, exponent: float) -> FloatArray:
    degrees = np.diff(indptr).astype(np.float64)
    return frozen(np.where(degrees > 0, np.maximum(degrees, 1) ** -exponent, 0.0))


@dataclass(frozen=True, eq=False)
class SharedViewers:
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
    """

    likes: Likes
    parameters: TitleParameters = TitleParameters()
    name: str = field(default="shared-viewers", init=False)

    @cached_property
    def rows(self) -> Rows:
        """``W``, for every title; each row best first. Cost: ``Σ_v d_v²``."""
        p = self.parameters
        walk = Neighbourhood(
            forward=self.likes.by_title,
            backward=self.likes.by_user,
            out=self.likes.title_discount(p.source_exponent),
            via=self.likes.user_discount(p.viewer_exponent),
            into=self.likes.title_discount(p.target_exponent),
            sharpness=p.sharpness,
            size=p.size,
        )
        every = frozen(np.arange(len(walk.out), dtype=np.int32))
        rows = kernels.neighbour_rows(every, walk, p.row_exponent)
        return Rows(frozen(rows.indptr), frozen(rows.indices), frozen(rows.values))

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes; seed ``i`` gives ``x_u(i) W_ij`` to title ``j``."""
        size = len(profile.hidden)

        def contributions(targets: Int32Array) -> dict[str, FloatArray]:
            slots = _slots(targets, size)
            found = kernels.seed_contributions(profile.titles, profile.seeds, self.rows, slots, len(targets))
            return {self.name: found}

        return Outcome(kernels.spread(profile.titles, profile.seeds, self.rows, size), contributions)


@dataclass(frozen=True, eq=False)
class SharedTitles:
    """Viewers who share titles: others like what you like, and they also liked ``j``.

    ``S_uv = [Σ_i A_ui A_vi d_i^-γ · d_v^-c]^q`` for ``v ≠ u``, the best ``k`` kept;
    ``score_j = d_j^-b Σ_v S_uv A_vj``.

    Parameters
    ----------
    likes
        The graph's likes.
    parameters
        The exponents and the number of viewers.
    """

    likes: Likes
    parameters: ViewerParameters = ViewerParameters()
    name: str = field(default="shared-titles", init=False)

    @cached_property
    def _walk(self) -> Neighbourhood:
        p = self.parameters
        return Neighbourhood(
            forward=self.likes.by_user,
            backward=self.likes.by_title,
            out=self.likes.user_discount(0.0),
            via=self.likes.title_discount(p.title_exponent),
            into=self.likes.user_discount(p.viewer_exponent),
            sharpness=p.sharpness,
            size=p.size,
        )

    @cached_property
    def _discount(self) -> FloatArray:
        return self.likes.title_discount(self.parameters.target_exponent)

    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the most like-minded viewers, best first, and their ``S_uv``. Cost: ``Σ_i d_i``."""
        n = len(self._walk.out)
        indices, values = np.empty(n, np.int32), np.empty(n)
        user = -1 if profile.user is None else profile.user
        kept = kernels.neighbours(
            user, profile.titles, profile.preferences, self._walk, np.zeros(n), indices, values
        )
        return frozen(indices[:kept]), frozen(values[:kept])

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes; each viewer's term is divided over the titles they share.

        The division is in proportion to what each shared title adds to the inner sum of ``S_uv``. It is a
        stated convention (with ``q ≠ 1`` no division is given by the formula alone) that keeps sums exact.
        """
        size = len(profile.hidden)
        viewers, weights = self.viewers(profile)

        def contributions(targets: Int32Array) -> dict[str, FloatArray]:
            found = kernels.viewer_contributions(
                profile.titles,
                profile.preferences,
                viewers,
                weights,
                self.likes.by_user,
                self._walk.via,
                _slots(targets, size),
                len(targets),
            )
            return {self.name: found * self._discount[targets][:, None]}

        return Outcome(
            kernels.spread(viewers, weights, self.likes.by_user, size) * self._discount, contributions
        )


@dataclass(frozen=True, eq=False)
class Blend:
    """Several walks added up, each divided by its L2 norm over the titles that may be shown.

    ``score = Σ_p weight_p · score_p / ‖score_p over unseen titles‖``. A part that leads nowhere adds nothing.

    Parameters
    ----------
    parts
        The walks.
    weights
        One per part, above 0.
    """

    parts: tuple[SharedViewers | SharedTitles, ...]
    weights: tuple[float, ...]
    name: str = field(default="neighbours", init=False)

    def run(self, profile: Profile) -> Outcome:
        """Run every part from a person's likes, and add up what they came to."""
        total = np.zeros(len(profile.hidden))
        outcomes = []
        for part, weight in zip(self.parts, self.weights, strict=True):
            outcome = part.run(profile)
            scale = _scale(outcome.scores, profile, weight)
            total += outcome.scores * scale
            outcomes.append((outcome, scale))

        def contributions(targets: Int32Array) -> dict[str, FloatArray]:
            return {
                name: values * scale
                for outcome, scale in outcomes
                for name, values in outcome.contributions(targets).items()
            }

        return Outcome(total, contributions)


def _scale(scores: FloatArray, profile: Profile, weight: float) -> float:
    length = kernels.norm(scores, profile.hidden)
    return weight / length if length > 0 else 0.0


def _slots(targets: Int32Array, size: int) -> Int32Array:
    """For every title, its place among the targets, or -1."""
    slots = np.full(size, -1, dtype=np.int32)
    slots[targets] = np.arange(len(targets), dtype=np.int32)
    return slots


def shared_neighbours(graph: Graph) -> Blend:
    """Return the default walk: titles that share viewers and viewers who share titles, in equal parts."""
    likes = Likes(graph.likes)
    return Blend((SharedViewers(likes), SharedTitles(likes)), (0.5, 0.5))
