"""From any source to the graph in memory: one call."""

from __future__ import annotations

import logging
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from cinewalk.errors import GraphFolderError, RequestError, StorageError
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE
from cinewalk.graph.model.schema import USUAL_RATINGS
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.base.paths import is_path
from cinewalk.loaders.neo4j.server.address import is_address
from cinewalk.loaders.neo4j.server.connection import TIMEOUT, connect
from cinewalk.loaders.sources.shaping import ALL, Shape
from cinewalk.loaders.store.graph_folder import SUFFIX, is_graph_folder
from cinewalk.loaders.store.home import graph_path
from cinewalk.loaders.store.kept import has_folded, keep, open_kept, pristine, without_erased

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    import pandas as pd
    from narwhals.typing import IntoDataFrame

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph
    from cinewalk.loaders.sources.frames import Frames
    from cinewalk.loaders.tables.tables import Tables

_LOG = logging.getLogger("cinewalk")


def load(
    source: str | Path | IntoDataFrame | None = None,
    *,
    preference: Preference | None = None,
    rating_range: tuple[float, float] | None = None,
    max_rejects: int = 0,
    progress: Progress = no_progress,
    notify: Callable[[str], None] | None = None,
    auth: tuple[str, str] | None = None,
    database: str | None = None,
    mapping: SchemaMapping | str | Path | None = None,
    timeout: float = TIMEOUT,
    facts: str | Path | None = None,
    groups: str | Sequence[str] = ALL,
    bands: Mapping[str, Sequence[float]] = MappingProxyType({}),
    columns: Mapping[str, str] = MappingProxyType({}),
    maturity_board: str | None = None,
    left_out: Callable[[pd.DataFrame], None] | None = None,
    **frames: Unpack[Frames],
) -> Graph:
    """Load a graph.

    Parameters
    ----------
    source
        The name of a data set (``"movielens-100k"``, ``"movielens-1m"``, ``"movielens-latest-small"``,
        ``"movielens-32m"``), a ``.cinewalk`` folder, a folder or zip of CSV, Parquet, MovieLens or RecBole
        files, a single file of interactions (see ``docs/data.md``), or the address of a Neo4j
        (``"neo4j://…"``, ``"bolt://…"``; see ``docs/neo4j-reading.md``). A data set is downloaded once, and
        its graph kept for the next time. Or a data frame of interactions, of pandas, polars or pyarrow.
    preference
        How ratings, watches and thumbs become likes; not given, as the database says, and else by default: from 4 on
        where ratings go up to 5, and on other scales from 0.6 of the way up on.
    rating_range
        The lowest and highest rating that the source may hold; by default 0.5 to 5, and any in a database
        that cinewalk has written.
    max_rejects
        How many bad rows to leave out before giving up.
    progress
        Told how far reading is.
    notify
        Told once what is downloaded and under which licence, and what a person should know of what was read. By default
        the log ``cinewalk`` is: of the first as a warning, so that it is seen, of the rest as information.
    auth, database, mapping, timeout
        For a Neo4j: user name and password, and the database, where the environment does not say them
        (``NEO4J_USERNAME``, ``NEO4J_PASSWORD``, ``NEO4J_DATABASE``); the file of a mapping or its name, where
        the database has names of its own; and the seconds that one query may take.
    facts
        A CSV file with more about the titles; see ``docs/data.md``.
    groups, bands
        Which columns of users become demographic groups (``"all"``, ``"none"`` or their names), and how columns of
        numbers are banded: see :class:`cinewalk.loaders.sources.shaping.Shape`.
    columns
        What columns of the files are, where their names do not say it: ``{"film_nr": "title_id"}``; ``""`` leaves
        one out. Common names (``movieId``, ``item``, ``score``, …) are known.
    maturity_board
        Whose labels the facts' column ``maturity`` has: ``"mpa"``, ``"tv"``, ``"fsk"``, ``"bbfc"``, ``"canada"`` or
        ``"eirin"``.
    left_out
        Told of the rows that were left out, where there are any, as a frame.
    **frames
        In place of a source, tables as data frames: ``users``, ``titles``, ``ratings``, ``watches``, ``thumbs``,
        ``blocks``, ``people``, ``same_titles``, ``links``. They are checked as files are, and not kept.

    Raises
    ------
    SourceError
        Where the source does not exist, is not understood or has too many bad rows (those of frames are its
        ``rejects``).
    RequestError
        Where options do not go together, or something is neither a source nor a data frame.
    DatabaseError
        Where a Neo4j cannot be reached, refuses, or does not answer in time.
    DownloadError
        Where a data set cannot be fetched.

    Examples
    --------
    >>> import cinewalk
    >>> cinewalk.load("movielens-200k")
    Traceback (most recent call last):
    ...
    cinewalk.errors.SourceError: ...
    >>> import pandas as pd
    >>> ratings = pd.DataFrame({"userId": [1, 1, 2], "movieId": [7, 8, 7], "rating": [5, 2, 4]})
    >>> cinewalk.load(ratings)
    <Graph: 2 User, 2 Title; 3 RATED, 2 LIKES>
    """
    shape = Shape(facts, groups, bands, columns, maturity_board)
    order = _Order(shape, preference, _as_range(rating_range), max_rejects, progress, notify, left_out)
    is_graph = is_path(source) and (Path(source).suffix == SUFFIX or is_graph_folder(Path(source)))
    _check_options(source, shape, frames, is_graph=is_graph, of_database=(auth, database, mapping))
    if not is_path(source):
        return _load_frames(frames if source is None else {"frame": source}, order)
    if not is_address(source):
        return open_kept(Path(source)).whole() if is_graph else _load_files(source, order)
    with open_live(
        str(source),
        preference=preference,
        rating_range=order.asked_range,
        max_rejects=max_rejects,
        progress=progress,
        auth=auth,
        database=database,
        mapping=mapping,
        timeout=timeout,
    ) as live:
        return live.graph


def _as_range(rating_range: object) -> tuple[float, float] | None:
    from cinewalk.loaders.tables.checks import read_rating_range

    return None if rating_range is None else read_rating_range(rating_range)


class _Order(NamedTuple):
    """How files or frames are to be loaded; the fields are parameters of :func:`load`."""

    shape: Shape
    preference: Preference | None
    asked_range: tuple[float, float] | None
    max_rejects: int
    progress: Progress
    notify: Callable[[str], None] | None
    left_out: Callable[[pd.DataFrame], None] | None

    @property
    def rating_range(self) -> tuple[float, float]:
        """The range of ratings that is in force."""
        return self.asked_range or USUAL_RATINGS

    @property
    def is_plain(self) -> bool:
        """Whether a data set is wanted as it comes."""
        return (
            self.preference in {None, DEFAULT_PREFERENCE}
            and self.rating_range == USUAL_RATINGS
            and self.shape.is_plain
        )


def open_live(
    address: str,
    *,
    preference: Preference | None = None,
    rating_range: tuple[float, float] | None = None,
    max_rejects: int = 0,
    progress: Progress = no_progress,
    auth: tuple[str, str] | None = None,
    database: str | None = None,
    mapping: SchemaMapping | str | Path | None = None,
    timeout: float = TIMEOUT,
) -> LiveGraph:
    """Load the graph of a Neo4j, and stay connected to it; parameters and errors are those of :func:`load`."""
    from cinewalk.loaders.neo4j.read.graph import ReadRequest
    from cinewalk.loaders.neo4j.read.mapping import find_mapping
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph

    asked = ReadRequest(find_mapping(mapping), preference, rating_range, max_rejects)
    connection = connect(address, auth, database, timeout=timeout)
    try:
        return LiveGraph(connection, asked, progress)
    except BaseException:
        connection.close()
        raise


def _check_options(
    source: object, shape: Shape, frames: Frames, *, is_graph: bool, of_database: tuple[object, ...]
) -> None:
    """Refuse what goes with files for a graph or a database, and what goes with a database for all others."""
    if source is not None and frames:
        raise RequestError(f"give a source, or {', '.join(frames)} as data frames, and not both.")
    from_database = is_address(source)
    if not shape.is_plain and (is_graph or from_database):
        raise RequestError(
            "facts, groups, bands and columns go with files, such as a folder of CSV; load those again with them."
        )
    if not from_database and any(given is not None for given in of_database):
        raise RequestError("auth, database and mapping go with the address of a Neo4j, such as neo4j://host.")


def _load_frames(frames: Mapping[str, Any], order: _Order) -> Graph:
    from cinewalk.loaders.sources.frames import read_frames

    limits = (order.rating_range, order.max_rejects, order.shape.columns)
    return _built(read_frames(frames, *limits), order)


def _load_files(source: str | os.PathLike[str], order: _Order) -> Graph:
    """Load files, or a data set by its name; the graph of a data set as it comes is kept for the next time."""
    name = str(source)
    place = graph_path(name) if order.is_plain and not Path(source).exists() else None
    if place is not None and (graph := _kept_before(place, order.progress)) is not None:
        return graph
    from cinewalk.loaders.sources.sources import DATASETS, read_tables

    tables = read_tables(
        name if name in DATASETS else Path(source),
        rating_range=order.rating_range,
        max_rejects=order.max_rejects,
        progress=order.progress,
        notify=order.notify,
        columns=order.shape.columns,
    )
    graph = _built(tables, order)
    return graph if place is None or name not in DATASETS else _kept(graph, place, name, order.progress)


def _built(tables: Tables, order: _Order) -> Graph:
    """Shape checked tables, say what they were read as, and build the graph of them."""
    from cinewalk.loaders.sources.plausible import refuse_empty, understood
    from cinewalk.loaders.store.build import build_graph
    from cinewalk.loaders.tables.tables import rejects_frame
    from cinewalk.loaders.titles.same_titles import note_on_same_titles

    tell = order.notify or _LOG.info
    if order.left_out is not None and tables.rejects:
        order.left_out(rejects_frame(tables.rejects))
    refuse_empty(tables)
    tables = order.shape.apply(tables, max_rejects=order.max_rejects)
    tables, preference = understood(tables, order.preference, order.rating_range)
    for note in tables.notes:
        tell(note)
    graph = build_graph(tables, preference)
    if note := note_on_same_titles(graph):
        tell(note)
    return graph


def _kept_before(place: Path, progress: Progress) -> Graph | None:
    """Open a data set that was loaded before; ``None`` where it was not, or cannot be opened any more."""
    if not is_graph_folder(place):
        return None
    try:
        graph = pristine(place)
    except GraphFolderError as error:
        _LOG.warning("%s It is made anew.", error)
        return None
    if graph is None or (graph.prepared is not None and graph.prepared.settings == Settings()):
        return graph
    return _kept(graph, place, place.stem, progress)


def _kept(graph: Graph, place: Path, source: str, progress: Progress) -> Graph:
    """Prepare a graph with the settings of today and keep it, if that can be done."""
    graph = without_erased(graph, place)
    if has_folded(place):
        return graph
    from cinewalk.graph.walks.prepare import prepare
    from cinewalk.graph.walks.registry import Registry

    graph = prepare(Registry(graph, Settings()), progress)
    try:
        keep(graph, place, source)
    except StorageError as error:
        _LOG.warning("%s The graph is not kept for the next time.", error)
    return graph
