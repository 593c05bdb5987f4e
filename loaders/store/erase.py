"""Take a person out of a graph folder: journal, arrays, and the files that were written of the graph.

The moment at which somebody is gone is one transaction of the journal: from then on opening the graph leaves them out,
whatever becomes of the rest. An interrupted erasing is ended by erasing again, and by ``compact``.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import StorageError, UnknownUserError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.store.generations import synced, writing
from cinewalk.loaders.store.graph_folder import save_arrays
from cinewalk.loaders.store.journal import Journal
from cinewalk.loaders.store.kept import events_of, held_of, open_kept, reprepared
from cinewalk.loaders.store.listing import name_of_graph
from cinewalk.loaders.store.parquet_writing import JSON_LINES, PARQUET, without_rows

if TYPE_CHECKING:
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.progress import Progress

#: The kind of file of which only the person's rows go; all others go whole.
BATCH: Final = "batch"


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing a person removed, or would remove.

    Parameters
    ----------
    user_id
        The person.
    removed
        Where, what and how many.
    unreached
        What cannot be reached from here.
    dry_run
        Whether nothing was removed.
    """

    user_id: str
    removed: tuple[tuple[str, str, int], ...]
    unreached: tuple[str, ...]
    dry_run: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain values under the names of the fields."""
        rows = [{"where": where, "what": what, "count": count} for where, what, count in self.removed]
        return asdict(self) | {"removed": rows, "unreached": list(self.unreached)}


def erase_from_folder(
    place: Path, user_id: str, progress: Progress = no_progress, *, dry_run: bool = False
) -> Erased:
    """Erase a person from a graph folder.

    Parameters
    ----------
    place
        The folder.
    user_id
        The person.
    progress
        Told how far preparing the walks anew is.
    dry_run
        Whether only to tell what would be removed.

    Raises
    ------
    UnknownUserError
        Where nobody has this id.
    StorageError, GraphFolderError
        Where the folder, or a file that was written of it, cannot be read or written. What is done by then stays done,
        and the same again does the rest.
    """
    with writing(place):
        kept, journal = open_kept(place), Journal(place)
        events = kept.events.get(user_id) or events_of(kept.graph, user_id)
        is_known = user_id in kept.events or kept.graph.users.ids.find(user_id) is not None
        entries = len(journal.entries(user_id=user_id))
        if not is_known and not entries and not journal.erased([user_id])[0]:
            raise UnknownUserError(user_id, graph=name_of_graph(place))
        removed = [(str(place), what, count) for what, count in counts(events, known=is_known).items()]
        removed += [(str(journal.path), "signals", entries)] if entries else []
        if not dry_run:
            journal.erase(user_id)
            _write_without(place, progress)
        removed += _files(journal, user_id, dry_run=dry_run)
        journal.close()
    return Erased(user_id, tuple(removed), _unreached(place), dry_run)


def note_written(place: Path, path: Path, kind: str, user_id: str | None = None) -> None:
    """Note with a graph folder that a file is written which says something of people, or of one.

    Where the folder cannot be written nobody can be erased from it, either, and nothing is noted.
    """
    journal = Journal(place)
    with suppress(StorageError):
        journal.note_written(path, kind, user_id)
    journal.close()


def counts(events: UserEvents, *, known: bool) -> dict[str, int]:
    """Count what is known of a person, by the types of nodes and relationships."""
    found = Counter({schema.USER.label: int(known), schema.USER_IN_GROUP.type: len(events.groups)})
    for kind in schema.EVENTS:
        found[kind.type] += len(events.events[kind.name])
    found[schema.LIKES.type] += len(events.likes)
    return {what: count for what, count in found.items() if count}


def _unreached(place: Path) -> tuple[str, ...]:
    return (
        f"copies and backups of {place}, and of the source it was loaded from",
        "what was exported, saved or published from it elsewhere: erase there, too",
        "processes that opened it before, until they open it again",
    )


def _write_without(place: Path, progress: Progress) -> None:
    kept, held = open_kept(place), held_of(place)
    if kept.provenance.erased != held.erased:
        origin = held._replace(journal=kept.provenance.journal, erased=kept.provenance.erased)
        save_arrays(reprepared(kept, progress), place, origin, held=True)


def _files(journal: Journal, user_id: str, *, dry_run: bool) -> list[tuple[str, str, int]]:
    """Remove what was written of the person from every file that the journal knows of."""
    removed = []
    for name, kind, whose in journal.written():
        path = Path(name)
        try:
            if kind == BATCH:
                rows = _without_person(path, user_id, dry_run=dry_run) if path.is_file() else 0
                removed += [(name, "rows", rows)] if rows else []
                partial = path.with_name(f"{path.name}.partial")
                if partial.is_dir():
                    removed.append((str(partial), "unfinished batch", 1))
                    if not dry_run:
                        shutil.rmtree(partial)
            elif whose in (None, user_id) and path.is_file():
                removed.append((name, kind, 1))
                if not dry_run:
                    path.unlink()
        except OSError as error:
            raise StorageError(
                f"{path}: cannot be changed ({error.strerror or error}). Mend that, and erase again."
            ) from error
    return removed


def _without_person(path: Path, user_id: str, *, dry_run: bool) -> int:
    """Leave a person's rows out of a file of lists, and return how many there were."""
    fresh = path.with_name(f".{path.name}.fresh")
    with synced(fresh) as stream:
        if path.suffix == PARQUET:
            rows = without_rows(path, stream, user_id)
        else:
            assert path.suffix == JSON_LINES
            rows = 0
            with path.open("rb") as lines:
                for line in lines:
                    is_theirs = json.loads(line)["user_id"] == user_id
                    rows += is_theirs
                    stream.write(b"" if is_theirs else line)
    if rows and not dry_run:
        shutil.copymode(path, fresh)
        fresh.replace(path)
    else:
        fresh.unlink()
    return rows
