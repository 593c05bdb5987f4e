"""The command `explain`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from cinewalk import console
from cinewalk.cli.options import (
    ConfigOption,
    GraphOption,
    Json,
    RemediesOption,
    WalkOption,
    recommender,
    waiting,
)

EPILOG = (
    'Examples: `cinewalk explain 196 "Star Wars" --paths 5` · `cinewalk explain 196 Fargo --instead-of Heat`'
)


def explain(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    title: Annotated[str, typer.Argument(help="The title's id or name.")],
    top: Annotated[int, typer.Option("--top", min=1, help="How many reasons to name.")] = 8,
    paths: Annotated[int, typer.Option("--paths", min=0, help="How many single walks to show, too.")] = 0,
    counterfactual: Annotated[
        bool, typer.Option("--counterfactual", help="Also say without which likes another title came first.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Also write a page with the walks as a picture.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Open that page in your web browser.")] = False,
    instead_of: Annotated[
        str | None, typer.Option("--instead-of", help="Another title: why the one rather than the other.")
    ] = None,
    walk: WalkOption = None,
    remedies: RemediesOption = None,
    k: Annotated[int, typer.Option("-k", "--count", min=1, help="The length of the list it is in.")] = 10,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Say why a title is recommended to a user: the shares of its score, which add up to the whole."""
    reco = recommender(graph, config, walk)
    if instead_of is not None:
        with console.working(waiting(reco)):
            contrast = reco.explain(user, title, instead_of=instead_of, remedies=remedies, k=k)
        console.print_contrast(contrast, top, as_json=as_json)
        return
    with console.working(waiting(reco)):
        why = reco.explain(user, title, remedies=remedies, k=k)
        walks = list(why.paths(paths)) if paths else []
        otherwise = why.counterfactual() if counterfactual else None
    if html is not None or browser:
        console.show_page(why, html, browser=browser)
    if as_json:
        shown = why.to_dict(top) | ({"paths": [path.to_dict() for path in walks]} if paths else {})
        if counterfactual:
            shown["counterfactual"] = None if otherwise is None else otherwise.to_dict()
        console.print_json(shown)
    else:
        console.print_explanation(why, top)
        console.print_paths(walks)
        if counterfactual:
            typer.echo(str(otherwise or "No set of likes was found whose absence changes that."))
