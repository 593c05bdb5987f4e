"""The command `tune`: choose settings on validation slices."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple, TypedDict

import typer

from cinewalk import console
from cinewalk.cli.options import ConfigOption, Json, SplitName, settings_of
from cinewalk.errors import RequestError
from cinewalk.extras import need
from cinewalk.queries.words.wording import percent

if TYPE_CHECKING:
    from cinewalk.graph.evaluate.splits import SliceKind
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.tune.rerank_tuning import FairTuning
    from cinewalk.queries.tune.tuning import Tuning

EPILOG = (
    "Examples: `cinewalk tune my-folder --out tuned.toml --time 600` · "
    "`cinewalk tune --train train.csv --out tuned.toml --time 1200 --slice popularity` · "
    "`cinewalk tune my-folder --fair calibrated,bubble --budget 0.01`"
)


#: How many seconds tuning takes unless it is said.
_SECONDS: Final = 600.0


class SliceName(StrEnum):
    """The slices of :data:`cinewalk.graph.evaluate.splits.SLICES`, here so that help needs no compiled code."""

    RANDOM = "random"
    USER_TIME = "user-time"
    POPULARITY = "popularity"


SourceArgument = Annotated[str | None, typer.Argument(help="A source, as for `load`; or a .cinewalk folder.")]
TrainOption = Annotated[str | None, typer.Option("--train", help="The same, as `evaluate` calls it.")]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="Where to write the settings.")]
TimeOption = Annotated[
    float | None, typer.Option("--time", min=1, help="How many seconds to spend.  [default: 600]")
]
TrialsOption = Annotated[
    int | None,
    typer.Option(
        "--trials", min=0, help="How many trials to make instead; the same number chooses the same."
    ),
]
SliceOption = Annotated[
    SliceName | None,
    typer.Option(
        "--slice", help="How to draw the validation slice; else by time where times differ, and random."
    ),
]
FractionOption = Annotated[
    float | None,
    typer.Option(
        min=0.01,
        max=0.5,
        help="The part of an asked user's likes to hold out; else 0.15 or 0.1, and 0.2 with --fair.",
    ),
]
SplitOption = Annotated[
    SplitName | None,
    typer.Option("--split", help="Keep the test part of this split of `evaluate` out of sight."),
]
SeedOption = Annotated[int, typer.Option(min=0, help="Of the split, the slice and the trials.")]
FairOption = Annotated[
    str | None,
    typer.Option("--fair", help="Rather choose the dials of these remedies, such as calibrated,bubble."),
]
BudgetOption = Annotated[
    float, typer.Option(min=0, max=0.99, help="With --fair: which part of NDCG@10 may be lost.")
]


def tune(
    source: SourceArgument = None,
    train: TrainOption = None,
    to: OutOption = Path("tuned.toml"),
    seconds: TimeOption = None,
    trials: TrialsOption = None,
    slice_kind: SliceOption = None,
    fraction: FractionOption = None,
    split: SplitOption = None,
    seed: SeedOption = 0,
    fair: FairOption = None,
    budget: BudgetOption = 0.01,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Choose the settings of the walks on validation slices of a source, and write them to a TOML file.

    Every other command takes the file with --config. What was chosen is checked on likes that no trial looked for;
    where it is no better than the defaults beyond the error of that, the defaults are written, and that is said.

    Started again with the same words, a tuning that was stopped goes on from its journal, which lies beside the file.
    With --trials the same words choose the same on the same data; how many trials --time allows depends on the machine.

    With --fair it turns up the dials of remedies as far as --budget allows, and prints what to give to --remedies; that
    writes no file.
    """
    need("evaluate", "Tuning", *(("ranx",) if fair else ("ranx", "optuna")))
    from cinewalk.graph.evaluate import splits
    from cinewalk.loaders.load import load

    effort = _Effort(seconds, trials, time.monotonic())
    asked = _source(source, train)
    if fair is None and not to.parent.is_dir():
        raise RequestError(f"{to.parent}: there is no such folder to write {to.name} to.")
    slices: _Slices = {"kind": None if slice_kind is None else slice_kind.value, "seed": seed}
    if fraction is not None:
        slices["fraction"] = fraction
    with console.progress_bar() as progress:
        graph = load(asked, progress=progress, notify=console.say)
        if split is not None:
            graph = splits.split(graph, split.value, seed=seed).train
        if fair is not None:
            _print_fair(_fair(graph, fair, budget, config, slices, progress), as_json=as_json)
        else:
            tuning = _tuned(graph, to, effort, slices, progress)
    if fair is None:
        _write(tuning, to, Path(asked).name, as_json=as_json)


def _source(source: str | None, train: str | None) -> str:
    asked = source if train is None else train
    if asked is None or (source is not None and train is not None):
        raise RequestError("give one source to tune on, as an argument or with --train.")
    return asked


class _Effort(NamedTuple):
    """How much is tried: seconds, counted from a start, or trials."""

    seconds: float | None
    trials: int | None
    start: float


class _Slices(TypedDict, total=False):
    """How validation slices are drawn."""

    kind: SliceKind | None
    seed: int
    fraction: float


def _tuned(graph: Graph, to: Path, effort: _Effort, slices: _Slices, progress: Progress) -> Tuning:
    from cinewalk.queries.tune import tuning

    seconds, trials, start = effort
    if seconds is not None and trials is not None:
        raise RequestError("--time does not go with --trials. Leave one out.")
    journal = to.with_name(f"{to.name}.journal")
    seconds = _SECONDS if seconds is None else seconds
    spent = time.monotonic() - start
    return tuning.tune(graph, journal, seconds, spent=spent, trials=trials, progress=progress, **slices)


def _write(tuning: Tuning, to: Path, source: str, *, as_json: bool) -> None:
    from cinewalk.loaders.store.settings_file import values_of, write_settings

    if not any(step.trials for step in tuning.tried):
        to.with_name(f"{to.name}.journal").unlink(missing_ok=True)
        raise RequestError(
            f"nothing was tried: the time was over before the first trial, so {to} is not written. "
            "Give it more with --time, or a number of trials with --trials."
        )
    gain = (
        f"recall@20 and ndcg@20 together, on likes that no trial looked for: {tuning.before:.4f} with the defaults, "
        f"{tuning.after:.4f} with what was chosen ({tuning.gain})"
    )
    write_settings(tuning.settings, to, (f"Tuned on {source}; {gain}.", *tuning.notes))
    for note in tuning.notes:
        console.say(note)
    if as_json:
        console.print_json({"settings": values_of(tuning.settings), **tuning.to_dict(), "file": str(to)})
    else:
        what = "Written to" if tuning.gain.is_real else "The defaults are written to"
        console.answer(f"{tuning.trials} trials; {gain}.\n{what} {to}; use it with --config {to}")


def _fair(
    graph: Graph, names: str, budget: float, config: Path | None, slices: _Slices, progress: Progress
) -> FairTuning:
    from cinewalk.queries.tune.rerank_tuning import tune_fair

    settings = settings_of(config, graph)
    return tune_fair(graph, settings, names, budget, progress=progress, **slices)


def _print_fair(tuning: FairTuning, *, as_json: bool) -> None:
    for note in tuning.notes:
        console.say(note)
    if as_json:
        console.print_json(tuning.to_dict())
        return
    for dials in tuning.tried:
        too_much = "" if dials.within else ", too much"
        cost, at_most = _exactly(dials.cost), _exactly(dials.cost_at_most)
        console.say(f"{dials.remedies}: costs {cost} of NDCG@10, at most {at_most}{too_much}")
    if tuning.remedies:
        console.answer(tuning.remedies)
    else:
        budget = _exactly(tuning.budget)
        console.say(f"Of nothing that was tried is it sure to cost at most {budget} of NDCG@10.")


def _exactly(share: float) -> str:
    return percent(share, 2, space="", minus="-")
