"""What rows a graph needs, cut into tasks: who shares sums over pairs, in which blocks, with what weights.

Whatever weighs nodes is worked out once, here: powers may differ in their last bit from machine to machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.plan.cut import blocks_for, cut
from cinewalk.graph.plan.node_block import Ends, RowShape
from cinewalk.graph.walks.neighbours.neighbourhoods import Paired
from cinewalk.graph.walks.neighbours.sequence import doubled_ranks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.model.settings import SequenceParameters
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int64Array
    from cinewalk.graph.walks.registry import Registry


class WalkPlan(NamedTuple):
    """How the rows of one walk follow from the sums over pairs.

    Parameters
    ----------
    name
        The name of its settings.
    shape
        What sums are raised to, and how many nodes are kept.
    row_exponent
        Each row is divided by (its sum) to this power.
    wide
        Whether values are kept in 64 bits.
    ends
        How it weighs all nodes.
    penalty
        What weights are fitted under over the nearest; ``None`` where these are the rows.
    """

    name: str
    shape: RowShape
    row_exponent: float
    wide: bool
    ends: Ends
    penalty: float | None = None


class GroupPlan(NamedTuple):
    """Walks that sum up pairs alike.

    Parameters
    ----------
    key
        A name for the group.
    of_titles
        Whether its nodes are titles and its middle nodes users, or the other way round.
    bounds
        The blocks: see :func:`~cinewalk.graph.plan.cut.cut`.
    via
        How much each middle node weighs.
    even
        Whether all edges weigh 1.
    walks
        The walks.
    times
        For a walk in order of time, twice the rank of each like, by user; empty otherwise.
    order, longest
        Its parameters, and how many likes anybody has at most.
    """

    key: str
    of_titles: bool
    bounds: Int64Array
    via: FloatArray
    even: bool
    walks: tuple[WalkPlan, ...]
    times: AnyArray
    order: SequenceParameters | None = None
    longest: int = 0

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.bounds) - 1

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every block with itself and with each later one.

        >>> from cinewalk.graph.numeric.arrays import frozen
        >>> nothing = np.empty(0)
        >>> group = GroupPlan("titles", True, np.array([0, 4, 9]), nothing, True, (), nothing)
        >>> list(group.pairs())
        [(0, 0), (0, 1), (1, 1)]
        """
        return ((first, second) for first in range(self.blocks) for second in range(first, self.blocks))


def plan_rows(
    registry: Registry, names: tuple[str, ...], blocks: int | None = None, memory: int | None = None
) -> tuple[GroupPlan, ...]:
    """Plan the rows of walks.

    Parameters
    ----------
    registry
        The walks of a graph.
    names
        The names of the walks' settings; those whose rows do not follow from pairs of nodes are passed over.
    blocks
        Into how many blocks nodes are cut; by default as many as fit into the memory.
    memory
        What a task may take, in bytes; by default all are in one block.

    Raises
    ------
    RequestError
        Where the memory is too little for two nodes.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.settings import Settings
    >>> from cinewalk.graph.walks.registry import Registry
    >>> names = ("shared_viewers", "shared_titles", "learned_viewers")
    >>> groups = plan_rows(Registry(example_graph(), Settings()), names, blocks=2)
    >>> [(group.key, [walk.name for walk in group.walks], group.blocks) for group in groups]
    [('shared_viewers', ['shared_viewers'], 2), ('shared_titles', ['shared_titles', 'learned_viewers'], 2)]
    """
    groups: list[GroupPlan] = []
    for name in names:
        walk = registry.walk(name.replace("_", "-"))
        if not isinstance(walk, Paired):
            continue
        group = _group(walk, name, blocks, memory)
        same = next((place for place, other in enumerate(groups) if _sums_alike(other, group)), None)
        if same is None:
            groups.append(group)
        else:
            groups[same] = groups[same]._replace(walks=groups[same].walks + group.walks)
    return tuple(groups)


def _sums_alike(group: GroupPlan, other: GroupPlan) -> bool:
    return (
        group.of_titles == other.of_titles
        and group.order is None
        and other.order is None
        and np.array_equal(group.via, other.via)
        and np.array_equal(group.bounds, other.bounds)
    )


def _group(walk: Paired, name: str, blocks: int | None, memory: int | None) -> GroupPlan:
    wanted = walk.wanted
    around, likes = wanted.walk, walk.likes
    degrees, shape = np.diff(around.forward.indptr), RowShape(around.sharpness, around.size)
    count = blocks or (1 if memory is None else blocks_for(degrees, shape.size, memory))
    ends = Ends(around.out, around.into)
    planned = WalkPlan(name, shape, wanted.row_exponent, wanted.kind is np.float64, ends, walk.penalty)
    return GroupPlan(
        name,
        walk.of_titles,
        cut(degrees, shape.size, count),
        around.via,
        around.even,
        (planned,),
        frozen(np.empty(0, np.uint16)) if walk.order is None else doubled_ranks(likes),
        walk.order,
        int(np.diff(likes.relation.indptr).max(initial=0)),
    )
