"""From any source to the graph in memory: one call."""

from __future__ import annotations

import logging
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from cinewalk.errors import GraphFolderError, RequestError, StorageError
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE
from cinewalk.graph.model.schema import RATING
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.neo4j.server.address import is_address
from cinewalk.loaders.neo4j.server.connection import TIMEOUT, connect
from cinewalk.loaders.sources.shaping import ALL, Shape
from cinewalk.loaders.store.graph_folder import SUFFIX, is_graph_folder
from cinewalk.loaders.store.home import graph_path
from cinewalk.loaders.store.kept import has_folded, keep, open_kept, pristine, without_erased

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph

_LOG = logging.getLogger("cinewalk")
_STARS = (RATING.minimum or 0.0, RATING.maximum or 0.0)


def load(
    source: str | Path,
    *,
    preference: Preference | None = None,
    rating_range: tuple[float, float] | None = None,
    max_rejects: int = 0,
    progress: Progress = no_progress,
    notify: Callable[[str], None] = _LOG.info,
    auth: tuple[str, str] | None = None,
    database: str | None = None,
    mapping: SchemaMapping | str | Path | None = None,
    timeout: float = TIMEOUT,
    facts: str | Path | None = None,
    groups: str | Sequence[str] = ALL,
    bands: Mapping[str, Sequence[float]] = MappingProxyType({}),
    columns: Mapping[str, str] = MappingProxyType({}),
) -> Graph:
    """Load a graph.

    Parameters
    ----------
    source
        The name of a data set (``"movielens-100k"``, ``"movielens-1m"``, ``"movielens-latest-small"``,
        ``"movielens-32m"``), a ``.cinewalk`` folder, a folder or zip of CSV, Parquet, MovieLens or RecBole
        files, a single file of interactions (see ``docs/data.md``), or the address of a Neo4j
        (``"neo4j://…"``, ``"bolt://…"``; see ``docs/neo4j-reading.md``). A data set is downloaded once, and
        its graph kept for the next time.
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
        Told once under which licence a data set comes, and what a person should know of what was read.
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

    Raises
    ------
    SourceError
        Where the source does not exist, is not understood or has too many bad rows.
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
    """
    path = Path(source)
    is_graph = path.suffix == SUFFIX or is_graph_folder(path)
    shape = Shape(facts, groups, bands, dict(columns))
    _check_options(source, shape, is_graph=is_graph, of_database=(auth, database, mapping))
    if is_address(source):
        with open_live(
            str(source),
            preference=preference,
            rating_range=rating_range,
            max_rejects=max_rejects,
            progress=progress,
            auth=auth,
            database=database,
            mapping=mapping,
            timeout=timeout,
        ) as live:
            return live.graph
    if is_graph:
        return open_kept(path).whole()
    return _load_files(source, shape, preference, rating_range or _STARS, max_rejects, progress, notify)


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
    source: str | Path, shape: Shape, *, is_graph: bool, of_database: tuple[object, ...]
) -> None:
    """Refuse what goes with files for a graph or a database, and what goes with a database for all others."""
    from_database = is_address(source)
    if not shape.is_plain and (is_graph or from_database):
        raise RequestError(
            "facts, groups, bands and columns go with files, such as a folder of CSV; load those again with them."
        )
    if not from_database and any(given is not None for given in of_database):
        raise RequestError("auth, database and mapping go with the address of a Neo4j, such as neo4j://host.")


def _load_files(
    source: str | Path,
    shape: Shape,
    preference: Preference | None,
    rating_range: tuple[float, float],
    max_rejects: int,
    progress: Progress,
    notify: Callable[[str], None],
) -> Graph:
    """Load files, or a data set by its name; the graph of a data set as it comes is kept for the next time."""
    as_it_comes = preference in {None, DEFAULT_PREFERENCE} and rating_range == _STARS and shape.is_plain
    place = graph_path(str(source)) if as_it_comes and not Path(source).exists() else None
    if place is not None and (graph := _kept_before(place, progress)) is not None:
        return graph
    from cinewalk.loaders.sources.plausible import understood
    from cinewalk.loaders.sources.sources import DATASETS, read_tables
    from cinewalk.loaders.store.build import build_graph
    from cinewalk.loaders.titles.same_titles import note_on_same_titles

    tables = read_tables(
        source,
        rating_range=rating_range,
        max_rejects=max_rejects,
        progress=progress,
        notify=notify,
        columns=shape.columns,
    )
    tables = shape.apply(tables, max_rejects=max_rejects)
    tables, preference = understood(tables, preference, rating_range)
    for note in tables.notes:
        notify(note)
    graph = build_graph(tables, preference)
    if note := note_on_same_titles(graph):
        notify(note)
    return (
        graph if place is None or str(source) not in DATASETS else _kept(graph, place, str(source), progress)
    )


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
