"""The command `undo`: take back the last thing that somebody did."""

from __future__ import annotations

from cinewalk.cli.mark import UserArgument, kept
from cinewalk.cli.options import GraphOption, Json, place_of

EPILOG = "Example: `cinewalk undo 196`"


def undo(user: UserArgument, graph: GraphOption = None, as_json: Json = False) -> None:
    """Take back the last thing that was told of a user with `mark`."""
    kept(place_of(graph), lambda reco: [reco.undo(user)], as_json=as_json)
