"""The command `load`: read a source into a graph, and make it the one that commands use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from cinewalk import console
from cinewalk.errors import RequestError
from cinewalk.loaders.neo4j.server.address import is_address

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.preference import Preference
    from cinewalk.loaders.base.progress import Progress
    from cinewalk.loaders.sources.shaping import Shape
    from cinewalk.loaders.tables.tables import Tables

EPILOG = (
    "Examples: `cinewalk load movielens-100k` · `cinewalk load my-folder --out mine.cinewalk` · "
    "`cinewalk load neo4j://localhost --mapping recommendations`"
)


def _rating_range(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    low, separator, high = text.partition(":")
    try:
        return float(low), float(high if separator else "x")
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not LOW:HIGH, such as 1:10.", param_hint="--rating-range"
        ) from None


def _band(text: str) -> tuple[str, list[float]]:
    column, _, numbers = text.partition(":")
    try:
        return column, [float(number) for number in numbers.split(",")]
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not COLUMN:NUMBERS, such as income:20000,50000.", param_hint="--band"
        ) from None


def load(
    source: Annotated[
        str,
        typer.Argument(
            help="A data set's name, a folder or zip of files, a single file, or the address of a Neo4j."
        ),
    ],
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to keep the graph; else the user's data folder.")
    ] = None,
    max_rejects: Annotated[int, typer.Option(min=0, help="How many bad rows may be left out.")] = 0,
    rating_range: Annotated[
        str | None, typer.Option(help="Lowest and highest rating of the source.  [default: 0.5:5]")
    ] = None,
    like_rating: Annotated[
        float | None,
        typer.Option(help="The lowest rating that is a like.  [default: 4, or what a Neo4j says]"),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option("--mapping", help="A Neo4j's own names: a TOML file, or `recommendations`."),
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option("--facts", help="A CSV file with more about the titles: kind, maturity, people, …"),
    ] = None,
    groups: Annotated[
        str,
        typer.Option(
            "--groups", help="Which columns of users make demographic groups: all, none, or age,gender."
        ),
    ] = "all",
    bands: Annotated[
        list[str] | None,
        typer.Option("--band", help="Band a column of numbers: income:20000,50000; may be repeated."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings of the walks (TOML) to prepare the graph with.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Read a source into a graph, keep it, and make it the one that commands use.

    Every row is checked. Bad rows are listed with file, line and reason; nothing loads unless they are
    allowed with --max-rejects. A Neo4j is asked as NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE say.
    """
    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.loaders.fetch.datasets import DATASETS
    from cinewalk.loaders.load import load as load_graph
    from cinewalk.loaders.sources.interactions import plain_name
    from cinewalk.loaders.sources.shaping import ALL, NONE, Shape
    from cinewalk.loaders.store.graph_folder import save
    from cinewalk.loaders.store.home import graph_path, make_current
    from cinewalk.loaders.store.settings_file import read_settings

    low_high = _rating_range(rating_range)
    preference = None if like_rating is None else Preference(like_rating=like_rating)
    settings = Settings() if config is None else read_settings(config)
    chosen = groups if groups in (ALL, NONE) else [name.strip() for name in groups.split(",")]
    shape = Shape(facts, chosen, dict(_band(text) for text in bands or []))
    usual = (preference or Preference(), settings) == (Preference(), Settings()) and shape.is_plain
    if to is None and source in DATASETS and not usual:
        raise RequestError(
            f"a graph of {source} with other settings, facts or groups needs a name of its own: add --out PATH."
        )
    if not shape.is_plain and is_address(source):
        raise RequestError("--facts, --groups and --band go with files, not with the address of a Neo4j.")
    with console.progress_bar() as progress:
        tables: Tables | None = None
        if is_address(source):
            name = urlsplit(source).hostname or "neo4j"
            graph = load_graph(
                source,
                preference=preference,
                rating_range=low_high,
                max_rejects=max_rejects,
                mapping=mapping,
                progress=progress,
            )
        elif mapping is not None:
            raise RequestError("--mapping goes with the address of a Neo4j, such as neo4j://host.")
        else:
            name = source if source in DATASETS else plain_name(Path(source).resolve().name)
            graph, tables = _read_files(source, preference, low_high, max_rejects, shape, progress)
        place = save(Registry(graph, settings).prepared(progress), to or graph_path(name))
    make_current(place)
    console.print_load(source, tables, graph, place, as_json=as_json)


def _read_files(
    source: str,
    preference: Preference | None,
    rating_range: tuple[float, float] | None,
    max_rejects: int,
    shape: Shape,
    progress: Progress,
) -> tuple[Graph, Tables]:
    """Read files, and keep the account of their rows."""
    from cinewalk.graph.model.preference import DEFAULT_PREFERENCE
    from cinewalk.loaders.sources.sources import USUAL_RATINGS, read_tables
    from cinewalk.loaders.store.build import build_graph

    tables = read_tables(
        source,
        max_rejects=max_rejects,
        rating_range=rating_range or USUAL_RATINGS,
        progress=progress,
        notify=console.say,
    )
    tables = shape.apply(tables, max_rejects=max_rejects)
    progress("Building the graph", 0, 0)
    return build_graph(tables, preference or DEFAULT_PREFERENCE), tables
