"""The command `tune`: choose settings on a validation slice."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from cinewalk import console
from cinewalk.cli.evaluate import SplitName  # noqa: TC001 - typer reads the annotation when it runs
from cinewalk.cli.options import ConfigOption, settings_of
from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from cinewalk.graph.evaluate.splits import SliceKind
    from cinewalk.graph.model.graph import Graph
    from cinewalk.loaders.base.progress import Progress
    from cinewalk.queries.tune.rerank_tuning import FairTuning
    from cinewalk.queries.tune.tuning import Tuning

EPILOG = (
    "Examples: `cinewalk tune my-folder --out tuned.toml --time 600` · "
    "`cinewalk tune --train train.csv --out tuned.toml --time 1200 --slice popularity` · "
    "`cinewalk tune my-folder --fair calibrated,bubble --budget 0.01`"
)


class SliceName(StrEnum):
    """The slices of :data:`cinewalk.graph.evaluate.splits.SLICES`, here so that help needs no compiled code."""

    RANDOM = "random"
    USER_TIME = "user-time"
    POPULARITY = "popularity"


def tune(
    source: Annotated[
        str | None, typer.Argument(help="A source, as for `load`; or a .cinewalk folder.")
    ] = None,
    train: Annotated[str | None, typer.Option("--train", help="The same, as `evaluate` calls it.")] = None,
    to: Annotated[Path, typer.Option("--out", "-o", help="Where to write the settings.")] = Path(
        "tuned.toml"
    ),
    seconds: Annotated[float, typer.Option("--time", min=1, help="How many seconds to spend.")] = 600,
    slice_kind: Annotated[
        SliceName | None,
        typer.Option(
            "--slice", help="How to draw the validation slice; else by time where times differ, and random."
        ),
    ] = None,
    fraction: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=0.5,
            help="The part of an asked user's likes to hold out; else 0.05 or 0.1, and 0.2 with --fair.",
        ),
    ] = None,
    split: Annotated[
        SplitName | None,
        typer.Option("--split", help="Keep the test part of this split of `evaluate` out of sight."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the split, the slice and the trials.")] = 0,
    fair: Annotated[
        str | None,
        typer.Option("--fair", help="Rather choose the dials of these remedies, such as calibrated,bubble."),
    ] = None,
    budget: Annotated[
        float,
        typer.Option(min=0, max=0.99, help="With --fair: which part of NDCG@10 may be lost."),
    ] = 0.01,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Choose the settings of the walks on a validation slice of a source, and write them to a TOML file.

    Every other command takes the file with --config. Started again with the same words, a tuning that was stopped
    goes on from its journal, which lies beside the file. On the same data the same words choose the same.

    With --fair it turns up the dials of remedies as far as --budget allows, and prints what to give to --remedies; that
    writes no file.
    """
    from cinewalk.graph.evaluate import splits
    from cinewalk.loaders.load import load

    asked = source if train is None else train
    if asked is None or (source is not None and train is not None):
        raise RequestError("give one source to tune on, as an argument or with --train.")
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
            found = _tuned(graph, to, seconds, slices, progress)
    if fair is None:
        _write(found, to, Path(asked).name, as_json=as_json)


class _Slices(TypedDict, total=False):
    """How validation slices are drawn."""

    kind: SliceKind | None
    seed: int
    fraction: float


def _tuned(graph: Graph, to: Path, seconds: float, slices: _Slices, progress: Progress) -> Tuning:
    from cinewalk.queries.tune import tuning

    journal = to.with_name(f"{to.name}.journal")
    return tuning.tune(graph, journal, seconds, progress=progress, **slices)


def _write(found: Tuning, to: Path, source: str, *, as_json: bool) -> None:
    from cinewalk.loaders.store.settings_file import values_of, write_settings

    gain = f"recall@20 and ndcg@20 together: {found.before:.4f} with the defaults, {found.after:.4f} tuned"
    write_settings(found.settings, to, (f"Tuned on {source}; {gain}.", *found.notes))
    for note in found.notes:
        console.say(note)
    if as_json:
        console.print_json(
            {
                "settings": values_of(found.settings),
                "before": found.before,
                "after": found.after,
                "trials": found.trials,
                "planned": found.planned,
                "file": str(to),
            }
        )
    else:
        typer.echo(f"{found.trials} trials; {gain}.\nWritten to {to}; use it with --config {to}")


def _fair(
    graph: Graph, names: str, budget: float, config: Path | None, slices: _Slices, progress: Progress
) -> FairTuning:
    from cinewalk.queries.tune.rerank_tuning import tune_fair

    settings = settings_of(config, None if graph.prepared is None else graph.prepared.settings)
    return tune_fair(graph, settings, names, budget, progress=progress, **slices)


def _print_fair(found: FairTuning, *, as_json: bool) -> None:
    for note in found.notes:
        console.say(note)
    if as_json:
        console.print_json(found.to_dict())
        return
    for one in found.tried:
        too_much = "" if one.within else ", too much"
        console.say(
            f"{one.remedies}: costs {one.cost:.2%} of NDCG@10, at most {one.cost_at_most:.2%}{too_much}"
        )
    if found.remedies:
        typer.echo(found.remedies)
    else:
        console.say(f"Of nothing that was tried is it sure to cost at most {found.budget:.2%} of NDCG@10.")
