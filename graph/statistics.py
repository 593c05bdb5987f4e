"""How sure a mean over users is, and whether two walks differ: resampling of users, with a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from cinewalk.graph.arrays import AnyArray, FloatArray

#: The part of resampled means that an interval holds.
CONFIDENCE: Final = 0.95

_RESAMPLES: Final = 2000
_FLIPS: Final = 10_000
#: How many numbers are drawn at once.
_CELLS: Final = 4_000_000


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
    means = np.empty((_RESAMPLES, values.shape[1]))
    step = max(1, _CELLS // n)
    for start in range(0, _RESAMPLES, step):
        size = min(step, _RESAMPLES - start)
        drawn = rng.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)
        means[start : start + size] = (weights @ sums) / (weights @ counts)[:, None]
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
