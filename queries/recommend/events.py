"""What viewers do, as it happens: watches, ratings, thumbs, blocks and limits become signals that count at once."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.queries.recommend.signal import LIMIT, OVER, Change, Signal
from cinewalk.queries.words.checks import checked_number, shown

if TYPE_CHECKING:
    from cinewalk.graph.model.user_events import Values
    from cinewalk.queries.recommend.session import Session
    from cinewalk.queries.recommend.snapshot import Snapshot

    Instant = dt.datetime | float | None


class Events:
    """What is told to a session; methods and errors as those of :class:`cinewalk.Recommender` of the same names.

    Where the graph comes from a Neo4j, everything is also written there before it counts here. People that the graph
    does not know are welcome: their first signal makes them known.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def watch(self, user: str, title: str, progress: float, at: Instant) -> Signal:
        """Say that a person is watching a title, or has watched it."""
        checked_number(progress, "progress", 0.0, 1.0)
        time = seconds(at)

        def change(snapshot: Snapshot) -> Change:
            events, place = snapshot.events_of(snapshot.known_as(user)), snapshot.catalogue.title(title)
            before = events.event(schema.WATCHED.name, place) or {"progress": 0.0, "finished": 0}
            # A graph holds progress in 32 bits: compare there, so that the same progress again is no new viewing.
            now, then = np.float32(progress), np.float32(before["progress"])
            enough = np.float32(events.preference.like_progress)
            again = now < then or then > OVER
            done = bool(now >= enough and (again or then < enough))
            # A watch that was loaded as finished carries no count of its own yet.
            count = max(int(before["finished"]), int(then >= enough)) + done
            values = {"progress": float(progress), "finished": count}
            return _put(snapshot, user, schema.WATCHED.name, place, values, time)

        return self._session.tell(user, change)

    def rate(self, user: str, title: str, rating: float, at: Instant) -> Signal:
        """Say how a person rates a title, on the graph's scale."""
        known = self._session.snapshot.graph.relations[schema.RATED.name].properties[schema.RATING.name]
        lowest = min(schema.RATING.minimum or 0.0, float(known.min(initial=math.inf)))
        highest = max(schema.RATING.maximum or 0.0, float(known.max(initial=-math.inf)))
        checked_number(rating, "rating", lowest, highest)
        return self._tell(user, schema.RATED.name, title, {"rating": float(rating)}, at)

    def thumb(self, user: str, title: str, value: int, at: Instant) -> Signal:
        """Say that a person gives a title a thumb."""
        is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not is_number or value not in schema.THUMB_VALUES:
            raise RequestError(f"the thumb is {shown(value)}; it must be -1 (down), 1 (up) or 2 (two up).")
        return self._tell(user, schema.THUMBED.name, title, {"value": int(value)}, at)

    def block(self, user: str, title: str, at: Instant) -> Signal:
        """Say that a person is not interested in a title."""
        return self._tell(user, schema.BLOCKED.name, title, {}, at)

    def limit(self, user: str, maturity: int | None) -> Signal:
        """Set the highest maturity that a person may be shown; ``None`` lifts it."""
        highest = int(schema.MATURITY_LIMIT.maximum or 0)
        if maturity is not None:
            number = checked_number(maturity, "maturity", 0, highest)
            if number != int(number):
                raise RequestError(f"maturity is {shown(maturity)}; it must be a whole number of years.")
            maturity = int(number)

        def change(snapshot: Snapshot) -> Change:
            user_id = snapshot.known_as(user)
            events = snapshot.events_of(user_id)
            signal = Signal(user_id, LIMIT, "", "", _limited(events.limit), _limited(maturity))
            return Change(signal, replace(events, limit=maturity), ())

        return self._session.tell(user, change)

    def undo(self, user: str) -> Signal:
        """Take back the last signal of a person that was given here and not yet taken back."""

        def change(snapshot: Snapshot, last: Signal) -> Change | None:
            events = snapshot.events_of(last.user_id)
            if last.kind == LIMIT:
                if _limited(events.limit) != last.after:
                    return None
                limit = None if last.before is None else int(last.before[LIMIT])
                signal = replace(last, before=last.after, after=last.before)
                return Change(signal, replace(events, limit=limit), ())
            place = snapshot.graph.titles.ids.find(last.title_id)
            if place is None:
                raise RequestError(
                    f"the last signal is about the title {last.title_id!r}, which this graph does not have."
                )
            now = events.event(last.kind, place)
            if now == events.put(last.kind, place, last.after).event(last.kind, place):
                after = last.before
            else:
                after = _uncounted(last, now)
                if after is None:
                    return None
            known = None if now is None else dict(now)
            signal = replace(last, title=snapshot.catalogue.label(place), before=known, after=after)
            return Change(signal, events.put(last.kind, place, after), ((last.kind, place),))

        return self._session.undo(user, change)

    def _tell(self, user: str, kind: str, title: str, values: dict[str, float], at: Instant) -> Signal:
        time = seconds(at)
        return self._session.tell(
            user, lambda snapshot: _put(snapshot, user, kind, snapshot.catalogue.title(title), values, time)
        )


def _put(snapshot: Snapshot, user: str, kind: str, title: int, values: dict[str, float], time: int) -> Change:
    user_id, named = snapshot.known_as(user), snapshot.catalogue.show(title)
    events = snapshot.events_of(user_id)
    before = events.event(kind, title)
    after = {**values, "timestamp": time}
    known = None if before is None else dict(before)
    signal = Signal(user_id, kind, named.title_id, named.label, known, after)
    return Change(signal, events.put(kind, title, after), ((kind, title),))


def _uncounted(last: Signal, now: Values | None) -> dict[str, float] | None:
    """Return an event that others have written over without what a signal counted; ``None`` for nothing counted."""
    finished = schema.FINISHED.name
    counted = (last.after or {}).get(finished, 0) - (last.before or {}).get(finished, 0)
    return {**now, finished: max(now[finished] - counted, 0)} if now and counted > 0 else None


def _limited(limit: int | None) -> dict[str, float] | None:
    return None if limit is None else {LIMIT: limit}


def seconds(at: Instant) -> int:
    """Return an instant in seconds since 1970; now where none is given."""
    if at is None:
        return int(dt.datetime.now(dt.UTC).timestamp())
    if isinstance(at, dt.datetime):
        if at.tzinfo is None:
            raise RequestError(
                f"the time {at.isoformat()} has no zone; give an aware datetime, such as one in UTC."
            )
        at = at.timestamp()
    if isinstance(at, bool) or not isinstance(at, int | float) or not at >= schema.EARLIEST_TIME:
        raise RequestError(f"the time is {shown(at)}; it must be an instant from 1990 on, in seconds.")
    latest = dt.datetime.now(dt.UTC).timestamp() + schema.FUTURE_TOLERANCE
    if at > latest:
        raise RequestError(f"the time {at:g} lies in the future; give seconds since 1970.")
    return int(at)
