"""Many removals tried at once, to the same scores as :mod:`cinewalk.graph.counterfactual.removal`.

A removal changes little of what is the user's own, so each part of a walk keeps what it came to before and works
out the difference: for rows of titles from sums by age, for like-minded viewers from those who like what is
removed, for fitted weights by going on from the weights before, for PageRank from some rows of an inverse. Scores agree
with those recomputed to about 1e-7 of the highest.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.counterfactual import kernels as removal_kernels
from cinewalk.graph.counterfactual import refit_kernels
from cinewalk.graph.counterfactual.attempts import Attempts, RecomputedAttempts, discount_without, discounted
from cinewalk.graph.counterfactual.kernels import AgeSums, SharedLikes
from cinewalk.graph.counterfactual.rank_attempts import ROOM, RankAttempts
from cinewalk.graph.counterfactual.refit_kernels import Pool
from cinewalk.graph.counterfactual.removal import profile_without
from cinewalk.graph.counterfactual.spectral_attempts import SpectralAttempts
from cinewalk.graph.model.maturity import limit_of, too_mature
from cinewalk.graph.model.profile import seen, shown_as
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.walks.neighbours import learned_kernels
from cinewalk.graph.walks.neighbours.learned import LearnedViewers
from cinewalk.graph.walks.neighbours.neighbourhoods import viewer_neighbourhood
from cinewalk.graph.walks.neighbours.shared import SharedTitles
from cinewalk.graph.walks.neighbours.title_walk import TitleWalk
from cinewalk.graph.walks.pagerank.pagerank import PageRank
from cinewalk.graph.walks.spectral.spectral import SpectralViewers

if TYPE_CHECKING:
    from cinewalk.graph.counterfactual.shown_list import Shown
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.kernels import Neighbourhood
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.graph.walks.registry import Registry

#: Below this part of the weight of all likes together, the oldest likes count as of one age.
_NEGLIGIBLE = 1e-10


class TitleAttempts(Attempts):
    """For a walk over one row a title."""

    def __init__(self, walk: TitleWalk, profile: Profile, times: Int64Array, half_life: float) -> None:
        self._profile, self._rows = profile, walk.rows
        classes = _classes(profile, times, half_life)
        columns, places = removal_kernels.reached(profile.titles, walk.rows, len(profile.hidden))
        sums = removal_kernels.age_sums(
            profile.titles, profile.weights, classes, walk.rows, places, len(columns)
        )
        self._ages = AgeSums(classes, half_life, columns, places, sums)

    def scores(self, sets: Int32Array) -> FloatArray:
        """Return the scores after each removal."""
        return removal_kernels.title_scores(
            sets, self._profile.titles, self._profile.weights, self._rows, self._ages
        )


def _classes(profile: Profile, times: Int64Array, half_life: float) -> Int32Array:
    """Return the age of each like: 0 is the newest; the oldest that together weigh nothing are of one age."""
    distinct, places = np.unique(-times, return_inverse=True)
    weights = np.bincount(places, profile.weights, len(distinct))
    rest = np.cumsum(weights[::-1])[::-1]
    # What a rank more or less changes; nothing does where recency does not matter.
    change = (2.0 ** (1.0 / half_life) - 1.0) * rest
    last = int(np.count_nonzero(change > _NEGLIGIBLE * rest[0]))
    return frozen(np.minimum(places, last).astype(np.int32))


class SharedAttempts(Attempts):
    """For viewers who share titles."""

    def __init__(self, walk: SharedTitles, profile: Profile) -> None:
        self._likes, self._profile = walk.likes, profile
        self._exponent = walk.parameters.target_exponent
        self._shared = _shared(viewer_neighbourhood(walk.likes, walk.parameters), profile)

    def scores(self, sets: Int32Array) -> FloatArray:
        """Return the scores after each removal."""
        size = len(self._profile.hidden)
        undiscounted = removal_kernels.shared_scores(sets, self._shared, self._likes.by_user, size)
        return discounted(undiscounted, sets, self._likes, self._profile, self._exponent)


class FittedAttempts(Attempts):
    """For viewers with fitted weights."""

    def __init__(self, walk: LearnedViewers, profile: Profile) -> None:
        self._walk, self._profile = walk, profile
        self._shared = _shared(self._walk.neighbourhood, profile)
        self._pool = _pool(self._walk, self._shared, profile, *walk.viewers(profile))

    def scores(self, sets: Int32Array) -> FloatArray:
        """Return the scores after each removal."""
        likes = self._walk.likes
        undiscounted = np.empty((len(sets), len(self._profile.hidden)))
        done = 0
        while True:
            done += refit_kernels.fitted_scores(
                sets[done:],
                self._profile.titles,
                self._shared,
                self._pool,
                likes.by_user,
                undiscounted[done:],
            )
            if done == len(sets):
                return discounted(
                    undiscounted, sets, likes, self._profile, self._walk.parameters.target_exponent
                )
            self._pool = _enlarged(self._pool)


def _shared(walk: Neighbourhood, profile: Profile) -> SharedLikes:
    steps = profile.preferences * walk.via[profile.titles]
    user = -1 if profile.user is None else profile.user
    viewers, indptr, likes, terms, sums, by_like = removal_kernels.shared_with(
        user, profile.titles, steps, walk.backward, len(walk.out)
    )
    into = walk.into[viewers]
    values = (sums * into) ** walk.sharpness
    return SharedLikes(
        viewers, indptr, likes, terms, sums, values, by_like, steps, into, walk.sharpness, walk.size
    )


def _pool(
    learned: LearnedViewers, shared: SharedLikes, profile: Profile, viewers: Int32Array, weights: FloatArray
) -> Pool:
    walk, parameters = learned.neighbourhood, learned.parameters
    members = np.searchsorted(shared.viewers, viewers).astype(np.int32)
    places = np.full(len(shared.viewers), -1, np.int32)
    places[members] = np.arange(len(members), dtype=np.int32)
    gram = np.empty((len(viewers), len(viewers)))
    learned_kernels.gram_of(viewers, walk.forward, walk.via, gram)
    rarer = discount_without(learned.likes, profile.titles, parameters.title_exponent)
    more_via = rarer - walk.via[profile.titles]
    by_like = shared.by_like
    squares = np.diff(np.append(0.0, np.cumsum(by_like.values.astype(np.float64) ** 2))[by_like.indptr])
    user_squares = profile.preferences.astype(np.float64) ** 2 * walk.via[profile.titles]
    return _enlarged(
        Pool(
            filled=np.array([len(members)]),
            members=members,
            places=places,
            gram=gram,
            weights=weights,
            left=shared.sums[members] - gram @ weights,
            ridge=learned.penalty,
            more_via=more_via,
            more_ridge=parameters.ridge / max(len(walk.out), 1) * (squares * more_via - user_squares),
            via=walk.via.copy(),
        )
    )


def _enlarged(pool: Pool) -> Pool:
    """Make room for as many viewers again."""
    size = len(pool.members)
    room = max(size, 32)
    return pool._replace(
        members=np.pad(pool.members, (0, room)),
        gram=np.pad(pool.gram, (0, room)),
        weights=np.pad(pool.weights, (0, room)),
        left=np.pad(pool.left, (0, room)),
    )


class Trials:
    """Removals tried for one person and one walk.

    Parameters
    ----------
    parts, walk, profile
        As in :func:`cinewalk.graph.counterfactual.removal.scores_without`.
    shown
        How the list is re-ranked, if it is.
    """

    def __init__(self, parts: Registry, walk: Walk, profile: Profile, shown: Shown | None = None) -> None:
        self._profile, self._shown, self._half_life = profile, shown, parts.settings.half_life
        self._graph = parts.graph
        self._films, self._ids = _films(parts.graph, profile)
        self._parts = [(_attempts(part, parts, profile), weight) for part, weight in walk.weighted]

    def scores(self, sets: Int32Array) -> FloatArray:
        """Return the scores after each removal; 0 for what is removed.

        Those of a walk that is no blend are divided by their norm, which changes no order.

        Parameters
        ----------
        sets
            Removals of one size, a row each: places among the likes of the profile.
        """
        total = np.zeros((len(sets), len(self._profile.hidden)))
        hidden, titles, films = self._profile.hidden, self._profile.titles, self._films
        for attempts, weight in self._parts:
            removal_kernels.add_scaled(total, attempts.scores(sets), weight, hidden, films, self._ids, sets)
        if self._shown is not None and self._shown.remedies is not None:
            for row, gone in zip(total, sets, strict=True):
                row[:] = self._relisted(self._shown, row, titles[gone])
        total[np.arange(len(sets))[:, None], titles[sets]] = 0.0
        return total

    def _relisted(self, shown: Shown, scores: FloatArray, titles: Int32Array) -> FloatArray:
        user = self._profile.user
        assert user is not None
        left = profile_without(self._graph, self._profile, titles, self._half_life)
        relisted = shown.without(self._graph, user, titles) if shown.asks_likes else shown
        return relisted.applied(scores, left).scores


@singledispatch
def _attempts(walk: Walk, parts: Registry, profile: Profile) -> Attempts:
    """Return the tries on a walk of a kind; others are registered below."""
    return RecomputedAttempts(parts, walk, profile)


@_attempts.register(TitleWalk)
def _of_titles(walk: TitleWalk, parts: Registry, profile: Profile) -> Attempts:
    return TitleAttempts(walk, profile, _times(parts, profile), parts.settings.half_life)


@_attempts.register(SharedTitles)
def _of_shared(walk: SharedTitles, parts: Registry, profile: Profile) -> Attempts:  # noqa: ARG001 - the form of all
    return SharedAttempts(walk, profile)


@_attempts.register(LearnedViewers)
def _of_fitted(walk: LearnedViewers, parts: Registry, profile: Profile) -> Attempts:  # noqa: ARG001 - the form of all
    return FittedAttempts(walk, profile)


@_attempts.register(SpectralViewers)
def _of_spectral(walk: SpectralViewers, parts: Registry, profile: Profile) -> Attempts:  # noqa: ARG001 - the form of all
    return SpectralAttempts(walk, profile)


@_attempts.register(PageRank)
def _of_ranks(walk: PageRank, parts: Registry, profile: Profile) -> Attempts:
    if len(profile.titles) * len(profile.hidden) > ROOM:
        return RecomputedAttempts(parts, walk, profile)
    return RankAttempts(walk, profile, _times(parts, profile), parts.settings.half_life)


def _films(graph: Graph, profile: Profile) -> tuple[Int32Array, Int64Array]:
    """Return for each like the title that is shown for it, and how many ids of that film must go for it to be shown.

    So many of them have been seen; where none must be shown to them at all, it is none, and no removal has so few.
    """
    assert profile.user is not None
    shown, size = shown_as(graph), len(graph.titles)
    ids = np.bincount(shown[seen(graph, profile.user)], minlength=size)
    ids[too_mature(graph.titles, limit_of(graph, profile.user))] = 0
    films = shown[profile.titles]
    return films, ids[films]


def _times(parts: Registry, profile: Profile) -> Int64Array:
    """Return the time of each like."""
    assert profile.user is not None
    likes = parts.graph.likes
    return likes.properties["timestamp"][likes.row(profile.user)]
