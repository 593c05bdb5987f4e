"""What remedies came to: frozen figures of the same users' lists, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.queries.words.notebook import html_of
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from cinewalk.graph.numeric.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What lists are like under some remedies.

    Parameters
    ----------
    remedies
        What asks for them; empty for none.
    figures
        ``ndcg@10`` and ``recall@20``; ``genre_divergence`` and ``bubble_index`` (where there are genres), see
        :mod:`cinewalk.graph.evaluate.list_metrics`; ``coverage@10`` and ``gini@10``, see
        :mod:`cinewalk.graph.evaluate.metrics`; and the ``exposure`` of the group of every floor.
    cost
        By how much NDCG@10 is lower than without remedies, as a part of that; below 0 where it is higher.
    interval
        The 95 % bootstrap interval of that, over users.
    losses
        What each user loses; the cost is the mean.
    """

    remedies: str
    figures: Mapping[str, float]
    cost: float
    interval: tuple[float, float]
    losses: FloatArray = field(default_factory=lambda: np.empty(0), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "remedies": self.remedies,
            **self.figures,
            "cost": self.cost,
            "cost_interval": list(self.interval),
        }


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TradeOffs:
    """Lists of the same users, step by step; the first step is without remedies.

    Parameters
    ----------
    steps
        The steps.
    users
        How many users were asked.
    """

    steps: tuple[Step, ...]
    users: int

    @property
    def before(self) -> Step:
        """Without remedies."""
        return self.steps[0]

    @property
    def after(self) -> Step:
        """With all of them."""
        return self.steps[-1]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"users": self.users, "steps": [step.to_dict() for step in self.steps]}

    def to_frame(self) -> pd.DataFrame:
        """Return one row a step: remedies, every figure, cost, cost_low and cost_high."""
        import pandas as pd

        rows = [
            {"remedies": step.remedies, **step.figures, "cost": step.cost}
            | {"cost_low": step.interval[0], "cost_high": step.interval[1]}
            for step in self.steps
        ]
        return pd.DataFrame(rows)

    def changes(self) -> list[tuple[str, float, float]]:
        """Return the figures before and after all remedies, by name."""
        return [(name, self.before.figures[name], value) for name, value in self.after.figures.items()]

    def __repr__(self) -> str:
        remedies = self.after.remedies or "no remedies"
        return (
            f"<TradeOffs: {count_of(len(self.steps), 'step')} to {remedies}, {count_of(self.users, 'user')}>"
        )

    def _repr_html_(self) -> str:
        return html_of(repr(self)[1:-1], self.to_frame())
