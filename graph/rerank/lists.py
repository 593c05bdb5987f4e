"""The one maker of lists: whoever needs those of many people asks here.

Walks say how lists for many are made (:meth:`~cinewalk.graph.walks.base.result.Walk.rank_many`); those of the blend and
of its parts need no work in Python for each person. Lists are the same as one by one, to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cinewalk.graph.numeric.parallel import in_blocks
from cinewalk.graph.walks.base.people import empty_lists, people_at_a_time, put_lists, ranked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.graph.walks.base.people import People, Several
    from cinewalk.graph.walks.base.people_kernels import RankedLists
    from cinewalk.graph.walks.base.result import Walk

#: How many people a thread takes at a time.
_PEOPLE = 256


class Wanted(NamedTuple):
    """Lists of one kind.

    Parameters
    ----------
    size
        How many titles a list has, at least 1.
    remedies
        What re-ranks it; ``None`` for nothing.
    k
        The length that remedies weigh; 0 for ``size``.
    left_out
        For every title, whether it is left out; the walk's scores do not depend on it.
    """

    size: int
    remedies: RerankChain | None = None
    k: int = 0
    left_out: BoolArray | None = None

    def lists(self, several: Several, scores: FloatArray) -> RankedLists:
        """Return the lists of several people with these scores of a walk."""
        if self.remedies is None:
            return ranked(several, scores, self.size, self.left_out)
        lists = empty_lists(len(several), self.size)
        for row in range(len(several)):
            profile = several.profile(row)
            hidden = profile.hidden if self.left_out is None else profile.hidden | self.left_out
            titles, values = self.remedies.ranked(
                scores[row], profile, hidden, self.k or self.size, self.size
            )
            lists.counts[row] = len(titles)
            lists.titles[row, : len(titles)], lists.scores[row, : len(titles)] = titles, values
        return lists


def make_lists(
    walk: Walk,
    people: People,
    users: Int32Array,
    wanted: Sequence[Wanted],
    tell: Callable[[int], None] = lambda _: None,
) -> list[RankedLists]:
    """Make lists of several kinds for many people, on all processors; the walk is run once for all kinds.

    Parameters
    ----------
    walk
        The walk.
    people
        The users of its graph.
    users
        Positions of those whose lists are made.
    wanted
        The kinds.
    tell
        Told for how many of them the lists are made.

    Returns
    -------
    list of RankedLists
        Those of each kind, one row a person.

    Examples
    --------
    >>> import numpy as np
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.settings import Settings
    >>> from cinewalk.graph.walks.base.people import People
    >>> from cinewalk.graph.walks.registry import Registry
    >>> graph = example_graph()
    >>> walk = Registry(graph, Settings()).walk("shared-viewers")
    >>> (lists,) = make_lists(walk, People(graph, np.inf), np.arange(3, dtype=np.int32), [Wanted(1)])
    >>> [graph.titles.text("title")[title] for title in lists.titles[:, 0].tolist()]
    ['Brazil', 'Heat', 'Alien']
    """
    made = [empty_lists(len(users), kind.size) for kind in wanted]
    for kind in wanted:
        if kind.remedies is not None:
            _ = kind.remedies.ready  # once, before there are threads

    def fill(rows: range) -> None:
        several = people.some(users[rows.start : rows.stop])
        for lists, part in zip(made, lists_of_several(walk, several, wanted), strict=True):
            put_lists(lists, rows.start, part)

    if len(users):
        in_blocks(fill, len(users), tell, _PEOPLE)
    return made


def lists_of_several(walk: Walk, several: Several, wanted: Sequence[Wanted]) -> list[RankedLists]:
    """Return lists of several kinds for several people, a few of them at a time."""
    if len(wanted) == 1 and wanted[0].remedies is None:
        return [walk.rank_many(several, wanted[0].size, wanted[0].left_out)]
    made = [empty_lists(len(several), kind.size) for kind in wanted]
    first = 0
    for piece in several.pieces(people_at_a_time(several.titles)):
        scores = walk.run_many(piece).scores
        for lists, kind in zip(made, wanted, strict=True):
            put_lists(lists, first, kind.lists(piece, scores))
        first += len(piece)
    return made
