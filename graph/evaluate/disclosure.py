"""Which figures of groups may be shown, so that none of a small group can be read or worked out.

Viewers fall into groups of several kinds (age, gender, …), each viewer into exactly one of every kind. Of a kind the
sizes and figures of some groups are shown; those of everybody are always known. Then the sum over the hidden groups of
a kind follows by subtraction, and the rule sees to it that nothing else does:

1. A group under :data:`~cinewalk.graph.attributes.privacy.SMALLEST_GROUP` is hidden.
2. While the hidden groups of a kind are exactly one, are together under that number, or have sizes that follow from
   their sum (all 1 or all 10), the next smallest that is shown is hidden as well, with all of its size.
3. Kinds may tell of each other, as towns and regions do. While a sum over small groups, other than that over all
   hidden groups of a kind, follows from what is shown of all kinds, or a group that is shown lacks fewer than 11
   members of another that is shown, the smallest group that helps is hidden, and step 2 follows.

Because of the last words of step 2, who knows the rule learns no more: the sizes of hidden groups could be exchanged,
or moved within 1 to 10, and the same would be shown.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.attributes.privacy import SMALLEST_GROUP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int64Array

#: Groups with fewer members are shown but not compared: their figures are mostly chance.
SMALLEST_COMPARED: Final = 20

#: An eigenvalue below this is none; the smallest of two different sets of ``n`` viewers is about ``1 / n``.
_NOTHING: Final = 1e-9


def hidden_groups(sizes: Int64Array, hidden: BoolArray | None = None, *, apart: bool = True) -> BoolArray:
    """Tell which groups of one kind to hide: steps 1 and 2.

    Parameters
    ----------
    sizes
        The number of members of each group; or one row a group, and a column for each part of its members whose
        number can be worked out (newcomers and others, say).
    hidden
        Groups that are hidden anyway.
    apart
        Whether nobody is in two groups. If not, groups together may have no more members than the largest, and one
        of at least :data:`SMALLEST_GROUP` is always hidden with those under it.

    Examples
    --------
    >>> hidden_groups(np.array([500, 300, 40, 5])).tolist()
    [False, False, True, True]
    >>> hidden_groups(np.array([500, 300, 40, 5, 7])).tolist()
    [False, False, False, True, True]
    """
    table = np.asarray(sizes, np.int64).reshape(len(sizes), -1)
    totals = table.sum(axis=1)
    small = ((table > 0) & (table < SMALLEST_GROUP)).any(axis=1)
    gone = np.array(small if hidden is None else small | (hidden & (totals > 0)), np.bool_)
    while gone.any() and _tells(table[gone], apart):
        left = totals[~gone & (totals > 0)]
        if not len(left):
            break
        gone |= totals == left.min()
    return gone


def _tells(table: Int64Array, apart: bool) -> bool:
    """Tell whether the sum over hidden groups says too much of one of them."""
    if len(table) == 1:
        return True
    if not apart:
        return not (table >= SMALLEST_GROUP).any(axis=0).all()
    sums = table.sum(axis=0)
    sums = sums[sums > 0]
    largest = (SMALLEST_GROUP - 1) * len(table)
    pinned = (sums <= len(table)) | (sums == largest)
    return bool((sums < SMALLEST_GROUP).any() or (pinned.any() and (table < SMALLEST_GROUP).all()))


def hidden_by_kind(
    labels: Sequence[Int64Array], parts: Int64Array | None = None, hidden: Sequence[BoolArray] | None = None
) -> list[BoolArray]:
    """Tell which groups of each of several kinds to hide: all steps.

    Parameters
    ----------
    labels
        For each kind the group of every viewer, counted from 0.
    parts
        The part of every viewer, counted from 0, where figures of one part alone are shown; the numbers of the
        others then follow too.
    hidden
        For each kind, groups that are hidden anyway.

    Returns
    -------
    list of bool arrays
        For each kind, whether each group is hidden.

    Examples
    --------
    A town of 5 is hidden, and with it that of 70. It is the rest of its region, so the rest of that goes, too:

    >>> towns = np.repeat([0, 1, 2, 3], [90, 5, 70, 80])
    >>> regions = np.repeat([0, 0, 1, 1], [90, 5, 70, 80])
    >>> [hidden.tolist() for hidden in hidden_by_kind([towns, regions])]
    [[True, True, True, False], [False, False]]
    """
    if not labels:
        return []
    which = np.zeros(len(labels[0]), np.int64) if parts is None else parts
    overlaps, starts = _overlaps(labels, which)
    sizes = np.stack([np.diagonal(table) for table in overlaps], axis=1).astype(np.int64)
    kinds = np.repeat(np.arange(len(labels)), np.diff(starts))
    gone = np.zeros(len(kinds), np.bool_)
    if hidden is not None:
        gone = np.concatenate(hidden)
    while True:
        for start, end in itertools.pairwise(starts):
            gone[start:end] = hidden_groups(sizes[start:end], gone[start:end])
        culprit = next((c for table in overlaps if (c := _culprit(table, kinds, gone)) is not None), None)
        if culprit is None:
            return [gone[start:end] for start, end in itertools.pairwise(starts)]
        gone[culprit] = True


def _overlaps(labels: Sequence[Int64Array], parts: Int64Array) -> tuple[list[FloatArray], list[int]]:
    """Count, in each part, the viewers that every two groups have in common; return where each kind starts, too."""
    from scipy.sparse import csr_array

    counts = [int(groups.max(initial=-1)) + 1 for groups in labels]
    starts = [0, *np.cumsum(counts).tolist()]
    n = len(parts)
    columns = np.concatenate([groups + start for groups, start in zip(labels, starts, strict=False)])
    rows = np.tile(np.arange(n), len(labels))
    members = csr_array((np.ones(len(rows)), (rows, columns)), shape=(n, starts[-1]))
    tables = []
    for part in range(int(parts.max(initial=0)) + 1):
        inside = members[np.flatnonzero(parts == part)]
        tables.append((inside.T @ inside).toarray())
    return tables, starts


def _culprit(overlaps: FloatArray, kinds: Int64Array, gone: BoolArray) -> int | None:
    """Return the smallest shown group without which less is given away; ``None`` where nothing is."""
    sizes = np.diagonal(overlaps)
    shown = np.flatnonzero(~gone & (sizes > 0))
    lacking = sizes[shown][:, None] - overlaps[np.ix_(shown, shown)]
    nested = (lacking > 0) & (lacking < SMALLEST_GROUP) & (lacking.T == 0)
    if nested.any():
        return int(shown[np.flatnonzero(nested.any(axis=0))[0]])
    for kind in np.unique(kinds[gone]).tolist():
        more = _follows(overlaps, kinds, gone, kind)
        if not more:
            continue
        others = shown[kinds[shown] != kind]
        for group in others[np.argsort(sizes[others], kind="stable")].tolist():
            without = gone.copy()
            without[group] = True
            if _follows(overlaps, kinds, without, kind) < more:
                return int(group)
        return int(others[np.argmin(sizes[others])]) if len(others) else None
    return None


def _follows(overlaps: FloatArray, kinds: Int64Array, gone: BoolArray, kind: int) -> int:
    """Return how many independent sums of a kind's small groups follow from what is shown, beside that of all hidden.

    Sets of viewers are vectors with a 1 for each member. What follows lies in the span of the shown sets and in that
    of the small ones: ``rank(shown) + rank(small) - rank(both)`` dimensions.
    """
    sizes = np.diagonal(overlaps)
    hidden, shown = gone & (kinds == kind) & (sizes > 0), np.flatnonzero(~gone & (sizes > 0))
    small = np.flatnonzero(hidden & (sizes < SMALLEST_GROUP))
    if not len(small):
        return 0
    everybody = (kinds == kind).astype(np.float64)
    sets = np.vstack([np.eye(len(kinds))[shown], everybody])
    both = np.vstack([sets, np.eye(len(kinds))[small]])
    allowed = int(len(small) == hidden.sum())
    return _rank(sets, overlaps) + len(small) - _rank(both, overlaps) - allowed


def _rank(sets: FloatArray, overlaps: FloatArray) -> int:
    gram = sets @ overlaps @ sets.T
    lengths = np.sqrt(np.diagonal(gram))
    return int(np.linalg.matrix_rank(gram / np.outer(lengths, lengths), tol=_NOTHING, hermitian=True))
