"""What is tried next, and what has been tried: optuna's sampler, and the journal that a stopped tuning goes on from."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import RequestError
from cinewalk.extras import need

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import optuna

    from cinewalk.queries.tune.space import Range, TuningStep

    #: Values of parameters, by name.
    Values = dict[str, float | int]

#: So many of the first trials are drawn at random.
_STARTUP: Final = 6
#: Marks what was known before.
_KNOWN: Final = "known"


class StudyJournal:
    """The trials of one tuning.

    Parameters
    ----------
    journal
        A file that keeps those that take long; where it exists, the same tuning goes on from there.
    identity
        What tells this tuning from others.
    seed
        Of all that is drawn.

    Raises
    ------
    RequestError
        Where the journal belongs to another tuning.
    MissingPackageError
        Where optuna is not installed.
    """

    def __init__(self, journal: Path, identity: str, seed: int) -> None:
        need("evaluate", "Tuning", "optuna")
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._storage: Any = JournalStorage(JournalFileBackend(str(journal)))
        studies = {study.study_name.rpartition("/")[0] for study in self._storage.get_all_studies()}
        if studies - {identity}:
            raise RequestError(
                f"{journal} keeps the trials of another tuning (other data, slice, seed, time or trials). "
                "Remove it, or choose another --out."
            )
        self._identity, self._seed = identity, seed

    def kept(self, name: str, make: Callable[[], Sequence[int]]) -> list[int]:
        """Return numbers that were made when this tuning was started first."""
        study = self._study(name)
        if name not in study.user_attrs:
            study.set_user_attr(name, list(make()))
        return list(study.user_attrs[name])

    def trials(self, name: str, step: TuningStep, known: Values, score: float) -> ParameterTrials:
        """Start trials of a step, or go on with them.

        Parameters
        ----------
        name
            What the journal keeps them by.
        step
            The parameters, and what is tried of them first.
        known, score
            Values that need no trial, and what they come to.
        """
        first = [values for values in step.first if values.keys() <= known.keys()]
        return ParameterTrials(self._study(name), step.ranges, known, score, first, self._seed)

    def _study(self, name: str) -> optuna.Study:
        import optuna

        return optuna.create_study(
            storage=self._storage,
            study_name=f"{self._identity}/{name}",
            direction="maximize",
            load_if_exists=True,
        )


class ParameterTrials:
    """Trials of some parameters; values come from a tree-structured Parzen estimator."""

    def __init__(
        self,
        study: optuna.Study,
        ranges: Mapping[str, Range],
        known: Values,
        score: float,
        first: Sequence[Mapping[str, float]],
        seed: int,
    ) -> None:
        self._study, self._ranges, self._seed = study, ranges, seed
        self._distributions = {name: values.distribution() for name, values in ranges.items()}
        self._known, self._score = known, score
        #: A sampler always finds something to try.
        self.over = False
        if not study.get_trials(deepcopy=False):
            self._open(first)

    def _open(self, first: Sequence[Mapping[str, float]]) -> None:
        from optuna.trial import create_trial

        if all(values.holds(self._known[name]) for name, values in self._ranges.items()):
            trial = create_trial(
                params=self._known,
                distributions=self._distributions,
                value=self._score,
                user_attrs={_KNOWN: True},
            )
            self._study.add_trial(trial)
        for values in first:
            self._study.enqueue_trial({**self._known, **values})

    def _complete(self) -> list[optuna.trial.FrozenTrial]:
        from optuna.trial import TrialState

        trials = self._study.get_trials(deepcopy=False, states=[TrialState.COMPLETE])
        return [trial for trial in trials if _KNOWN not in trial.user_attrs]

    @property
    def made(self) -> int:
        """How many have been made."""
        return len(self._complete())

    def make(self, value_of: Callable[[Values], float]) -> None:
        """Make one more."""
        # A sampler of its own for each trial: a tuning that was stopped goes on as if it had not been.
        self._study.sampler = _sampler(self._seed + self.made)
        trial = self._study.ask(self._distributions)
        self._study.tell(trial, value_of(_rounded(trial.params)))

    def best(self) -> Values:
        """Return the values that came to most; those known before where no trial came to more."""
        winner = max(self._complete(), key=lambda trial: (trial.values, -trial.number), default=None)
        return self._known if winner is None or winner.values <= [self._score] else _rounded(winner.params)


def _rounded(values: Mapping[str, float | int]) -> Values:
    return {
        name: value if isinstance(value, int) else float(f"{value:.3g}") for name, value in values.items()
    }


def _sampler(seed: int) -> optuna.samplers.BaseSampler:
    import optuna

    with warnings.catch_warnings():
        # Optuna 4 calls sampling parameters together an experiment; it has been there since version 2.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, n_startup_trials=_STARTUP)
