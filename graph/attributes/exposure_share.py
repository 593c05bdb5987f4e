"""How much of what people see goes to some of the titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array


def discounts(size: int) -> FloatArray:
    """Return what each place of a list counts, ``1 / log2(rank + 1)``.

    >>> discounts(3).round(3).tolist()
    [1.0, 0.631, 0.5]
    """
    weights: FloatArray = 1 / np.log2(np.arange(2, size + 2))
    return weights


def exposure_share(lists: Iterable[Int32Array], parts: FloatArray) -> float:
    """Return the share of exposure that a group of titles gets.

    ``Σ_u Σ_r part(L_u(r)) / log2(r + 1)`` over the same with every part 1.

    Parameters
    ----------
    lists
        Titles best first; lists may be short or empty.
    parts
        For every title which part of it is in the group.

    References
    ----------
    Singh, Joachims, "Fairness of exposure in rankings", KDD 2018, doi:10.1145/3219819.3220088.

    Examples
    --------
    >>> round(exposure_share([np.array([1, 0]), np.array([0])], np.array([1.0, 0.0])), 3)  # (.631 + 1) / (1.631 + 1)
    0.62
    """
    got = whole = 0.0
    for titles in lists:
        weights = discounts(len(titles))
        got += float(weights @ parts[titles])
        whole += float(weights.sum())
    return got / whole if whole else 0.0
