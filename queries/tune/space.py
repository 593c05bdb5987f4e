"""What tuning tries: for each section of the settings, the values of each parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import optuna


@dataclass(frozen=True, slots=True)
class Range:
    """The values of one parameter that are tried: ``low`` to ``high``, or one of ``choices``."""

    low: float = 0.0
    high: float = 1.0
    log: bool = False
    choices: tuple[int, ...] = ()

    def suggest(self, trial: optuna.Trial, name: str) -> float | int:
        """Ask for the next value, rounded to what matters."""
        if self.choices:
            return int(trial.suggest_categorical(name, self.choices))
        value = trial.suggest_float(name, self.low, self.high, log=self.log)
        return float(f"{value:.3g}")


_SIZES: Final = Range(choices=(50, 100, 200, 300, 400))
#: What is tried, section by section, in this order; the part of all trials that each gets.
SPACE: Final[Mapping[str, tuple[float, Mapping[str, Range]]]] = {
    "learned_titles": (
        0.16,
        {
            "viewer_exponent": Range(0.0, 1.0),
            "ridge": Range(0.5, 20.0, log=True),
            "size": Range(choices=(50, 100, 200)),
        },
    ),
    "learned_viewers": (
        0.16,
        {
            "title_exponent": Range(0.0, 1.0),
            "target_exponent": Range(0.0, 0.5),
            "ridge": Range(0.3, 10.0, log=True),
            "size": Range(choices=(100, 200)),
        },
    ),
    "shared_viewers": (
        0.16,
        {
            "source_exponent": Range(0.2, 0.9),
            "viewer_exponent": Range(0.0, 1.0),
            "target_exponent": Range(0.1, 0.7),
            "sharpness": Range(0.7, 2.0),
            "row_exponent": Range(0.0, 1.0),
            "size": _SIZES,
        },
    ),
    "shared_titles": (
        0.16,
        {
            "title_exponent": Range(0.0, 1.0),
            "viewer_exponent": Range(0.1, 0.7),
            "sharpness": Range(0.7, 4.0),
            "target_exponent": Range(0.0, 0.5),
            "size": _SIZES,
        },
    ),
    "sequence": (
        0.12,
        {
            "viewer_exponent": Range(0.0, 1.0),
            "target_exponent": Range(0.2, 0.7),
            "sharpness": Range(0.7, 1.5),
            "span": Range(4.0, 100.0, log=True),
            "ahead": Range(1.0, 4.0),
        },
    ),
    "weights": (
        0.24,
        {
            "shared_viewers": Range(0.0, 2.0),
            "shared_titles": Range(0.0, 2.0),
            "learned_titles": Range(0.0, 2.0),
            "learned_viewers": Range(0.0, 2.0),
            "sequence": Range(0.0, 4.0),
            "half_life": Range(2.0, 60.0, log=True),
        },
    ),
}
