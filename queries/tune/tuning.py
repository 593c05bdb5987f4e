"""Choose settings on a validation slice, by trials of one part of the blend after another."""

from __future__ import annotations

import time
import warnings
import zlib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import MissingPackageError, RequestError
from cinewalk.graph.evaluate.metrics import accuracy
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.sequence import has_order
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.evaluate.evaluation import ranked_lists
from cinewalk.queries.tune.slices import MOST_USERS, validation_slices
from cinewalk.queries.tune.space import SPACE
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import optuna

    from cinewalk.graph.evaluate.splits import SliceKind
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.queries.tune.slices import Slice

#: Where lists are cut while tuning.
CUT: Final = 20
#: Seconds that a trial is taken to last: some, and some more for every like. It decides how many trials are
#: planned, whatever the machine, so that two runs on the same data with the same seed choose the same.
_PER_TRIAL: Final = 0.8
_PER_LIKE: Final = 9e-6
_FEWEST: Final = 4
#: No trial starts after this part of the time; the rest is for the last one, and for confirming what it found.
_SPENT: Final = 0.93
_MOST_SLICES: Final = 3


@dataclass(frozen=True, slots=True)
class Tuning:
    """What tuning came to.

    Parameters
    ----------
    settings
        The best settings found.
    before, after
        The objective on the validation slice, with the defaults and with these settings.
    trials, planned
        How many trials were made, and how many were planned; fewer where the time ran out.
    notes
        What a person should know.
    """

    settings: Settings
    before: float
    after: float
    trials: int
    planned: int
    notes: tuple[str, ...]


def tune(
    graph: Graph,
    journal: str | Path,
    seconds: float,
    *,
    kind: SliceKind | None = None,
    fraction: float | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Tuning:
    """Choose settings for a graph, without looking at anything else.

    A part of the likes of some users is held out; what is left is walked. Everybody else keeps everything: thin
    data asks for other settings than dense data, and a slice of all users would choose for data that is thinner
    than what the settings are for. The objective is the mean of Recall@20 and NDCG@20 of the whole blend; where
    there are few users, on three slices that each hold out likes of a third of them.

    One section of the settings is tried after the other (tree-structured Parzen estimator), each starting from the
    best so far, the weights and the half-life last. The best of many trials is partly luck, so a section only gets
    new values that are also better for users who were not asked in the trials; where there are too few users for
    that, that are better by more than the standard error of the difference, user by user.

    Parameters
    ----------
    graph
        What may be known.
    journal
        A file that keeps all trials; where it exists, the same tuning goes on from there.
    seconds
        The time to spend, above 0. It decides how many trials are planned; no trial starts after it.
    kind
        How the slice is drawn, see :func:`cinewalk.graph.evaluate.splits.validation_slice`; by default the last by time
        where times tell likes apart, and random elsewhere.
    fraction
        The part of the likes of an asked user to hold out; by default 0.05 where there are many users, else 0.1.
    seed
        Of the slice and of the trials.
    progress
        Told how many trials are done.

    Raises
    ------
    RequestError
        Where there is nothing to tune on, or the journal is of another tuning.
    MissingPackageError
        Where optuna is not installed.

    References
    ----------
    Akiba, Sano, Yanase, Ohta, Koyama, "Optuna", KDD 2019, doi:10.1145/3292500.3330701.
    """
    if not seconds > 0:
        raise RequestError(f"the time is {seconds} seconds; it must be above 0.")
    ordered = has_order(Likes(graph.likes))
    chosen: SliceKind = kind or ("user-time" if ordered else "random")
    many = len(graph.users) >= 2 * MOST_USERS
    fraction = fraction or (0.05 if many else 0.1)
    slices = validation_slices(graph, fraction, chosen, seed, 2 if many else _MOST_SLICES)
    fresh = slices[1:] if many else []
    slices = slices[:1] if many else slices
    plan = _plan(seconds / ((_PER_TRIAL + _PER_LIKE * len(graph.likes)) * len(slices)), ordered)
    total = sum(plan.values())
    search = _TuningRun(slices, fresh, Path(journal), seed, time.monotonic() + _SPENT * seconds)
    search.open(f"{_fingerprint(graph)}/{chosen}/{fraction}/{seed}/{total}")
    settings, done = Settings(), 0
    before = float(search.values(settings).mean())
    for section, trials in plan.items():
        settings, made = search.improve(section, settings, trials, _told(progress, done, total))
        done += made
    count = count_of(len(slices), "slice")
    notes = [f"chosen on {count} ({chosen}, {fraction:g} of the likes, seed {seed})", *slices[0].parts.notes]
    if done < total:
        notes.append(f"the time ran out after {done} of {total} trials; another run may choose differently")
    after = float(search.values(settings).mean())
    return Tuning(settings, before, after, done, total, tuple(notes))


def _plan(trials: float, ordered: bool) -> dict[str, int]:
    sections = {name: share for name, (share, _) in SPACE.items() if ordered or name != "sequence"}
    whole = sum(sections.values())
    return {name: max(_FEWEST, round(trials * share / whole)) for name, share in sections.items()}


def _told(progress: Progress, done: int, total: int) -> Callable[[int], None]:
    return lambda made: progress("Tuning", done + made, total)


def _fingerprint(graph: Graph) -> str:
    checksum = 0
    for array in (graph.likes.indptr, graph.likes.indices, graph.likes.properties["timestamp"]):
        checksum = zlib.crc32(array.tobytes(), checksum)
    return f"{checksum:08x}"


class _TuningRun:
    """The trials of one tuning: settings in, objective out, everything kept in a journal."""

    def __init__(
        self, slices: list[Slice], fresh: list[Slice], journal: Path, seed: int, deadline: float
    ) -> None:
        self._slices, self._fresh = slices, fresh
        self._journal, self._seed, self._deadline = journal, seed, deadline
        self._storage: Any = None
        self._identity = ""

    def open(self, identity: str) -> None:
        """Open the journal, and refuse one that belongs to another tuning."""
        try:
            import optuna
            from optuna.storages import JournalStorage
            from optuna.storages.journal import JournalFileBackend
        except ImportError as error:
            raise MissingPackageError("optuna", "Tuning", "evaluate") from error
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._storage = JournalStorage(JournalFileBackend(str(self._journal)))
        studies = {study.study_name.rpartition("/")[0] for study in self._storage.get_all_studies()}
        if studies - {identity}:
            raise RequestError(
                f"{self._journal} keeps the trials of another tuning (other data, slice, seed or time). "
                "Remove it, or choose another --out."
            )
        self._identity = identity

    def values(self, settings: Settings, *, fresh: bool = False) -> FloatArray:
        """Return the mean of Recall@20 and NDCG@20 of every user on every slice."""
        by_slice = []
        for validation in self._fresh if fresh else self._slices:
            walk = Registry(validation.graph, settings).walk("blend")
            cut = min(CUT, len(validation.graph.titles))
            lists = ranked_lists(validation.graph, walk, validation.users, cut, settings.half_life)
            measured = accuracy(lists, validation.users, validation.parts.test, [cut])
            by_slice.append((measured[f"recall@{cut}"] + measured[f"ndcg@{cut}"]) / 2)
        return np.concatenate(by_slice)

    def improve(
        self, section: str, settings: Settings, trials: int, tell: Callable[[int], None]
    ) -> tuple[Settings, int]:
        """Try other values for one section; return the settings, better or the same, and the trials made."""
        import optuna

        for validation in (*self._slices, *self._fresh):
            validation.graph = prepare(Registry(validation.graph, settings))
        space = SPACE[section][1]
        study = optuna.create_study(
            storage=self._storage,
            study_name=f"{self._identity}/{section}",
            direction="maximize",
            load_if_exists=True,
        )
        if not study.get_trials(deepcopy=False):
            study.enqueue_trial({name: _value(settings, section, name) for name in space})
        for number in self._open_trials(study, trials):
            # A sampler of its own for each trial: a tuning that was stopped goes on as if it had not been.
            study.sampler = _sampler(self._seed + number, min(8, max(trials // 3, 1)))
            trial = study.ask()
            values = {name: known.suggest(trial, name) for name, known in space.items()}
            study.tell(trial, float(self.values(_changed(settings, section, values)).mean()))
            tell(number + 1)
        tried = study.get_trials(deepcopy=False, states=[optuna.trial.TrialState.COMPLETE])
        winner = max(tried, key=lambda trial: (trial.value, -trial.number), default=None)
        if winner is not None:
            candidate = _changed(settings, section, {name: _rounded(winner.params[name]) for name in space})
            settings = candidate if self._is_better(candidate, settings) else settings
        return settings, len(tried)

    def _is_better(self, candidate: Settings, settings: Settings) -> bool:
        """Tell whether settings that did best in trials are better beyond luck."""
        gains = self.values(candidate) - self.values(settings)
        if self._fresh:
            others = self.values(candidate, fresh=True) - self.values(settings, fresh=True)
            return bool(gains.mean() > 0 and others.mean() > 0)
        return bool(gains.mean() > gains.std() / np.sqrt(len(gains)))

    def _open_trials(self, study: optuna.Study, trials: int) -> Iterator[int]:
        import optuna

        done = len(study.get_trials(deepcopy=False, states=[optuna.trial.TrialState.COMPLETE]))
        for number in range(done, trials):
            if time.monotonic() > self._deadline:
                return
            yield number


def _sampler(seed: int, startup: int) -> optuna.samplers.BaseSampler:
    import optuna

    with warnings.catch_warnings():
        # Optuna 4 calls sampling parameters together an experiment; it has been there since version 2.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, n_startup_trials=startup)


def _value(settings: Settings, section: str, name: str) -> float | int:
    owner = settings if name == "half_life" else getattr(settings, section)
    value: float | int = getattr(owner, name)
    return value


def _rounded(value: float | int) -> float | int:
    return value if isinstance(value, int) else float(f"{value:.3g}")


def _changed(settings: Settings, section: str, values: Mapping[str, float | int]) -> Settings:
    """Return settings with other values; the half-life, which has no section, is tried with the weights."""
    parameters = dict(values)
    half_life = parameters.pop("half_life", settings.half_life)
    known = {field.name for field in fields(getattr(settings, section))}
    assert known >= parameters.keys()
    return replace(
        settings, **{section: replace(getattr(settings, section), **parameters)}, half_life=half_life
    )
