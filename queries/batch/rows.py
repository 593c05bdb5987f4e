"""The rows of many lists as columns of numbers: titles, scores and reasons by position, without an object for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.walks.base.shares import largest
from cinewalk.queries.words.results import NAMED_REASONS

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.rerank.lists import Wanted
    from cinewalk.graph.walks.base.people import Several
    from cinewalk.graph.walks.base.people_kernels import RankedLists
    from cinewalk.graph.walks.base.result import Walk


class ReasonColumns(NamedTuple):
    """The named reasons of rows, all in one: ``counts[r]`` of them belong to row ``r``, and what the others come to.

    ``titles`` are the positions of the likes that are the reasons, ``shares`` their shares.
    """

    counts: Int32Array
    titles: Int32Array
    shares: FloatArray
    others: Int32Array
    others_share: FloatArray


class ListRows(NamedTuple):
    """The lists of some people; ``reasons`` are ``None`` where nobody wants any."""

    lists: RankedLists
    reasons: ReasonColumns | None


def rows_of(walk: Walk, several: Several, wanted: Wanted, reasons: int) -> ListRows:
    """Make the lists of a few people, and work out the reasons of each title.

    Parameters
    ----------
    walk
        The walk; whoever it is run for has likes, and nothing else is a reason.
    several
        The people.
    wanted
        The lists; without remedies.
    reasons
        How many reasons to name; 0 to leave reasons alone.
    """
    if not reasons:
        return ListRows(walk.rank_many(several, wanted.size, wanted.left_out), None)
    outcomes = walk.run_many(several)
    lists = wanted.lists(several, outcomes.scores)
    titles = int(lists.counts.sum())
    best = largest(outcomes.shares(lists), titles, NAMED_REASONS)
    shares = best.parts / np.where(best.wholes > 0, best.wholes, 1.0)[:, None]
    named = np.minimum(best.named, reasons)
    more = np.zeros(titles)
    for place in range(reasons, NAMED_REASONS):
        more += np.where(place < best.named, shares[:, place], 0.0)
    is_named = np.arange(NAMED_REASONS) < named[:, None]
    likes = several.people.graph.likes
    firsts = np.repeat(likes.indptr[several.users], lists.counts)
    chosen = likes.indices[(firsts[:, None] + best.places)[is_named]]
    return ListRows(
        lists, ReasonColumns(named, chosen, shares[is_named], best.counts - named, best.rests + more)
    )
