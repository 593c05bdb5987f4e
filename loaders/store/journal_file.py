"""The SQLite file of a journal: made private, and opened as its file system allows.

It is in write-ahead mode, in which readers never wait. On network file systems, where several machines would have to
share one memory for that, it has a rollback journal: readers wait for a writer, and everything else is the same.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

JOURNAL: Final = "journal.sqlite"
_MOUNTS: Final = Path("/proc/self/mounts")
_KINDS: Final = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "lustre", "gluster", "gpfs", "beegfs", "sshfs")
#: So many seconds a writer waits for the others.
PATIENCE: Final = 60.0
_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE entries(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  title_id TEXT NOT NULL,
  before TEXT,
  after TEXT,
  undoes INTEGER,
  imported INTEGER NOT NULL
);
CREATE INDEX entries_of_users ON entries(user_id);
CREATE TABLE erased(number INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE);
CREATE TABLE written(path TEXT PRIMARY KEY, kind TEXT NOT NULL, user_id TEXT);
CREATE TABLE facts(name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def connected(path: Path) -> sqlite3.Connection:
    """Open a journal, and make it where there is none.

    Raises
    ------
    sqlite3.Error
        Where that cannot be done.
    """
    if path.is_file() and not os.access(path.parent, os.W_OK):
        return _connect_to_read(path)
    # What SQLite puts beside a file is as private as the file. One that is there must not be opened but by SQLite:
    # closing it would take away the locks of this process.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    if not is_on_network(path):
        _use_write_ahead(connection)
    if not is_whole(connection):
        connection.execute("BEGIN IMMEDIATE")
        if not is_whole(connection):
            for statement in filter(str.strip, _SCHEMA.split(";\n")):
                connection.execute(statement)
            facts = {"id": secrets.token_hex(8), "salt": secrets.token_hex(16)}
            connection.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a journal in a folder that cannot be written: as it is where nobody else can write it, either."""
    how = "mode=ro" if path.with_name(f"{JOURNAL}-wal").exists() else "mode=ro&immutable=1"
    return sqlite3.connect(
        f"file:{quote(str(path))}?{how}", uri=True, isolation_level=None, check_same_thread=False
    )


def _use_write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers read while somebody writes, where the file system can do that."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The mode cannot change while another process uses the file, and SQLite does not wait for that.
            if "locked" not in str(error) or time.monotonic() > until:
                return
            time.sleep(0.01)


def is_whole(connection: sqlite3.Connection) -> bool:
    """Tell whether the tables have been made.

    Raises
    ------
    sqlite3.DatabaseError
        Where they are those of a later version.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > _VERSION:
        raise sqlite3.DatabaseError(f"it has version {version}, this cinewalk reads {_VERSION}")
    return version == _VERSION


def is_on_network(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Tell whether a file lies on a network file system; ``False`` where this machine does not say.

    Parameters
    ----------
    path
        The file.
    mounts
        The list of what is mounted where, as Linux writes it.

    Examples
    --------
    >>> is_on_network(Path("/"), Path("there is no such list"))
    False
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    kinds = {fields[1]: fields[2] for fields in map(str.split, lines) if len(fields) > 2}
    for folder in (path.resolve(), *path.resolve().parents):
        # Blanks in names are written as \040.
        kind = kinds.get(str(folder).replace(" ", "\\040"))
        if kind is not None:
            return kind.removeprefix("fuse.").startswith(_KINDS)
    return False
