"""The walk for a taste put in words: from titles as from likes, and from genres, people and groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.profile import profile_of_titles
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.walks.base.blend import MixedOutcome, Part
from cinewalk.graph.walks.base.result import Outcome, Walk
from cinewalk.graph.walks.pagerank.network import FACT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import LongWalk
    from cinewalk.graph.walks.cold_start.similar_titles import SimilarTitles
    from cinewalk.graph.walks.pagerank.pagerank import PageRank, RankOutcome

#: What is added to how often nobody in particular comes to a title, in means over titles, and what that is raised to.
PRIOR: Final = 4.0
LIFT: Final = 0.5


class TasteWalk(Walk):
    """What is close to named titles, and what other seeds lead to more than nobody in particular comes to.

    ``score_j = (t · C_j / max C + o · L_j / max L) / (t + o)``, the maxima over what is not named itself. ``C`` is
    :class:`~cinewalk.graph.walks.cold_start.similar_titles.SimilarTitles` from the named titles, all alike, and ``t`` 1
    where there are any. ``L_j = π_s(j) / (π_0(j) + 4 π̄_0)^½`` is the personalized PageRank ``π_s`` from the other
    seeds, measured against that of all users alike, ``π_0`` with the mean ``π̄_0`` over titles; ``o`` is of how many
    kinds (genres, people, groups) they are. Where no title is named it is ``π_s`` as it is: measured against nobody in
    particular it would bring up what hardly anybody has liked.

    Genres and people of whose titles fewer than ``s`` viewers like any count apart, as much as their weight: ``π_s``
    from them goes over genres and people alone, or it would tell what those few like.

    Parameters
    ----------
    close, pagerank
        The two walks of one graph.
    """

    name = "taste"

    def __init__(self, close: SimilarTitles, pagerank: PageRank) -> None:
        self.close, self.pagerank = close, pagerank

    @cached_property
    def _lift(self) -> FloatArray:
        """``(π_0 + 4 π̄_0)^-½`` of every title."""
        users = len(self.pagerank.graph.users)
        ranks = self.pagerank.titles(
            self.pagerank.rank_nodes({(schema.USER.label, user): 1.0 for user in range(users)})
        )
        mean = float(ranks.mean()) if len(ranks) else 0.0
        return frozen((ranks + PRIOR * (mean or 1.0)) ** -LIFT)

    @cached_property
    def _facts(self) -> PageRank:
        """PageRank without viewers."""
        return replace(self.pagerank, weights=FACT_WEIGHTS)

    def few(self, others: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """Return the genres and people of whose titles some viewer likes any, and too few do."""
        return [seed for seed in others if 0 < self._viewers(*seed) < self.close.alike.smallest]

    def _viewers(self, label: str, position: int) -> int:
        """Count who likes any title of a genre or person, up to how many are enough."""
        alike, likes = self.close.alike, self.close.graph.likes
        viewers: set[int] = set()
        for feature in alike.features:
            for title in feature.titles(position).tolist() if feature.label == label else ():
                viewers.update(likes.reverse_indices[likes.reverse_row(title)].tolist())
                if len(viewers) >= alike.smallest:
                    return len(viewers)
        return len(viewers)

    def run(self, profile: Profile) -> Outcome:
        """Walk from a person's likes, as from named titles."""
        return self.close.run(profile)

    def walk_from(self, titles: Int32Array, others: Mapping[tuple[str, int], float]) -> Outcome:
        """Walk from what is named.

        Parameters
        ----------
        titles
            Positions of titles, ascending; where there are none, there are others.
        others
            The weight of each other seed, by (label, position); each kind weighs the same.

        Returns
        -------
        Outcome
            Seeds are the titles, then the others, as its ``beyond`` has them.
        """
        if not len(titles):
            unlifted = np.ones(len(self.close.graph.titles))
            return MixedOutcome.of(
                [Part(outcome, share) for outcome, share in self._seeded(others, unlifted, 0)], 0
            )
        profile = profile_of_titles(self.close.graph, titles, np.ones(len(titles)))
        near = self.close.run(profile)
        if not others:
            return near
        kinds = len({label for label, _ in others})
        weighed = [(near, 1.0)]
        weighed += [
            (outcome, kinds * share) for outcome, share in self._seeded(others, self._lift, len(titles))
        ]
        named = profile.hidden
        parts = [
            Part(outcome, weight / (kinds + 1) / highest if (highest := outcome.best(named)) > 0 else 0.0)
            for outcome, weight in weighed
        ]
        return MixedOutcome.of(parts, len(titles))

    def _seeded(
        self, others: Mapping[tuple[str, int], float], factors: FloatArray, likes: int
    ) -> list[tuple[Outcome, float]]:
        """Walk from other seeds, apart from those of which too few viewers like any title; each with its weight."""
        few = set(self.few(others))
        whole, offsets = sum(others.values()), self.pagerank.network.offsets
        outcomes: list[tuple[Outcome, float]] = []
        for pagerank, is_few in ((self.pagerank, False), (self._facts, True)):
            seeds = {seed: weight for seed, weight in others.items() if (seed in few) == is_few}
            if seeds:
                nodes = np.array([offsets[label] + position for label, position in seeds], np.int32)
                ranks = pagerank.walk_from(nodes, np.array(list(seeds.values())))
                outcome = SeededOutcome(ranks.scores * factors, ranks, factors, likes, tuple(seeds))
                outcomes.append((outcome, sum(seeds.values()) / whole))
        return outcomes


@dataclass(frozen=True, slots=True, eq=False)
class SeededOutcome(Outcome):
    """What PageRank came to from seeds that are no likes, each title times its factor, beside so many likes."""

    ranks: RankOutcome
    factors: FloatArray
    likes: int
    seeds: tuple[tuple[str, int], ...]

    @property
    def beyond(self) -> tuple[tuple[str, int], ...]:
        """The seeds."""
        return self.seeds

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Return those of PageRank, times the factor of each title; likes give nothing."""
        nothing, factors = np.zeros((len(targets), self.likes)), self.factors[targets][:, None]
        return {
            name: np.hstack([nothing, values * factors])
            for name, values in self.ranks.contributions(targets).items()
        }

    def long_walks(self, target: int) -> Iterator[LongWalk]:
        """Give those of PageRank, times the factor of the title."""
        factor = float(self.factors[target])
        for walk in self.ranks.long_walks(target):
            yield walk._replace(seed=self.likes + walk.seed, score=walk.score * factor)

    def last_steps(self, target: int) -> dict[str, float]:
        """Return those of PageRank."""
        return self.ranks.last_steps(target)
