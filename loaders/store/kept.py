"""A graph and what people did with it since: the arrays of its folder, with its journal laid over them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cinewalk.errors import GraphFolderError
from cinewalk.graph.model import schema
from cinewalk.graph.model.apply_events import folded, without_users
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE
from cinewalk.graph.model.settings import Settings, settings_in
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.generations import Provenance, writing
from cinewalk.loaders.store.graph_folder import is_current, open_arrays, provenance, save_arrays
from cinewalk.loaders.store.journal import EMPTIED, Journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.user_events import Values
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.store.journal import JournalEntry

LIMIT = schema.MATURITY_LIMIT.name


@dataclass(frozen=True)
class KeptGraph:
    """A graph folder as it was opened.

    Parameters
    ----------
    place
        The folder.
    graph
        Its arrays, without people who have been erased.
    events
        By user id, all that somebody did of whom the journal tells what the arrays do not hold.
    entries
        How many entries of the journal are laid over the arrays.
    gone
        How many of them are about a title that the graph does not have; they are kept, for one that has it again.
    provenance
        Where graph and events come from, together.
    settings
        Those that the walks of its arrays were prepared with.
    """

    place: Path
    graph: Graph
    events: Mapping[str, UserEvents]
    entries: int
    gone: int
    provenance: Provenance
    settings: Settings = Settings()

    def whole(self) -> Graph:
        """Return one graph of both; what was prepared for its walks is left out where something is laid over it."""
        return folded(self.graph, self.events) if self.events else self.graph


def open_kept(place: Path) -> KeptGraph:
    """Open a graph folder with its journal.

    Raises
    ------
    GraphFolderError
        Where one of them is missing, foreign or damaged.
    StorageError
        Where the journal cannot be read.
    """
    graph, held = open_arrays(place)
    settings = settings_in(graph.prepared)
    journal = Journal(place)
    if not journal.exists:
        return KeptGraph(place, graph, {}, 0, 0, Provenance(held.source), settings)
    name = journal.fact.get("id", "")
    # What another journal said of itself says nothing of this one.
    held = held if held.journal == name else Provenance(held.source, name)
    graph, erased = _without_erased(graph, journal, held.erased)
    entries = journal.entries(held.entries)
    events, gone = laid_over(graph, {}, (entry for _, entry in entries))
    mark = entries[-1][0] if entries else held.entries
    journal.close()
    origin = Provenance(held.source, name, mark, erased)
    return KeptGraph(place, graph, events, len(entries), gone, origin, settings)


def pristine(place: Path) -> Graph | None:
    """Open the arrays of a graph folder as they came from its source; ``None`` where a journal was folded into them.

    Raises
    ------
    GraphFolderError
        As :func:`open_kept`.
    """
    graph, held = open_arrays(place)
    return None if held.entries else _without_erased(graph, Journal(place), held.erased)[0]


def has_folded(place: Path) -> bool:
    """Tell whether the arrays of a folder hold what people did: another graph does not replace them unasked."""
    try:
        return bool(provenance(place).entries)
    except GraphFolderError:
        return False


def without_erased(graph: Graph, place: Path) -> Graph:
    """Return a graph without those who were erased from a folder."""
    journal = Journal(place)
    graph, _ = _without_erased(graph, journal, 0)
    journal.close()
    return graph


def keep(graph: Graph, place: Path, source: str) -> Path:
    """Save a graph of a source: what people did in the folder is laid over it, and who was erased stays out.

    Parameters
    ----------
    graph
        The graph.
    place
        The folder.
    source
        What it was loaded from.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StorageError
        Where it cannot be written.
    """
    journal = Journal(place)
    graph, erased = _without_erased(graph, journal, 0)
    origin = Provenance(source, journal.fact.get("id", ""), 0, erased)
    journal.close()
    return save_arrays(graph, place, origin)


def compact(place: Path, progress: Progress = no_progress) -> KeptGraph:
    """Fold the journal of a graph folder into its arrays, and return what was laid over them before.

    The entries stay in the journal, so that loading the source again loses none of them. What is told meanwhile is laid
    over the new arrays.

    Parameters
    ----------
    place
        The folder.
    progress
        Told how far preparing is.

    Raises
    ------
    GraphFolderError, StorageError
        Where it cannot be read, or not be written. Nothing has changed then.
    """
    open_arrays(place)
    with writing(place):
        kept = open_kept(place)
        is_whole = kept.graph.prepared is not None and kept.provenance.erased == held_of(place).erased
        if kept.entries or not is_current(place) or not is_whole:
            save_arrays(
                reprepared(replace(kept, graph=kept.whole()), progress, kept.graph),
                place,
                kept.provenance,
                held=True,
            )
    return kept


def held_of(place: Path) -> Provenance:
    """Return where the arrays of a folder come from: nothing of a journal where that is another one by now."""
    held, name = provenance(place), Journal(place).fact.get("id", "")
    return held if held.journal == name else Provenance(held.source)


def reprepared(kept: KeptGraph, progress: Progress, since: Graph | None = None) -> Graph:
    """Return a graph with its walks prepared as they were, by those of an earlier graph where that is quicker."""
    earlier = since if since is not None and since.prepared is not None else None
    return prepare(Registry(kept.graph, kept.settings), progress, earlier)


def laid_over(
    graph: Graph, events: Mapping[str, UserEvents], entries: Iterable[JournalEntry]
) -> tuple[dict[str, UserEvents], int]:
    """Return what people did, by user id, after some entries of a journal, and how many of those are of unknown titles.

    Parameters
    ----------
    graph
        The graph.
    events
        What is known of some people beside the graph.
    entries
        The entries, in their order.
    """
    known, gone = dict(events), 0
    changes: defaultdict[str, dict[tuple[str, int], Values | None]] = defaultdict(dict)
    for entry in entries:
        user = entry.user_id
        if user not in known:
            known[user] = events_of(graph, user)
        if entry.kind == EMPTIED:
            known[user] = known[user].emptied()
            changes.pop(user, None)
        elif entry.kind == LIMIT:
            limit = None if entry.after is None else int(entry.after[LIMIT])
            known[user] = replace(known[user], limit=limit)
        elif (title := graph.titles.ids.find(entry.title_id)) is None:
            gone += 1
        else:
            changes[user][entry.kind, title] = entry.after
    for user, of_user in changes.items():
        known[user] = known[user].put_all(of_user)
    return known, gone


def events_of(graph: Graph, user: str) -> UserEvents:
    """Return what a graph knows that somebody did; somebody new has done nothing."""
    place = graph.users.ids.find(user)
    if place is None:
        return UserEvents(preference=graph.preference or DEFAULT_PREFERENCE)
    return UserEvents.of(graph, place)


def _without_erased(graph: Graph, journal: Journal, after: int) -> tuple[Graph, int]:
    """Take out those who were erased behind a number, and return the number of the last of all."""
    users, last = journal.erased(graph.users.ids.ids, after)
    return without_users(graph, users), last
