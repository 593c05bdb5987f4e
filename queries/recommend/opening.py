"""Open a session on what people name: a graph, its folder, a source, or the address of a Neo4j."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cinewalk.errors import RequestError
from cinewalk.graph.model.graph import Graph
from cinewalk.loaders.base.paths import is_path
from cinewalk.loaders.load import load, open_live
from cinewalk.loaders.neo4j.server.address import is_address
from cinewalk.loaders.store.graph_folder import SUFFIX, is_graph_folder
from cinewalk.loaders.store.home import graph_path
from cinewalk.loaders.store.journal import Journal
from cinewalk.loaders.store.kept import open_kept
from cinewalk.loaders.store.listing import name_of_graph
from cinewalk.queries.recommend.session import Session
from cinewalk.queries.recommend.signal import SignalLog

if TYPE_CHECKING:
    from collections.abc import Callable

    from narwhals.typing import IntoDataFrame

    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.queries.recommend.snapshot import Defaults


def open_session(
    source: Graph | str | Path | IntoDataFrame,
    defaults_for: Callable[[Graph], Defaults],
    *,
    auth: tuple[str, str] | None,
    database: str | None,
    mapping: SchemaMapping | str | Path | None,
    timeout: float,
    keep: bool = False,
) -> Session:
    """Open a session on a graph, or on a source that :func:`cinewalk.load` takes.

    Parameters
    ----------
    source
        The graph or the source.
    defaults_for
        Says what counts on the graph unless a call says otherwise.
    auth, database, mapping, timeout
        For a Neo4j, as in :func:`cinewalk.load`.
    keep
        Whether what is told goes into the journal of the graph folder.
    """
    if isinstance(source, Graph):
        if keep:
            raise RequestError("keep=True needs the path of a graph folder, such as one that `save` wrote.")
        return Session(source, defaults_for(source))
    if not is_path(source):
        if keep:
            raise RequestError("keep=True needs the path of a graph folder; `save` the graph as one first.")
        graph = load(source, auth=auth, database=database, mapping=mapping)
        return Session(graph, defaults_for(graph))
    assert isinstance(source, str | Path)
    if not is_address(source):
        place = _folder_of(source, keep)
        if place is None or any(given is not None for given in (auth, database, mapping)):
            graph = load(source, auth=auth, database=database, mapping=mapping)
            return Session(graph, replace(defaults_for(graph), called=str(source)))
        kept = open_kept(place)
        log = SignalLog(Journal(place), kept.provenance.entries) if keep else None
        defaults = replace(defaults_for(kept.graph), called=name_of_graph(place))
        return Session(kept.graph, defaults, kept=kept, log=log)
    live = open_live(str(source), auth=auth, database=database, mapping=mapping, timeout=timeout)
    try:
        return Session(live.graph, replace(defaults_for(live.graph), called=live.connection.place), live)
    except BaseException:
        live.close()
        raise


def _folder_of(source: str | Path, keep: bool) -> Path | None:
    """Return the graph folder that is meant; ``None`` where a source is."""
    path = Path(source)
    if path.suffix == SUFFIX or is_graph_folder(path):
        return path
    if not keep:
        return None
    load(source)  # keeps the graph of a data set known by name
    place = graph_path(str(source))
    if path.exists() or not is_graph_folder(place):
        raise RequestError(
            f"keep=True needs the path of a graph folder; {source} is none. `save` it as one first."
        )
    return place
