"""How work that takes a while tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

#: Called with a description, how much is done and the total (0 when the total is not known).
Progress = Callable[[str, int, int], None]


def no_progress(description: str, done: int, total: int) -> None:
    """Report nothing.

    >>> no_progress("Reading ratings.csv", 1, 2)
    """
