"""What people did with a graph on disk, in an SQLite file in its folder that neither saving nor loading replaces.

Entries are numbered in the order in which they were told, and are only ever added, but for people who are erased. So
any number of processes may write at once, and reading on from a number tells what is new.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
import weakref
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cinewalk.errors import GraphFolderError, StorageError
from cinewalk.graph.model import schema
from cinewalk.loaders.store.journal_file import JOURNAL, connected, is_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

#: The kind of an entry from which on nothing counts that the person did before.
EMPTIED: Final = "emptied"
#: A rating on the scale of the graph, which may be another than the usual one.
_ANY_RATING: Final = replace(schema.RATING, minimum=None, maximum=None)
#: What an entry of each kind has values of.
_PROPERTIES: Final[Mapping[str, Mapping[str, schema.Property]]] = {
    **{
        kind.name: {prop.name: _ANY_RATING if prop is schema.RATING else prop for prop in kind.properties}
        for kind in schema.EVENTS
    },
    schema.MATURITY_LIMIT.name: {schema.MATURITY_LIMIT.name: schema.MATURITY_LIMIT},
    EMPTIED: {},
}
_ADVICE: Final = "Put a copy of it in its place, or move it away: what it holds is then gone"
#: Connections of a process from which this one was forked: closing them here could take away locks there.
_INHERITED: Final[list[sqlite3.Connection]] = []


class JournalEntry(NamedTuple):
    """One thing that somebody did: what a signal says, which entry it takes back, and whether it was imported."""

    user_id: str
    kind: str
    title_id: str
    before: Mapping[str, float] | None
    after: Mapping[str, float] | None
    undoes: int | None = None
    imported: bool = False


class Journal:
    """The journal of one graph folder. Reading makes no file; the first entry does.

    Parameters
    ----------
    folder
        The graph folder.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = Journal(Path(folder))
    ...     with journal.writing():
    ...         number = journal.add(JournalEntry("ann", "blocked", "alien", None, {"timestamp": 0}))
    ...     [(number, entry.user_id, entry.title_id) for number, entry in journal.entries()]
    [(1, 'ann', 'alien')]
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._one_at_a_time = RLock()

    def __reduce__(self) -> tuple[type[Journal], tuple[Path]]:
        return Journal, (self.path.parent,)

    @property
    def exists(self) -> bool:
        """Whether anything has been written."""
        return self.path.is_file()

    @property
    def fact(self) -> Mapping[str, str]:
        """The journal's own ``id``, and the ``salt`` of its hashes; empty where nothing has been written."""
        return dict(self._rows("SELECT name, value FROM facts"))

    def entries(self, after: int = 0, user_id: str | None = None) -> list[tuple[int, JournalEntry]]:
        """Return the entries behind a number, of one person or of all, each with its own number."""
        whose = "" if user_id is None else " AND user_id = ?"
        rows = self._rows(
            f"SELECT number, user_id, kind, title_id, before, after, undoes, imported FROM entries "  # noqa: S608
            f"WHERE number > ?{whose} ORDER BY number",
            after,
            *(() if user_id is None else (user_id,)),
        )
        return [self._entry(*row) for row in rows]

    def _entry(
        self, number: int, user: str, kind: str, title: str, old: str | None, new: str | None, *others: Any
    ) -> tuple[int, JournalEntry]:
        try:
            values = _read(kind, old), _read(kind, new)
        except (ValueError, RecursionError) as error:
            raise GraphFolderError(self.path, f"is damaged (entry {number} is none)", _ADVICE) from error
        undoes, imported = others
        return number, JournalEntry(user, kind, title, *values, undoes, bool(imported))

    def last(self) -> int:
        """Return the number of the newest entry; 0 where there is none."""
        return max((row[0] or 0 for row in self._rows("SELECT MAX(number) FROM entries")), default=0)

    def another(self) -> Journal:
        """Return the same journal with a connection of its own."""
        return Journal(self.path.parent)

    def count(self) -> int:
        """Return how many entries there are."""
        return sum(row[0] for row in self._rows("SELECT COUNT(*) FROM entries"))

    def last_standing(self, user_id: str) -> tuple[int, JournalEntry] | None:
        """Return the last signal of a person that was not taken back; none from before their last import."""
        standing: list[tuple[int, JournalEntry]] = []
        for number, entry in self.entries(user_id=user_id):
            if entry.imported:
                standing.clear()
            elif entry.undoes is None:
                standing.append((number, entry))
            else:
                standing = [known for known in standing if known[0] != entry.undoes]
        return standing[-1] if standing else None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write entries together, all of them or none, while no other process does; nested, they are one.

        Raises
        ------
        StorageError
            Where they cannot be written. None of them is there then.
        """
        with self._one_at_a_time, self._told():
            connection = self._connected()
            if connection.in_transaction:
                yield
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    def add(self, entry: JournalEntry) -> int:
        """Add an entry while :meth:`writing`, and return its number."""
        values = (
            *entry[:3],
            _written(entry.before),
            _written(entry.after),
            entry.undoes,
            int(entry.imported),
        )
        added = self._connected().execute(
            "INSERT INTO entries(user_id, kind, title_id, before, after, undoes, imported) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        return int(added.lastrowid or 0)

    def add_all(self, entries: Iterable[JournalEntry]) -> None:
        """Add entries, all of them or none."""
        with self.writing():
            for entry in entries:
                self.add(entry)

    def erase(self, user_id: str) -> int:
        """Remove a person's entries, keep the hash of their id instead, and return how many entries there were."""
        with self.writing():
            connection = self._connected()
            removed = connection.execute("DELETE FROM entries WHERE user_id = ?", (user_id,)).rowcount
            connection.execute(
                "INSERT OR REPLACE INTO erased(hash) VALUES (?)", (_hash(user_id, self.fact["salt"]),)
            )
        with self._told():
            # So that what was removed is in no part of the file any more.
            self._connected().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return removed

    def erased(self, user_ids: Iterable[str], after: int = 0) -> tuple[list[str], int]:
        """Return who of some people has been erased, behind a number, and the number of the last of all that were."""
        hashes = dict(self._rows("SELECT hash, number FROM erased WHERE number > ?", after))
        if not hashes:
            return [], after
        salt = self.fact["salt"]
        return [user for user in user_ids if _hash(user, salt) in hashes], max(hashes.values())

    def note_written(self, path: Path, kind: str, user_id: str | None = None) -> None:
        """Note that a file was written which says something of people, or of one."""
        with self.writing():
            self._connected().execute(
                "INSERT OR REPLACE INTO written VALUES (?, ?, ?)", (str(path.resolve()), kind, user_id)
            )

    def written(self) -> list[tuple[str, str, str | None]]:
        """Return the path, kind and person of every file that was noted."""
        return [tuple(row) for row in self._rows("SELECT path, kind, user_id FROM written ORDER BY path")]

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._one_at_a_time:
            if self._connection is not None:
                _close(self._connection, self._process)
            self._connection = None

    def _rows(self, query: str, *values: object) -> list[Any]:
        if not self.exists:
            return []
        with self._one_at_a_time, self._told():
            connection = self._connected()
            if not is_whole(connection):
                return []
            return connection.execute(query, values).fetchall()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and self._process != os.getpid():
            _INHERITED.append(self._connection)
            self._connection = None
        if self._connection is None:
            try:
                self._connection, self._process = connected(self.path), os.getpid()
            except OSError as error:
                raise sqlite3.OperationalError(error.strerror or str(error)) from error
            # Of a journal that nobody closed the connection goes with it.
            weakref.finalize(self, _close, self._connection, self._process).atexit = False
        return self._connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in one line what SQLite has against it."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageError(
                f"{self.path}: cannot be used ({error}). Nothing has changed; mend that, and say it again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise GraphFolderError(self.path, f"is damaged ({error})", _ADVICE) from error


def _close(connection: sqlite3.Connection, process: int) -> None:
    if process == os.getpid():
        connection.close()


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite has rolled back by itself where the disk is full
        connection.execute("ROLLBACK")


def _hash(user_id: str, salt: str) -> str:
    return blake2b(user_id.encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()


def _written(values: Mapping[str, float] | None) -> str | None:
    return None if values is None else json.dumps(dict(values))


def _read(kind: str, text: str | None) -> dict[str, float] | None:
    """Read the values of an entry.

    Raises
    ------
    ValueError
        Where they are none that an entry of this kind has.
    """
    if text is None and kind in _PROPERTIES:
        return None
    values = json.loads(text or "")
    expected = _PROPERTIES.get(kind, {})
    if not isinstance(values, dict) or not values or values.keys() != expected.keys():
        raise ValueError
    for name, value in values.items():
        low, high = expected[name].minimum, expected[name].maximum
        is_fit = type(value) in (int, float) and math.isfinite(value)
        if not is_fit or not (low is None or low <= value) or not (high is None or value <= high):
            raise ValueError
    return values
