"""Every error that cinewalk raises on purpose.

::

    CinewalkError                      exit code 1
    ├── SourceError                    the source to load does not exist or is not understood
    │   ├── FileFormatError            one file cannot be read as what it claims to be
    │   ├── RejectedRowsError          more bad rows than allowed, or no others; nothing was loaded
    │   └── GraphFolderError           a .cinewalk folder is missing, foreign, truncated or of another version
    ├── NotFoundError                  an id or a name that the graph does not have
    │   ├── UnknownUserError
    │   ├── UnknownTitleError
    │   └── UnknownNameError           a genre, group or person
    ├── AmbiguousTitleError            a name that several titles carry
    ├── RequestError                   an ask that makes no sense as put
    ├── PublishError                   a database that does not hold what it should
    ├── ConvergenceError               PageRank did not settle within its iterations
    └── EnvironmentProblem             exit code 3: the machine, not the ask
        ├── DownloadError
        ├── DatabaseError          a Neo4j that cannot be reached, refuses, or does not answer in time
        ├── LocalServerError           the local Neo4j cannot be started, stopped or used
        ├── MissingPackageError
        ├── WorkerMemoryError          a worker of many ran out of memory
        └── StorageError               a folder that cannot be written

Each one builds its own one-line message: what was wrong, where, and what to do. No message holds characters that
would steer a terminal, and none is longer than :data:`cinewalk.clean_text.LONGEST_MESSAGE`, whatever was given.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, ClassVar

from cinewalk.clean_text import clean, quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

__all__ = [
    "AmbiguousTitleError",
    "CinewalkError",
    "ConvergenceError",
    "DatabaseError",
    "DownloadError",
    "EnvironmentProblem",
    "FileFormatError",
    "GraphFolderError",
    "LocalServerError",
    "MissingPackageError",
    "NotFoundError",
    "PublishError",
    "RejectedRowsError",
    "RequestError",
    "SourceError",
    "StorageError",
    "UnknownNameError",
    "UnknownTitleError",
    "UnknownUserError",
    "WorkerMemoryError",
]


class CinewalkError(Exception):
    """Root of every error that cinewalk raises on purpose.

    Errors can be pickled and copied: they come back with the same message and the same facts.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(clean(shortened(message), lines=True))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, vars(self))


class SourceError(CinewalkError):
    """The source to load does not exist or is not understood."""


class FileFormatError(SourceError):
    """A file cannot be read as what it claims to be.

    Parameters
    ----------
    path
        The file.
    problem
        What is wrong with it, as the end of a sentence.
    advice
        What to do about it, as a sentence without its full stop.
    line
        The line, counted from 1, where one can be named.
    """

    def __init__(self, path: Path | str, problem: str, advice: str, *, line: int | None = None) -> None:
        self.path, self.problem, self.advice, self.line = path, problem, advice, line
        where = f"{path}:{line}" if line is not None else f"{path}"
        super().__init__(f"{where}: {problem}. {advice}.")


class RejectedRowsError(SourceError):
    """More bad rows than allowed, or no good ones beside them; nothing was loaded.

    Parameters
    ----------
    rejected, limit
        The number of bad rows and the number that was allowed.
    first
        The first bad row, as ``file:line: column: reason``.
    rejects_path
        The file that lists them all, where one was written.
    frames
        Whether data frames were loaded, from Python, and no files.

    Attributes
    ----------
    rejects
        All of them as a data frame, where data frames were loaded.
    """

    rejects: pd.DataFrame | None = None

    def __init__(
        self, rejected: int, limit: int, first: str, rejects_path: Path | str | None, *, frames: bool = False
    ) -> None:
        self.rejected, self.limit, self.first, self.rejects_path = rejected, limit, first, rejects_path
        listed = f" All of them: {rejects_path}." if rejects_path is not None else ""
        rows = "1 bad row" if rejected == 1 else f"{rejected} bad rows"
        if rejected <= limit:
            problem, advice = f"{rows} and no good one", "Mend the rows."
        else:
            problem = f"{rows}, {limit} allowed"
            advice = f"Mend the rows, or allow some with {'' if frames else '--max-rejects N ('}max_rejects=N"
            advice += "." if frames else " in Python)."
        super().__init__(f"{problem}, so nothing was loaded. First: {first}.{listed} {advice}")


class GraphFolderError(SourceError):
    """A graph folder is missing, foreign, truncated or of another version."""

    def __init__(self, path: Path | str, problem: str, advice: str = "Load the source again") -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{path}: {problem}. {advice}.")


def _nearest(candidates: Sequence[str]) -> str:
    return f" Nearest: {', '.join(candidates)}." if candidates else ""


class NotFoundError(CinewalkError):
    """An id or a name that the graph does not have.

    Parameters
    ----------
    what
        What was looked for, with its kind: ``title 'Alein'``.
    nearest
        The closest matches that do exist, best first; may be empty.
    graph
        What the graph is called that was looked in; empty for one that has no name.
    """

    def __init__(self, what: str, nearest: Sequence[str] = (), graph: str = "") -> None:
        self.what, self.nearest, self.graph = what, tuple(nearest), graph
        where = f"the graph {graph}" if graph else "this graph"
        super().__init__(f"There is no {what} in {where}.{_nearest(self.nearest)}")


class UnknownUserError(NotFoundError):
    """A user id that the graph does not have; nobody else's id is told."""

    def __init__(self, user_id: str, graph: str = "") -> None:
        self.user_id = user_id
        super().__init__(f"user {quoted(user_id)}", (), graph)


class UnknownTitleError(NotFoundError):
    """A title id or name that the graph does not have."""

    def __init__(self, title: str, nearest: Sequence[str] = (), graph: str = "") -> None:
        self.title = title
        super().__init__(f"title {quoted(title)}", nearest, graph)


class UnknownNameError(NotFoundError):
    """A genre, group or person that the graph does not have."""

    def __init__(self, kind: str, name: str, nearest: Sequence[str] = (), graph: str = "") -> None:
        self.kind, self.name = kind, name
        super().__init__(f"{kind} {quoted(name)}", nearest, graph)


class AmbiguousTitleError(CinewalkError):
    """A name that several titles carry.

    Parameters
    ----------
    name
        The name as given.
    candidates
        The titles that carry it, as ``name (year) [id]``.
    """

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        self.name, self.candidates = name, tuple(candidates)
        super().__init__(
            f"{quoted(name)} could be any of: {'; '.join(self.candidates)}. Give the year, or the id in brackets."
        )


class RequestError(CinewalkError):
    """An ask that makes no sense as put."""


class PublishError(CinewalkError):
    """A database that does not hold what it should."""


class ConvergenceError(CinewalkError):
    """PageRank did not settle within its iterations, so it gives no numbers at all."""

    def __init__(self, iterations: int, residual: float, tolerance: float) -> None:
        self.iterations, self.residual, self.tolerance = iterations, residual, tolerance
        super().__init__(
            f"PageRank still moved by {residual:.3g} (L1) after {iterations} iterations, "
            f"more than the tolerance {tolerance:.3g}; set a lower damping."
        )


class EnvironmentProblem(CinewalkError):  # noqa: N818 - a problem of the machine, not of the ask
    """Something on this machine stands in the way."""

    exit_code: ClassVar[int] = 3


class DownloadError(EnvironmentProblem):
    """A data set cannot be fetched, or what arrived is not what was expected."""


class DatabaseError(EnvironmentProblem):
    """A Neo4j that cannot be reached, refuses, or does not answer in time."""


class LocalServerError(EnvironmentProblem):
    """The local Neo4j cannot be started, stopped or used."""


class MissingPackageError(EnvironmentProblem):
    """An optional package is needed for this ask.

    Parameters
    ----------
    package
        The import that failed.
    purpose
        What needs it, as the start of a sentence.
    extra
        The extra of cinewalk that brings it.
    """

    def __init__(self, package: str, purpose: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(f"{purpose} needs the package {package}: pip install 'cinewalk[{extra}]'.")


class WorkerMemoryError(EnvironmentProblem):
    """A worker of many ran out of memory."""


class StorageError(EnvironmentProblem):
    """A folder that cannot be written."""


def of_memory(error: BaseException | None) -> bool:
    """Tell whether an error is, or comes of, memory that ran out: Python's, Arrow's, or the system's ``ENOMEM``."""
    while error is not None:
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
            return True
        error = error.__cause__ or error.__context__
    return False


def _restored(kind: type[CinewalkError], args: tuple[Any, ...], facts: dict[str, Any]) -> CinewalkError:
    """Make an error anew without making its message again."""
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(facts)
    return error
