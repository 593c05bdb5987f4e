"""Several walks added up on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric import kernels
from cinewalk.graph.walks.base.result import Outcome, united

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import Ground, Paths, Walk


class Blend:
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
        self.parts = tuple(parts)
        total = sum(weights)
        self.weights = tuple(weight / total for weight in weights)

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

    def run(self, profile: Profile) -> Outcome:
        """Run every part from a person's likes, and add up what they came to."""
        total = np.zeros(len(profile.hidden))
        outcomes = []
        for part, weight in zip(self.parts, self.weights, strict=True):
            outcome = part.run(profile)
            length = kernels.norm(outcome.scores, profile.hidden)
            scale = weight / length if length > 0 else 0.0
            kernels.add_scaled(outcome.scores, scale, total)
            outcomes.append((outcome, scale))

        def contributions(targets: Int32Array) -> dict[str, FloatArray]:
            return {
                name: values * scale
                for outcome, scale in outcomes
                for name, values in outcome.contributions(targets).items()
            }

        def paths(target: int) -> dict[str, Paths]:
            return {
                name: of_kind._replace(scores=of_kind.scores * scale)
                for outcome, scale in outcomes
                for name, of_kind in outcome.paths(target).items()
            }

        return Outcome(total, contributions, paths)


def parts_of(walk: Walk) -> tuple[Walk, ...]:
    """Return the walks that a walk adds up; itself alone where it adds up none."""
    parts: tuple[Walk, ...] = getattr(walk, "parts", (walk,))
    return parts


class Part(NamedTuple):
    """What a walk came to, and how much it counts."""

    outcome: Outcome
    scale: float


def mixed(parts: Sequence[Part], likes: int) -> Outcome:
    """Add up what walks came to from the same ``likes`` likes; their seeds beyond those follow each other.

    Kinds of walk of the same name are added up, too.
    """
    total: FloatArray = np.sum([part.outcome.scores * part.scale for part in parts], axis=0)

    def contributions(targets: Int32Array) -> dict[str, FloatArray]:
        return _contributions(parts, likes, targets)

    def paths(target: int) -> dict[str, Paths]:
        by_kind: dict[str, list[Paths]] = {}
        for outcome, scale in parts:
            for name, of_kind in outcome.paths(target).items():
                by_kind.setdefault(name, []).append(of_kind._replace(scores=of_kind.scores * scale))
        return {name: united(several) for name, several in by_kind.items()}

    def last_steps(target: int) -> dict[str, float]:
        shares: dict[str, float] = {}
        for outcome, scale in parts:
            part = float(outcome.scores[target] * scale / total[target])
            for name, share in outcome.last_steps(target).items() if part > 0 else ():
                shares[name] = shares.get(name, 0.0) + part * share
        return shares

    beyond = tuple(seed for outcome, _ in parts for seed in outcome.beyond)
    return Outcome(total, contributions, paths, last_steps, beyond)


def _contributions(parts: Sequence[Part], likes: int, targets: Int32Array) -> dict[str, FloatArray]:
    starts = np.cumsum([likes, *(len(outcome.beyond) for outcome, _ in parts)]).tolist()
    shares: dict[str, FloatArray] = {}
    for (outcome, scale), start in zip(parts, starts[:-1], strict=True):
        for name, values in outcome.contributions(targets).items():
            spread = shares.setdefault(name, np.zeros((len(targets), starts[-1])))
            spread[:, :likes] += values[:, :likes] * scale
            spread[:, start : start + len(outcome.beyond)] += values[:, likes:] * scale
    return shares
