"""What chance alone does: users drawn, and drawn again, labels and signs exchanged; intervals and p-values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int64Array

#: How many times something is drawn.
DRAWS: Final = 2000

#: How many numbers are drawn at once.
_CELLS: Final = 4_000_000

#: Sums in another order differ by rounding; equals must count as equals.
_CLOSE: Final = 1e-12


def sample_of(candidates: AnyArray, size: int, rng: np.random.Generator) -> AnyArray:
    """Return so many of the candidates in ascending order, drawn without replacement; all where there are no more.

    >>> sample_of(np.array([5, 3, 4]), 2, np.random.default_rng(0)).tolist()
    [4, 5]
    """
    return np.sort(rng.permutation(candidates)[:size])


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


#: The part of resampled means that an interval holds.
CONFIDENCE: Final = 0.95

_FLIPS: Final = 10_000


def _by_user(values: FloatArray, users: AnyArray) -> tuple[FloatArray, FloatArray]:
    """Add up the rows of each user; return the sums and the numbers of rows."""
    _, places, counts = np.unique(users, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, places, values)
    return sums, counts.astype(np.float64)


def bootstrap_intervals(values: FloatArray, users: AnyArray, seed: int = 0) -> FloatArray:
    """Return 95 % intervals of column means, by resampling users 2,000 times.

    A resample draws as many users as there are, with replacement, each with all of their rows; its mean is that
    over the rows drawn. The interval runs from the 2.5th to the 97.5th percentile of those means.

    Parameters
    ----------
    values
        Shape (rows, columns).
    users
        The user of each row; with several splits a user has several rows.
    seed
        Of the resampling.

    Returns
    -------
    array of shape (2, columns)
        Lower and upper ends; NaN where there are no rows.

    References
    ----------
    Efron, Tibshirani, "Bootstrap methods for standard errors, confidence intervals, and other measures of
    statistical accuracy", Statistical Science 1(1), 1986, doi:10.1214/ss/1177013815.

    Examples
    --------
    >>> bootstrap_intervals(np.array([[1.0], [1.0]]), np.array([0, 1])).tolist()
    [[1.0], [1.0]]
    """
    if not len(values):
        return np.full((2, values.shape[1]), np.nan)
    sums, counts = _by_user(values, users)
    rng, n = np.random.default_rng(seed), len(counts)
    means = np.vstack([(weights @ sums) / (weights @ counts)[:, None] for weights in weights_of(n, rng)])
    tail = 100 * (1 - CONFIDENCE) / 2
    intervals: FloatArray = np.percentile(means, [tail, 100 - tail], axis=0)
    return intervals


def sign_flip_p_values(differences: FloatArray, users: AnyArray, seed: int = 0) -> FloatArray:
    """Return two-sided p-values that paired differences come to nothing, by 10,000 random exchanges.

    If two walks did not differ, each user's difference could as well have the other sign. With ``D`` the sum of
    all differences and ``D_b`` that after flipping each user's sign at random, ``p = (1 + #{|D_b| ≥ |D|}) / (1 + B)``.

    Parameters
    ----------
    differences
        Shape (rows, columns).
    users
        The user of each row; a user's rows flip together.
    seed
        Of the flips.

    References
    ----------
    Smucker, Allan, Carterette, "A comparison of statistical significance tests for information retrieval
    evaluation", CIKM 2007, doi:10.1145/1321440.1321528.

    Examples
    --------
    >>> sign_flip_p_values(np.zeros((4, 1)), np.arange(4)).tolist()
    [1.0]
    """
    sums, counts = _by_user(differences, users)
    rng, n = np.random.default_rng(seed), len(counts)
    # A flip that only exchanges equals must count, whatever the order in which its terms were added.
    observed = np.abs(sums.sum(axis=0)) - 1e-9 * np.abs(sums).sum(axis=0)
    as_large = np.zeros(differences.shape[1])
    step = max(1, _CELLS // max(n, 1))
    for start in range(0, _FLIPS, step):
        size = min(step, _FLIPS - start)
        signs = 2.0 * rng.integers(0, 2, (size, n), dtype=np.int8) - 1.0
        as_large += (np.abs(signs @ sums) >= observed).sum(axis=0)
    return (1 + as_large) / (1 + _FLIPS)
