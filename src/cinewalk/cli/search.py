"""The command `search`."""

from __future__ import annotations

from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import Count, GraphOption, Json, recommender
from cinewalk.errors import RequestError

EPILOG = 'Example: `cinewalk search "star w"`'


def search(
    text: Annotated[str, typer.Argument(help="A part of the name, or an id, that of IMDb or TMDB, too.")],
    k: Count = 10,
    user: Annotated[
        str | None, typer.Option("--user", help="Without what must not be shown to this user.")
    ] = None,
    graph: GraphOption = None,
    as_json: Json = False,
) -> None:
    """Find titles by a part of their name."""
    titles = recommender(graph, None).search(text, k, user=user)
    if as_json:
        console.print_json(titles.to_dict())
    elif titles:
        console.print_table("Titles", ["Id", "Title"], [(title.title_id, title.label) for title in titles])
    else:
        raise RequestError(f"no title has {text!r} in its name.")
