"""The command `history`: what somebody did."""

from __future__ import annotations

from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import GraphOption, Json, recommender

EPILOG = "Examples: `cinewalk history 196` · `cinewalk history anna -k 100 --json`"


def history(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    k: Annotated[int, typer.Option("-k", "--count", min=1, help="How many of the newest.")] = 20,
    graph: GraphOption = None,
    as_json: Json = False,
) -> None:
    """Show what a user watched, rated, thumbed and blocked, the newest first."""
    events = recommender(graph, None).history(user)
    shown = type(events)(events.user_id, events.events[:k])
    if as_json:
        console.print_json(shown.to_dict())
        return
    console.answer(str(shown))
    if len(events) > k:
        console.say(f"{len(events) - k:,} older ones: -k {len(events)} shows all.")
