"""What a viewer does, as it happens: watches, ratings, thumbs, blocks; each counts in the very next call."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE
from cinewalk.graph.model.user_events import UserEvents
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.prepare import renew
from cinewalk.loaders.base.changes import Changes
from cinewalk.loaders.neo4j.write.signals import write_user_events
from cinewalk.queries.recommend.session import Live
from cinewalk.queries.recommend.signal import LIMIT, OVER, Signal
from cinewalk.queries.words.catalogue import Catalogue

if TYPE_CHECKING:
    from cinewalk.graph.numeric.progress import Progress


class Signals(Live):
    """A graph that listens: what is told counts in the next call, and in the shared walks after :meth:`refresh`.

    Where the graph comes from a Neo4j, everything is also written there before it counts here. People that the graph
    does not know are welcome: their first signal makes them known.
    """

    @cached_property
    def catalogue(self) -> Catalogue:
        """The names of the graph's users and titles."""
        return Catalogue(self.graph)

    def _forget(self) -> None:
        """Start without signals."""
        self._own: dict[str, UserEvents] = {}
        self._done: defaultdict[str, list[Signal]] = defaultdict(list)
        self._unseen_by_refresh = False

    def watch(
        self, user: str, title: str, *, progress: float = 1.0, at: dt.datetime | float | None = None
    ) -> Signal:
        """Say that a person is watching a title, or has watched it.

        From ``like_progress`` of the graph's :class:`~cinewalk.Preference` on it counts as finished, once a viewing:
        a viewing begins where progress goes back, or where the last one was over (.95). Of a series, tell each
        season so: every season finished makes it count more.

        Parameters
        ----------
        user
            Their id; somebody new is made known.
        title
            Its id or name.
        progress
            How far they are, 0 to 1: below 1 is paused.
        at
            When, as an aware datetime or in seconds since 1970; now by default.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            Where there is no such title, or the values make no sense.
        DatabaseError
            Where the Neo4j of the graph cannot be written to; nothing has changed then.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> reco = cinewalk.Recommender(example_graph())
        >>> print(reco.watch("zoe", "Alien", progress=0.9, at=900_000_000))
        zoe watched Alien (1979) to 90 %.
        >>> reco.recommend("zoe", k=1)[0].label
        'Blade Runner (1982)'
        """
        _check("progress", progress, 0.0, 1.0)
        user = self._known_as(user)
        events, place = self._own_of(user), self.catalogue.title(title)
        before = events.event(schema.WATCHED.name, place) or {"progress": 0.0, "finished": 0}
        # A graph holds progress in 32 bits: compare there, so that the same progress again is no new viewing.
        now, then = np.float32(progress), np.float32(before["progress"])
        enough = np.float32(events.preference.like_progress)
        again = now < then or then > OVER
        done = bool(now >= enough and (again or then < enough))
        # A watch that was loaded as finished carries no count of its own yet.
        count = max(int(before["finished"]), int(then >= enough)) + done
        values = {"progress": float(progress), "finished": count}
        return self._put(user, schema.WATCHED.name, place, values, at)

    def rate(self, user: str, title: str, rating: float, *, at: dt.datetime | float | None = None) -> Signal:
        """Say how a person rates a title, on the graph's scale (0.5 to 5 unless it was loaded with another).

        Parameters and errors as for :meth:`watch`.
        """
        known = self.graph.relations[schema.RATED.name].properties[schema.RATING.name]
        lowest = min(schema.RATING.minimum or 0.0, float(known.min(initial=math.inf)))
        highest = max(schema.RATING.maximum or 0.0, float(known.max(initial=-math.inf)))
        _check("rating", rating, lowest, highest)
        return self._put(user, schema.RATED.name, self.catalogue.title(title), {"rating": float(rating)}, at)

    def thumb(self, user: str, title: str, value: int, *, at: dt.datetime | float | None = None) -> Signal:
        """Say that a person gives a title a thumb: -1 down, 1 up, 2 two thumbs up.

        A title with a thumb down is in no list any more. Parameters and errors as for :meth:`watch`.
        """
        if isinstance(value, bool) or value not in schema.THUMB_VALUES:
            raise RequestError(f"the thumb is {value!r}; it must be -1 (down), 1 (up) or 2 (two up).")
        return self._put(user, schema.THUMBED.name, self.catalogue.title(title), {"value": int(value)}, at)

    def block(self, user: str, title: str, *, at: dt.datetime | float | None = None) -> Signal:
        """Say that a person is not interested in a title: it is in no list any more, and no reason for others.

        Parameters and errors as for :meth:`watch`.
        """
        return self._put(user, schema.BLOCKED.name, self.catalogue.title(title), {}, at)

    def limit(self, user: str, maturity: int | None) -> Signal:
        """Set the highest maturity that a person may be shown, as an age from 0 to 21; ``None`` lifts it.

        Nothing above it appears anywhere: in no list, no reason, no path. Titles of unknown maturity are above any
        limit.
        """
        highest = schema.MATURITY_LIMIT.maximum or 0.0
        if maturity is not None:
            _check("maturity", maturity, 0.0, highest)
            if maturity != int(maturity):
                raise RequestError(f"maturity is {maturity!r}; it must be a whole number of years.")
        user = self._known_as(user)
        events = self._own_of(user)
        signal = Signal(user, LIMIT, "", "", _limited(events.limit), _limited(maturity))
        self._take(signal, replace(events, limit=None if maturity is None else int(maturity)), None)
        self._done[user].append(signal)
        return signal

    def undo(self, user: str) -> Signal:
        """Take back the last signal of a person that was given here and not yet taken back.

        Raises
        ------
        RequestError
            Where there is none.
        """
        user = self._known_as(user)
        if not self._done[user]:
            raise RequestError(f"there is nothing to undo for user {user!r} since the graph was read.")
        last, events = self._done[user][-1], self._own_of(user)
        signal = replace(last, before=last.after, after=last.before)
        if last.kind == LIMIT:
            limit = None if last.before is None else int(last.before[LIMIT])
            self._take(signal, replace(events, limit=limit), None)
        else:
            place = self.graph.titles.ids.position(last.title_id)
            self._take(signal, events.put(last.kind, place, last.before), (last.kind, place))
        self._done[user].pop()
        return signal

    def refresh(self, *, full: bool = False, progress: Progress = no_progress) -> Changes:
        """Bring signals into the shared walks, and read what has changed in the Neo4j that the graph comes from.

        Without a Neo4j this takes in the signals alone. See :meth:`cinewalk.queries.recommend.session.Live.refresh`.
        """
        if self._live is None and self._own:
            told = sum(len(signals) for signals in self._done.values())
            self.graph = renew(self._parts, folded(self.graph, self._own), progress)
            self._forget()
            self._renew()
            return Changes(True, {"signals": told}, ())
        changes = super().refresh(full=full or self._unseen_by_refresh, progress=progress)
        self._forget()
        return changes

    def _known_as(self, user: str) -> str:
        """Return the id of a person: as it is where somebody has it, else without the blanks around it."""
        text = str(user)
        if text in self._own or self.graph.users.ids.find(text) is not None:
            return text
        if not text.strip():
            raise RequestError("the user's id is empty.")
        return text.strip()

    def _own_of(self, user: str) -> UserEvents:
        """Return what a person did, as it is now; somebody new has done nothing."""
        events = self._own.get(user)
        if events is not None:
            return events
        place = self.graph.users.ids.find(user)
        if place is None:
            return UserEvents(preference=self.graph.preference or DEFAULT_PREFERENCE)
        return UserEvents.of(self.graph, place)

    def _put(
        self, user: str, kind: str, title: int, values: dict[str, float], at: dt.datetime | float | None
    ) -> Signal:
        user = self._known_as(user)
        events, shown = self._own_of(user), self.catalogue.show(title)
        before = events.event(kind, title)
        after = {**values, "timestamp": seconds(at)}
        known = None if before is None else dict(before)
        signal = Signal(user, kind, shown.title_id, shown.label, known, after)
        self._take(signal, events.put(kind, title, after), (kind, title))
        self._done[user].append(signal)
        return signal

    def _take(self, signal: Signal, events: UserEvents, changed: tuple[str, int] | None) -> None:
        """Write first, so that what counts here is never more than what the database has."""
        if self._live is not None:
            mapping, likes = self._live.asked.mapping, self._live.keeps_likes
            write_user_events(
                self._live.connection, mapping, self.graph, signal.user_id, events, changed, likes=likes
            )
            # A refresh sees by times what is new, and by counts what has gone; not what got an old value again.
            self._unseen_by_refresh |= signal.kind == LIMIT
            newest = max((int(r.properties["timestamp"].max(initial=0)) for r in self._events()), default=0)
            self._unseen_by_refresh |= (
                signal.after is not None and signal.after.get("timestamp", newest) < newest
            )
        self._own[signal.user_id] = events

    def _events(self) -> Any:
        return (self.graph.relations[kind.name] for kind in schema.EVENTS)


def _limited(limit: int | None) -> dict[str, float] | None:
    return None if limit is None else {LIMIT: limit}


def _check(name: str, value: float, lowest: float, highest: float) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not lowest <= value <= highest:
        raise RequestError(f"{name} is {value!r}; it must be a number from {lowest:g} to {highest:g}.")


def seconds(at: dt.datetime | float | None) -> int:
    """Return an instant in seconds since 1970."""
    if at is None:
        return int(dt.datetime.now(dt.UTC).timestamp())
    if isinstance(at, dt.datetime):
        if at.tzinfo is None:
            raise RequestError(
                f"the time {at.isoformat()} has no zone; give an aware datetime, such as one in UTC."
            )
        at = at.timestamp()
    if isinstance(at, bool) or not isinstance(at, int | float) or not at >= schema.EARLIEST_TIME:
        raise RequestError(f"the time is {at!r}; it must be an instant from 1990 on, in seconds.")
    latest = dt.datetime.now(dt.UTC).timestamp() + schema.FUTURE_TOLERANCE
    if at > latest:
        raise RequestError(f"the time {at:g} lies in the future; give seconds since 1970.")
    return int(at)
