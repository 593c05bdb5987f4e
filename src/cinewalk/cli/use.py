"""The command `use`: choose the graph that commands use."""

from __future__ import annotations

from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import Json, folder_of, not_empty

EPILOG = "Examples: `cinewalk use movielens-100k` · `cinewalk use films/mine.cinewalk`"

NameArgument = Annotated[
    str,
    typer.Argument(help="A graph's name, as `cinewalk graphs` lists it, or its folder.", callback=not_empty),
]


def use(name: NameArgument, as_json: Json = False) -> None:
    """Make a graph the current one: the one that commands use unless they are told otherwise."""
    from cinewalk.loaders.store.home import make_current

    place = folder_of(name)
    make_current(place)
    if as_json:
        console.print_json({"graph": str(place)})
    else:
        console.answer(f"{place} is the current graph now.")
