"""The command `load`: read a source into a graph, and make it the one that commands use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cinewalk import console
from cinewalk.cli.load_options import (
    BandsOption,
    BoardOption,
    ColumnsOption,
    FactsOption,
    GroupsOption,
    LikeRatingOption,
    MappingOption,
    MaxRejectsOption,
    OutOption,
    PrepareOption,
    RatingRangeOption,
    SourceArgument,
    preference_of,
    rating_range_of,
    shape_of,
)
from cinewalk.cli.options import Json  # noqa: TC001 - typer reads it
from cinewalk.errors import RequestError
from cinewalk.loaders.neo4j.server.address import is_address

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.sources.shaping import Shape
    from cinewalk.loaders.tables.tables import Tables

EPILOG = (
    "Examples: `cinewalk load movielens-100k` · `cinewalk load my-folder --out mine.cinewalk` · "
    "`cinewalk load neo4j://localhost --mapping recommendations`"
)


def load(
    source: SourceArgument,
    to: OutOption = None,
    max_rejects: MaxRejectsOption = 0,
    rating_range: RatingRangeOption = None,
    like_rating: LikeRatingOption = None,
    mapping: MappingOption = None,
    facts: FactsOption = None,
    maturity_board: BoardOption = None,
    groups: GroupsOption = "all",
    bands: BandsOption = None,
    columns: ColumnsOption = None,
    config: PrepareOption = None,
    as_json: Json = False,
) -> None:
    """Read a source into a graph, and keep it; without --out it becomes the one that commands use.

    What people did with a graph that is there already stays with it. Every row is checked: bad rows are listed with
    file, line and reason; nothing loads unless they are allowed with --max-rejects. A Neo4j is asked as
    NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE say.
    """
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.walks.prepare import prepare
    from cinewalk.graph.walks.registry import Registry
    from cinewalk.loaders.store.home import graph_path, make_current
    from cinewalk.loaders.store.kept import keep, without_erased
    from cinewalk.loaders.store.settings_file import read_settings

    reading = _Reading(
        rating_range=rating_range_of(rating_range),
        preference=preference_of(like_rating),
        settings=Settings() if config is None else read_settings(config),
        shape=shape_of(facts, groups, bands or [], columns, maturity_board),
        max_rejects=max_rejects,
        mapping=mapping,
    )
    _check(source, reading, has_place=to is not None)
    with console.progress_bar() as progress:
        name, graph, tables = _read(source, reading, progress)
        place = to or graph_path(name)
        graph = without_erased(graph, place)
        settings = reading.settings if config else _with_floor(reading.settings, graph)
        keep(prepare(Registry(graph, settings), progress), place, _origin(source))
    if to is None:
        make_current(place)
    _print(source, tables, graph, place, as_json=as_json, is_current=to is None)


def _with_floor(settings: Settings, graph: Graph) -> Settings:
    """Return settings with how few people may be told of a graph that knows it."""
    known = graph.prepared
    return settings if known is None else replace(settings, privacy=known.settings.privacy)


def _origin(source: str) -> str:
    """Return where a source is, from wherever somebody asks."""
    return str(Path(source).resolve()) if Path(source).exists() else source


@dataclass(frozen=True)
class _Reading:
    """How a source is to be read and prepared; ``None`` for what its own kind says."""

    rating_range: tuple[float, float] | None
    preference: Preference | None
    settings: Settings
    shape: Shape
    max_rejects: int
    mapping: str | None

    @property
    def is_usual(self) -> bool:
        """Whether what comes out is what everybody means by the source's name."""
        from cinewalk.graph.model.preference import Preference
        from cinewalk.graph.model.settings import Settings

        asked = (self.preference or Preference(), self.settings)
        return asked == (Preference(), Settings()) and self.shape.is_plain


def _check(source: str, reading: _Reading, *, has_place: bool) -> None:
    """Refuse what would keep a graph under a name that means another, and shapes that a database has already."""
    from cinewalk.loaders.fetch.datasets import DATASETS

    if not has_place and source in DATASETS and not reading.is_usual:
        raise RequestError(
            f"a graph of {source} with other settings, facts or groups needs a name of its own: add --out PATH."
        )
    if not reading.shape.is_plain and is_address(source):
        raise RequestError(
            "--facts, --groups, --band and --columns go with files, not with the address of a Neo4j."
        )


def _read(source: str, reading: _Reading, progress: Progress) -> tuple[str, Graph, Tables | None]:
    """Return a name for the graph, the graph, and the account of its rows, which a database does not have."""
    from cinewalk.loaders.fetch.datasets import DATASETS
    from cinewalk.loaders.load import load as load_graph
    from cinewalk.loaders.sources.containers import plain_name

    if is_address(source):
        graph = load_graph(
            source,
            preference=reading.preference,
            rating_range=reading.rating_range,
            max_rejects=reading.max_rejects,
            mapping=reading.mapping,
            progress=progress,
        )
        return urlsplit(source).hostname or "neo4j", graph, None
    if reading.mapping is not None:
        raise RequestError("--mapping goes with the address of a Neo4j, such as neo4j://host.")
    name = source if source in DATASETS else plain_name(Path(source).resolve().name)
    return name, *_read_files(source, reading, progress)


def _read_files(source: str, reading: _Reading, progress: Progress) -> tuple[Graph, Tables]:
    """Read files, and keep the account of their rows."""
    from cinewalk.graph.model.schema import USUAL_RATINGS
    from cinewalk.loaders.sources.plausible import refuse_empty, understood
    from cinewalk.loaders.sources.sources import read_tables
    from cinewalk.loaders.store.build import build_graph

    rating_range = reading.rating_range or USUAL_RATINGS
    tables = read_tables(
        source,
        max_rejects=reading.max_rejects,
        rating_range=rating_range,
        progress=progress,
        notify=console.say,
        columns=reading.shape.columns,
    )
    refuse_empty(tables)
    tables = reading.shape.apply(tables, max_rejects=reading.max_rejects)
    tables, preference = understood(tables, reading.preference, rating_range)
    progress("Building the graph", 0, 0)
    return build_graph(tables, preference), tables


def _print(
    source: str, tables: Tables | None, graph: Graph, place: Path, *, as_json: bool, is_current: bool
) -> None:
    """Print the account of a source: what became of every row, what was left out, and where the graph is.

    A database has no account of rows.
    """
    from cinewalk.loaders.titles.same_titles import note_on_same_titles, same_titles

    fields = ("rows", "loaded", "rejected", "duplicates")
    by_table, notes = ({}, ()) if tables is None else (tables.counts, tables.notes)
    counts = {name: {key: getattr(count, key) for key in fields} for name, count in by_table.items()}
    if as_json:
        console.print_json(
            {
                "graph": str(place),
                "rows": counts,
                "nodes": {label: len(nodes) for label, nodes in graph.nodes.items()},
                "relationships": {name: len(relation) for name, relation in graph.relations.items()},
                "same_titles": [pair._asdict() for pair in same_titles(graph)],
                "notes": list(notes),
            }
        )
        return
    rows = [(name, *count.values()) for name, count in counts.items()]
    if rows:
        console.print_table(f"Read {source}", ["Table", *(key.capitalize() for key in fields)], rows)
    for note in (*notes, note_on_same_titles(graph)):
        if note:
            console.say(note)
    console.answer(f"{graph}\nKept in {place}")
    if is_current:
        console.answer("It is the current graph now.")
    else:
        console.say(f"The current graph is the same as before; use this one with `cinewalk use {place}`.")
