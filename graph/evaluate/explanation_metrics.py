"""How good explanations are: what of a score they cover, what deleting them changes, and what their walks are like.

========  ==========================================================================================================
coverage  the part of a score that its ``k`` largest terms (single walks, or likes) make up
replaced  how many titles of a list are missing from the list after a removal
fall      ``1 - after / before``, of a title's score
LIR       linking interaction recency: the mean, over the best walk to each title of a list, of how recent the like is
          that it starts with: ``m(times of the user's likes)``
SEP       shared entity popularity: the mean, over the same walks, of how popular the node before the title is:
          ``m(numbers of titles joined to each node of that label)``
ETD       explanation type diversity: the number of different types of walk in a list, over the most there could be,
          ``min(length of the list, number of types)``
========  ==========================================================================================================

``m`` is :func:`moving_average`. A walk's type is that of the relationship that leads into the title.

References
----------
Balloccu, Boratto, Fenu, Marras, "Post processing recommender systems with knowledge graphs for recency, popularity,
and diversity of explanations", SIGIR 2022, doi:10.1145/3477495.3532041, arXiv:2204.11241.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.model import schema

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray

#: The weight of the newest value in a moving average: that of a span of ten, as in the code of the paper's authors.
BETA: Final = 2 / 11


def coverage(terms: Sequence[float], whole: float) -> float:
    """Return the part of a score that some of its terms make up; all terms together are the score.

    Parameters
    ----------
    terms
        Some of the terms, at least 0.
    whole
        The score, above 0.

    Examples
    --------
    >>> coverage([0.5, 0.25], 1.5)
    0.5
    """
    return float(sum(terms)) / whole


def replaced(before: Iterable[int], after: Iterable[int]) -> int:
    """Return how many titles of a list are missing from another.

    >>> replaced([3, 1, 2], [2, 5, 3])
    1
    """
    return len(set(before) - set(after))


def fall(before: float, after: float) -> float:
    """Return by what part of itself a score falls; below 0 where it rises.

    >>> fall(0.5, 0.25), fall(0.5, 0.75)
    (0.5, -0.5)
    """
    return 1.0 - after / before


def moving_average(values: AnyArray, beta: float = BETA) -> FloatArray:
    """Return the exponentially weighted moving average at each value, from 0 (smallest) to 1 (largest).

    With ``v_1 ≤ v_2 ≤ …`` the values in ascending order, ``a_1 = v_1`` and ``a_i = (1 - β) a_{i-1} + β v_i``; the
    averages are then moved and scaled to lie between 0 and 1. Equal values share the average of the last of them, so
    that their order does not matter.

    Parameters
    ----------
    values
        Numbers in any order.
    beta
        ``β``, 0 < β ≤ 1: how much of an average is the newest value; with 1 only the scaling is left.

    Returns
    -------
    array of the same shape
        NaN throughout where all values are the same, for then none is larger than another.

    Examples
    --------
    >>> moving_average(np.array([30, 10, 20]), 0.5).round(3).tolist()
    [1.0, 0.0, 0.4]
    """
    distinct, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(distinct) < 2:
        return np.full(len(values), np.nan)
    # Measured from the smallest, for times are large numbers; what is added to all is scaled away again.
    ascending = np.repeat((distinct - distinct[0]).astype(np.float64), counts).tolist()
    averages = np.array(list(accumulate(ascending, lambda last, value: (1 - beta) * last + beta * value)))
    of_distinct = averages[np.cumsum(counts) - 1]
    scaled: FloatArray = (of_distinct - of_distinct[0]) / (of_distinct[-1] - of_distinct[0])
    return scaled[places]


def recencies(times: AnyArray, beta: float = BETA) -> FloatArray:
    """Return how recent each of a user's likes is, 0 for the oldest and 1 for the newest.

    Parameters
    ----------
    times
        The time of each like; what has :data:`~cinewalk.graph.model.schema.UNKNOWN_TIME` is left out.
    beta
        As in :func:`moving_average`.

    Returns
    -------
    array of the same shape
        NaN for likes without a time, and for all where no two times differ.

    Examples
    --------
    >>> recencies(np.array([0, 1_000_000_000, 1_000_000_100])).tolist()
    [nan, 0.0, 1.0]
    """
    return _known(times, times != schema.UNKNOWN_TIME, beta)


def popularities(graph: Graph, beta: float = BETA) -> dict[str, FloatArray]:
    """Return, by label, how popular each node is that can be one step before a title.

    A node is as popular as it has titles: a viewer those that they like, a genre those that are in it, a person those
    that they directed or acted in. Nodes of one label are compared with each other.

    Parameters
    ----------
    graph
        The graph.
    beta
        As in :func:`moving_average`.

    Returns
    -------
    dict of arrays, one value a node
        From 0 to 1; NaN for nodes without titles, and for all where none has more than another.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> popularities(example_graph())["User"].round(2).tolist()
    [0.47, 1.0, 0.47, 1.0, 0.47, 0.0, nan]
    """
    degrees: dict[str, AnyArray] = {}
    for kind in schema.RELATIONSHIPS.values():
        relation = graph.relations[kind.name]
        if kind not in (*schema.EVENTS, schema.SAME_AS) and schema.TITLE_NODE.label in (
            kind.source,
            kind.target,
        ):
            outward = kind.target == schema.TITLE_NODE.label
            label = kind.source if outward else kind.target
            counts = np.diff(relation.indptr if outward else relation.reverse_indptr)
            degrees[label] = degrees.get(label, 0) + counts
    return {label: _known(counts, counts > 0, beta) for label, counts in degrees.items()}


def _known(values: AnyArray, known: AnyArray, beta: float) -> FloatArray:
    averages = np.full(len(values), np.nan)
    averages[known] = moving_average(values[known], beta)
    return averages


def mean_of_known(values: Sequence[float]) -> float:
    """Return the mean of what is not NaN; NaN where nothing is left.

    >>> mean_of_known([0.5, float("nan"), 1.0])
    0.75
    """
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def type_diversity(types: Sequence[Hashable], possible: int) -> float:
    """Return the number of different types over the most there could be.

    Parameters
    ----------
    types
        The type of the best walk to each title of a list; at least one.
    possible
        How many types there are, at least 1.

    Examples
    --------
    >>> type_diversity(["LIKES", "LIKES", "IN_GENRE"], 4)
    0.6666666666666666
    """
    return len(set(types)) / min(len(types), possible)
