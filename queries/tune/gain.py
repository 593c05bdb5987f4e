"""By how much some settings find more than others, and how sure that is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.queries.tune.search import Values


class Gain(NamedTuple):
    """By how much some settings find more than others: the mean of the users' differences, and its standard error."""

    mean: float
    error: float

    @classmethod
    def of(cls, after: FloatArray, before: FloatArray) -> Gain:
        """Compare the same users' values.

        >>> import numpy as np
        >>> str(Gain.of(np.array([0.5, 0.3]), np.array([0.1, 0.1])))
        '+0.3000 ± 0.1000'
        """
        gains = after - before
        error = float(gains.std(ddof=1)) / math.sqrt(len(gains)) if len(gains) > 1 else math.inf
        return cls(float(gains.mean()), error)

    @property
    def is_real(self) -> bool:
        """Whether it is above its own error."""
        return self.mean > self.error

    @property
    def is_sure(self) -> bool:
        """Whether it is above twice its own error, as the best of many trials must be: that is partly luck."""
        return self.mean > 2 * self.error

    def to_dict(self) -> dict[str, float]:
        """Return plain values."""
        return {"mean": self.mean, "error": self.error}

    def __str__(self) -> str:
        return f"{self.mean:+.4f} ± {self.error:.4f}"


class TriedStep(NamedTuple):
    """What trials of some parameters came to.

    Parameters
    ----------
    what
        The section of the settings, or the parameter that is in none.
    trials
        How many there were.
    values
        The best of them, where it was taken.
    gain
        The best beside what was there before, on the slices that it was chosen on.
    """

    what: str
    trials: int
    values: Values
    gain: Gain

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "what": self.what,
            "trials": self.trials,
            "values": dict(self.values),
            "gain": self.gain.to_dict(),
        }

    def __str__(self) -> str:
        values = ", ".join(f"{name} {value:g}" for name, value in self.values.items())
        return f"{self.what}: {count_of(self.trials, 'trial')}, {self.gain}, {values or 'left as it was'}"
