"""What two blocks of nodes have in common: every pair of them summed up whole, in the order of middle nodes.

A pair's sum needs all of both nodes' edges and nothing else, so two blocks and their edges are enough for all pairs of
them, and the sums are the same to the last bit as where one machine knows everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.numeric.cooccurrence import offers_of_each, plain
from cinewalk.graph.numeric.kernels import Neighbourhood
from cinewalk.graph.numeric.parallel import transposed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int32Array
    from cinewalk.graph.numeric.cooccurrence import Summing
    from cinewalk.graph.numeric.cooccurrence_kernels import Incidence

    #: Makes the way to sum up in order of two blocks' times, which belong to their edges, and of the joined edges.
    InOrder = Callable[[AnyArray, CSR], Callable[[Incidence], Summing]]


class Ends(NamedTuple):
    """How a walk weighs the nodes of a block: ``out`` where it starts, ``into`` where it ends."""

    out: FloatArray
    into: FloatArray


class NodeBlock(NamedTuple):
    """A block of nodes with all that leads to and from them.

    Parameters
    ----------
    first
        The position of the first; the others follow.
    edges
        The middle nodes of each, ascending, and the weights of the edges.
    ends
        How each walk weighs the nodes.
    times
        For a walk in order of time: twice the rank of each edge among those of its middle node; empty otherwise.
    """

    first: int
    edges: CSR
    ends: tuple[Ends, ...]
    times: AnyArray = frozen(np.empty(0, np.uint32))

    def __len__(self) -> int:
        return len(self.edges.indptr) - 1


class RowShape(NamedTuple):
    """What tells one walk over the same sums from another: what sums are raised to, and how many nodes are kept."""

    sharpness: float
    size: int


def offers(
    part: NodeBlock,
    other: NodeBlock | None,
    via: FloatArray,
    shapes: Sequence[RowShape],
    even: bool,
    in_order: InOrder | None = None,
) -> list[tuple[CSR, CSR]]:
    """Return what two blocks offer to each other's nodes, or one block to its own.

    Parameters
    ----------
    part
        A block.
    other
        A later one; ``None`` for the pairs within the first.
    via
        How much each middle node weighs.
    shapes
        The walks.
    even
        Whether all edges weigh 1.
    in_order
        Sums up in order of time.

    Returns
    -------
    list
        For each walk, by node of the first block and by node of the other: the others' positions and the sums, the
        best ``size`` of them, in no order. The second is empty where there is no other.
    """
    split = 0 if other is None else len(part)
    edges, middles, times = _joined(part, other)
    backward = transposed(edges, len(middles))
    ends = part.ends if other is None else tuple(map(_both, part.ends, other.ends))
    walks = [
        Neighbourhood(edges, backward, end.out, via[middles], end.into, shape.sharpness, shape.size, even)
        for end, shape in zip(ends, shapes, strict=True)
    ]
    summing = plain if in_order is None else in_order(times, edges)
    places = np.arange(part.first, part.first + len(part))
    if other is not None:
        places = np.concatenate([places, np.arange(other.first, other.first + len(other))])
    offered = offers_of_each(walks, split, summing)
    return [
        _apart(rows._replace(indices=places[rows.indices].astype(np.int32)), len(part)) for rows in offered
    ]


def _both(part: Ends, other: Ends) -> Ends:
    return Ends(np.concatenate([part.out, other.out]), np.concatenate([part.into, other.into]))


def _joined(part: NodeBlock, other: NodeBlock | None) -> tuple[CSR, Int32Array, AnyArray]:
    """Return the edges of both at middle nodes where nodes can meet, those numbered anew, what they were, and times."""
    parts = [part] if other is None else [part, other]
    reached = [np.bincount(block.edges.indices) for block in parts]
    length = max(map(len, reached))
    there = [np.pad(counts, (0, length - len(counts))) for counts in reached]
    meets = there[0] > 1 if other is None else (there[0] > 0) & (there[1] > 0)
    middles = np.flatnonzero(meets).astype(np.int32)
    number = np.zeros(length, np.int32)
    number[middles] = np.arange(len(middles), dtype=np.int32)
    kept = [meets[block.edges.indices] for block in parts]
    lengths = [_lengths(block.edges, keep) for block, keep in zip(parts, kept, strict=True)]
    indices = np.concatenate(
        [number[block.edges.indices[keep]] for block, keep in zip(parts, kept, strict=True)]
    )
    values = np.concatenate([block.edges.values[keep] for block, keep in zip(parts, kept, strict=True)])
    times = [block.times[keep] for block, keep in zip(parts, kept, strict=True) if len(block.times)]
    indptr = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    joined = CSR(frozen(indptr), frozen(indices), frozen(values))
    return joined, middles, np.concatenate(times) if times else part.times


def _lengths(edges: CSR, keep: AnyArray) -> AnyArray:
    """Return how many edges of each row are kept."""
    before: AnyArray = np.concatenate([[0], np.cumsum(keep)])
    lengths: AnyArray = before[edges.indptr[1:]] - before[edges.indptr[:-1]]
    return lengths


def _apart(rows: CSR, nodes: int) -> tuple[CSR, CSR]:
    """Return the rows of the first nodes, and those of the others."""
    border = rows.indptr[nodes]
    first = CSR(rows.indptr[: nodes + 1], rows.indices[:border], rows.values[:border])
    return first, CSR(rows.indptr[nodes:] - border, rows.indices[border:], rows.values[border:])
