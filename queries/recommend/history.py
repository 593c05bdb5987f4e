"""What one viewer did, as it is now: in the graph, and what was told since it was read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.maturity import too_mature
from cinewalk.queries.words.history import History, PastEvent

if TYPE_CHECKING:
    from cinewalk.graph.model.user_events import UserEvents, Values
    from cinewalk.queries.recommend.snapshot import Snapshot


def history(snapshot: Snapshot, user: str) -> History:
    """Return what a user did, newest first; see :meth:`cinewalk.Recommender.history`.

    Parameters
    ----------
    snapshot
        The state that counts.
    user
        Their id.

    Raises
    ------
    UnknownUserError
        Where nobody has this id.
    """
    user_id = snapshot.known_as(user)
    snapshot.position(user_id)
    events = snapshot.events_of(user_id)
    above, ids = too_mature(snapshot.graph.titles, events.limit), snapshot.graph.titles.ids.ids
    rows = [
        (-values[schema.TIMESTAMP.name], ids[title], -place, kind.name, title)
        for place, kind in enumerate(schema.EVENTS)
        for title, values in events.events[kind.name].items()
        if not above[title]
    ]
    return History(user_id, tuple(_past(snapshot, events, kind, title) for *_, kind, title in sorted(rows)))


def _past(snapshot: Snapshot, events: UserEvents, kind: str, title: int) -> PastEvent:
    shown, values = snapshot.catalogue.show(title), events.events[kind][title]
    time = int(values[schema.TIMESTAMP.name])
    when = None if time == schema.UNKNOWN_TIME else dt.datetime.fromtimestamp(time, dt.UTC)
    liked = title in events.likes
    return PastEvent(kind, shown.title_id, shown.title, shown.year, _value(kind, values), when, liked)


def _value(kind: str, values: Values) -> float | None:
    said = schema.EVENT_VALUES.get(kind)
    # A graph holds it in 32 bits: the shortest number that means the same is what was given.
    return None if said is None else float(str(np.float32(values[said.name])))
