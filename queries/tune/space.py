"""What tuning tries: one table, in the order in which it is tried.

A new part of the blend needs a line here only if it has settings of its own worth trying: its weight is tried anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

#: The section of parameters that have none, such as the half-life.
TOP: Final = ""


@dataclass(frozen=True, slots=True)
class Range:
    """The values of one parameter that are tried, both ends included.

    Parameters
    ----------
    low, high
        The ends.
    log
        Whether ratios count and not differences.
    step
        How far values lie apart; 0 for no grid. Whole numbers need one.
    popularity
        Whether it says how much popular titles are discounted. A random slice holds titles that are rarer in what is
        left than those of a test set may be, so these keep their defaults there.
    """

    low: float
    high: float
    log: bool = False
    step: float = 0
    popularity: bool = False

    def distribution(self) -> BaseDistribution:
        """Return the same for optuna."""
        from optuna.distributions import FloatDistribution, IntDistribution

        if isinstance(self.low, int):
            return IntDistribution(self.low, int(self.high), self.log, int(self.step))
        return FloatDistribution(self.low, self.high, self.log, self.step or None)

    def holds(self, value: float) -> bool:
        """Tell whether a value is one of them.

        >>> Range(100, 400, step=50).holds(300), Range(0.0, 1.0).holds(2.0)
        (True, False)
        """
        off = (value - self.low) % self.step if self.step else 0.0
        return self.low <= value <= self.high and min(off, abs(self.step - off)) < 1e-9


@dataclass(frozen=True, slots=True)
class TuningStep:
    """Parameters that are tried together.

    Parameters
    ----------
    section
        The section of the settings that they are in; :data:`TOP` for those in none.
    share
        Which part of the time for all steps it gets, beside the others' shares.
    ranges
        What is tried, by parameter.
    parts
        The parts of the blend that they change; the one that the section is named after, unless it is said.
    first
        What is tried first, one after the other; what is left out stays as it is.
    timed
        Whether it matters only where times tell likes apart.
    """

    section: str
    share: float
    ranges: Mapping[str, Range]
    parts: tuple[str, ...] | None = None
    first: tuple[Mapping[str, float], ...] = ()
    timed: bool = False

    @property
    def changes(self) -> tuple[str, ...]:
        """The parts of the blend that it changes."""
        return (self.section,) if self.parts is None else self.parts

    @property
    def name(self) -> str:
        """What people read of it."""
        return self.section or ", ".join(self.ranges)


#: The weight of each part.
WEIGHT: Final = Range(0.0, 2.0, step=0.05)

_EXPONENT: Final = Range(0.0, 1.0)
_VIEWERS: Final = {
    "title_exponent": Range(0.0, 1.0, popularity=True),
    "target_exponent": Range(0.0, 0.5, popularity=True),
}
#: What is tried beside the weights, which come first and last.
SPACE: Final[tuple[TuningStep, ...]] = (
    TuningStep(
        TOP,
        1,
        {"half_life": Range(2.0, 60.0, log=True)},
        ("shared_viewers", "learned_titles", "sequence"),
        timed=True,
    ),
    TuningStep(
        "learned_titles",
        4,
        {"size": Range(50, 400, step=50), "ridge": Range(0.5, 20.0, log=True)},
        first=({"size": 200}, {"size": 300}, {"size": 300, "ridge": 2.0}),
    ),
    TuningStep(
        "learned_viewers",
        3,
        {"size": Range(100, 400, step=50), "ridge": Range(0.3, 10.0, log=True)},
        first=({"size": 300}, {"ridge": 1.0}),
    ),
    TuningStep(
        "spectral",
        2,
        {"dimensions": Range(0.5, 3.0, step=0.25)},
        ("spectral_titles", "spectral_viewers"),
        first=({"dimensions": 2.0},),
    ),
    TuningStep("spectral_viewers", 1, {"size": Range(100, 400, step=50), "sharpness": Range(2.0, 8.0)}),
    TuningStep(
        "sequence",
        2,
        {
            "viewer_exponent": _EXPONENT,
            "target_exponent": Range(0.2, 0.7, popularity=True),
            "sharpness": Range(0.7, 1.5),
            "span": Range(4.0, 100.0, log=True),
            "ahead": Range(1.0, 4.0),
        },
        timed=True,
    ),
    TuningStep(
        "shared_titles",
        2,
        {
            "title_exponent": Range(0.0, 1.0, popularity=True),
            "viewer_exponent": Range(0.1, 0.7),
            "sharpness": Range(0.7, 4.0),
            "target_exponent": Range(0.0, 0.5, popularity=True),
            "size": Range(50, 400, step=50),
        },
    ),
    TuningStep(
        "shared_viewers",
        2,
        {
            "source_exponent": Range(0.2, 0.9, popularity=True),
            "viewer_exponent": _EXPONENT,
            "target_exponent": Range(0.1, 0.7, popularity=True),
            "sharpness": Range(0.7, 2.0),
            "row_exponent": _EXPONENT,
            "size": Range(50, 400, step=50),
        },
    ),
    TuningStep("learned_viewers", 1, _VIEWERS),
    TuningStep("learned_titles", 1, {"viewer_exponent": _EXPONENT}),
)
