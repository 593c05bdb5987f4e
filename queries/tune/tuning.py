"""Choose settings on validation slices, and check them on other likes. What is tried, and when, is in ``run.py``."""

from __future__ import annotations

import math
import time
import zlib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinewalk.errors import RequestError
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.sequence import has_order
from cinewalk.queries.tune.budget import Budget
from cinewalk.queries.tune.gain import Gain, TriedStep
from cinewalk.queries.tune.part_trials import PartTrials, exactly
from cinewalk.queries.tune.run import TuningRun
from cinewalk.queries.tune.search import StudyJournal
from cinewalk.queries.tune.slices import tuning_slices
from cinewalk.queries.tune.space import SPACE
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from cinewalk.graph.evaluate.splits import SliceKind
    from cinewalk.graph.model.graph import Graph
    from cinewalk.queries.tune.space import TuningStep


@dataclass(frozen=True, slots=True)
class Tuning:
    """What tuning came to.

    Parameters
    ----------
    settings
        The settings found; the defaults where they are no better.
    before, after
        The mean of Recall@20 and NDCG@20 on the likes of the check, with the defaults and with what was chosen.
    gain
        The second less the first, user by user, and its standard error.
    trials, planned
        How many trials that fit a part anew were made, and how many were planned; fewer where the time ran out.
    tried
        What was tried, in this order.
    notes
        What a person should know.
    """

    settings: Settings
    before: float
    after: float
    gain: Gain
    trials: int
    planned: int
    tried: tuple[TriedStep, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, without the settings."""
        return {
            "before": self.before,
            "after": self.after,
            "gain": self.gain.to_dict(),
            "better": self.gain.is_real,
            "trials": self.trials,
            "planned": self.planned,
            "tried": [tried.to_dict() for tried in self.tried],
            "notes": list(self.notes),
        }


def tune(
    graph: Graph,
    journal: str | Path,
    seconds: float = math.inf,
    *,
    spent: float = 0.0,
    trials: int | None = None,
    kind: SliceKind | None = None,
    fraction: float | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Tuning:
    """Choose settings for a graph, without looking at anything else.

    A part of the likes of some users is held out; what is left is walked. Everybody else keeps everything: thin
    data asks for other settings than dense data. The objective is the mean of Recall@20 and NDCG@20 of the whole
    blend.

    Weights come first: each part's best 400 scores for every asked user are kept, so that a trial of weights walks
    nowhere; one weight is changed at a time. Then one step of :data:`~cinewalk.queries.tune.space.SPACE` follows the
    other, each from the best so far; only the parts that it changes are fitted anew. Weights come again at the end. New
    values are taken where they gain more than twice the standard error of the gain, user by user: the best of many
    trials is partly luck.

    What was chosen is checked at the end, by the exact lists, on likes that no trial looked for: with the defaults
    beside it. Where it is not better by more than the standard error, the defaults are returned.

    Parameters
    ----------
    graph
        What may be known.
    journal
        A file that keeps all trials that take long; where it exists, the same tuning goes on from there.
    seconds
        The time to spend, above 0. The first lists are timed, and as many trials planned as fit, the check included;
        none starts that would not be done in time. On another machine, or a busier one, other trials fit.
    spent
        How many of the seconds have gone by already.
    trials
        How many trials that fit a part anew, instead of ``seconds``. The same number gives the same settings for the
        same data and seed.
    kind
        How slices are drawn, see :func:`cinewalk.graph.evaluate.splits.validation_slice`; by default the last by time
        where times tell likes apart, and random elsewhere. On random ones no discount of popular titles is tried.
    fraction
        The part of the likes of an asked user to hold out; by default 0.15 where there are many users, else 0.1.
    seed
        Of the slices and of the trials.
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
    Hooke, Jeeves, "“Direct search” solution of numerical and statistical problems", Journal of the ACM 8(2), 1961,
    doi:10.1145/321062.321069.
    """
    budget = _budget(seconds, spent, trials)
    ordered = has_order(Likes(graph.likes))
    chosen: SliceKind = kind or ("user-time" if ordered else "random")
    slices = tuning_slices(graph, fraction, chosen, seed)
    how_long = f"{seconds:g} s" if trials is None else f"{trials} trials"
    identity = f"{_fingerprint(graph)}/{chosen}/{slices.fraction}/{seed}/{how_long}"
    search = StudyJournal(Path(journal), identity, seed)
    parts = [part.name for part in fields(Weights) if ordered or part.name != "sequence"]
    start = time.monotonic()
    before = exactly(slices.check, Settings())
    check_takes = time.monotonic() - start
    run = TuningRun(PartTrials(slices.choosing, parts), search, budget, progress, check_takes)
    settings = run.choose(_steps(chosen, ordered=ordered), trials)
    after = before if settings == Settings() else exactly(slices.check, settings)
    gain = Gain.of(after, before)
    drawn = f"{slices.fraction:g} of the likes of {count_of(len(run.now), 'user')} ({chosen}, seed {seed})"
    notes = [f"chosen on {drawn}", *slices.check.parts.notes, *_notes(run, gain, len(after))]
    return Tuning(
        settings if gain.is_real else Settings(),
        float(before.mean()),
        float(after.mean()),
        gain,
        run.made,
        run.planned,
        tuple(run.tried),
        tuple(notes),
    )


def _budget(seconds: float, spent: float, trials: int | None) -> Budget:
    if not seconds > 0:
        raise RequestError(f"the time is {seconds} seconds; it must be above 0.")
    if trials is not None and trials < 0:
        raise RequestError(f"the number of trials is {trials}; it must be at least 0.")
    return Budget(seconds - spent if trials is None else math.inf)


def _notes(run: TuningRun, gain: Gain, users: int) -> list[str]:
    """Say what was tried, what the check came to, and what a person might take for more than it is."""
    said = [*map(str, run.tried), f"checked on other likes, of {count_of(users, 'user')}: {gain}"]
    if run.cut:
        said.append(
            f"the time ran out after {run.made} of {run.planned} trials; another run may choose differently"
        )
    if not gain.is_real:
        said.append("no better than the defaults beyond the error of that: these are the defaults")
    return said


def _steps(kind: SliceKind, *, ordered: bool) -> list[TuningStep]:
    """Return what can be chosen on slices of a kind."""
    steps = []
    for step in SPACE:
        ranges = {
            name: values for name, values in step.ranges.items() if kind != "random" or not values.popularity
        }
        if ranges and (ordered or not step.timed):
            steps.append(replace(step, ranges=ranges))
    return steps


def _fingerprint(graph: Graph) -> str:
    checksum = 0
    for array in (graph.likes.indptr, graph.likes.indices, graph.likes.properties["timestamp"]):
        checksum = zlib.crc32(array.tobytes(), checksum)
    return f"{checksum:08x}"
