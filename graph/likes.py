"""The preference function: from what people did with a title to one ``LIKES`` edge, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.network import Relation
from cinewalk.graph.pairs import pair_codes

if TYPE_CHECKING:
    from cinewalk.graph.arrays import AnyArray, FloatArray


@dataclass(frozen=True, slots=True)
class Preference:
    """How events become likes.

    For one user and one title the most deliberate event decides: a thumb over a rating over a watch.

    Parameters
    ----------
    like_rating
        The lowest rating that is a like, on the source's own scale.
    like_progress
        The lowest progress (0 to 1) at which an unrated watch is a like.
    two_thumbs
        The preference of two thumbs up, at least 1; every other like has preference 1.
    """

    like_rating: float = 4.0
    like_progress: float = 0.7
    two_thumbs: float = 2.0

    def of_ratings(self, ratings: AnyArray) -> FloatArray:
        """Return the preference of each rating; 0 is no like."""
        return (ratings >= self.like_rating).astype(np.float64)

    def of_watches(self, progress: AnyArray) -> FloatArray:
        """Return the preference of each watch; 0 is no like."""
        # Progress is stored in 32 bits: compare there, so that a watch of exactly the limit counts.
        return (progress >= np.float32(self.like_progress)).astype(np.float64)

    def of_thumbs(self, values: AnyArray) -> FloatArray:
        """Return the preference of each thumb; 0 is no like."""
        return np.where(values == 2, self.two_thumbs, (values > 0).astype(np.float64))


#: The preference function unless another is given.
DEFAULT_PREFERENCE = Preference()


def derive_likes(
    rated: Relation, watched: Relation, thumbed: Relation, preference: Preference = DEFAULT_PREFERENCE
) -> Relation:
    """Merge the events of each user and title into one ``LIKES`` edge where they like it.

    The edge's ``timestamp`` is that of the latest event of the pair.

    Parameters
    ----------
    rated, watched, thumbed
        User-to-title relations over the same nodes.
    preference
        How events become likes.

    Returns
    -------
    Relation
        With properties ``preference`` (above 0) and ``timestamp``.
    """
    # Least deliberate first: where several events meet, the last one of a pair decides.
    parts = [
        (watched, preference.of_watches(watched.properties["progress"])),
        (rated, preference.of_ratings(rated.properties["rating"])),
        (thumbed, preference.of_thumbs(thumbed.properties["value"])),
    ]
    parts = [(relation, values) for relation, values in parts if len(relation)]
    pairs = np.concatenate([np.empty(0, np.int64), *(pair_codes(relation) for relation, _ in parts)])
    values = np.concatenate([np.empty(0), *(values for _, values in parts)])
    times = np.concatenate([np.empty(0, np.int64), *(r.properties["timestamp"] for r, _ in parts)])
    if len(parts) > 1:
        order = np.argsort(pairs, kind="stable")
        pairs, values, times = pairs[order], values[order], times[order]
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        last = np.append(first[1:], len(pairs)) - 1
        pairs, values, times = pairs[first], values[last], np.maximum.reduceat(times, first)
    liked = values > 0
    users, titles = np.divmod(pairs[liked], max(rated.shape[1], 1))
    return Relation.of(users, titles, rated.shape, {"preference": values[liked], "timestamp": times[liked]})
