"""The command line: the library's own calls, one command each."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cinewalk import cli_browse, cli_cypher, cli_evaluate, cli_load, cli_neo4j, cli_publish, cli_tune, console
from cinewalk.errors import CinewalkError
from cinewalk.loaders.neo4j_address import is_address

if TYPE_CHECKING:
    from cinewalk.queries.recommender import Recommender

app = typer.Typer(
    name="cinewalk",
    help="What to watch, and why: recommendations as walks on a graph.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

#: Above this many likes, preparing a walk takes over a second.
_SLOW_LIKES = 1_000_000

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
GraphOption = Annotated[
    str | None,
    typer.Option(
        "--graph",
        "-g",
        help="A .cinewalk folder or the address of a Neo4j; else $CINEWALK_GRAPH, else the one loaded last.",
    ),
]
Count = Annotated[int, typer.Option("-k", "--count", min=1, help="How many titles.")]


class WalkName(StrEnum):
    """The walks of :data:`cinewalk.graph.parts.WALKS`, here so that help needs no compiled code."""

    BLEND = "blend"
    NEIGHBOURS = "neighbours"
    SHARED_VIEWERS = "shared-viewers"
    SHARED_TITLES = "shared-titles"
    LEARNED_TITLES = "learned-titles"
    LEARNED_VIEWERS = "learned-viewers"
    SEQUENCE = "sequence"
    PAGERANK = "pagerank"
    POPULARITY = "popularity"


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Settings of the walks (TOML), instead of those the graph was loaded with."
    ),
]
WalkOption = Annotated[WalkName, typer.Option("--walk", help="How to walk the graph.")]


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


def _recommender(graph: str | None, config: Path | None, walk: WalkName = WalkName.BLEND) -> Recommender:
    from cinewalk.loaders.graph_folder import open_graph
    from cinewalk.loaders.home import current_graph
    from cinewalk.loaders.load import load
    from cinewalk.queries.recommender import Recommender

    found = load(graph) if graph is not None and is_address(graph) else open_graph(graph or current_graph())
    return Recommender(found, walk=walk, settings=config)


def _waiting(reco: Recommender) -> str | None:
    return "Preparing the walk …" if len(reco.graph.likes) > _SLOW_LIKES else None


@app.command(epilog="Example: `cinewalk recommend 196 -k 5`")
def recommend(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    k: Count = 10,
    walk: WalkOption = WalkName.BLEND,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Recommend titles that a user has not seen, each with its reasons."""
    reco = _recommender(graph, config, walk)
    with console.working(_waiting(reco)):
        found = reco.recommend(user, k)
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
    walk: WalkOption = WalkName.BLEND,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Say why a title is recommended to a user: the shares of its score, which add up to the whole."""
    reco = _recommender(graph, config, walk)
    if instead_of is not None:
        with console.working(_waiting(reco)):
            contrast = reco.explain(user, title, instead_of=instead_of)
        console.print_contrast(contrast, top, as_json=as_json)
        return
    with console.working(_waiting(reco)):
        why = reco.explain(user, title)
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
    walk: WalkOption = WalkName.BLEND,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """List the titles closest to one title."""
    reco = _recommender(graph, config, walk)
    with console.working(_waiting(reco)):
        found = reco.similar(title, k)
    console.print_recommendations(
        found, f"Like {reco.catalogue.label(reco.catalogue.title(title))}", as_json=as_json
    )


def _years(text: str | None) -> tuple[int, int] | None:
    """Read ``1994``, ``1970-1979`` or ``1970s``."""
    if text is None:
        return None
    try:
        if text.endswith("s"):
            decade = int(text[:-1])
            return decade, decade + 9
        first, _, last = text.partition("-")
        return int(first), int(last or first)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not 1994, 1970-1979 or 1970s.", param_hint="--years") from None


@app.command(epilog='Example: `cinewalk taste --title "Chinatown" --genre Thriller --years 1970s`')
def taste(
    titles: Annotated[list[str] | None, typer.Option("--title", "-t", help="A title's id or name.")] = None,
    genres: Annotated[list[str] | None, typer.Option("--genre", help="A genre.")] = None,
    people: Annotated[list[str] | None, typer.Option("--person", help="A person's id or name.")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="A group, such as age=25-34.")] = None,
    years: Annotated[str | None, typer.Option("--years", help="1994, 1970-1979 or 1970s.")] = None,
    k: Count = 10,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Recommend to somebody without an account, from what they name; options may be repeated."""
    span = _years(years)
    reco = _recommender(graph, config)
    found = reco.taste(titles or (), genres or (), people or (), groups or (), span, k)
    console.print_recommendations(found, "For this taste", as_json=as_json)


app.command(epilog=cli_evaluate.EPILOG)(cli_evaluate.evaluate)
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
