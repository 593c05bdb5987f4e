"""A person as calls name them, and what they have done with a title in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cinewalk.graph import schema

if TYPE_CHECKING:
    from cinewalk.graph.own import Own
    from cinewalk.graph.seeds import Profile


class Person(NamedTuple):
    """Somebody's id, what the walks see of them, and the highest maturity that they may be shown."""

    user_id: str
    profile: Profile
    limit: int | None = None


def seen_by(own: Own, title: int) -> str:
    """Say why a title is not shown to somebody again; the most deliberate event says it.

    >>> from cinewalk.graph.own import Own
    >>> seen_by(Own().put("thumbed", 7, {"value": -1, "timestamp": 0}), 7)
    'thumbed down'
    """
    if own.event(schema.BLOCKED.name, title) is not None:
        return "blocked"
    thumb = own.event(schema.THUMBED.name, title)
    if thumb is not None:
        return "thumbed down" if thumb[schema.THUMB.name] < 0 else "already thumbed"
    return "already rated" if own.event(schema.RATED.name, title) is not None else "already watched"
