"""The graphs that are kept on this machine, as people list them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cinewalk.errors import CinewalkError, GraphFolderError, StorageError
from cinewalk.graph.model import schema
from cinewalk.loaders.store.graph_folder import SUFFIX, node_counts, provenance
from cinewalk.loaders.store.home import current_graph, graphs_folder
from cinewalk.loaders.store.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """One graph that is kept.

    Parameters
    ----------
    name
        Its name, or its path where it lies elsewhere.
    place
        Its folder.
    source
        What it was loaded from; empty where that is not known.
    people, titles
        How many its arrays have.
    signals
        How many entries its journal has.
    size
        How many bytes it takes.
    is_current
        Whether commands use it unless they are told otherwise.
    problem
        Why it cannot be opened; empty where it can.
    """

    name: str
    place: str
    source: str
    people: int
    titles: int
    signals: int
    size: int
    is_current: bool
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values under the names of the fields."""
        return asdict(self)


def kept_graphs() -> list[GraphSummary]:
    """List the graphs of the user's folder by name, and the current one where that lies elsewhere."""
    try:
        current = current_graph().resolve()
    except GraphFolderError:
        current = None
    places = sorted(graphs_folder().resolve().glob(f"*{SUFFIX}"))
    if current is not None and current not in places:
        places.append(current)
    return [_summary(place, is_current=place == current) for place in places]


def name_of_graph(place: Path) -> str:
    """Return the name by which commands know a graph folder: its path, where it lies elsewhere."""
    try:
        is_ours = place.resolve().parent == graphs_folder().resolve()
    except StorageError:  # this user has no home
        is_ours = False
    return place.name.removesuffix(SUFFIX) if is_ours else str(place)


def _summary(place: Path, *, is_current: bool) -> GraphSummary:
    source, people, titles, signals, problem = "", 0, 0, 0, ""
    try:
        counts, source = node_counts(place), provenance(place).source
        people, titles = counts[schema.USER.label], counts[schema.TITLE_NODE.label]
        journal = Journal(place)
        signals = journal.count()
        journal.close()
    except CinewalkError as error:
        problem = str(error)
    size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    name = name_of_graph(place)
    return GraphSummary(name, str(place), source, people, titles, signals, size, is_current, problem)
