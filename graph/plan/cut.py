"""Cutting nodes into blocks, so that any two of them fit into the memory of one worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.numeric.topk_buffers import SPARE

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import FloatArray, Int64Array

#: What a task was seen to take: of each edge its two ends, both ways, and where its row goes on; of each node the
#: offers to it, with room to sort them out. Both fitted to pair tasks of 0.3M to 3M likes; see docs/scale.md.
_EDGE: Final = 48
_OFFER: Final = 48


def memory_of(degrees: Int64Array, size: int) -> FloatArray:
    """Return about how many bytes a task takes for each node: ``48 d + 48 (k + 32)``.

    Parameters
    ----------
    degrees
        The number of edges of each node.
    size
        ``k``, how many nearest nodes are kept.

    Examples
    --------
    >>> memory_of(np.array([0, 10]), 100).tolist()
    [6336.0, 6816.0]
    """
    return _EDGE * degrees.astype(np.float64) + _OFFER * (size + SPARE)


def cut(degrees: Int64Array, size: int, count: int) -> Int64Array:
    """Cut nodes into blocks of about the same memory, in the order of their positions.

    Parameters
    ----------
    degrees
        The number of edges of each node.
    size
        How many nearest nodes are kept.
    count
        How many blocks, at least 1; no more than there are nodes.

    Returns
    -------
    numpy.ndarray
        Block ``b`` holds the nodes from ``bounds[b]`` to before ``bounds[b + 1]``, at least one.

    Examples
    --------
    >>> cut(np.array([500, 1, 1, 1, 500]), 0, 3).tolist()
    [0, 1, 4, 5]
    """
    nodes = len(degrees)
    count = max(1, min(count, nodes))
    ends = np.cumsum(memory_of(degrees, size))
    total = ends[-1] if nodes else 0.0
    bounds = np.searchsorted(ends, total * np.arange(1, count) / count) + 1
    # Each block has a node, also where one node is larger than a block should be.
    for block in range(len(bounds)):
        least = bounds[block - 1] + 1 if block else 1
        bounds[block] = min(max(bounds[block], least), nodes - (count - 1 - block))
    return np.concatenate([[0], bounds, [nodes]]).astype(np.int64)


def blocks_for(degrees: Int64Array, size: int, memory: int) -> int:
    """Return how many blocks there must be for two of them to fit into some memory.

    Parameters
    ----------
    degrees
        The number of edges of each node.
    size
        How many nearest nodes are kept.
    memory
        What a task may take beyond what a worker holds anyhow, and about 10 MiB that do not depend on it, in bytes.

    Raises
    ------
    RequestError
        Where two nodes alone take more.

    Examples
    --------
    >>> blocks_for(np.full(1000, 20), 100, 1 << 20)
    15
    """
    needed = memory_of(degrees, size)
    largest = float(np.sort(needed)[-2:].sum()) if len(needed) else 0.0
    if largest > memory:
        raise RequestError(
            f"two nodes alone take {largest / 2**20:,.0f} MiB of a worker; it has {memory / 2**20:,.0f}. "
            "Give each worker more memory."
        )
    count = max(1, int(np.ceil(2.0 * needed.sum() / memory)))
    while count < len(needed):
        bounds = cut(degrees, size, count)
        blocks = np.sort(np.add.reduceat(needed, bounds[:-1]))
        if blocks[-2:].sum() <= memory:
            break
        count += max(1, count // 8)
    return min(count, max(len(needed), 1))
