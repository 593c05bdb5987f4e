"""The command line: the library's own calls, one command each."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated, NoReturn

import typer

from cinewalk import (
    cli_audit,
    cli_batch,
    cli_browse,
    cli_card,
    cli_cypher,
    cli_evaluate,
    cli_feed,
    cli_import,
    cli_load,
    cli_mark,
    cli_neo4j,
    cli_publish,
    cli_taste,
    cli_tune,
    console,
)
from cinewalk.cli_options import (
    ConfigOption,
    Count,
    GraphOption,
    Json,
    KindOption,
    MaturityOption,
    OnlyGenreOption,
    OnlyPersonOption,
    RemediesOption,
    WalkOption,
    YearsOption,
    only_of,
    recommender,
    waiting,
)
from cinewalk.errors import CinewalkError

app = typer.Typer(
    name="cinewalk",
    help="What to watch, and why: recommendations as walks on a graph.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"cinewalk {version('cinewalk')}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


@app.command(epilog="Example: `cinewalk demo`")
def demo(
    user: Annotated[str | None, typer.Option("--user", help="Another viewer of MovieLens-100K.")] = None,
) -> None:
    """Show a real viewer's taste, ten recommendations, and the why of the first."""
    from cinewalk.demo import run

    run(user)


app.command(epilog=cli_load.EPILOG)(cli_load.load)
app.command("import", epilog=cli_import.EPILOG)(cli_import.import_history)


@app.command(epilog="Example: `cinewalk recommend 196 -k 5`")
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
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Recommend titles that a user has not seen, each with its reasons."""
    only = only_of(years, genres, kinds, people, maturity)
    reco = recommender(graph, config, walk)
    with console.working(waiting(reco)):
        found = reco.recommend(user, k, only=only, remedies=remedies)
    console.print_recommendations(found, f"For user {user}", as_json=as_json)


@app.command(
    epilog='Examples: `cinewalk explain 196 "Star Wars" --paths 5` · `cinewalk explain 196 Fargo --instead-of Heat`'
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


@app.command(epilog='Example: `cinewalk similar "Toy Story"`')
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
        found = reco.similar(title, k, user=user)
    console.print_recommendations(
        found, f"Like {reco.catalogue.label(reco.catalogue.title(title))}", as_json=as_json
    )


app.command(epilog=cli_taste.EPILOG)(cli_taste.taste)
app.command(epilog=cli_feed.EPILOG)(cli_feed.feed)
app.command(epilog=cli_mark.EPILOG)(cli_mark.mark)
app.command(epilog=cli_batch.EPILOG)(cli_batch.batch)
app.command(epilog=cli_evaluate.EPILOG)(cli_evaluate.evaluate)
app.command(epilog=cli_audit.EPILOG)(cli_audit.audit)
app.command(epilog=cli_card.EPILOG)(cli_card.card)
app.command(epilog=cli_tune.EPILOG)(cli_tune.tune)
app.command(epilog=cli_publish.EPILOG)(cli_publish.publish)
app.add_typer(cli_neo4j.app, name="neo4j")
app.command(epilog=cli_browse.EPILOG)(cli_browse.browse)
app.command(epilog=cli_cypher.EPILOG)(cli_cypher.cypher)


@app.command(epilog="Example: `cinewalk doctor --json`")
def doctor(as_json: Json = False) -> None:
    """Check what cinewalk needs of this machine, and the graphs that are kept on it."""
    from cinewalk.doctor import examine

    findings = examine()
    if as_json:
        console.print_json([finding.to_dict() for finding in findings])
    else:
        console.print_table(
            "This machine", ["Check", "Result", "Detail"], [finding.to_row() for finding in findings]
        )
    if any(finding.result == "fail" for finding in findings):
        raise typer.Exit(3)


def main() -> NoReturn:
    """Run the command line.

    Exit codes: 0 done, 1 the ask or the data is wrong, 2 wrong usage, 3 the machine stands in the way.
    """
    try:
        app()
    except CinewalkError as error:
        _leave(str(error), error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has had enough: that is no error, and nothing more can be printed.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        _leave(f"{error.filename or 'this machine'}: {error.strerror or error}.", 3)
    except MemoryError:
        _leave("there is not enough memory for this. Try a smaller source.", 3)
    sys.exit(0)


def _leave(message: str, code: int) -> NoReturn:
    console.say("error: " + message.replace("\n", "\\n"))
    sys.exit(code)
