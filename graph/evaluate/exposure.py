"""What lists show of each value of an attribute, against what there is and what is liked.

``E_v = Σ_lists Σ_r m(title at r, v) / log2(r + 1)`` over ``Σ_v E_v`` is the *exposure* of a value ``v``: its share of
all places, counted from rank 1 and discounted as in NDCG; ``m(j, v)`` is the part of title ``j`` that has ``v``.
*Catalogue* is its share of all titles, *viewing* its share of all likes in train. *Amplification* is exposure
divided by viewing: above 1 a value is shown more than it is liked.

References
----------
Singh, Joachims, "Fairness of exposure in rankings", KDD 2018, doi:10.1145/3219819.3220088.
Ekstrand, Tian, Kazi, Mehrpouyan, Kluver, "Exploring author gender in book rating and recommendation", RecSys 2018,
doi:10.1145/3240323.3240373.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.graph.attributes.exposure_share import discounts
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.numeric.resampling import orders_of, two_sided, weights_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

    from cinewalk.graph.attributes.title_attributes import Attribute
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array

_TAIL: Final = 2.5


class Shares(NamedTuple):
    """The shares of each value, in the order of the attribute's values; each of the three sums to 1."""

    exposure: FloatArray
    catalogue: FloatArray
    viewing: FloatArray

    @property
    def amplification(self) -> FloatArray:
        """Exposure / viewing; NaN where nobody likes any."""
        return divided(self.exposure, self.viewing)


class Surety(NamedTuple):
    """How sure amplifications are: ends of 95 % intervals, the range by chance, and p-values."""

    low: FloatArray
    high: FloatArray
    null_low: FloatArray
    null_high: FloatArray
    p: FloatArray


def divided(parts: FloatArray, wholes: FloatArray) -> FloatArray:
    """Return ``parts / wholes``; NaN where ``wholes`` is 0."""
    ratios: FloatArray = np.divide(parts, wholes, out=np.full(np.shape(parts), np.nan), where=wholes > 0)
    return ratios


def places(lists: Int32Array, titles: int) -> csr_array:
    """Return lists × titles: ``1 / log2(rank + 1)`` where a list has a title.

    >>> places(np.array([[2, 0, -1]], np.int32), 3).toarray().round(3).tolist()
    [[0.631, 0.0, 1.0]]
    """
    from scipy.sparse import csr_array

    rows, ranks = np.nonzero(lists != NO_TITLE)
    return csr_array(
        (discounts(lists.shape[1])[ranks], (rows, lists[rows, ranks])), shape=(len(lists), titles)
    )


def shares(lists: Int32Array, likes: Relation, attribute: Attribute) -> Shares:
    """Return the exposure, catalogue and viewing of each value.

    Parameters
    ----------
    lists
        Titles best first, one row a list, filled up with :data:`~cinewalk.graph.model.ids.NO_TITLE`.
    likes
        The likes in train.
    attribute
        How titles divide over values.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.attributes.title_attributes import title_attribute
    >>> graph = example_graph()
    >>> decade = title_attribute(graph, "decade")
    >>> of_decades = shares(np.array([[0, 1], [0, 2]], np.int32), graph.likes, decade)
    >>> dict(zip(decade.values, of_decades.exposure.round(3).tolist(), strict=True))
    {'1970s': 0.613, '1980s': 0.387, '1990s': 0.0}
    """
    of_titles = attribute.of_titles
    count = likes.shape[1]
    shown = places(lists, count).sum(axis=0)
    weights = (shown, np.ones(count), np.diff(likes.reverse_indptr).astype(np.float64))
    return Shares(*(_normalised(weight @ of_titles) for weight in weights))


def _normalised(values: FloatArray) -> FloatArray:
    total = values.sum()
    return values / total if total > 0 else values


def viewers(likes: Relation, attribute: Attribute) -> Int64Array:
    """Count for each value the viewers who like a title that has it."""
    liked = likes.matrix()
    counts: Int64Array = np.asarray((liked @ attribute.of_titles > 0).sum(axis=0)).astype(np.int64)
    return counts


def surety(lists: Int32Array, users: Int32Array, likes: Relation, attribute: Attribute, seed: int) -> Surety:
    """Tell how sure amplifications are.

    Intervals come from drawing as many viewers as there are, with replacement, each with their list and their likes.
    The range by chance comes from exchanging the values among what carries them (titles, or people), at random: what
    95 % of amplifications are when the value has nothing to do with being shown. The p-value is two-sided.

    Parameters
    ----------
    lists, likes, attribute
        As for :func:`shares`.
    users
        The user of each list.
    seed
        Of everything random.
    """
    rng = np.random.default_rng(seed)
    observed = shares(lists, likes, attribute).amplification
    ratios = np.concatenate(list(_resampled(lists, users, likes, attribute, rng)))
    chance = np.concatenate(list(_exchanged(lists, likes, attribute, rng)))
    low, high = _range(ratios)
    null_low, null_high = _range(chance)
    return Surety(low, high, null_low, null_high, two_sided(observed, chance))


def _range(values: FloatArray) -> FloatArray:
    known = np.where(np.isnan(values).all(axis=0), 0.0, values)
    ends: FloatArray = np.nanpercentile(known, [_TAIL, 100 - _TAIL], axis=0)
    return np.where(np.isnan(values).all(axis=0), np.nan, ends)


def _resampled(
    lists: Int32Array, users: Int32Array, likes: Relation, attribute: Attribute, rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Yield amplifications of drawn viewers, some draws at a time."""
    of_titles = attribute.of_titles
    viewing = (likes.matrix() @ of_titles).toarray()
    exposure = np.zeros_like(viewing)
    exposure[users] = (places(lists, likes.shape[1]) @ of_titles).toarray()
    there = np.flatnonzero(viewing.any(axis=1) | exposure.any(axis=1))
    both = np.hstack([exposure[there], viewing[there]])
    for weights in weights_of(len(there), rng):
        shown, seen = np.hsplit(weights @ both, 2)
        yield divided(
            divided(shown, shown.sum(axis=1, keepdims=True)), divided(seen, seen.sum(axis=1, keepdims=True))
        )


def _exchanged(
    lists: Int32Array, likes: Relation, attribute: Attribute, rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Yield amplifications with values exchanged at random, some draws at a time."""
    shown = places(lists, likes.shape[1]).sum(axis=0) @ attribute.carriers
    seen = np.diff(likes.reverse_indptr).astype(np.float64) @ attribute.carriers
    fixed = np.setdiff1d(np.arange(len(shown)), attribute.known)
    free, stuck = attribute.parts[attribute.known], attribute.parts[fixed]
    for orders in orders_of(attribute.known, rng):
        exposure, viewing = (
            carried[orders] @ free + carried[fixed] @ stuck
            for carried in (_normalised(shown), _normalised(seen))
        )
        yield divided(exposure, viewing)
