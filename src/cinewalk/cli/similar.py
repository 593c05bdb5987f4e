"""The command `similar`."""

from __future__ import annotations

from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import ConfigOption, Count, GraphOption, Json, WalkOption, recommender, waiting

EPILOG = 'Example: `cinewalk similar "Toy Story"`'


def similar(
    title: Annotated[str, typer.Argument(help="The title's id or name.")],
    k: Count = 10,
    user: Annotated[
        str | None, typer.Option("--user", help="Without what this user has seen or must not be shown.")
    ] = None,
    walk: WalkOption = None,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """List the titles closest to one title."""
    reco = recommender(graph, config, walk)
    with console.working(waiting(reco)):
        ranking = reco.similar(title, k, user=user)
    console.print_recommendations(
        ranking, f"Like {reco.catalogue.label(reco.catalogue.title(title))}", as_json=as_json
    )
