"""The tasks of a plan: each takes what it needs of a graph and of earlier tasks, and returns rows.

A graph whose arrays stay on disk until they are used gives each task no more than its blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.arrays import CSR, frozen, places_of
from cinewalk.graph.numeric.parallel import transposed
from cinewalk.graph.plan.fits import fitted_rows
from cinewalk.graph.plan.merge import nearest_rows
from cinewalk.graph.plan.node_block import Ends, NodeBlock, offers
from cinewalk.graph.walks.neighbours.sequence import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import AnyArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.cooccurrence import Summing
    from cinewalk.graph.numeric.cooccurrence_kernels import Incidence
    from cinewalk.graph.plan.plan import GroupPlan, WalkPlan


def pair_offers(likes: Relation, group: GroupPlan, first: int, second: int) -> list[tuple[CSR, CSR]]:
    """Return what two blocks offer to each other's nodes, for each walk of a group.

    Parameters
    ----------
    likes
        The likes of the graph.
    group
        The group.
    first, second
        Two blocks, ``first <= second``; one twice for the pairs within it.

    Returns
    -------
    list
        See :func:`cinewalk.graph.plan.node_block.offers`.
    """
    part = _part(likes, group, first)
    other = None if first == second else _part(likes, group, second)
    shapes = [walk.shape for walk in group.walks]
    ordered = None if group.order is None else lambda times, edges: _ordered(group, times, edges)
    return offers(part, other, group.via, shapes, group.even, ordered)


def block_rows(group: GroupPlan, walk: int, offered: Sequence[CSR]) -> CSR:
    """Return the nearest of each node of a block, best first.

    Parameters
    ----------
    group
        The group.
    walk
        Which of its walks.
    offered
        What each of all blocks offers to the nodes.
    """
    wanted = group.walks[walk]
    kind = np.float64 if wanted.wide else np.float32
    return nearest_rows(offered, wanted.shape, wanted.row_exponent, kind)


def block_fits(
    likes: Relation, group: GroupPlan, walk: WalkPlan, block: int, nearest: CSR, members: int | None = None
) -> CSR:
    """Return the weights of each node of a block, fitted over its nearest.

    Parameters
    ----------
    likes
        The likes of the graph.
    group, walk
        The walk, which has a penalty.
    block
        The block.
    nearest
        The nearest of its nodes.
    members
        See :func:`cinewalk.graph.plan.fits.fitted_rows`.
    """
    assert walk.penalty is not None

    def edges_of(nodes: Int32Array) -> CSR:
        return _edges(likes, group.of_titles, nodes)[0]

    return fitted_rows(int(group.bounds[block]), nearest, edges_of, group.via, walk.penalty, members)


def _part(likes: Relation, group: GroupPlan, block: int) -> NodeBlock:
    first, last = int(group.bounds[block]), int(group.bounds[block + 1])
    edges, places = _edges(likes, group.of_titles, np.arange(first, last, dtype=np.int32))
    ends = tuple(Ends(walk.ends.out[first:last], walk.ends.into[first:last]) for walk in group.walks)
    return NodeBlock(first, edges, ends, group.times[places] if len(group.times) else group.times)


def _edges(likes: Relation, of_titles: bool, nodes: Int32Array) -> tuple[CSR, Int64Array | Int32Array]:
    """Return the edges of some nodes, and where each is among all likes."""
    indptr = likes.reverse_indptr if of_titles else likes.indptr
    begins, entries = places_of(indptr, nodes)
    places: AnyArray = likes.reverse_order[entries] if of_titles else entries
    ends = (likes.reverse_indices if of_titles else likes.indices)[entries]
    return CSR(frozen(begins), frozen(ends), frozen(likes.properties["preference"][places])), places


def _ordered(group: GroupPlan, times: AnyArray, edges: CSR) -> Callable[[Incidence], Summing]:
    """Return what sums up pairs of some edges in order of time."""
    assert group.order is not None
    parameters, middles = group.order, int(edges.indices.max(initial=-1)) + 1
    # Whole numbers up to twice a rank: 32-bit floats hold them exactly.
    backward = transposed(edges._replace(values=times.astype(np.float32)), middles)
    doubled = backward.values.astype(times.dtype)
    return lambda shared: in_order(shared, backward, doubled, parameters, group.longest)
