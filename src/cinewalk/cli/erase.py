"""The command `erase`: take a person out of a graph, and say what cannot be reached."""

from __future__ import annotations

from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import GraphOption, Json, place_of

EPILOG = "Examples: `cinewalk erase 196 --dry-run` · `cinewalk erase anna --graph movielens-100k`"

UserArgument = Annotated[str, typer.Argument(help="The user's id.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only tell what would be removed.")]


def erase(
    user: UserArgument, dry_run: DryRunOption = False, graph: GraphOption = None, as_json: Json = False
) -> None:
    """Erase a person: journal, graph, and the files that were written of it; loading the source again leaves them out.

    What is left equals a graph that was built without them. What cannot be reached from here is told.
    """
    from cinewalk.queries.recommender import Recommender

    place = place_of(graph)
    with Recommender(place) as reco, console.progress_bar() as progress:
        erased = reco.erase(user, dry_run=dry_run, progress=progress)
    if as_json:
        console.print_json(erased.to_dict())
        return
    rows = [(what, count, where) for where, what, count in erased.removed]
    console.print_table(
        f"{'To be removed' if dry_run else 'Removed'} of {erased.user_id}", ["What", "Number", "Where"], rows
    )
    for text in erased.unreached:
        console.say(f"Not reached: {text}.")
