"""The command `feed`: the rows that a streaming service shows."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cinewalk import console
from cinewalk.cli.options import (
    AtOption,
    ConfigOption,
    Count,
    GraphOption,
    Json,
    instant_of,
    recommender,
    waiting,
)
from cinewalk.errors import RequestError

if TYPE_CHECKING:
    from cinewalk.queries.recommender import Recommender
    from cinewalk.queries.words.results import Recommendations

#: An order as recommenders take it.
PartsOrder = Literal["first-part-first"] | None

EPILOG = (
    "Examples: `cinewalk feed because-you-watched 196` · `cinewalk feed top --days 7 --group age=25-34` · "
    "`cinewalk feed together 196 22 1`"
)


class Feed(StrEnum):
    """The feeds of :class:`cinewalk.queries.recommend.feeds.Feeds`."""

    HOME = "home"
    FOR_YOU = "for-you"
    BECAUSE = "because-you-watched"
    CONTINUE = "continue-watching"
    NEW = "new-releases"
    TOP = "top"
    CHALLENGE = "challenge"
    TOGETHER = "together"


class FeedOrder(StrEnum):
    """The orders of a feed."""

    FIRST_PART_FIRST = "first-part-first"
    SCORE = "score"


FeedOrderOption = Annotated[
    FeedOrder,
    typer.Option(
        "--order",
        help="Of a story in parts the first that was not seen comes first, or scores alone count; not for top, "
        "continue-watching and together.",
    ),
]
DaysOption = Annotated[
    int | None,
    typer.Option("--days", min=0, help="The days of top (7; 0 for all time) or new-releases (365)."),
]


def feed(
    name: Annotated[Feed, typer.Argument(help="Which one.")],
    users: Annotated[
        list[str] | None,
        typer.Argument(help="The user's id; for `together` several; for `top` none is needed."),
    ] = None,
    k: Count = 10,
    rows: Annotated[
        int, typer.Option("--rows", min=1, help="How many rows of because-you-watched, at home, too.")
    ] = 3,
    days: DaysOption = None,
    group: Annotated[
        str | None, typer.Option("--group", help="Whose viewers count for top, such as age=25-34.")
    ] = None,
    at: AtOption = None,
    order: FeedOrderOption = FeedOrder.FIRST_PART_FIRST,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Show one of the feeds of a streaming service, each row with its reason."""
    users, instant = users or [], instant_of(at)
    parts: PartsOrder = "first-part-first" if order is FeedOrder.FIRST_PART_FIRST else None
    if name is Feed.TOGETHER:
        reco = recommender(graph, config)
        ranking, heading = reco.together(users, k), f"For {', '.join(users)} together"
    else:
        if len(users) > 1 or (not users and name is not Feed.TOP):
            raise RequestError(f"the feed {name.value} is for one user; give an id, such as 196.")
        reco = recommender(graph, config)
        if name is Feed.HOME:
            _print_home(reco, users[0], k, rows, instant, parts, as_json=as_json)
            return
        if name is Feed.BECAUSE:
            _print_rows(reco, users[0], rows, k, parts, as_json=as_json)
            return
        with console.working(waiting(reco)):
            ranking, heading = _ranked(reco, name, users, k, days, group, instant, parts)
    console.print_recommendations(ranking, heading, as_json=as_json)


def _ranked(
    reco: Recommender,
    name: Feed,
    users: list[str],
    k: int,
    days: int | None,
    group: str | None,
    at: float | None,
    order: PartsOrder,
) -> tuple[Recommendations, str]:
    if name is Feed.TOP:
        window = 7 if days is None else days or None
        titles = reco.top(k, days=window, at=at, group=group, user=users[0] if users else None)
        return titles, "Top" if window is None else f"Top of {window} days"
    user = users[0]
    if name is Feed.CONTINUE:
        return reco.continue_watching(user, k, at=at), f"User {user} may go on with"
    if name is Feed.NEW:
        return reco.new_releases(user, k, days=days or 365, at=at, order=order), f"New for user {user}"
    if name is Feed.CHALLENGE:
        return reco.challenge(user, k, order=order), f"Something else for user {user}"
    return reco.recommend(user, k, order=order), f"For user {user}"


def _print_rows(reco: Recommender, user: str, rows: int, k: int, order: PartsOrder, *, as_json: bool) -> None:
    feed_rows = reco.because_you_watched(user, rows, k, order=order)
    if as_json:
        console.print_json([row.to_dict() for row in feed_rows])
        return
    if not feed_rows:
        console.say("Nothing that this user likes leads to anything new.")
    for row in feed_rows:
        console.print_recommendations(row.titles, f"Because user {user} watched {row.because}")


def _print_home(
    reco: Recommender, user: str, k: int, rows: int, at: float | None, order: PartsOrder, *, as_json: bool
) -> None:
    with console.working(waiting(reco)):
        page = reco.home(user, k, because=rows, at=at, order=order)
    if as_json:
        console.print_json(page.to_dict())
        return
    for shelf in page:
        console.print_recommendations(shelf.titles, shelf.heading)
