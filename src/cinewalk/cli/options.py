"""The options that several commands share, what they say, and how commands open a graph.

An option of one command only is declared in that command's file, above its function.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cinewalk.errors import RequestError
from cinewalk.graph.walks.registry import WalkName
from cinewalk.loaders.neo4j.server.address import is_address

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.queries.recommender import Recommender
    from cinewalk.queries.words.filters import Only

#: Above this many likes, preparing a walk takes over a second.
_SLOW_LIKES = 1_000_000


def not_empty(value: str | None) -> str | None:
    """Refuse an empty name: it would stand for the current graph, which nobody has asked for."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is empty. Name a graph, or leave it out for the current one.")
    return value


SourceArgument = Annotated[
    str | None,
    typer.Argument(help="A source, as for `load`; else the graph loaded last.", callback=not_empty),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
GraphOption = Annotated[
    str | None,
    typer.Option(
        "--graph",
        "-g",
        help="A graph's name, its folder, or the address of a Neo4j; else $CINEWALK_GRAPH, else the current one.",
        callback=not_empty,
    ),
]
Count = Annotated[int, typer.Option("-k", "--count", min=1, help="How many titles.")]


class SplitName(StrEnum):
    """The splits of :data:`cinewalk.graph.evaluate.splits.SPLITS`, here so that help needs no compiled code."""

    USER_TIME = "user-time"
    GLOBAL_TIME = "global-time"
    RANDOM = "random"
    LEAVE_LAST = "leave-last"


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Settings of the walks (TOML), instead of those the graph was loaded with."
    ),
]
WalkOption = Annotated[
    WalkName | None,
    typer.Option(
        "--walk", help="How to walk the graph.  [default: blend, and newcomers for users with few likes]"
    ),
]
RemediesOption = Annotated[
    str | None,
    typer.Option(
        "--remedies", help="What re-ranks the list, such as calibrated=0.1,bubble=2; see docs/remedies.md."
    ),
]
YearsOption = Annotated[str | None, typer.Option("--years", help="Only from 1994, 1970-1979 or 1970s.")]
KindOption = Annotated[
    list[str] | None, typer.Option("--kind", help="Only titles of a kind, such as film or series.")
]
MaturityOption = Annotated[
    int | None, typer.Option("--maturity", min=0, max=21, help="Nothing above this age, and nothing unrated.")
]
OnlyGenreOption = Annotated[list[str] | None, typer.Option("--genre", help="Only titles of a genre.")]
OnlyPersonOption = Annotated[
    list[str] | None, typer.Option("--person", help="Only titles with a person; an id or name.")
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", help="When, as 2026-11-24 or 2026-11-24T20:15 (UTC); else when the graph was last used."
    ),
]

HostOption = Annotated[
    str, typer.Option("--host", help="The address to listen on; any but this machine's own wants a token.")
]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 for a free one.")]
TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file", help="A file that its owner alone can read, with the token; else $CINEWALK_TOKEN."
    ),
]
NameOption = Annotated[
    list[str] | None,
    typer.Option(
        "--name", help="A name under which it is reached, such as that of a proxy; may be repeated."
    ),
]
LogOption = Annotated[
    bool, typer.Option("--log", help="Write a line for every request, without users or titles.")
]


def recommender(graph: str | None, config: Path | None, walk: WalkName | None = None) -> Recommender:
    """Return a recommender on the graph that is meant."""
    from cinewalk.queries.recommender import Recommender

    if graph is not None and is_address(graph):
        from cinewalk.loaders.load import load

        return Recommender(load(graph), walk=walk, settings=config)
    return Recommender(folder_of(graph), walk=walk, settings=config)


def place_of(graph: str | None) -> Path | str:
    """Return where the graph is that is meant: the address of a Neo4j, else a graph folder.

    Raises
    ------
    GraphFolderError
        As :func:`folder_of`.
    """
    return graph if graph is not None and is_address(graph) else folder_of(graph)


def folder_of(graph: str | None) -> Path:
    """Return the graph folder that is meant: a path, the name of a graph that is kept, else the current one.

    Raises
    ------
    GraphFolderError
        Where there is none.
    """
    from cinewalk.loaders.store.graph_folder import check_folder
    from cinewalk.loaders.store.home import current_graph, graph_named

    place = graph_named(graph) if graph else current_graph()
    check_folder(place)
    return place


def waiting(reco: Recommender) -> str | None:
    """Return what to show while a walk is prepared, where that takes long enough to be told."""
    return "Preparing the walk …" if len(reco.graph.likes) > _SLOW_LIKES else None


class Order(StrEnum):
    """Other orders than that of scores."""

    FIRST_PART_FIRST = "first-part-first"


OrderOption = Annotated[
    Order | None,
    typer.Option("--order", help="Of a story in parts, the first that was not seen comes first."),
]


def order_of(order: Order | None) -> Literal["first-part-first"] | None:
    """Return the order as recommenders take it."""
    return None if order is None else "first-part-first"


def years_of(text: str | None) -> tuple[int, int] | None:
    """Read the years of an option."""
    from cinewalk.queries.words.numbers import years_in

    try:
        return years_in(text)
    except RequestError as error:
        raise typer.BadParameter(str(error), param_hint="--years") from None


def only_of(
    years: str | None,
    genres: list[str] | None,
    kinds: list[str] | None,
    people: list[str] | None,
    maturity: int | None,
) -> Only | None:
    """Return what may be shown; ``None`` where nothing is asked for."""
    from cinewalk.queries.words.filters import Only

    only = Only(years_of(years), genres or (), kinds or (), people or (), maturity)
    return None if only == Only() else only


def instant_of(text: str | None) -> float | None:
    """Read the instant of an option."""
    from cinewalk.queries.words.numbers import instant_in

    try:
        return instant_in(text)
    except RequestError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from None


def names_of(text: str | None) -> list[str] | None:
    """Read names split by commas; ``None`` where nothing is asked for.

    >>> names_of("gender, age"), names_of(None)
    (['gender', 'age'], None)
    """
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def settings_of(config: Path | None, graph: Graph) -> Settings:
    """Return the settings of a file, else those that a graph was prepared with, else the defaults."""
    from cinewalk.graph.model.settings import settings_in
    from cinewalk.loaders.store.settings_file import read_settings

    return settings_in(graph.prepared) if config is None else read_settings(config)
