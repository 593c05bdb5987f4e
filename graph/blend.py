"""Several walks added up on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph import kernels
from cinewalk.graph.walks import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.arrays import FloatArray, Int32Array
    from cinewalk.graph.paths import Paths
    from cinewalk.graph.seeds import Profile
    from cinewalk.graph.walks import Walk


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
                name: found._replace(scores=found.scores * scale)
                for outcome, scale in outcomes
                for name, found in outcome.paths(target).items()
            }

        return Outcome(total, contributions, paths)
