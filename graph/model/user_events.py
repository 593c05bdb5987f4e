"""What one person did with titles, beside the graph: so that a signal counts in the very next call.

The shared rows of the walks stay as they are; what is the person's own (likes and what they weigh, like-minded viewers
and their fitted weights, what must not be shown) follows from here.
:func:`cinewalk.graph.model.apply_events.folded` brings it into the graph.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.maturity import limit_of, too_mature
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, Preference
from cinewalk.graph.model.profile import Profile, hide_same
from cinewalk.graph.model.relation import PROPERTY_TYPES
from cinewalk.graph.numeric import time_ranks
from cinewalk.graph.numeric.arrays import FrozenMapping, Portable, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import Int32Array

    #: The properties of one event.
    Values = Mapping[str, float]


class Like(NamedTuple):
    """A like: its preference, above 0, and the time of the latest event behind it."""

    preference: float
    timestamp: int


def _no_events() -> Mapping[str, Mapping[int, Values]]:
    return FrozenMapping({kind.name: FrozenMapping() for kind in schema.EVENTS})


@dataclass(frozen=True, slots=True, eq=False)
class UserEvents(Portable):
    """One person's events and likes; every change makes another one.

    Parameters
    ----------
    events
        By the name of the kind of event, then by the position of the title: the event's properties.
    likes
        By the position of the title; those above the limit are among them, and left out of the profile.
    limit
        The highest maturity that they may be shown.
    groups
        Positions of their demographic groups.
    preference
        How their events become likes.
    """

    events: Mapping[str, Mapping[int, Values]] = field(default_factory=_no_events)
    likes: Mapping[int, Like] = field(default_factory=dict)
    limit: int | None = None
    groups: Int32Array = field(default_factory=lambda: np.empty(0, np.int32))
    preference: Preference = DEFAULT_PREFERENCE

    @classmethod
    def of(cls, graph: Graph, user: int) -> UserEvents:
        """Take a user's events and likes out of a graph."""
        members = graph.relations[schema.USER_IN_GROUP.name]
        return cls.of_row(
            graph.relations,
            user,
            graph.titles,
            limit=limit_of(graph, user),
            groups=members.indices[members.row(user)],
            preference=graph.preference or DEFAULT_PREFERENCE,
        )

    @classmethod
    def of_row(
        cls,
        relations: Mapping[str, Relation],
        row: int,
        titles: Nodes,
        *,
        limit: int | None,
        groups: Int32Array,
        preference: Preference,
    ) -> UserEvents:
        """Take events and likes out of one row of relations.

        Parameters
        ----------
        relations
            The events and likes by name, from people to titles.
        row
            The person's row in them.
        titles
            The titles.
        limit, groups, preference
            As for the class.
        """
        events = {kind.name: _row(relations[kind.name], row) for kind in schema.EVENTS}
        likes = {
            title: Like(values["preference"], int(values["timestamp"]))
            for title, values in _row(relations[schema.LIKES.name], row).items()
        }
        person = cls(FrozenMapping(events), likes, limit, groups, preference)
        return person._with_likes_above_the_limit(titles)

    def event(self, kind: str, title: int) -> Values | None:
        """Return an event's properties, where there is such an event."""
        return self.events[kind].get(title)

    def put(self, kind: str, title: int, values: Values | None) -> UserEvents:
        """Return what there is after one event.

        Parameters
        ----------
        kind
            The name of a relationship of :data:`cinewalk.graph.model.schema.EVENTS`.
        title
            The title's position.
        values
            The event's properties; ``None`` to take it away.
        """
        return self.put_all({(kind, title): values})

    def put_all(self, changes: Mapping[tuple[str, int], Values | None]) -> UserEvents:
        """Return what there is after several events, by kind and title; as :meth:`put`, one after the other."""
        events = {kind: dict(self.events[kind]) for kind in dict.fromkeys(kind for kind, _ in changes)}
        for (kind, title), values in changes.items():
            events[kind].pop(title, None)
            if values is not None:
                # As a graph holds them, so that nothing differs once they are folded into one.
                events[kind][title] = FrozenMapping(
                    {name: _stored(name, cell) for name, cell in values.items()}
                )
        of_kinds = FrozenMapping({**self.events, **events})
        changed = {title for _, title in changes}
        likes = {title: like for title, like in self.likes.items() if title not in changed}
        for title in dict.fromkeys(title for _, title in changes):
            like = self._like(of_kinds, title)
            if like is not None:
                likes[title] = like
        return replace(self, events=of_kinds, likes=likes)

    def emptied(self) -> UserEvents:
        """Return the person with nothing done; their limit and their groups stay."""
        return UserEvents(limit=self.limit, groups=self.groups, preference=self.preference)

    def in_groups_of(self, before: Graph, after: Graph) -> UserEvents:
        """Return the person on a graph that has other demographic groups; those that it lacks are left out."""
        ids, find = before.nodes[schema.GROUP.label].ids.ids, after.nodes[schema.GROUP.label].ids.find
        places = [find(ids[group]) for group in self.groups.tolist()]
        groups = np.array([place for place in places if place is not None], np.int32)
        return replace(self, groups=groups)

    def _like(self, events: Mapping[str, Mapping[int, Values]], title: int) -> Like | None:
        """Let the most deliberate event decide."""
        value, latest = 0.0, schema.UNKNOWN_TIME
        for kind in schema.EVENTS:
            event = events[kind.name].get(title)
            if event is not None:
                columns = {name: np.array([cell], PROPERTY_TYPES[name]) for name, cell in event.items()}
                value = float(self.preference.of(kind.name, columns, 1)[0])
                latest = max(latest, int(event[schema.TIMESTAMP.name]))
        return Like(_stored(schema.PREFERENCE.name, value), latest) if value > 0 else None

    def _with_likes_above_the_limit(self, titles: Nodes) -> UserEvents:
        """Find the likes again that a graph leaves out: they come back when the limit is lifted."""
        if self.limit is None:
            return self
        above = too_mature(titles, self.limit)
        left_out = {title for of_kind in self.events.values() for title in of_kind if above[title]}
        candidates = {title: self._like(self.events, title) for title in left_out}
        likes = {title: like for title, like in candidates.items() if like is not None}
        return replace(self, likes={**self.likes, **likes})

    def allowed(self, titles: Nodes) -> dict[int, Like]:
        """Return the likes that lie within the limit, by title in ascending order."""
        above = too_mature(titles, self.limit)
        return {title: self.likes[title] for title in sorted(self.likes) if not above[title]}

    def profile(self, graph: Graph, half_life: float, user: int | None = None) -> Profile:
        """Return the person as the walks see them; as :func:`cinewalk.graph.model.profile.profile_of`.

        Parameters
        ----------
        graph
            The graph, which need not know what they did.
        half_life
            Of recency, in ranks.
        user
            Their position in the graph, where they have one.
        """
        likes = self.allowed(graph.titles)
        positions = np.fromiter(likes, np.int32, len(likes))
        preferences = np.fromiter((like.preference for like in likes.values()), np.float32, len(likes))
        times = np.fromiter((like.timestamp for like in likes.values()), np.int64, len(likes))
        hidden = np.zeros(len(graph.titles), np.bool_)
        for of_kind in self.events.values():
            hidden[list(of_kind)] = True
        hidden[list(self.likes)] = True  # also those that no event is behind
        hide_same(graph, hidden)
        hidden |= too_mature(graph.titles, self.limit)
        weights = preferences * time_ranks.recency(times, half_life)
        return Profile(frozen(positions), frozen(preferences), frozen(weights), hidden, user, self.groups)


def _stored(name: str, value: float) -> float:
    """Return a number as the property of that name holds it."""
    number: float = np.dtype(PROPERTY_TYPES[name]).type(value).item()
    return number


def _row(relation: Relation, user: int) -> dict[int, Values]:
    edges = relation.row(user)
    columns = {name: values[edges].tolist() for name, values in relation.properties.items()}
    rows = zip(*columns.values(), strict=True)
    return {
        title: dict(zip(columns, row, strict=True))
        for title, row in zip(relation.indices[edges].tolist(), rows, strict=True)
    }
