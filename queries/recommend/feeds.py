"""The feeds of a streaming service, each row with its reason; every one is a ready Cypher query, too."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.genres import genre_likes, genre_shares, outside, top_genres
from cinewalk.graph.attributes.privacy import SMALLEST_GROUP, counted
from cinewalk.graph.model import schema
from cinewalk.graph.model.maturity import too_mature
from cinewalk.graph.model.profile import shown_as
from cinewalk.graph.model.time_windows import release_days, viewers_between
from cinewalk.graph.numeric import topk
from cinewalk.graph.rerank.first_part_first import FIRST_PART_FIRST
from cinewalk.graph.walks.neighbours.shared import SharedViewers
from cinewalk.queries.recommend.events import seconds
from cinewalk.queries.recommend.group import together
from cinewalk.queries.recommend.ranking import in_order, items_of
from cinewalk.queries.recommend.request import checked_order
from cinewalk.queries.recommend.signal import OVER
from cinewalk.queries.recommend.similar import close_to
from cinewalk.queries.words.checks import checked_count, listed
from cinewalk.queries.words.results import Recommendation, Recommendations, Row
from cinewalk.queries.words.wording import count_of, percent, viewers_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array
    from cinewalk.graph.rerank.first_part_first import FirstPartFirst
    from cinewalk.queries.explain.reasons import Reasoned
    from cinewalk.queries.recommend.request import Person, Request
    from cinewalk.queries.recommend.snapshot import Snapshot

_DAY: Final = 86_400

#: From this progress on a watch has begun.
BEGUN: Final = 0.05

#: After how many days the wish to go on counts half.
_RESUME: Final = 14.0

_WEEK: Final = 7


class TopViewed(NamedTuple):
    """Titles that most viewers watched, how many each had, when that was, and what is to be said of the time."""

    titles: Int32Array
    viewers: FloatArray
    when: str
    note: str


class Feeds:
    """The feeds of one snapshot; methods and errors as those of :class:`cinewalk.Recommender` of the same names.

    No feed shows what somebody has given a thumb down, blocked, or must not be shown; feeds that are for finding
    something new leave out all that they have seen.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot, self._graph, self._catalogue = snapshot, snapshot.graph, snapshot.catalogue
        self._films = shown_as(snapshot.graph)

    def because_you_watched(
        self, user: str, rows: int = 3, k: int = 10, *, order: str | None = FIRST_PART_FIRST
    ) -> list[Row]:
        """Return a row of titles for each of the titles that a user liked most recently: finished, or loved."""
        person, size = self._snapshot.person(user), checked_count(k)
        likes = self._snapshot.events_of(person.user_id).allowed(self._graph.titles)
        ids = self._graph.titles.ids.ids
        newest = sorted(likes, key=lambda title: (-likes[title].timestamp, ids[title]))
        parts, shelves = self._parts(order), []
        for title in newest[: checked_count(rows, "rows")]:
            titles = close_to(self._snapshot, title, person.profile.hidden, size, parts)
            if titles:
                shown = self._catalogue.show(title)
                shelves.append(Row(shown.title_id, shown.label, titles))
        return shelves

    def continue_watching(
        self, user: str, k: int = 10, *, at: dt.datetime | float | None = None
    ) -> Recommendations:
        """Return what a user has begun and not finished, what they most likely go on with first."""
        person, size = self._snapshot.person(user), checked_count(k)
        events = self._snapshot.events_of(person.user_id)
        theirs = [watch[schema.TIMESTAMP.name] for watch in events.events[schema.WATCHED.name].values()]
        now = self._instant(at) if at is not None else int(max([self._instant(at), *theirs]))
        forbidden = self._never(events)
        rows = []
        for title, watch in events.events[schema.WATCHED.name].items():
            progress, time = watch[schema.PROGRESS.name], watch[schema.TIMESTAMP.name]
            if np.float32(BEGUN) <= np.float32(progress) <= np.float32(OVER) and not forbidden[title]:
                days = max(now - time, 0) / _DAY if time != schema.UNKNOWN_TIME else np.inf
                rows.append((title, (1 + progress) / 2 / (1 + days / _RESUME), progress))
        ids = self._graph.titles.ids.ids
        rows.sort(key=lambda row: (-row[1], -row[2], ids[row[0]]))
        first_of: dict[int, tuple[int, float, float]] = {}
        for row in rows:
            first_of.setdefault(int(self._films[row[0]]), row)
        items = [
            self._item(place, title, score, f"you are {percent(progress, 0, space=' ')} through it")
            for place, (title, score, progress) in enumerate(islice(first_of.values(), size), 1)
        ]
        note = _as_of(now, at) if items else "Nothing has been begun."
        return Recommendations(tuple(items), "continue-watching", note)

    def new_releases(
        self,
        user: str,
        k: int = 10,
        *,
        days: int = 365,
        at: dt.datetime | float | None = None,
        order: str | None = FIRST_PART_FIRST,
    ) -> Recommendations:
        """Return titles that came out lately and that a user has not seen."""
        person, size = self._snapshot.person(user), checked_count(k)
        now = self._instant(at)
        last = np.datetime64(now, "s").astype("datetime64[D]")
        released = release_days(self._graph)
        new = (
            (released > last - np.timedelta64(checked_count(days, "days"), "D"))
            & (released <= last)
            & ~person.profile.hidden
        )
        counts = genre_likes(self._graph, person.profile.titles)
        shares = genre_shares(self._graph, counts)
        source = self._walked(person, ~new, size, order)
        places = np.flatnonzero(new)
        best = np.lexsort((-released[places].astype(np.int64), -shares[places], -source.scores[places]))
        chosen = places[best[:size]]
        others = np.ones(len(new), np.bool_)
        others[chosen] = False
        ranked = items_of(self._catalogue, source, others, size) if len(chosen) else ()
        reached = {item.title_id: item for item in ranked}
        items = []
        for place, title in enumerate(chosen.tolist(), 1):
            item = reached.get(self._graph.titles.ids.ids[title])
            if item is None:
                item = self._item(place, title, 0.0, self._out(title, released[title], counts))
            items.append(replace(item, rank=place))
        none = f"Nothing came out in the {days} days up to {last} that has not been seen."
        return Recommendations(tuple(items), "new-releases", _as_of(now, at) if items else none)

    def top(
        self,
        k: int = 10,
        *,
        days: int | None = _WEEK,
        at: dt.datetime | float | None = None,
        group: str | None = None,
        user: str | None = None,
    ) -> Recommendations:
        """Return the titles that most viewers rated, watched or gave a thumb up lately."""
        return self.told(self.watched(k, days=days, at=at, group=group, user=user))

    def watched(
        self,
        k: int,
        *,
        days: int | None = _WEEK,
        at: dt.datetime | float | None = None,
        group: str | None = None,
        user: str | None = None,
    ) -> TopViewed:
        """Find the titles of :meth:`top`, and how many viewers each had."""
        size, until = checked_count(k), self._instant(at)
        after = None if days is None else until - checked_count(days, "days") * _DAY
        members = None if group is None else self._members(group)
        counts = viewers_between(self._graph, after, until, members)
        hidden = np.zeros(len(counts), np.bool_)
        if user is not None:
            hidden = self._never(self._snapshot.events_of(self._snapshot.person(user).user_id))
        titles, viewers = topk.rank(counts.astype(np.float64), hidden, size)
        until_day = np.datetime64(until, "s").astype("datetime64[D]")
        when = f"up to {until_day}" if days is None else f"in the {count_of(days, 'day')} up to {until_day}"
        return TopViewed(titles, viewers, when, _as_of(until, at))

    def told(self, watched: TopViewed) -> Recommendations:
        """Put into words what viewers watched; too few are not counted, and score 0."""
        items = []
        for place, (title, viewers) in enumerate(
            zip(watched.titles.tolist(), watched.viewers.tolist(), strict=True), 1
        ):
            count = counted(int(viewers), self._catalogue.smallest)
            reason = f"{viewers_text(count)} {watched.when}"
            items.append(self._item(place, title, count.viewers or 0, reason))
        note = watched.note if items else f"Nobody watched anything {watched.when}."
        return Recommendations(tuple(items), "top", note)

    def challenge(self, user: str, k: int = 10, *, order: str | None = FIRST_PART_FIRST) -> Recommendations:
        """Return the best titles in none of the three genres that a user likes most: outside of their bubble."""
        person, size = self._snapshot.person(user), checked_count(k)
        genres = top_genres(genre_likes(self._graph, person.profile.titles))
        names = [self._graph.genres.ids.ids[genre] for genre in genres.tolist()]
        hidden = person.profile.hidden | ~outside(self._graph, genres)
        items = items_of(self._catalogue, self._walked(person, hidden, size, order), hidden, size)
        note = f"In none of the genres that you like most: {', '.join(names) or 'you like none yet'}."
        return Recommendations(tuple(items), "challenge", note)

    def together(self, users: Iterable[str], request: Request) -> Recommendations:
        """Return titles for several people at once that none of them has seen, with the share of each."""
        people = [self._snapshot.person(user) for user in listed("users", users)]
        if len({person.user_id for person in people}) < max(len(people), 2):
            raise RequestError("an evening together needs at least two different people.")
        walks = [self._snapshot.walk_for(person.profile, request.walk) for person in people]
        return together(self._catalogue, people, walks, request.k, self._snapshot.left_out(request))

    def _parts(self, order: str | None) -> FirstPartFirst | None:
        """Return what puts parts of a story in order, where that is wanted."""
        return None if checked_order(order) is None else self._snapshot.first_part_first

    def _walked(self, person: Person, hidden: BoolArray, k: int, order: str | None) -> Reasoned:
        """Return what titles that share viewers come to from somebody's likes, for a list of which none is hidden."""
        outcome = self._snapshot.registry.get(SharedViewers).run(person.profile)
        return in_order(outcome, person.profile, hidden, k, self._parts(order))

    def _never(self, events: UserEvents) -> BoolArray:
        """Tell of every title whether its film has a thumb down or is blocked, or it must not be shown."""
        thumbs = events.events[schema.THUMBED.name].items()
        down = [title for title, thumb in thumbs if thumb[schema.THUMB.name] < 0]
        refused = np.zeros(len(self._graph.titles), np.bool_)
        refused[self._films[[*events.events[schema.BLOCKED.name], *down]]] = True
        never: BoolArray = refused[self._films] | too_mature(self._graph.titles, events.limit)
        return never

    def _members(self, group: str) -> BoolArray:
        place = self._catalogue.named(schema.GROUP.label, group)
        relation = self._graph.relations[schema.USER_IN_GROUP.name]
        users = relation.reverse_indices[relation.reverse_row(place)]
        if len(users) < SMALLEST_GROUP:
            raise RequestError(
                f"the group {group!r} has fewer than {SMALLEST_GROUP} members; what so few watch is not told."
            )
        members = np.zeros(len(self._graph.users), np.bool_)
        members[users] = True
        return members

    def _instant(self, at: dt.datetime | float | None) -> int:
        return self._snapshot.present if at is None else seconds(at)

    def _item(self, rank: int, title: int, score: float, reason: str) -> Recommendation:
        shown = self._catalogue.show(title)
        return Recommendation(rank, shown.title_id, shown.title, shown.year, float(score), reason=reason)

    def _out(self, title: int, day: np.datetime64, counts: Any) -> str:
        """Say why a title is there to which no like leads."""
        joined = self._graph.relations[schema.IN_GENRE.name]
        shared = [genre for genre in joined.indices[joined.row(title)].tolist() if counts[genre]]
        names = [self._graph.genres.ids.ids[genre] for genre in sorted(shared, key=lambda g: -counts[g])]
        return f"out since {day}" + (f", in your genres {', '.join(names)}" if names else "")


def _as_of(now: int, at: dt.datetime | float | None) -> str:
    """Say which instant was taken for now, where nobody named it and it is not today."""
    if at is not None or now == schema.UNKNOWN_TIME or abs(seconds(None) - now) <= _DAY:
        return ""
    day = np.datetime64(now, "s").astype("datetime64[D]")
    return f"As of {day}, where the data end; `at` sets another time."
