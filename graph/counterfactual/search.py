"""The search for the smallest removal that changes what comes first: by trying, in the order of what is predicted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.counterfactual import kernels as removal_kernels
from cinewalk.graph.counterfactual.removal import scores_without
from cinewalk.graph.counterfactual.shown_list import PLAIN
from cinewalk.graph.counterfactual.trials import Trials
from cinewalk.graph.numeric import topk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.counterfactual.shown_list import Shown
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import Outcome, Walk
    from cinewalk.graph.walks.registry import Registry

#: How many of the best titles are watched when pairs and larger sets are predicted.
_RIVALS = 24

#: Pairs are tried that are predicted to fall short by at most this part of the first title's score. On
#: MovieLens-100K, of 50 people's pairs near a change, the worst prediction is wrong by .062 (median person: .014).
_BAND = 0.07

#: Tries agree with recomputing to about 1e-7; what is nearer to a tie than this is recomputed at once.
_UNDECIDED = 1e-6

#: How many sets are tried at a time, to begin with and at most.
_FIRST_BATCH, _LARGEST_BATCH = 4, 32

#: How many likes are tried, best predicted first, when a larger set grows by one.
_EXTENSIONS = 16

#: Up to so many single likes are all recomputed where tries are not near enough. Cost: 4 ms each on MovieLens-100K.
_CERTAIN = 250


class Found(NamedTuple):
    """A removal that does it: places among the likes, what comes first then, its score, and what was tried.

    ``proven`` tells whether every smaller removal was among those, recomputed where lists are re-ranked.
    """

    likes: Int32Array
    replacement: int
    score: float
    proven: bool = True


class Search:
    """The search for one user.

    ``goal`` is the title that is to become first where ``up``, else the one that is to be first no more. A margin
    is by how much a removal does that, above 0 where it does; it is the least of the margins against single
    rivals where ``up``, else the greatest.

    Parameters
    ----------
    parts, walk, profile
        As in :func:`cinewalk.graph.counterfactual.removal.scores_without`.
    outcome
        What the walk comes to for the profile; some title comes first.
    goal, up
        As above.
    shown
        How the list is made of the walk's scores, where not by their order alone.
    """

    def __init__(
        self,
        parts: Registry,
        walk: Walk,
        profile: Profile,
        outcome: Outcome,
        goal: int,
        *,
        up: bool,
        shown: Shown | None = None,
    ) -> None:
        self._parts, self._walk, self._profile, self._shown = parts, walk, profile, shown or PLAIN
        self._hidden, self._reranked = self._shown.hidden(profile), self._shown.remedies is not None
        self._goal, self._up, self._side = goal, up, 1.0 if up else -1.0
        scores = self._shown.applied(outcome.scores, profile).scores
        ranked, _ = topk.rank(scores, self._hidden, _RIVALS + 1)
        self.first = int(ranked[0])
        self._rivals = ranked[ranked != goal]
        watched = np.append(np.int32(goal), self._rivals)
        shares: FloatArray = np.sum(list(outcome.contributions(watched).values()), axis=0)
        if self._reranked:
            # What remedies make of a score they are predicted to make of every part of it.
            walked = outcome.scores[watched]
            shares = (
                shares
                * np.divide(scores[watched], walked, where=walked > 0, out=np.zeros(len(walked)))[:, None]
            )
        # What is no like cannot be removed, and stays.
        self._shares, self._wholes = shares[:, : len(profile.titles)], shares.sum(axis=1)
        self.tried = 0

    def smallest(self, limit: int, *, exhaustive: bool) -> Found | None:
        """Look for larger and larger sets, up to a limit; ``exhaustive`` tries every pair.

        Cost: one try for each like, and for each pair that comes near; :data:`_EXTENSIONS` for each further size.
        """
        limit = min(limit, len(self._profile.titles) - 1)
        if limit < 1:
            return None
        rest = self._wholes[:, None] - self._shares
        predicted = self._worst(self._side * (rest[0] - rest[1:]).T)
        order = np.argsort(-predicted, kind="stable").astype(np.int32)
        if predicted[order[0]] > 0 and (removal := self._recomputed(order[:1])):
            # By far the most searches end here, before anything has been made ready for many tries.
            self.tried = 1
            return removal
        removal, margins = self._first_of(order[:, None])
        if removal is None and self._reranked:
            # Which titles make up a list may hang on less than what tries are off by, so nothing is taken for granted.
            removal = next(
                filter(None, (self._recomputed(order[place, None]) for place in range(len(order)))), None
            )
        if removal or limit < 2:
            return removal
        gains = np.empty_like(margins)
        gains[order] = margins - self._against(self._before)[0]
        pairs = self._pairs(gains, exhaustive)
        removal, margins = self._first_of(pairs)
        if removal:
            return removal._replace(proven=self._sure or len(order) <= _CERTAIN)
        best = int(np.argmax(self._worst(margins)))
        return self._grown(pairs[best], margins[best], gains, limit, exhaustive)

    def _pairs(self, gains: FloatArray, exhaustive: bool) -> Int32Array:
        """Return the pairs to be tried, best predicted first: what each of the two changes alone is added up."""
        predicted = removal_kernels.pair_margins(self._against(self._before)[0], gains, self._up)
        order = np.argsort(-predicted, kind="stable")
        if not exhaustive:
            near = np.count_nonzero(predicted > -_BAND * self._scale)
            order = order[: max(int(near), _EXTENSIONS)]
        return self._sets(np.stack(np.triu_indices(len(gains), 1), axis=1)[order])

    @property
    def _sure(self) -> bool:
        """Whether tries are near enough: which titles make up a list may hang on less than what they are off by."""
        return self._shown.is_steady

    @cached_property
    def _tries(self) -> Trials:
        return Trials(self._parts, self._walk, self._profile, self._shown)

    @cached_property
    def _before(self) -> FloatArray:
        """The scores before any removal, as tries give them: one row."""
        return self._tries.scores(np.empty((1, 0), np.int32))

    @property
    def _scale(self) -> float:
        return float(self._before[0, self.first])

    def by_share(self, removal: Found) -> Int32Array:
        """Order the likes of a removal by what they gave to the title that was first."""
        gave = self._shares[1 if self._up else 0, removal.likes]
        return removal.likes[np.argsort(-gave, kind="stable")]

    def _grown(
        self, chosen: Int32Array, margins: FloatArray, gains: FloatArray, limit: int, exhaustive: bool
    ) -> Found | None:
        """Let a set grow by one like at a time, each the best of those that are predicted to be the best."""
        while len(chosen) < limit:
            others = np.delete(np.arange(len(gains)), chosen)
            predicted = self._worst(margins + gains[others])
            others = others[np.argsort(-predicted, kind="stable")][:_EXTENSIONS]
            sets = self._sets(np.column_stack([np.tile(chosen, (len(others), 1)), others]))
            removal, after = self._first_of(sets)
            if removal:
                proven = exhaustive and len(chosen) == 2 and self._sure
                return self._shrunk(removal)._replace(proven=proven)
            best = int(np.argmax(self._worst(after)))
            chosen, margins = sets[best], after[best]
        return None

    def _shrunk(self, removal: Found) -> Found:
        """Leave out what turns out not to be needed; sets of two have been tried."""
        while len(removal.likes) > 3:
            size = len(removal.likes)
            smaller, _ = self._first_of(np.stack([np.delete(removal.likes, place) for place in range(size)]))
            if smaller is None:
                break
            removal = smaller
        return removal

    def _first_of(self, sets: Int32Array) -> tuple[Found | None, FloatArray]:
        """Try sets in order until one does it; return that, and the margins of all that were tried."""
        every = [np.empty((0, len(self._rivals)))]
        for batch in _batches(sets):
            scores = self._tries.scores(batch)
            self.tried += len(batch)
            best = removal_kernels.best_but(scores, self._goal, self._hidden)
            margins = self._side * (scores[:, self._goal] - best)
            for place in np.argsort(-margins, kind="stable").tolist():
                if margins[place] < -_UNDECIDED * self._scale:
                    break
                removal = self._recomputed(batch[place])
                if removal:
                    return removal, np.concatenate(every)
            every.append(self._against(scores))
        return None, np.concatenate(every)

    def _recomputed(self, chosen: Int32Array) -> Found | None:
        """Recompute without some likes, and return what comes first then if that is as it should be."""
        titles = self._profile.titles[chosen]
        scores, left = scores_without(self._parts, self._walk, self._profile, titles)
        if self._reranked:
            return self._relisted(chosen, scores, left)
        ranked, values = topk.rank(scores, self._hidden, 1)
        if not len(ranked) or (int(ranked[0]) == self._goal) is not self._up:
            return None
        return Found(chosen, int(ranked[0]), float(values[0]))

    def _relisted(self, chosen: Int32Array, scores: FloatArray, left: Profile) -> Found | None:
        """Return what comes first in the list that is shown, but for what is removed, if that is as it should be."""
        titles, user = self._profile.titles[chosen], self._profile.user
        assert user is not None
        shown = self._shown.without(self._parts.graph, user, titles)
        ranked, values = topk.rank(shown.applied(scores, left).scores, shown.hidden(left), shown.k)
        kept = np.flatnonzero(~self._hidden[ranked])
        if not len(kept) or (int(ranked[kept[0]]) == self._goal) is not self._up:
            return None
        return Found(chosen, int(ranked[kept[0]]), float(values[kept[0]]))

    def _against(self, scores: FloatArray) -> FloatArray:
        """Return the margin against each rival."""
        margins: FloatArray = self._side * (scores[:, self._goal, None] - scores[:, self._rivals])
        return margins

    def _worst(self, margins: FloatArray) -> FloatArray:
        """Return the margin that counts of those against each rival."""
        edge, best = (np.inf, np.min) if self._up else (-np.inf, np.max)
        worst: FloatArray = best(margins, axis=1, initial=edge)
        return worst

    def _sets(self, places: AnyArray) -> Int32Array:
        return np.sort(places, axis=1).astype(np.int32)


def _batches(sets: Int32Array) -> Iterator[Int32Array]:
    """Cut into ever larger pieces: the first of all are the likeliest."""
    start, size = 0, _FIRST_BATCH
    while start < len(sets):
        yield sets[start : start + size]
        start, size = start + size, min(2 * size, _LARGEST_BATCH)
