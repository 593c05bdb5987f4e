"""Contributions of many lists at once, and the largest of each title's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.numeric.intrinsics import compiled, nested

if TYPE_CHECKING:
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array


class ListShares(NamedTuple):
    """What each like of each person gives to each title of their list.

    Those of person ``p`` are ``values[starts[p]:starts[p + 1]]``, title after title, one number for each of their
    ``likes[p]`` likes.
    """

    starts: Int64Array
    likes: Int64Array
    values: FloatArray

    def of(self, person: int) -> FloatArray:
        """Return those of one person; shape (titles, likes)."""
        row = slice(int(self.starts[person]), int(self.starts[person + 1]))
        return self.values[row].reshape(-1, max(int(self.likes[person]), 1))


def no_shares(counts: Int32Array, likes: Int64Array) -> ListShares:
    """Return zeros for people with so many titles in their lists and so many likes.

    >>> no_shares(np.array([2, 1], np.int32), np.array([3, 4])).starts.tolist()
    [0, 6, 10]
    """
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts * likes, out=starts[1:])
    return ListShares(starts, likes, np.zeros(int(starts[-1])))


class Named(NamedTuple):
    """The largest contributions to each title: one row a title, in the order of lists.

    ``places`` are those of the likes, largest first and equal ones by place, ``parts`` what each gives; ``named`` of
    them count. ``counts`` is how many give anything, ``wholes`` the sum of all, ``rests`` the part of that which is not
    named.
    """

    places: Int32Array
    parts: FloatArray
    named: Int32Array
    counts: Int32Array
    wholes: FloatArray
    rests: FloatArray


def shares_of_one(contributions: FloatArray) -> ListShares:
    """Return those of one person, given as (titles, likes)."""
    sizes = np.array([0, contributions.size]), np.array([contributions.shape[1]])
    return ListShares(*sizes, np.ascontiguousarray(contributions).reshape(-1))


def largest(shares: ListShares, titles: int, limit: int) -> Named:
    """Return the largest contributions to each title.

    Parameters
    ----------
    shares
        The contributions.
    titles
        How many titles all lists have.
    limit
        How many to name of each.

    Examples
    --------
    >>> best = largest(shares_of_one(np.array([[0.25, 0.0, 0.75]])), 1, 1)
    >>> best.places.tolist(), best.counts.tolist(), best.rests.tolist()
    ([[2]], [2], [0.25])
    """
    named = no_names(titles, limit)
    fill_named(shares, limit, named)
    return named


def no_names(titles: int, limit: int) -> Named:
    """Return room for the largest contributions to so many titles."""
    ints, floats = np.zeros((2, titles), np.int32), np.zeros((2, titles))
    return Named(np.zeros((titles, limit), np.int32), np.zeros((titles, limit)), *ints, *floats)


@compiled
def add_scaled_shares(part: ListShares, scales: FloatArray, total: ListShares) -> None:
    """Add one walk's contributions, person by person times a number."""
    for p in range(len(part.likes)):
        for e in range(part.starts[p], part.starts[p + 1]):
            total.values[e] += part.values[e] * scales[p]


@compiled
def fill_named(shares: ListShares, limit: int, named: Named) -> None:
    """Fill the largest contributions to each title, ``limit`` at most; sums are those that numpy comes to."""
    title = 0
    for p in range(len(shares.likes)):
        width = shares.likes[p]
        for first in range(shares.starts[p], shares.starts[p + 1], max(width, 1)):
            row = shares.values[first : first + width]
            count = 0
            for s in range(width):
                count += row[s] > 0.0
            _take_largest(row, min(count, limit), named.places[title], named.parts[title])
            whole = pairwise_sum(row)
            named.named[title], named.counts[title] = min(count, limit), count
            named.wholes[title] = whole
            if count > limit:
                descending = np.sort(row)[::-1].copy()
                named.rests[title] = pairwise_sum(descending[limit:count]) / whole
            title += 1


@nested
def _take_largest(row: FloatArray, size: int, places: Int32Array, parts: FloatArray) -> None:
    kept = 0
    for s in range(len(row)):
        part = row[s]
        if part <= 0.0 or (kept == size and (size == 0 or part <= parts[kept - 1])):
            continue
        place = min(kept, size - 1)
        while place > 0 and parts[place - 1] < part:
            places[place], parts[place] = places[place - 1], parts[place - 1]
            place -= 1
        places[place], parts[place] = s, part
        kept = min(kept + 1, size)


@compiled
def pairwise_sum(values: FloatArray) -> float:
    """Add up in the order in which numpy does: in halves, and eight numbers side by side.

    >>> numbers = np.random.default_rng(0).random(1000)
    >>> all(pairwise_sum(numbers[:n]) == numbers[:n].sum() for n in range(1000))
    True
    """
    n = len(values)
    if n < 8:
        total = 0.0
        for i in range(n):
            total += values[i]
        return total
    if n > 128:
        half = n // 2
        half -= half % 8
        return pairwise_sum(values[:half]) + pairwise_sum(values[half:])
    lanes = values[:8].copy()
    whole = n - n % 8
    for first in range(8, whole, 8):
        for lane in range(8):
            lanes[lane] += values[first + lane]
    total = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    for i in range(whole, n):
        total += values[i]
    return float(total)
