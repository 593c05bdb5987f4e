"""What chance alone does: viewers drawn again, labels exchanged, and p-values of both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.arrays import FloatArray, Int64Array

#: How many times something is drawn.
DRAWS: Final = 2000

_CELLS: Final = 4_000_000
#: Sums in another order differ by rounding; equals must count as equals.
_CLOSE: Final = 1e-12


def weights_of(count: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield how often each of ``count`` is drawn when as many are drawn with replacement, some draws at a time.

    >>> sum(len(some) for some in weights_of(3, np.random.default_rng(0)))
    2000
    """
    step = max(1, _CELLS // max(count, 1))
    for start in range(0, DRAWS, step):
        size = min(step, DRAWS - start)
        drawn = rng.integers(0, count, (size, count)) + count * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count).astype(np.float64)


def orders_of(places: Int64Array, rng: np.random.Generator) -> Iterator[Int64Array]:
    """Yield places in random orders, one row each, some draws at a time.

    >>> sum(len(some) for some in orders_of(np.arange(3), np.random.default_rng(0)))
    2000
    """
    step = max(1, _CELLS // max(len(places), 1))
    for start in range(0, DRAWS, step):
        yield rng.permuted(np.tile(places, (min(step, DRAWS - start), 1)), axis=1)


def two_sided(observed: FloatArray, chance: FloatArray) -> FloatArray:
    """Return the p-values of what was observed among what chance gave, one column each.

    ``p = min(1, 2 · (1 + min(#{c ≤ o}, #{c ≥ o})) / (1 + B))`` over the ``B`` draws ``c``; NaN where nothing was
    observed.

    >>> two_sided(np.array([0.0, 5.0]), np.arange(10.0)[:, None].repeat(2, axis=1)).round(2).tolist()
    [0.36, 1.0]
    """
    margin = _CLOSE * np.abs(observed)
    below, above = (chance <= observed + margin).sum(axis=0), (chance >= observed - margin).sum(axis=0)
    draws = (~np.isnan(chance)).sum(axis=0)
    p = np.minimum(1.0, 2 * (1 + np.minimum(below, above)) / (1 + draws))
    return np.where(np.isnan(observed), np.nan, p)


def shuffled_gaps(values: FloatArray, labels: Int64Array, rng: np.random.Generator) -> FloatArray:
    """Return the gap between the best and the worst group's mean, with groups exchanged among viewers at random.

    Parameters
    ----------
    values
        Viewers × figures; NaN where a figure is not known.
    labels
        The group of each viewer, counted from 0, each with a member.
    rng
        What the draws come from.

    Returns
    -------
    array of shape (draws, figures)
        NaN where a draw leaves no two groups with a known figure.

    Examples
    --------
    >>> gaps = shuffled_gaps(np.array([[0.0], [1.0]]), np.array([0, 1]), np.random.default_rng(0))
    >>> gaps.shape, float(gaps.min()), float(gaps.max())
    ((2000, 1), 1.0, 1.0)
    """
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    known = ~np.isnan(values)
    both, width = np.hstack([np.where(known, values, 0.0), known]), values.shape[1]
    gaps = np.empty((DRAWS, width))
    for draw in range(DRAWS):
        # Groups stay where they are in order, and viewers change places.
        sums = np.add.reduceat(both[rng.permutation(len(both))], starts, axis=0)
        counts = sums[:, width:]
        means = np.divide(sums[:, :width], counts, out=np.full(counts.shape, np.nan), where=counts > 0)
        gaps[draw] = np.fmax.reduce(means) - np.fmin.reduce(means)
    return gaps
