"""The preference function: from what people did with a title to one ``LIKES`` edge, or none."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.clean_text import quoted
from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.edges import pair_codes
from cinewalk.graph.model.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray


#: The largest number that single precision can say, in which preferences are kept.
_LARGEST: Final = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class Preference:
    """How what people did becomes likes.

    For one user and one title the most deliberate event decides: a block over a thumb over a rating over a watch.

    ================  =====================================================================
    blocked           no like: never shown, and never a reason
    thumb             down: no like; up: 1; two up: ``two_thumbs``
    rating ``r``      from ``like_rating``: ``min(1 + per_star · (r - like_rating), two_thumbs)``
    watch             from progress ``like_progress``, or once it was finished ``n`` times:
                      ``min(1 + rewatch · (n - 1), two_thumbs)``
    ================  =====================================================================

    Recency is no part of it: the walks weigh seeds by rank (:func:`cinewalk.graph.model.profile.profile_of`), and
    each new event makes a like the newest.

    Parameters
    ----------
    like_rating
        The lowest rating that is a like, on the source's own scale.
    like_progress
        The lowest progress (0 to 1) at which an unrated watch is a like, and counts as finished.
    two_thumbs
        The preference of two thumbs up, at least 1, and the highest of all.
    per_star
        How much each star above ``like_rating`` adds, at least 0.
    rewatch
        How much each time adds that a title was finished again, at least 0; of a series, each further season.

    Raises
    ------
    RequestError
        Where a number is none, not finite, or below what it must be at least.
    """

    like_rating: float = 4.0
    like_progress: float = 0.7
    two_thumbs: float = 2.0
    per_star: float = 0.0
    rewatch: float = 0.25

    def __post_init__(self) -> None:
        lowest = {"two_thumbs": 1.0, "per_star": 0.0, "rewatch": 0.0}
        for parameter in fields(self):
            value = getattr(self, parameter.name)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not abs(value) <= _LARGEST:
                raise RequestError(f"{parameter.name} is {quoted(value)}; it must be a finite number.")
            if value < lowest.get(parameter.name, value):
                raise RequestError(
                    f"{parameter.name} is {value}; it must be at least {lowest[parameter.name]:g}."
                )

    def of_ratings(self, ratings: AnyArray) -> FloatArray:
        """Return the preference of each rating; 0 is no like."""
        stars = ratings.astype(np.float64) - self.like_rating
        return np.where(ratings >= self.like_rating, self._capped(1 + self.per_star * stars), 0.0)

    def of_watches(self, progress: AnyArray, finished: AnyArray) -> FloatArray:
        """Return the preference of each watch, by how far it is and how often it was finished; 0 is no like."""
        # Progress is stored in 32 bits: compare there, so that a watch of exactly the limit counts.
        times = np.maximum(finished, progress >= np.float32(self.like_progress)).astype(np.float64)
        return np.where(times > 0, self._capped(1 + self.rewatch * (times - 1)), 0.0)

    def of_thumbs(self, values: AnyArray) -> FloatArray:
        """Return the preference of each thumb; 0 is no like."""
        return np.where(values == 2, self.two_thumbs, (values > 0).astype(np.float64))

    def of(self, relation: str, properties: Mapping[str, AnyArray], size: int) -> FloatArray:
        """Return the preference of each event of a kind, by its name and properties; 0 is no like."""
        if relation == schema.RATED.name:
            return self.of_ratings(properties[schema.RATING.name])
        if relation == schema.WATCHED.name:
            return self.of_watches(properties[schema.PROGRESS.name], properties[schema.FINISHED.name])
        if relation == schema.THUMBED.name:
            return self.of_thumbs(properties[schema.THUMB.name])
        return np.zeros(size)

    def _capped(self, values: FloatArray) -> FloatArray:
        return np.minimum(values, self.two_thumbs)


#: The numbers of a preference function as properties.
PREFERENCE_FACTS = tuple(schema.Property(field.name, "float") for field in fields(Preference))

#: The preference function unless another is given.
DEFAULT_PREFERENCE = Preference()


def derive_likes(events: Mapping[str, Relation], preference: Preference = DEFAULT_PREFERENCE) -> Relation:
    """Merge the events of each user and title into one ``LIKES`` edge where they like it.

    The edge's ``timestamp`` is that of the latest event of the pair.

    Parameters
    ----------
    events
        The relations of :data:`cinewalk.graph.model.schema.EVENTS` by name, over the same nodes; others are passed
        over.
    preference
        How events become likes.

    Returns
    -------
    Relation
        With properties ``preference`` (above 0) and ``timestamp``.
    """
    # Least deliberate first: where several events meet, the last one of a pair decides.
    relations = [(kind.name, events[kind.name]) for kind in schema.EVENTS]
    shape = relations[0][1].shape
    parts = [
        (relation, preference.of(name, relation.properties, len(relation)))
        for name, relation in relations
        if len(relation)
    ]
    if len(parts) == 1:
        ((relation, values),) = parts
        rows = np.flatnonzero(values > 0)
        properties = {"preference": values[rows], "timestamp": relation.properties["timestamp"][rows]}
        return Relation.of(relation.sources[rows], relation.indices[rows], shape, properties)
    pairs = np.concatenate([np.empty(0, np.int64), *(pair_codes(relation) for relation, _ in parts)])
    values = np.concatenate([np.empty(0), *(values for _, values in parts)])
    times = np.concatenate([np.empty(0, np.int64), *(r.properties["timestamp"] for r, _ in parts)])
    if parts:
        order = np.argsort(pairs, kind="stable")
        pairs, values, times = pairs[order], values[order], times[order]
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        last = np.append(first[1:], len(pairs)) - 1
        pairs, values, times = pairs[first], values[last], np.maximum.reduceat(times, first)
    liked = values > 0
    users, titles = np.divmod(pairs[liked], max(shape[1], 1))
    return Relation.of(users, titles, shape, {"preference": values[liked], "timestamp": times[liked]})
