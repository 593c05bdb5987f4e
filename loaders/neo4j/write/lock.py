"""One publisher at a time: a lock on the node of the run, with its owner and a time that the owner renews."""

from __future__ import annotations

import os
import secrets
import socket
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, LiteralString, NamedTuple

from cinewalk.errors import DatabaseError, PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.loaders.neo4j.server.connection import Connection

#: After so many seconds of silence a publisher is taken to be gone; its owner speaks up every so many.
STALE: Final = 120
_EVERY: Final = 15.0
#: Those of this process that publish now.
_OWN: Final[set[str]] = set()

# Writing the name takes the node's lock, so that what is read behind it is what others have left.
_TAKE: Final[LiteralString] = """\
MERGE (run:CinewalkRun {name: 'current'})
SET run.name = 'current'
WITH run, run.publisher AS holder, run.publisherSince AS since, run.publisherSeen AS seen
WITH run, holder, since, seen,
  holder IS NULL OR holder = $gone OR seen < datetime() - duration({seconds: $stale}) AS free
FOREACH (_ IN CASE WHEN free THEN [1] ELSE [] END |
  SET run.publisher = $owner, run.publisherSince = datetime(), run.publisherSeen = datetime())
RETURN free, holder, toString(since) AS since, duration.inSeconds(seen, datetime()).seconds AS silent"""
_RENEW: Final[LiteralString] = (
    "MATCH (run:CinewalkRun {name: 'current', publisher: $owner}) SET run.publisherSeen = datetime()"
)
_RELEASE: Final[LiteralString] = (
    "MATCH (run:CinewalkRun {name: 'current', publisher: $owner}) "
    "REMOVE run.publisher, run.publisherSince, run.publisherSeen "
    "WITH run WHERE size(keys(run)) = 1 DELETE run"  # nothing came of it, and nothing stays
)
_HOLDER: Final[LiteralString] = (
    "MATCH (run:CinewalkRun {name: 'current'}) WHERE run.publisher IS NOT NULL "
    "RETURN run.publisher AS holder, toString(run.publisherSince) AS since, "
    "duration.inSeconds(run.publisherSeen, datetime()).seconds AS silent"
)

#: Count the transactions that have run for so long already.
_OLDER: Final[LiteralString] = (
    "SHOW TRANSACTIONS YIELD elapsedTime, currentQuery "
    "WHERE elapsedTime >= duration({milliseconds: $milliseconds}) AND NOT currentQuery STARTS WITH 'SHOW TRANSACTIONS' "
    "RETURN count(*) AS count"
)


class Publisher(NamedTuple):
    """Who publishes into a database: since when, and how many seconds ago they were last heard of."""

    owner: str
    since: str
    silent: int

    def __str__(self) -> str:
        host, process, _ = self.owner.rsplit(":", 2)
        return f"process {process} on {host}, since {self.since[:19]}Z, last heard of {self.silent} s ago"

    @property
    def is_gone(self) -> bool:
        """Whether it was a process of this machine that has ended; ``False`` where that cannot be told."""
        host, process, _ = self.owner.rsplit(":", 2)
        if host != socket.gethostname():
            return False
        if int(process) == os.getpid():
            return self.owner not in _OWN
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False


def publisher_of(connection: Connection) -> Publisher | None:
    """Return who publishes into a database; ``None`` where nobody does."""
    rows = connection.read(_HOLDER)
    return Publisher(rows[0]["holder"], rows[0]["since"], rows[0]["silent"]) if rows else None


@contextmanager
def publishing(connection: Connection) -> Iterator[str]:
    """Keep other publishers out of a database meanwhile, and yield the name under which that is done.

    A publisher that was killed is silent, and taken over after :data:`STALE` seconds, on the same machine at once.

    Raises
    ------
    PublishError
        Where somebody publishes there already. Nothing has changed then.
    """
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    _take(connection, owner)
    _OWN.add(owner)
    ended = Event()
    renewing = Thread(target=_renew, args=(connection, owner, ended), daemon=True, name="cinewalk-publishing")
    renewing.start()
    try:
        yield owner
    finally:
        ended.set()
        renewing.join()
        _OWN.discard(owner)
        with suppress(DatabaseError):
            connection.write(_RELEASE, owner=owner)


def wait_for_readers(connection: Connection) -> None:
    """Wait until the queries have ended that run now: they may read what was in force before."""
    start = time.monotonic()
    while (waited := time.monotonic() - start) < connection.timeout:
        try:
            (row,) = connection.read(_OLDER, milliseconds=int(waited * 1000))
        except DatabaseError:  # who has no right to see transactions waits long enough for most of them
            time.sleep(1.0)
            return
        if not row["count"]:
            return
        time.sleep(0.02)


def _take(connection: Connection, owner: str) -> None:
    gone = ""
    while True:
        (row,) = connection.write(_TAKE, owner=owner, gone=gone, stale=STALE)
        if row["free"]:
            return
        other = Publisher(row["holder"], row["since"], row["silent"])
        if not other.is_gone or gone == other.owner:
            raise PublishError(
                f"{connection.place}: somebody publishes there ({other}). Nothing has been written; wait until they "
                f"are done. Who is silent for {STALE} s is taken over."
            )
        gone = other.owner


def _renew(connection: Connection, owner: str, ended: Event) -> None:
    while not ended.wait(_EVERY):
        # Where the database cannot be reached now, it may be the next time; who is taken over is told at the end.
        with suppress(DatabaseError):
            connection.write(_RENEW, owner=owner)
