"""The time that tuning may take: what is planned from measured trials, and what still fits."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Fewer trials of a step are not worth their time; the last steps are left out then.
FEWEST: Final = 3
#: More are luck.
MOST: Final = 60


class Budget:
    """Seconds, counted from when it is made.

    Parameters
    ----------
    seconds
        How many there are; infinity where trials are counted and not time.

    Examples
    --------
    >>> Budget(math.inf).fits(1e9), Budget(1.0).fits(2.0)
    (True, False)
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """How many are left."""
        return self._end - time.monotonic()

    def fits(self, seconds: float) -> bool:
        """Tell whether something that takes so long would still be done in time."""
        return seconds <= self.left


def trials_in(seconds: float, shares: Sequence[float], costs: Sequence[float]) -> list[int]:
    """Return how many trials each step gets; where time is short the last ones get none.

    Parameters
    ----------
    seconds
        What all of them may take.
    shares
        Which part of that each may take, beside the others.
    costs
        How long a trial of each takes.

    Examples
    --------
    >>> trials_in(100, [3, 1], [5, 5]), trials_in(30, [3, 1], [5, 5]), trials_in(1, [3, 1], [5, 5])
    ([15, 5], [6, 0], [0, 0])
    """
    for used in range(len(shares), 0, -1):
        total = sum(shares[:used])
        counts = [int(seconds * shares[i] / total / max(costs[i], 1e-3)) for i in range(used)]
        if min(counts) >= FEWEST:
            return [min(count, MOST) for count in counts] + [0] * (len(shares) - used)
    return [0] * len(shares)


def trials_of(count: int, shares: Sequence[float]) -> list[int]:
    """Return how many of so many trials each step gets; where they are few the last ones get none.

    Examples
    --------
    >>> trials_of(20, [3, 1]), trials_of(7, [3, 1]), trials_of(2, [3, 1])
    ([15, 5], [7, 0], [2, 0])
    """
    for used in range(len(shares), 0, -1):
        total = sum(shares[:used])
        counts = [math.floor(count * share / total) for share in shares[:used]]
        if min(counts) >= FEWEST or used == 1:
            counts[0] += count - sum(counts)
            return counts + [0] * (len(shares) - used)
    return []
