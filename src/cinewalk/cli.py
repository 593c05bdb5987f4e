"""The command line: the library's own calls, one command each."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cinewalk import cli_evaluate, cli_tune, console
from cinewalk.errors import CinewalkError, RequestError

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
    Path | None,
    typer.Option("--graph", "-g", help="A .cinewalk folder; else $CINEWALK_GRAPH, else the one loaded last."),
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


def _rating_range(text: str) -> tuple[float, float]:
    low, separator, high = text.partition(":")
    try:
        return float(low), float(high if separator else "x")
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not LOW:HIGH, such as 1:10.", param_hint="--rating-range"
        ) from None


@app.command(
    epilog="Examples: `cinewalk load movielens-100k` · `cinewalk load my-folder --out mine.cinewalk`"
)
def load(
    source: Annotated[
        str, typer.Argument(help="A data set's name, a folder or zip of files, or a single file.")
    ],
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to keep the graph; else the user's data folder.")
    ] = None,
    max_rejects: Annotated[int, typer.Option(min=0, help="How many bad rows may be left out.")] = 0,
    rating_range: Annotated[str, typer.Option(help="Lowest and highest rating of the source.")] = "0.5:5",
    like_rating: Annotated[float, typer.Option(help="The lowest rating that is a like.")] = 4.0,
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings of the walks (TOML) to prepare the graph with.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read a source into a graph, keep it, and make it the one that commands use.

    Every row is checked. Bad rows are listed with file, line and reason; nothing loads unless they are
    allowed with --max-rejects.
    """
    from cinewalk.graph.likes import Preference
    from cinewalk.graph.parts import Parts
    from cinewalk.graph.settings import Settings
    from cinewalk.loaders.build import build_graph
    from cinewalk.loaders.graph_folder import save
    from cinewalk.loaders.home import graph_path, make_current
    from cinewalk.loaders.interactions import plain_name
    from cinewalk.loaders.settings_file import read_settings
    from cinewalk.loaders.sources import DATASETS, read_tables

    low_high, preference = _rating_range(rating_range), Preference(like_rating=like_rating)
    settings = Settings() if config is None else read_settings(config)
    if to is None and source in DATASETS and (preference, settings) != (Preference(), Settings()):
        raise RequestError(
            f"a graph of {source} with other settings needs a name of its own: add --out PATH."
        )
    with console.progress_bar() as progress:
        tables = read_tables(
            source, max_rejects=max_rejects, rating_range=low_high, progress=progress, notify=console.say
        )
        progress("Building the graph", 0, 0)
        graph = Parts(build_graph(tables, preference), settings).prepared(progress)
        place = save(
            graph, to or graph_path(source if source in DATASETS else plain_name(Path(source).resolve().name))
        )
    make_current(place)
    console.print_load(source, tables, graph, place, as_json=as_json)


def _recommender(graph: Path | None, config: Path | None, walk: WalkName = WalkName.BLEND) -> Recommender:
    from cinewalk.loaders.graph_folder import open_graph
    from cinewalk.loaders.home import current_graph
    from cinewalk.queries.recommender import Recommender

    return Recommender(open_graph(graph or current_graph()), walk=walk, settings=config)


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


@app.command(epilog='Example: `cinewalk explain 196 "Star Wars"`')
def explain(
    user: Annotated[str, typer.Argument(help="The user's id.")],
    title: Annotated[str, typer.Argument(help="The title's id or name.")],
    top: Annotated[int, typer.Option("--top", min=1, help="How many reasons to name.")] = 8,
    walk: WalkOption = WalkName.BLEND,
    graph: GraphOption = None,
    config: ConfigOption = None,
    as_json: Json = False,
) -> None:
    """Say why a title is recommended to a user: the shares of its score, which add up to the whole."""
    reco = _recommender(graph, config, walk)
    with console.working(_waiting(reco)):
        why = reco.explain(user, title)
    if as_json:
        console.print_json(why.to_dict(top))
    else:
        console.print_explanation(why, top)


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
