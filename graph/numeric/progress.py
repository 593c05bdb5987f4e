"""How work that takes a while tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

#: Called with a description, how much is done and the total (0 when the total is not known).
Progress = Callable[[str, int, int], None]

#: A :data:`Progress` whose description is given already; ``None`` where nobody listens.
RowProgress = Callable[[int, int], None] | None


def no_progress(description: str, done: int, total: int) -> None:
    """Report nothing.

    >>> no_progress("Reading ratings.csv", 1, 2)
    """


def described(progress: Progress, description: str) -> RowProgress:
    """Return a progress that only has to be told numbers.

    >>> described(print, "Preparing sequence")(1, 2)
    Preparing sequence 1 2
    """
    return lambda done, total: progress(description, done, total)
