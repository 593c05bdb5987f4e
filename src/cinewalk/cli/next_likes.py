"""What the command `evaluate` does with `--next-likes`: how well lists name what people like next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk import console
from cinewalk.cli.cold_start import cell
from cinewalk.cli.held_out import of_people
from cinewalk.cli.options import settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cinewalk.queries.evaluate.next_likes import NextLikes


def run(source: str, walks: Sequence[str], seeds: int, config: Path | None, as_json: bool) -> None:
    """Look for the next likes of people of a source, and print what came out.

    Parameters
    ----------
    source
        A source, as for `load`; or a .cinewalk folder.
    walks
        The walks to compare; none for the usual ones.
    seeds
        How many splits.
    config
        Settings of the walks, instead of those the graph was loaded with.
    as_json
        Whether to print JSON for a program.
    """
    from cinewalk.loaders.load import load
    from cinewalk.queries.evaluate.next_likes import COMPARED, next_likes

    with console.progress_bar() as progress:
        graph = load(source, progress=progress, notify=console.say)
        settings = settings_of(config, graph)
        evaluated = next_likes(graph, settings, walks or COMPARED, seeds=range(seeds), progress=progress)
    console.say(_what(source, evaluated))
    if as_json:
        console.print_json(evaluated.to_dict())
    else:
        _print(evaluated)


def _what(source: str, evaluated: NextLikes) -> str:
    from cinewalk.queries.evaluate.next_likes import GIVEN, NEXT

    return (
        f"{of_people(source, evaluated.seeds)}; for {evaluated.rows[0].people:,} "
        f"different people with at least {max(GIVEN) + NEXT} likes the {NEXT} that follow their first are looked for. "
        "Charts: the share of lists of ten among the 20 most liked titles. In common: titles of ten that two people's "
        "lists share. Brackets: 95 % intervals over people."
    )


def _print(evaluated: NextLikes) -> None:
    for given in dict.fromkeys(row.given for row in evaluated.rows):
        cells = [
            [
                row.walk,
                cell(row.ndcg),
                f"{row.charts:.0%}",
                f"{row.in_common:.1f}",
            ]
            for row in evaluated.rows
            if row.given == given
        ]
        title = f"After {given} like{'s' if given > 1 else ''}"
        console.print_table(title, ["Walk", "ndcg@10", "Charts", "In common"], cells)
