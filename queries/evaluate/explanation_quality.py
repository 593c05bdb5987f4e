"""How good explanations are, measured on a graph's own users: nothing is held out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.counterfactual.deletion import after_deletion
from cinewalk.graph.counterfactual.find import counterfactual
from cinewalk.graph.counterfactual.removal import scores_without
from cinewalk.graph.evaluate import explanation_metrics as metrics
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.numeric import topk
from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.numeric.resampling import sample_of
from cinewalk.graph.walks.best_walks import best_walks
from cinewalk.graph.walks.registry import WALKS
from cinewalk.queries.evaluate.explanation_figures import FIGURES, ExplanationQuality, WalkQuality
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import Outcome, Walk
    from cinewalk.graph.walks.best_walks import BestWalks
    from cinewalk.graph.walks.registry import Registry

#: The walks whose scores are sums over likes, over single walks and over nothing else, and that removals know.
EXPLAINED: Final = tuple(name for name in WALKS if name not in {"newcomers", "popularity"})

#: Somebody with fewer likes is not asked.
LEAST_LIKES: Final = 5

_LIST: Final = 10
_COVERAGES: Final = (3, 10, 100)
_DRAWS: Final = 5
#: What a removal changes; each is measured for the likes that give most and for random ones.
_CHANGES: Final = ("first_changes", "list_changes", "score_falls")


def measure(
    parts: Registry,
    walks: Iterable[str] = ("blend",),
    *,
    users: int = 300,
    removed: int = 3,
    seed: int = 0,
    progress: Progress = no_progress,
) -> ExplanationQuality:
    """Measure how good the explanations of some walks are, for a sample of users.

    For each user and walk: the first title, and the list of ten that it heads. What the figures mean is in
    :mod:`cinewalk.graph.evaluate.explanation_metrics` and in ``docs/explanations.md``.

    Parameters
    ----------
    parts
        The walks of a graph.
    walks
        Names of :data:`EXPLAINED`, each once.
    users
        How many users to ask at most, at least 1, drawn among those with at least five likes.
    removed
        How many likes to remove, at least 1.
    seed
        Of the sample and of random removals.
    progress
        Told how many users are done.

    Raises
    ------
    RequestError
        Where no walk is named or one twice, a walk has nothing to explain, a number is below 1, or nobody has enough
        likes.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.walks.registry import Registry
    >>> from cinewalk.graph.model.settings import Settings
    >>> measure(Registry(example_graph(), Settings()), ["neighbours"])
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: no user likes 5 titles or more; there is nobody to ask.
    """
    names = list(walks)
    _check(names, users, removed)
    chosen = _sample(parts, users, seed)
    degrees = np.diff(parts.graph.likes.indptr)[chosen]
    figures, notes = [], []
    if few := int((degrees <= removed).sum()):
        notes.append(
            f"{count_of(few, 'user')} with no more than {removed} likes: nothing removed from theirs."
        )
    for name in names:
        measurement = _Measurement(parts, parts.walk(name), removed, seed)
        figures.append(measurement.of_all(chosen, progress))
        notes += measurement.notes(figures[-1])
    return ExplanationQuality(tuple(figures), chosen, tuple(notes))


def _check(names: Sequence[str], users: int, removed: int) -> None:
    if not names or len(set(names)) < len(names):
        raise RequestError(f"the walks to measure are {', '.join(names) or 'none'}; name each once.")
    for name in names:
        if name not in EXPLAINED:
            raise RequestError(f"{name} has no walks to explain; there are {', '.join(EXPLAINED)}.")
    for what, number in (("users", users), ("removed", removed)):
        if number < 1:
            raise RequestError(f"{what} is {number}; it must be at least 1.")


def _sample(parts: Registry, users: int, seed: int) -> Int32Array:
    enough = np.flatnonzero(np.diff(parts.graph.likes.indptr) >= LEAST_LIKES)
    if not len(enough):
        raise RequestError(f"no user likes {LEAST_LIKES} titles or more; there is nobody to ask.")
    return sample_of(enough, users, np.random.default_rng(seed)).astype(np.int32)


class _Measurement:
    """One walk of a graph, and what its explanations are measured with."""

    def __init__(self, parts: Registry, walk: Walk, removed: int, seed: int) -> None:
        self._parts, self._walk, self._removed, self._seed = parts, walk, removed, seed
        self._popularities = metrics.popularities(parts.graph)
        self._types = len(walk.last_types)

    def of_all(self, users: Int32Array, progress: Progress) -> WalkQuality:
        """Measure for some users, on all processors."""
        what = f"Explaining {self._walk.name}"
        progress(what, 0, len(users))
        # The first one alone: what a walk computes once must not be computed by several threads.
        measurements = [self._of(int(users[0]))]
        with thread_pool() as pool:
            for measurement in pool.map(self._of, users[1:].tolist()):
                measurements.append(measurement)
                progress(what, len(measurements), len(users))
        by_user = {
            name: np.array([measurement.get(name, np.nan) for measurement in measurements], np.float64)
            for name in FIGURES
        }
        return WalkQuality(self._walk.name, by_user, self._types)

    def notes(self, quality: WalkQuality) -> list[str]:
        """Say for whom something could not be measured, and what a figure cannot say."""
        name, notes = self._walk.name, []
        if without := int(np.isnan(quality.by_user["path_coverage@3"]).sum()):
            notes.append(f"{name} reaches no title for {count_of(without, 'user')}: left out.")
        if timeless := int(np.isnan(quality.by_user["lir"]).sum()) - without:
            notes.append(f"{name}: no two times differ for {count_of(timeless, 'user')}: no recency (LIR).")
        if self._types == 1:
            (kind,) = self._walk.last_types
            notes.append(f"{name}: every walk ends with {kind}, so diversity (ETD) is 1 whatever the list.")
        return notes

    def _of(self, user: int) -> dict[str, float]:
        """Measure for one user."""
        profile = profile_of(self._parts.graph, user, self._parts.settings.half_life)
        outcome = self._walk.run(profile)
        titles, _ = topk.rank(outcome.scores, profile.hidden, _LIST)
        if not len(titles):
            return {}
        first = int(titles[0])
        given: FloatArray = np.sum(list(outcome.contributions(titles[:1]).values()), axis=0)[0]
        by_share = np.argsort(-given, kind="stable")[: self._removed]
        best = [best_walks(outcome, title, _COVERAGES[-1]) for title in titles.tolist()]
        figures = {"seed_coverage@3": metrics.coverage(np.sort(given)[-3:].tolist(), float(given.sum()))}
        if best[0] is not None:
            figures |= self._of_walks(user, [walks for walks in best if walks is not None])
            score = float(outcome.scores[first])
            figures |= {f"path_coverage@{k}": metrics.coverage(best[0].scores[:k], score) for k in _COVERAGES}
        if len(profile.titles) > self._removed:
            figures |= self._of_removals(profile, outcome, titles, by_share)
        return figures | self._of_counterfactual(user)

    def _of_walks(self, user: int, best: Sequence[BestWalks]) -> dict[str, float]:
        """Measure what the best walk to each title of a list is like."""
        likes = self._parts.graph.likes
        recencies = metrics.recencies(likes.properties["timestamp"][likes.row(user)])
        return {
            "lir": metrics.mean_of_known([float(recencies[walks.like]) for walks in best]),
            "sep": metrics.mean_of_known(
                [float(self._popularities[walks.label][walks.node]) for walks in best]
            ),
            "etd": metrics.type_diversity([walks.relationship for walks in best], self._types),
        }

    def _of_removals(
        self, profile: Profile, outcome: Outcome, titles: Int32Array, by_share: AnyArray
    ) -> dict[str, float]:
        """Measure what changes without the likes that give most, and without as many at random."""
        rng = np.random.default_rng([self._seed, int(profile.user or 0)])
        shown = self._without(profile, outcome, titles, by_share)
        draws = [rng.choice(len(profile.titles), len(by_share), replace=False) for _ in range(_DRAWS)]
        random = np.mean([self._without(profile, outcome, titles, drawn) for drawn in draws], axis=0).tolist()
        figures: dict[str, float] = {}
        for name, change, other in zip(_CHANGES, shown, random, strict=True):
            figures |= {name: change, f"{name}_random": other, f"{name}_difference": change - other}
        return figures

    def _without(
        self, profile: Profile, outcome: Outcome, titles: Int32Array, places: AnyArray
    ) -> tuple[float, float, float]:
        """Recompute without some likes; they do not come back into the list themselves."""
        removed = np.sort(profile.titles[places])
        scores, left = scores_without(self._parts, self._walk, profile, removed)
        hidden = left.hidden.copy()
        hidden[removed] = True
        after, _ = topk.rank(scores, hidden, _LIST)
        first = int(titles[0])
        return (
            float(not len(after) or int(after[0]) != first),
            float(metrics.replaced(titles.tolist(), after.tolist())),
            metrics.fall(float(outcome.scores[first]), float(scores[first])),
        )

    def _of_counterfactual(self, user: int) -> dict[str, float]:
        """Look for the fewest likes without which another title is first, and really delete them."""
        removal = counterfactual(self._parts, self._walk, user)
        if removal is None:
            return {"counterfactual_found": 0.0}
        titles = np.sort(np.array(removal.titles, np.int32))
        walk, profile = after_deletion(self._parts, self._walk, user, titles)
        hidden = profile.hidden.copy()
        hidden[titles] = True
        ranked, _ = topk.rank(walk.run(profile).scores, hidden, 1)
        return {
            "counterfactual_found": 1.0,
            "counterfactual_size": float(removal.size),
            "counterfactual_proven": float(removal.proven),
            "counterfactual_valid": float(ranked.tolist() == [removal.replacement] != [removal.first]),
        }
