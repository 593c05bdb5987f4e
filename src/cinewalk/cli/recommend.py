"""The command `recommend`."""

from __future__ import annotations

from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import (
    ConfigOption,
    Count,
    GraphOption,
    Json,
    KindOption,
    MaturityOption,
    OnlyGenreOption,
    OnlyPersonOption,
    OrderOption,
    RemediesOption,
    WalkOption,
    YearsOption,
    only_of,
    order_of,
    recommender,
    waiting,
)

EPILOG = "Example: `cinewalk recommend 196 -k 5`"


def recommend(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    k: Count = 10,
    walk: WalkOption = None,
    years: YearsOption = None,
    genres: OnlyGenreOption = None,
    kinds: KindOption = None,
    people: OnlyPersonOption = None,
    maturity: MaturityOption = None,
    remedies: RemediesOption = None,
    order: OrderOption = None,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Recommend titles that a user has not seen, each with its reasons."""
    only = only_of(years, genres, kinds, people, maturity)
    reco = recommender(graph, config, walk)
    with console.working(waiting(reco)):
        ranking = reco.recommend(user, k, only=only, remedies=remedies, order=order_of(order))
    console.print_recommendations(ranking, f"For user {user}", as_json=as_json)
