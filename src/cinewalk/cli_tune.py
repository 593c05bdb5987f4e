"""The command `tune`: choose settings on a validation slice."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli_evaluate import SplitName  # noqa: TC001 - typer reads the annotation when it runs
from cinewalk.errors import RequestError

EPILOG = (
    "Examples: `cinewalk tune my-folder --out tuned.toml --time 600` · "
    "`cinewalk tune --train train.csv --out tuned.toml --time 1200 --slice popularity`"
)


class SliceName(StrEnum):
    """The slices of :data:`cinewalk.graph.splits.SLICES`, here so that help needs no compiled code."""

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
            min=0.01, max=0.5, help="The part of an asked user's likes to hold out; else 0.05 or 0.1."
        ),
    ] = None,
    split: Annotated[
        SplitName | None,
        typer.Option("--split", help="Keep the test part of this split of `evaluate` out of sight."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the split, the slice and the trials.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Choose the settings of the walks on a validation slice of a source, and write them to a TOML file.

    Every other command takes the file with --config. Started again with the same words, a tuning that was stopped
    goes on from its journal, which lies beside the file. On the same data the same words choose the same.
    """
    from cinewalk.graph import splits
    from cinewalk.loaders.load import load
    from cinewalk.loaders.settings_file import values_of, write_settings
    from cinewalk.queries import tuning

    asked = source if train is None else train
    if asked is None or (source is not None and train is not None):
        raise RequestError("give one source to tune on, as an argument or with --train.")
    journal = to.with_name(f"{to.name}.journal")
    if not to.parent.is_dir():
        raise RequestError(f"{to.parent}: there is no such folder to write {to.name} to.")
    with console.progress_bar() as progress:
        graph = load(asked, progress=progress, notify=console.say)
        if split is not None:
            graph = splits.split(graph, split.value, seed=seed).train
        found = tuning.tune(
            graph,
            journal,
            seconds,
            kind=None if slice_kind is None else slice_kind.value,
            fraction=fraction,
            seed=seed,
            progress=progress,
        )
    gain = f"recall@20 and ndcg@20 together: {found.before:.4f} with the defaults, {found.after:.4f} tuned"
    write_settings(found.settings, to, (f"Tuned on {Path(asked).name}; {gain}.", *found.notes))
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
