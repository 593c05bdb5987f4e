"""The command `taste`: recommendations for somebody without an account."""

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
    YearsOption,
    recommender,
    years_of,
)
from cinewalk.errors import RequestError

EPILOG = (
    'Examples: `cinewalk taste Alien "The Thing"` · `cinewalk taste Chinatown --genre Thriller --years 1970s` · '
    "`cinewalk taste --genre Thriller --explain Fargo`"
)


def taste(
    titles: Annotated[list[str] | None, typer.Argument(help="Titles' ids or names.")] = None,
    more: Annotated[
        list[str] | None,
        typer.Option("--title", "-t", help="The same, a title's id or name."),
    ] = None,
    genres: Annotated[list[str] | None, typer.Option("--genre", help="A genre.")] = None,
    people: Annotated[list[str] | None, typer.Option("--person", help="A person's id or name.")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="A group, such as age=25-34.")] = None,
    years: YearsOption = None,
    kinds: KindOption = None,
    maturity: MaturityOption = None,
    explain: Annotated[
        str | None, typer.Option("--explain", help="Say why this title would be recommended instead.")
    ] = None,
    k: Count = 10,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Recommend to somebody without an account, from what they name; options may be repeated."""
    span = years_of(years)
    if explain is not None and (span or kinds or maturity is not None):
        raise RequestError("--explain goes with what is asked for, not with --years, --kind or --maturity.")
    reco = recommender(graph, config)
    asked = ((*(titles or ()), *(more or ())), genres or (), people or (), groups or ())
    if explain is not None:
        why = reco.explain_taste(explain, *asked)
        if as_json:
            console.print_json(why.to_dict())
        else:
            console.print_explanation(why, 8)
        return
    ranking = reco.taste(*asked, span, k, kinds=kinds or (), maturity=maturity)
    console.print_recommendations(ranking, "For this taste", as_json=as_json)
