"""What the command `evaluate` does with `--cold-start`: how well people are served of whom little is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk import console
from cinewalk.cli.held_out import of_people
from cinewalk.cli.options import names_of, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from cinewalk.queries.evaluate.cold_start import ColdStart
    from cinewalk.queries.evaluate.figures import MeanInterval


def run(source: str, groups: str | None, seeds: int, config: Path | None, as_json: bool) -> None:
    """Evaluate newcomers to a source, and print what came out.

    Parameters
    ----------
    source
        A source, as for `load`; or a .cinewalk folder.
    groups
        The kinds of groups that may be known, split by commas; ``None`` for age and gender where there are such.
    seeds
        How many splits.
    config
        Settings of the walks, instead of those the graph was loaded with.
    as_json
        Whether to print JSON for a program.
    """
    from cinewalk.loaders.load import load
    from cinewalk.queries.evaluate.cold_start import cold_start

    with console.progress_bar() as progress:
        graph = load(source, progress=progress, notify=console.say)
        settings = settings_of(config, graph)
        newcomers = cold_start(graph, settings, names_of(groups), seeds=range(seeds), progress=progress)
    console.say(_what(source, newcomers))
    if as_json:
        console.print_json(newcomers.to_dict())
    else:
        _print(newcomers)


def _what(source: str, newcomers: ColdStart) -> str:
    from cinewalk.graph.evaluate.cold_users import FEWEST_LIKES

    people = newcomers.rows[0].people
    return (
        f"{of_people(source, newcomers.seeds)}; {people:,} different "
        f"people with at least {FEWEST_LIKES} likes are looked for what they like but the first ones. "
        "Brackets: 95 % intervals over people."
    )


def _print(newcomers: ColdStart) -> None:
    for given in dict.fromkeys(row.given for row in newcomers.rows):
        rows = [row for row in newcomers.rows if row.given == given]
        cells = [
            [
                row.walk,
                *map(cell, row.figures.values()),
                *(map(_signed, row.more.values()) if row.more else ("", "")),
            ]
            for row in rows
        ]
        metrics = list(rows[0].figures)
        headings = ["Walk", *metrics, *(f"{metric} minus popularity" for metric in metrics)]
        known = "Nothing liked yet" if not given else f"After {given} like{'s' if given > 1 else ''}"
        console.print_table(known, headings, cells)


def cell(figure: MeanInterval) -> str:
    """Return a mean with its interval."""
    return f"{figure.mean:.4f} ({figure.low:.3f}–{figure.high:.3f})"


def _signed(figure: MeanInterval) -> str:
    return f"{figure.mean:+.4f} ({figure.low:+.3f} to {figure.high:+.3f})"
