"""The run of one tuning: weights, one step after the other, weights again, as far as the time goes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.graph.model.settings import Settings
from cinewalk.queries.tune.budget import trials_in, trials_of
from cinewalk.queries.tune.gain import Gain, TriedStep
from cinewalk.queries.tune.space import TOP, WEIGHT, TuningStep
from cinewalk.queries.tune.weight_search import WeightTrials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.tune.budget import Budget
    from cinewalk.queries.tune.part_trials import PartTrials, Walked
    from cinewalk.queries.tune.search import ParameterTrials, StudyJournal, Values

#: How often weights are tried at most, first and last, and the part of the time that each of these may take.
_WEIGHTS: Final = 300
_WEIGHTS_SHARE: Final = 0.08
#: Other values of a part may take longer than its defaults.
_LONGER: Final = 1.25


class TuningRun:
    """One tuning: the settings so far, what they find, and what has been tried.

    Parameters
    ----------
    parts
        The parts of the blend on the slices.
    search
        What says what is tried.
    budget
        The time.
    progress
        Told how many trials are done.
    check_takes
        How many seconds the check of the defaults took; that of the choice is still to come.
    """

    def __init__(
        self,
        parts: PartTrials,
        search: StudyJournal,
        budget: Budget,
        progress: Progress,
        check_takes: float,
    ) -> None:
        self._parts, self._search, self._budget, self._progress = parts, search, budget, progress
        self._last_weights = self._check_beside_parts = 0.0
        self._check_takes = check_takes
        self.settings = Settings()
        self.now = np.empty(0)
        self.tried: list[TriedStep] = []
        self.made = self.planned = 0
        #: Whether something was not tried because the time was over.
        self.cut = False

    def choose(self, steps: Sequence[TuningStep], trials: int | None) -> Settings:
        """Try everything, as far as the time goes; return the best.

        Parameters
        ----------
        steps
            What is tried beside the weights.
        trials
            How many trials that fit a part anew; ``None`` for as many as the time allows.
        """
        parts = self._parts
        parts.keep(parts.walked(self.settings, parts.parts))
        self._check_beside_parts = self._check_takes / max(parts.blend_takes(self.settings), 1e-3)
        self.now = parts.values(self.settings)
        weights = TuningStep("weights", 1, dict.fromkeys(parts.parts, WEIGHT), parts=())
        (count,) = self._search.kept("weights", self._plan_weights)
        start = time.monotonic()
        self._try(None, weights, count)
        self._last_weights = time.monotonic() - start
        plan = self._search.kept("plan", lambda: self._plan(steps, trials))
        self.planned = sum(plan)
        self.cut |= trials is None and not self.planned
        for number, (step, planned) in enumerate(zip(steps, plan, strict=True)):
            if planned:
                self.made += self._try(f"{number}-{step.section}", step, planned)
        self._last_weights = 0.0
        if self.made:
            self._try(None, weights, count)
        return self.settings

    def _plan_weights(self) -> list[int]:
        start = time.monotonic()
        self._parts.values(self.settings)
        takes = max(time.monotonic() - start, 1e-3)
        return [int(min(_WEIGHTS, _WEIGHTS_SHARE * max(self._left, 0.0) / takes))]

    def _plan(self, steps: Sequence[TuningStep], trials: int | None) -> list[int]:
        """Return how many trials each step gets; what changes no part that counts gets none."""
        weights = self.settings.weights
        used = {part for part in self._parts.parts if getattr(weights, part) > 0}
        active = [number for number, step in enumerate(steps) if used & set(step.changes)]
        shares = [steps[number].share for number in active]
        if trials is None:
            costs = [_LONGER * self._parts.takes(steps[number].changes) for number in active]
            counts = trials_in(self._left, shares, costs)
        else:
            counts = trials_of(trials, shares)
        planned = dict(zip(active, counts, strict=True))
        return [planned.get(number, 0) for number in range(len(steps))]

    @property
    def _left(self) -> float:
        """How many seconds are left for trials: without the last weights, and the check."""
        check = self._check_beside_parts * self._parts.blend_takes(self.settings)
        return self._budget.left - self._last_weights - _LONGER * check

    def _try(self, name: str | None, step: TuningStep, count: int) -> int:
        """Try other values for a step, and take the best if they are better; return how many trials were made."""
        known = {parameter: _value(self.settings, step.section, parameter) for parameter in step.ranges}
        best = _Best(float(self.now.mean()), known, {})
        trials: ParameterTrials | WeightTrials
        if name is None:
            trials = WeightTrials(step.ranges, known, best.value)
        else:
            trials = self._search.trials(name, step, known, best.value)
        cost = 0.0 if name is None else _LONGER * self._parts.takes(step.changes)

        def value_of(values: Values) -> float:
            nonlocal cost
            start = time.monotonic()
            settings = _changed(self.settings, step.section, values)
            walked = self._parts.walked(settings, step.changes)
            value = float(self._parts.values(settings, walked).mean())
            cost = max(cost, time.monotonic() - start)
            best.offer(value, values, walked)
            return value

        while trials.made < count and not trials.over and cost <= self._left:
            trials.make(value_of)
            if name is not None:
                self._progress("Tuning", self.made + trials.made, self.planned)
        self.cut |= trials.made < count and not trials.over
        self._take(step, trials.made, trials.best(), best)
        return trials.made

    def _take(self, step: TuningStep, made: int, values: Values, best: _Best) -> None:
        """Take the best values of a step if they are better than what is there by twice the error of that."""
        known = {parameter: _value(self.settings, step.section, parameter) for parameter in step.ranges}
        settings = _changed(self.settings, step.section, values)
        walked = best.walked if values == best.values else self._parts.walked(settings, step.changes)
        found = self._parts.values(settings, walked)
        gain = Gain.of(found, self.now)
        if gain.is_sure:
            self._parts.keep(walked)
            self.settings, self.now = settings, found
        new = {name: value for name, value in values.items() if gain.is_sure and value != known[name]}
        self.tried.append(TriedStep(step.name, made, new, gain))


@dataclass(slots=True)
class _Best:
    """The best values so far, what they come to, and the lists that they gave."""

    value: float
    values: Values
    walked: Walked

    def offer(self, value: float, values: Values, walked: Walked) -> None:
        """Take others if they come to more."""
        if value > self.value:
            self.value, self.values, self.walked = value, values, walked


def _value(settings: Settings, section: str, name: str) -> float | int:
    value: float | int = getattr(settings if section == TOP else getattr(settings, section), name)
    return value


def _changed(settings: Settings, section: str, values: Values) -> Settings:
    changes: Mapping[str, Any] = values
    if section != TOP:
        changes = {section: replace(getattr(settings, section), **values)}
    return replace(settings, **changes)
