"""The command `mark`: tell what somebody watched, how they rate it, or that they are not interested."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import AtOption, GraphOption, Json, instant_of, place_of
from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cinewalk.queries.recommend.signal import Signal
    from cinewalk.queries.recommender import Recommender

EPILOG = (
    'Examples: `cinewalk mark 196 "Fargo" --thumb up` · `cinewalk mark anna Heat --progress 0.4` · '
    "`cinewalk mark 196 Heat --block`"
)


class Thumb(StrEnum):
    """The thumbs, as people say them."""

    DOWN = "down"
    UP = "up"
    TWO_UP = "two-up"


_THUMBS = {Thumb.DOWN: -1, Thumb.UP: 1, Thumb.TWO_UP: 2}

UserArgument = Annotated[str, typer.Argument(help="The user's id; somebody new is made known.")]
TitleArgument = Annotated[str | None, typer.Argument(help="The title's id or name.")]
ProgressOption = Annotated[
    float | None, typer.Option("--progress", min=0, max=1, help="How far they have watched it, 0 to 1.")
]
RatingOption = Annotated[float | None, typer.Option("--rating", help="How they rate it, usually 0.5 to 5.")]
ThumbOption = Annotated[Thumb | None, typer.Option("--thumb", help="The thumb that they give it.")]
BlockOption = Annotated[
    bool, typer.Option("--block", help="Not interested: never show it, never take it as a reason.")
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=0, max=21, help="Show this user nothing above this age from now on."),
]
UndoOption = Annotated[bool, typer.Option("--undo", hidden=True, help="What `undo` does.")]


def mark(
    user: UserArgument,
    title: TitleArgument = None,
    progress: ProgressOption = None,
    rating: RatingOption = None,
    thumb: ThumbOption = None,
    block: BlockOption = False,
    limit: LimitOption = None,
    undo: UndoOption = False,
    at: AtOption = None,
    graph: GraphOption = None,
    as_json: Json = False,
) -> None:
    """Tell what somebody did with a title; their next recommendations know it."""
    given = [progress is not None, rating is not None, thumb is not None, block]
    if undo and (any(given) or limit is not None or title is not None):
        raise RequestError("--undo takes back the last thing that they did; it goes with nothing else.")
    if limit is None and not any(given) and not undo:
        raise RequestError("say what they did: --progress, --rating, --thumb, --block or --limit.")
    if any(given) and title is None:
        raise RequestError("name the title, such as `cinewalk mark 196 Fargo --thumb up`.")
    instant = instant_of(at)
    if undo:
        console.say(f"`cinewalk undo {user}` does this now; --undo goes with version 0.4.")

    def tell(reco: Recommender) -> list[Signal]:
        if undo:
            return [reco.undo(user)]
        return _told(reco, user, title or "", progress, rating, thumb, block=block, limit=limit, at=instant)

    kept(place_of(graph), tell, as_json=as_json)


def kept(place: Path | str, tell: Callable[[Recommender], list[Signal]], *, as_json: bool) -> None:
    """Tell the recommender of a place what somebody did, keep it there, and print it.

    Parameters
    ----------
    place
        A graph folder, or the address of a Neo4j.
    tell
        Tells it, and returns the signals.
    as_json
        Whether to print JSON.
    """
    from cinewalk.queries.recommender import Recommender

    with Recommender(place, keep=True) as reco:
        told = tell(reco)
    if as_json:
        console.print_json([signal.to_dict() for signal in told])
    else:
        for signal in told:
            console.answer(str(signal))
        console.say(f"Kept in {place}.")


def _told(
    reco: Recommender,
    user: str,
    title: str,
    progress: float | None,
    rating: float | None,
    thumb: Thumb | None,
    *,
    block: bool,
    limit: int | None,
    at: float | None,
) -> list[Signal]:
    told = []
    if limit is not None:
        told.append(reco.limit(user, limit))
    if progress is not None:
        told.append(reco.watch(user, title, progress=progress, at=at))
    if rating is not None:
        told.append(reco.rate(user, title, rating, at=at))
    if thumb is not None:
        told.append(reco.thumb(user, title, _THUMBS[thumb], at=at))
    if block:
        told.append(reco.block(user, title, at=at))
    return told
