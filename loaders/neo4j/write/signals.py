"""Write into Neo4j what one person has just done, so that Cypher counts it, too."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import DatabaseError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric import time_ranks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import LiteralString

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.server.connection import Connection

#: A whole number as a database's number reads as text.
_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,18}")


def write_user_events(
    connection: Connection,
    mapping: SchemaMapping,
    graph: Graph,
    user_id: str,
    events: UserEvents,
    changed: tuple[str, int] | None,
    *,
    likes: bool,
) -> None:
    """Write one event or the limit of a person, and their likes, in one transaction.

    Parameters
    ----------
    connection, mapping
        The database, and its names.
    graph
        The titles that positions speak of.
    user_id, own
        The person, as they are now.
    changed
        The event that has changed: the name of its kind, and the title's position; ``None`` for the limit.
    likes
        Whether the likes are kept in the database, too.

    Raises
    ------
    DatabaseError
        Where the database cannot be reached or refuses, or does not know the title; nothing is written then.
    """
    names = _names(mapping)
    facts: dict[str, Any] = {"user": user_id, "users": _forms(user_id)}
    if changed is None:
        facts["limit"] = events.limit
        parts = [_PERSON.format(**names), _LIMIT.format(**names)]
    else:
        name, title = changed
        values = events.event(name, title)
        facts |= {"titles": _forms(graph.titles.ids.ids[title]), "values": _cells(mapping, name, values)}
        text = _NO_EVENT if values is None else _EVENT
        parts = [
            part.format(type=mapping.type(name), **names) for part in (_THE_TITLE, _PERSON, "WITH u", text)
        ]
    if likes:
        facts |= _likes(graph, events)
        parts.append(_LIKES.format(**names))
    if not connection.write(_trusted("\n".join([*parts, "RETURN 1"])), **facts):
        shown = repr(facts["titles"][0])
        raise DatabaseError(
            f"{connection.place}: there is no title {shown} any more. Call refresh() to see what is there."
        )


# Where the title is not there, no row is left, and nothing is written.
_THE_TITLE = (
    "MATCH (there:{title}) WHERE there.{title_key} IN $titles WITH count(there) AS titles WHERE titles > 0"
)
_PERSON = """\
CALL () {{
  OPTIONAL MATCH (known:{user}) WHERE known.{user_key} IN $users
  RETURN head(collect(known.{user_key})) AS known
}}
MERGE (u:{user} {{{user_key}: coalesce(known, $user)}})"""
_LIMIT = "SET u.{limit} = $limit WITH u"
_EVENT = """\
CALL (u) {{
  MATCH (t:{title}) WHERE t.{title_key} IN $titles
  MERGE (u)-[r:{type}]->(t)
  SET r += $values
}}"""
_NO_EVENT = "CALL (u) {{ MATCH (u)-[r:{type}]->(t:{title}) WHERE t.{title_key} IN $titles DELETE r }}"
_LIKES = """\
CALL (u) {{ MATCH (u)-[old:{likes}]->(t:{title}) WHERE NOT t.{title_key} IN $liked DELETE old }}
CALL (u) {{
  UNWIND $likes AS like
  MATCH (t:{title}) WHERE t.{title_key} IN like[0]
  MERGE (u)-[r:{likes}]->(t)
  SET r.{preference} = like[1], r.{timestamp} = like[2], r.rank = like[3]
}}"""


def _forms(key: str) -> list[str | int]:
    """Return what a key may be in the database: text, or the number that is read as this text.

    >>> _forms("196"), _forms("0196"), _forms("tt0078748")
    (['196', 196], ['0196'], ['tt0078748'])
    """
    is_number = _NUMBER.fullmatch(key) is not None and abs(int(key)) < 2**63
    return [key, int(key)] if is_number else [key]


def _names(mapping: SchemaMapping) -> dict[str, str]:
    likes = schema.LIKES.name
    return {
        "user": mapping.label(schema.USER.label),
        "user_key": mapping.property(schema.USER.label, schema.USER_ID),
        "limit": mapping.property(schema.USER.label, schema.MATURITY_LIMIT),
        "title": mapping.label(schema.TITLE_NODE.label),
        "title_key": mapping.property(schema.TITLE_NODE.label, schema.TITLE_ID),
        "likes": mapping.type(likes),
        "preference": mapping.property(likes, schema.PREFERENCE),
        "timestamp": mapping.property(likes, schema.TIMESTAMP),
    }


def _trusted(text: str) -> LiteralString:
    """Mark text that is made of the words above and of quoted names as safe to run."""
    return text


def _cells(mapping: SchemaMapping, event: str, values: Mapping[str, float] | None) -> dict[str, Any] | None:
    """Return an event's properties under the names of the database."""
    if values is None:
        return None
    return {
        mapping.property(event, prop).strip("`"): _moment(int(values[prop.name]))
        if prop is schema.TIMESTAMP
        else values[prop.name]
        for prop in schema.RELATIONSHIPS[event].properties
    }


def _moment(seconds: int) -> dt.datetime | None:
    return None if seconds == schema.UNKNOWN_TIME else dt.datetime.fromtimestamp(seconds, dt.UTC)


def _likes(graph: Graph, events: UserEvents) -> dict[str, Any]:
    """Return the likes as parameters: id, preference, time, and the rank by time as publishing writes it."""
    likes = events.allowed(graph.titles)
    times = np.fromiter((like.timestamp for like in likes.values()), np.int64, len(likes))
    ranks = time_ranks.ranks_by_time(np.array([0, len(likes)]), times)
    ids = [_forms(graph.titles.ids.ids[title]) for title in likes]
    rows = zip(ids, likes.values(), ranks.tolist(), strict=True)
    return {
        "liked": [form for forms in ids for form in forms],
        "likes": [[title, like.preference, _moment(like.timestamp), rank] for title, like, rank in rows],
    }
