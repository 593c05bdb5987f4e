"""Explanations on MovieLens-100K: shares, single walks and counterfactuals beside `recommend`, in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

import cinewalk
from benchmarks.measure import Row, medians, percentile, read

if TYPE_CHECKING:
    from collections.abc import Callable

_USERS = 300
#: PageRank's counterfactuals take seconds to a minute for some: each removal is a solve over all edges.
_PAGERANK_USERS = 10
_LEAST_LIKES = 5
_WARM = 3
_SHARES, _PATHS, _COUNTERFACTUAL = "shares", "first 10 walks", "counterfactual"
#: By what is asked: milliseconds at p50 and p99, and how many times what `recommend` takes.
_WANTED = {_SHARES: (0.2, 2, 2), _PATHS: (2, 20, 20), _COUNTERFACTUAL: (5, 50, 60)}


class _Asked(NamedTuple):
    """What one user was asked, and how long each answer took."""

    recommend: float
    first: float
    answers: dict[str, float]


def sections() -> dict[str, list[Row]]:
    """Measure by section; the data set must have been fetched before."""
    reco = cinewalk.Recommender(cinewalk.load("movielens-100k"))
    degrees = np.diff(reco.graph.likes.indptr)
    drawn = np.random.default_rng(0).permutation(np.flatnonzero(degrees >= _LEAST_LIKES))[:_USERS]
    users = [reco.graph.users.ids.ids[user] for user in drawn.tolist()]
    return {
        f"Explanations of the first title, {len(users)} users of MovieLens-100K": [
            *_rows(reco, "blend", users, len(users), rounds=3),
            *_rows(reco, "pagerank", users, _PAGERANK_USERS, rounds=1),
        ]
    }


def _rows(
    reco: cinewalk.Recommender, walk: str, users: list[str], counterfactuals: int, rounds: int
) -> list[Row]:
    every = (_SHARES, _PATHS, _COUNTERFACTUAL)
    for user in users[:_WARM]:
        # Once around first: what is compiled and prepared is not measured.
        _ask(reco, walk, user, every, 1)
    asked = [
        _ask(reco, walk, user, every if place < counterfactuals else every[:2], rounds)
        for place, user in enumerate(users)
    ]
    found = [
        Row(f"{walk}: recommend ten titles with reasons", _spread([a.recommend for a in asked]), ""),
        Row(f"{walk}: recommend the first title", _spread([a.first for a in asked]), ""),
    ]
    for name, (p50, p99, times) in _WANTED.items():
        pairs = [(a.answers[name], a.recommend) for a in asked if name in a.answers]
        of_users = "" if len(pairs) == len(users) else f", {len(pairs)} users"
        wanted = f"about {p50:g} and {p99:g} ms, {times} ×" if walk == "blend" else ""
        found.append(Row(f"{walk}: {name}{of_users}", _beside(pairs, times), wanted))
    return found


def _ask(reco: cinewalk.Recommender, walk: str, user: str, asks: tuple[str, ...], rounds: int) -> _Asked:
    """Ask one user everything in turn, some rounds; the median of each."""
    title = reco.recommend(user, 1, walk=walk)[0].title_id
    why = reco.explain(user, title, walk=walk)
    answers: dict[str, Callable[[], object]] = {
        _SHARES: lambda: reco.explain(user, title, walk=walk),
        _PATHS: lambda: list(why.paths(10)),
        _COUNTERFACTUAL: why.counterfactual,
    }
    recommends = [
        lambda: read(reco.recommend(user, 10, walk=walk)),
        lambda: read(reco.recommend(user, 1, walk=walk)),
    ]
    recommend, first, *rest = medians([*recommends, *(answers[name] for name in asks)], rounds)
    return _Asked(recommend, first, dict(zip(asks, rest, strict=True)))


def _spread(times: list[float]) -> str:
    return f"p50 {percentile(times, 0.5) * 1e3:.2f} ms, p99 {percentile(times, 0.99) * 1e3:.2f} ms"


def _beside(pairs: list[tuple[float, float]], times: int) -> str:
    """Compare times with those of `recommend` for the same users, and each with its own."""
    answers, recommends = ([pair[side] for pair in pairs] for side in (0, 1))
    p50, p99 = (percentile(answers, share) / percentile(recommends, share) for share in (0.5, 0.99))
    within = sum(answer <= times * recommend for answer, recommend in pairs)
    beside = f"{p50:.1f} × and {p99:.1f} × recommend"
    return f"{_spread(answers)}: {beside}; within {times} × for {within} of {len(pairs)} users"
