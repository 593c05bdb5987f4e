"""What happened when: who watched what in a window of time, and when titles came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.profile import shown_as

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import BoolArray, Int64Array

#: The events that tell that somebody wanted a title.
_WANTED = (schema.RATED, schema.WATCHED, schema.THUMBED)

#: So long a silence, in seconds, with at most one in so many of all events after it: "now" is before it.
_SILENCE = 365 * 86_400
_FEW = 10


def viewers_between(
    graph: Graph, after: int | None, until: int, users: BoolArray | None = None
) -> Int64Array:
    """Count for every title the viewers who rated, watched or gave it a thumb up in a window of time.

    A film under several ids is counted as the one that is shown, each of its viewers once; the other ids have none.

    Parameters
    ----------
    graph
        The graph.
    after, until
        The window in seconds since 1970, without its beginning and with its end; ``None`` for all that was before.
        Events without a time count only then.
    users
        For every user, whether they count; all by default.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> viewers_between(example_graph(), None, 2_000_000_000).tolist()
    [3, 3, 2, 1, 2, 3, 1]
    """
    codes, size, shown = [], len(graph.titles), shown_as(graph)
    for kind in _WANTED:
        relation = graph.relations[kind.name]
        times = relation.properties[schema.TIMESTAMP.name]
        kept = times <= until
        if after is not None:
            kept &= times > after
        if kind is schema.THUMBED:
            kept &= relation.properties[schema.THUMB.name] > 0
        if users is not None:
            kept &= users[relation.sources]
        codes.append(relation.sources[kept].astype(np.int64) * size + shown[relation.indices[kept]])
    pairs = np.unique(np.concatenate(codes))
    counts: Int64Array = np.bincount(pairs % max(size, 1), minlength=size)
    return counts


def newest_time(graph: Graph) -> int:
    """Return the time of the newest event, :data:`~cinewalk.graph.model.schema.UNKNOWN_TIME` where none has one."""
    times = [graph.relations[kind.name].properties[schema.TIMESTAMP.name] for kind in schema.EVENTS]
    return max(int(of_kind.max(initial=schema.UNKNOWN_TIME)) for of_kind in times)


def late_times(graph: Graph) -> Int64Array:
    """Return the times of the latest events, ascending: a tenth of all that have one, and one more.

    >>> from cinewalk.graph.model.example import example_graph
    >>> len(late_times(example_graph()))
    2
    """
    relations = [graph.relations[kind.name] for kind in schema.EVENTS]
    times = np.concatenate([relation.properties[schema.TIMESTAMP.name] for relation in relations])
    times = times[times != schema.UNKNOWN_TIME]
    first = len(times) - min(len(times) // _FEW + 1, len(times))
    return np.sort(np.partition(times, first)[first:]) if len(times) else times


def present(late: Int64Array, told: Sequence[int] = ()) -> int:
    """Return the instant that "now" is for the data.

    That is the time of the newest event, but for a few that come long after all others, such as one signal of today on
    data of 1998: where a silence of more than a year has at most a tenth as many events after it as the data have, it
    is the time of the last event before the silence.

    Parameters
    ----------
    late
        The :func:`late_times` of the data.
    told
        Times of events beside them.

    Returns
    -------
    int
        In seconds since 1970; :data:`~cinewalk.graph.model.schema.UNKNOWN_TIME` where no event has a time.

    Examples
    --------
    >>> data, day = np.array([900_000_000, 900_000_100]), 86_400
    >>> [present(data, [900_000_100 + days * day]) - 900_000_100 for days in (365, 366)]
    [31536000, 0]
    """
    times = np.sort(np.concatenate([late, np.array(told, np.int64)]))[-max(len(late), 1) :]
    if not len(times):
        return schema.UNKNOWN_TIME
    silences = np.flatnonzero(np.diff(times) > _SILENCE)
    return int(times[silences[0]] if len(silences) else times[-1])


def release_days(graph: Graph) -> npt.NDArray[np.datetime64]:
    """Return the day on which each title came out.

    That is its ``released``, else the first day of its ``year``, else the day (UTC) on which it was first rated,
    watched or thumbed; NaT where nothing of this is known.
    """
    days = graph.titles.array(schema.RELEASED.name).copy()
    years = graph.titles.array(schema.YEAR.name).astype(np.int64)
    unknown = np.isnat(days) & (years != schema.UNKNOWN_YEAR)
    days[unknown] = (years[unknown] - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    first = np.full(len(days), np.iinfo(np.int64).max)
    for kind in _WANTED:
        relation = graph.relations[kind.name]
        times = relation.properties[schema.TIMESTAMP.name]
        known = times != schema.UNKNOWN_TIME
        np.minimum.at(first, relation.indices[known], times[known])
    unseen = np.isnat(days) & (first != np.iinfo(np.int64).max)
    days[unseen] = first[unseen].astype("datetime64[s]").astype("datetime64[D]")
    return days
