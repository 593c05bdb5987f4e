"""Ask a Neo4j: one driver, its own retry rules, every query timed out, and failures as one clear line."""

from __future__ import annotations

import contextlib
import logging
import random
import re
import time
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from cinewalk.errors import DatabaseError
from cinewalk.loaders.neo4j.server.address import (
    DATABASE_VARIABLE,
    PASSWORD_VARIABLE,
    URI_VARIABLE,
    USERNAME_VARIABLE,
    find_address,
)
from cinewalk.loaders.neo4j.server.encryption import encryption_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import LiteralString

    import neo4j
    from neo4j import Driver, Record, Session, Transaction

    from cinewalk.loaders.neo4j.server.address import Address

Result = TypeVar("Result")

# The driver tells of every try; without a handler Python would print that beside the one line that counts.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

#: Seconds that one query may take.
TIMEOUT: Final = 60.0

#: Seconds to wait for a connection.
_CONNECT_TIMEOUT: Final = 10.0

#: Seconds after which a transaction is not tried again: where nobody answers, and where the database is busy.
_UNANSWERED: Final = 1.0
_BUSY: Final = 30.0

#: Seconds before the second try; before each further one twice as long.
_FIRST_DELAY: Final = 0.1


class Connection:
    """One database, through one driver; a context manager that closes the driver that it has opened.

    Parameters
    ----------
    driver
        The driver.
    database
        The database's name; ``None`` for the default.
    timeout
        Seconds that one query may take, above 0.
    owned
        Whether leaving closes the driver.
    """

    def __init__(
        self, driver: Driver, database: str | None = None, *, timeout: float = TIMEOUT, owned: bool = False
    ) -> None:
        if not timeout > 0:
            raise DatabaseError(f"The time allowed for a query is {timeout} s; it must be above 0.")
        self.driver, self.database, self.timeout = driver, database, timeout
        self._owned = owned

    @classmethod
    def through(cls, driver: Driver | Connection, database: str | None, *, timeout: float) -> Connection:
        """Return a connection through somebody's driver, which stays open; one that is made already as it is."""
        return driver if isinstance(driver, Connection) else cls(driver, database, timeout=timeout)

    @classmethod
    def to(cls, address: Address, *, timeout: float = TIMEOUT) -> Self:
        """Connect, and make sure that somebody answers.

        Raises
        ------
        DatabaseError
            Where nobody does, or not to this user.
        """
        from neo4j import GraphDatabase

        with problems_of(address.uri, address.database, timeout):
            auth = None if address.password is None else (address.username, address.password)
            driver = GraphDatabase.driver(
                address.uri,
                auth=auth,
                connection_timeout=min(_CONNECT_TIMEOUT, timeout),
                connection_acquisition_timeout=min(2 * _CONNECT_TIMEOUT, timeout),
                user_agent="cinewalk",
            )
            try:
                driver.verify_connectivity()
                connection = cls(driver, address.database, timeout=timeout, owned=True)
                if address.database is not None:
                    connection.read("RETURN 1")
                return connection
            except BaseException:
                driver.close()
                raise

    @property
    def place(self) -> str:
        """The server, as messages name it."""
        return _uri_of(self.driver)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the driver, where this connection has opened it."""
        if self._owned:
            self.driver.close()

    def read(self, query: LiteralString, **parameters: Any) -> list[Record]:
        """Run a query that writes nothing, and return its rows."""
        return self.stream(query, list, **parameters)

    def stream(
        self, query: LiteralString, take: Callable[[neo4j.Result], Result], **parameters: Any
    ) -> Result:
        """Run a query that writes nothing, and hand its rows to ``take`` as they come.

        ``take`` is called again where the query is tried again.
        """
        from neo4j import READ_ACCESS

        return self._tried(lambda transaction: take(transaction.run(query, parameters)), READ_ACCESS)

    def write(self, query: LiteralString, **parameters: Any) -> list[Record]:
        """Run a query in a transaction of its own, tried again where the database asks for it, and return its rows."""
        return self.transact(lambda transaction: list(transaction.run(query, parameters)))

    def transact(self, work: Callable[[Transaction], Result]) -> Result:
        """Do several things in one transaction that writes: all of them, or none where ``work`` raises.

        ``work`` is called again where the transaction is tried again.
        """
        from neo4j import WRITE_ACCESS

        return self._tried(work, WRITE_ACCESS)

    def _tried(self, work: Callable[[Transaction], Result], access: str) -> Result:
        """Do something in a transaction; again where the database asks for that, not for long where nobody answers."""
        from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable

        begun, delay = time.monotonic(), _FIRST_DELAY
        with self._problems():
            while True:
                try:
                    with (
                        self._session(default_access_mode=access) as session,
                        session.begin_transaction(timeout=self.timeout) as transaction,
                    ):
                        done = work(transaction)
                        transaction.commit()
                        return done
                except (DriverError, Neo4jError) as error:
                    patience = _UNANSWERED if isinstance(error, ServiceUnavailable) else _BUSY
                    if not error.is_retryable() or time.monotonic() - begun + delay > patience:
                        raise
                time.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - others wait for other times
                delay *= 2

    def run(self, query: LiteralString, **parameters: Any) -> list[Record]:
        """Run a query that makes its own transactions (``CALL … IN TRANSACTIONS``), however long they all take."""
        with self._problems(), self._session() as session:
            return list(session.run(query, parameters))

    def _session(self, **options: Any) -> Session:
        # Hints to people who type queries, such as a relationship type that nobody has used yet, help nobody here.
        return self.driver.session(database=self.database, notifications_min_severity="OFF", **options)

    def _problems(self) -> contextlib.AbstractContextManager[None]:
        return problems_of(self.place, self.database, self.timeout)


def connect(
    uri: str | None = None,
    auth: tuple[str, str] | None = None,
    database: str | None = None,
    *,
    timeout: float = TIMEOUT,
) -> Connection:
    """Connect to the Neo4j that is meant; see :func:`cinewalk.loaders.neo4j.server.address.find_address`."""
    return Connection.to(find_address(uri, auth, database), timeout=timeout)


def _uri_of(driver: Driver) -> str:
    host, port = driver._pool.address[:2]  # the driver tells its address nowhere else
    return f"{host}:{port}"


@contextlib.contextmanager
def problems_of(uri: str, database: str | None, timeout: float) -> Iterator[None]:
    """Turn what the driver raises into a :class:`DatabaseError` of one line, which tells no secret.

    Parameters
    ----------
    uri, database, timeout
        What the message names.
    """
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (Neo4jError, DriverError, ValueError, OSError) as error:
        if isinstance(error, ValueError) and not isinstance(error, DriverError):
            raise DatabaseError(f"{uri}: {_first_line(error)}") from error
        raise DatabaseError(_message(error, uri, database, timeout)) from error


def _message(error: Exception, uri: str, database: str | None, timeout: float) -> str:
    from neo4j.exceptions import AuthError, ServiceUnavailable, SessionExpired

    code = getattr(error, "code", None) or ""
    text = _first_line(error)
    if isinstance(error, AuthError) or "Unauthorized" in code:
        return (
            f"{uri}: the user name or password is wrong, or missing. "
            f"Set {USERNAME_VARIABLE} and {PASSWORD_VARIABLE}."
        )
    if code.endswith("DatabaseNotFound") or (database and "database" in text.lower() and "not found" in text):
        return f"{uri}: there is no database {database!r}. Set {DATABASE_VARIABLE} to one that is there."
    if remedy := _right_that_is_missing(code, text) or _plugin_that_is_missing(text):
        return f"{uri}: {remedy}"
    if "TransactionTimedOut" in code:
        return f"{uri}: a query took longer than {timeout:g} s. Allow more time, or ask for less."
    if isinstance(error, ServiceUnavailable) and (problem := encryption_problem(uri)):
        said = problem
    elif isinstance(error, ServiceUnavailable | SessionExpired | OSError):
        said = f"no Neo4j answers there. Check {URI_VARIABLE}, or run `cinewalk neo4j start`."
    else:
        said = f"Neo4j refused ({code or type(error).__name__}): {text}"
    return f"{uri}: {said}"


def _plugin_that_is_missing(text: str) -> str:
    if "`sourceNodes`" in text and "`ArrayList`" in text:
        return (
            "the Graph Data Science of this Neo4j takes no weights for the nodes that PageRank starts from; that needs "
            "one newer than 2.13, and so a Neo4j newer than 5.26. Use walk='pagerank' or taste() in Python."
        )
    if re.search(r"(?:no procedure with the name `|Unknown function ')gds\.", text) is None:
        return ""
    return (
        "this Neo4j is without Graph Data Science, which PageRank in the database needs. Install that plugin, or use "
        "walk='pagerank' in Python; the other ready queries do without."
    )


def _right_that_is_missing(code: str, text: str) -> str:
    if code.endswith("ReadOnlyAccessDatabase"):
        return "this database is read-only, and writing there needs the right to write (WRITE). Name another one."
    if code.endswith("Security.Forbidden"):
        return f"the user lacks a right: {text.rstrip('.')}. Whoever runs the server can grant it."
    return ""


def _first_line(error: BaseException) -> str:
    from neo4j.exceptions import Neo4jError

    # What other errors of the driver have by that name is a preview in its version 5, which warns of it.
    said = error.message if isinstance(error, Neo4jError) else None
    return (str(said or error).strip().splitlines() or [type(error).__name__])[0]
