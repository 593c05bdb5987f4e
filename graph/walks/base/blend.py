"""Several walks added up on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric import kernels
from cinewalk.graph.walks.base import people_kernels
from cinewalk.graph.walks.base.people import Outcomes
from cinewalk.graph.walks.base.result import Outcome, Walk, united
from cinewalk.graph.walks.base.shares import add_scaled_shares, no_shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.people import Several
    from cinewalk.graph.walks.base.people_kernels import RankedLists
    from cinewalk.graph.walks.base.result import Ground, LongWalk, Paths
    from cinewalk.graph.walks.base.shares import ListShares


class Blend(Walk):
    """Several walks added up, each divided by its L2 norm over the titles that may be shown.

    ``score = Σ_p weight_p · score_p / ‖score_p over unseen titles‖``. A part that leads nowhere adds nothing.

    Parameters
    ----------
    name
        The word by which it is asked for.
    parts
        The walks.
    weights
        One per part, above 0; they are divided by their sum.
    """

    def __init__(self, name: str, parts: Sequence[Walk], weights: Sequence[float]) -> None:
        self.name = name
        self._parts = tuple(parts)
        total = sum(weights)
        self.weights = tuple(weight / total for weight in weights)

    @property
    def parts(self) -> tuple[Walk, ...]:
        """The walks."""
        return self._parts

    @property
    def weighted(self) -> tuple[tuple[Walk, float], ...]:
        """The walks, and how much each counts."""
        return tuple(zip(self._parts, self.weights, strict=True))

    @classmethod
    def of(cls, ground: Ground) -> Blend:
        """Make the default walk: all parts, by their weights."""
        weights = {name: weight for name, weight in ground.weights.items() if weight > 0}
        parts = [ground.walk(name.replace("_", "-")) for name in weights]
        return cls("blend", parts, list(weights.values()))

    @classmethod
    def of_neighbours(cls, ground: Ground) -> Blend:
        """Make the blend of the two shared-neighbour walks in equal parts."""
        return cls("neighbours", (ground.walk("shared-viewers"), ground.walk("shared-titles")), (1.0, 1.0))

    def run_many(self, several: Several) -> Outcomes:
        """Run every part from the likes of several people, and add up what they came to."""
        total = np.zeros((len(several), several.titles))
        scales = np.zeros((len(self.parts), len(several)))
        outcomes = []
        for walk, weight, row in zip(self.parts, self.weights, scales, strict=True):
            part = walk.run_many(several)
            people_kernels.add_part(part.scores, several.hidden, weight, total, row)
            outcomes.append(part)
        return BlendOutcomes(several, total, tuple(outcomes), scales)

    def without(self, likes: Likes, user: int, titles: Int32Array) -> Blend:
        """Return the blend of what its parts are then."""
        return Blend(self.name, [part.without(likes, user, titles) for part in self.parts], self.weights)

    def run(self, profile: Profile) -> Outcome:
        """Run every part from a person's likes, and add up what they came to."""
        total = np.zeros(len(profile.hidden))
        parts = []
        for walk, weight in zip(self.parts, self.weights, strict=True):
            part = Part.normed(walk.run(profile), profile.hidden, weight)
            kernels.add_scaled(part.outcome.scores, part.scale, total)
            parts.append(part)
        return BlendOutcome(total, tuple(parts))


class Part(NamedTuple):
    """What a walk came to, and how much it counts."""

    outcome: Outcome
    scale: float

    @classmethod
    def normed(cls, outcome: Outcome, hidden: BoolArray, weight: float) -> Part:
        """Divide by the L2 norm over what is not hidden; what leads nowhere adds nothing."""
        length = kernels.norm(outcome.scores, hidden)
        return cls(outcome, weight / length if length > 0 else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class BlendOutcome(Outcome):
    """What a :class:`Blend` came to for one person: its parts have kinds of walk and seeds of their own."""

    parts: tuple[Part, ...]

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Return those of every part, as much as it counts."""
        return {
            name: values * scale
            for outcome, scale in self.parts
            for name, values in outcome.contributions(targets).items()
        }

    def paths(self, target: int) -> dict[str, Paths]:
        """Return those of every part, as much as it counts."""
        return {
            name: of_kind._replace(scores=of_kind.scores * scale)
            for outcome, scale in self.parts
            for name, of_kind in outcome.paths(target).items()
        }


@dataclass(frozen=True, slots=True, eq=False)
class BlendOutcomes(Outcomes):
    """What a :class:`Blend` came to for several people; ``scales`` has one row a part, one number a person."""

    several: Several
    scores: FloatArray
    parts: tuple[Outcomes, ...]
    scales: FloatArray

    def outcome(self, row: int) -> BlendOutcome:
        """Return what it came to for one of them."""
        scales = self.scales[:, row].tolist()
        parts = [Part(part.outcome(row), scale) for part, scale in zip(self.parts, scales, strict=True)]
        return BlendOutcome(self.scores[row], tuple(parts))

    def shares(self, lists: RankedLists) -> ListShares:
        """Divide the scores of all lists at once, part by part."""
        total = no_shares(lists.counts, self.several.likes)
        for part, scales in zip(self.parts, self.scales, strict=True):
            add_scaled_shares(part.shares(lists), scales, total)
        return total


@dataclass(frozen=True, slots=True, eq=False)
class MixedOutcome(Outcome):
    """What walks came to from the same likes, added up; their seeds beyond those follow each other.

    Kinds of walk of the same name are added up, too.
    """

    parts: tuple[Part, ...]
    likes: int

    @classmethod
    def of(cls, parts: Sequence[Part], likes: int) -> MixedOutcome:
        """Add up what walks came to from the same ``likes`` likes."""
        return cls(np.sum([part.outcome.scores * part.scale for part in parts], axis=0), tuple(parts), likes)

    @property
    def beyond(self) -> tuple[tuple[str, int], ...]:
        """Those of every part."""
        return tuple(seed for outcome, _ in self.parts for seed in outcome.beyond)

    def contributions(self, targets: Int32Array) -> dict[str, FloatArray]:
        """Return those of every part, as much as it counts, each in the columns of its own seeds."""
        likes = self.likes
        sizes = [len(outcome.beyond) for outcome, _ in self.parts]
        starts = np.cumsum([likes, *sizes]).tolist()
        shares: dict[str, FloatArray] = {}
        for (outcome, scale), start, size in zip(self.parts, starts[:-1], sizes, strict=True):
            for name, values in outcome.contributions(targets).items():
                spread = shares.setdefault(name, np.zeros((len(targets), starts[-1])))
                spread[:, :likes] += values[:, :likes] * scale
                spread[:, start : start + size] += values[:, likes:] * scale
        return shares

    def paths(self, target: int) -> dict[str, Paths]:
        """Return those of every part, as much as it counts, each walk once."""
        by_kind: dict[str, list[Paths]] = {}
        for outcome, scale in self.parts:
            for name, of_kind in outcome.paths(target).items():
                by_kind.setdefault(name, []).append(of_kind._replace(scores=of_kind.scores * scale))
        return {name: united(several) for name, several in by_kind.items()}

    def long_walks(self, target: int) -> Iterator[LongWalk]:
        """Give those of every part, as much as it counts; seeds beyond the likes are numbered as :attr:`beyond`."""
        walks, before = [], 0
        for outcome, scale in self.parts:
            if scale > 0:
                walks.append(_counted(outcome.long_walks(target), scale, self.likes, before))
            before += len(outcome.beyond)
        return merge(*walks, key=lambda walk: -walk.score)

    def last_steps(self, target: int) -> dict[str, float]:
        """Return those of every part, by how much it gives."""
        shares: dict[str, float] = {}
        for outcome, scale in self.parts:
            part = float(outcome.scores[target] * scale / self.scores[target])
            for name, share in outcome.last_steps(target).items() if part > 0 else ():
                shares[name] = shares.get(name, 0.0) + part * share
        return shares


def _counted(walks: Iterator[LongWalk], scale: float, likes: int, before: int) -> Iterator[LongWalk]:
    """Give walks as much as they count, seeds beyond so many likes behind so many others."""
    for walk in walks:
        seed = walk.seed if walk.seed < likes else walk.seed + before
        yield walk._replace(seed=seed, score=walk.score * scale)
