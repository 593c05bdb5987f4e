"""Many rows of work on all processors, told as it goes."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_BLOCK: Final = 64


def in_blocks(fill: Callable[[range], None], count: int, tell: Callable[[int], None]) -> None:
    """Work through rows, some at a time in each thread.

    Parameters
    ----------
    fill
        Does the work of some rows; called from several threads with different rows.
    count
        How many rows there are, at least 1.
    tell
        Told how many are done.

    Examples
    --------
    >>> squares = [0] * 5
    >>> def fill(rows):
    ...     for row in rows:
    ...         squares[row] = row * row
    >>> in_blocks(fill, 5, lambda done: None)
    >>> squares
    [0, 1, 4, 9, 16]
    """
    # The first one alone: what a walk computes once must not be computed by several threads.
    fill(range(1))
    blocks = [range(start, min(start + _BLOCK, count)) for start in range(1, count, _BLOCK)]
    done = 1
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for block, _ in zip(blocks, pool.map(fill, blocks), strict=True):
            done += len(block)
            tell(done)
