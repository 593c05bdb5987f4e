"""Write into Neo4j what one person has just done, so that Cypher counts it, too."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.errors import DatabaseError
from cinewalk.graph import kernels, schema

if TYPE_CHECKING:
    from typing import LiteralString

    from cinewalk.graph.network import Graph
    from cinewalk.graph.own import Own
    from cinewalk.loaders.neo4j_connection import Connection
    from cinewalk.loaders.neo4j_mapping import SchemaMapping


def write_own(
    connection: Connection,
    mapping: SchemaMapping,
    graph: Graph,
    user_id: str,
    own: Own,
    changed: tuple[str, int] | None,
    *,
    likes: bool,
) -> None:
    """Write one event, the limit and the likes of a person, in one transaction.

    Parameters
    ----------
    connection, mapping
        The database, and its names.
    graph
        The titles that positions speak of.
    user_id, own
        The person, as they are now.
    changed
        The event that has changed: the name of its kind, and the title's position.
    likes
        Whether the likes are kept in the database, too.

    Raises
    ------
    DatabaseError
        Where the database cannot be reached or refuses, or does not know the title.
    """
    facts: dict[str, Any] = {"user": user_id, "limit": own.limit}
    parts = [_PERSON.format(**_names(mapping))]
    if changed is not None:
        name, title = changed
        values = own.event(name, title)
        facts |= {"title": graph.titles.ids.ids[title], "values": None}
        if values is not None:
            prop = {
                p.name: mapping.property(name, p).strip("`") for p in schema.RELATIONSHIPS[name].properties
            }
            facts["values"] = {prop[key]: _cell(key, cell) for key, cell in values.items()}
        text = _NO_EVENT if values is None else _EVENT
        parts.append(text.format(type=mapping.type(name), **_names(mapping)))
    if likes:
        facts |= _likes(graph, own)
        parts.append(_LIKES.format(**_names(mapping)))
    parts.append(_KNOWN.format(**_names(mapping)))
    rows = connection.write(_trusted("\n".join(parts)), **({"title": None} | facts))
    if not rows[0]["known"]:
        raise DatabaseError(
            f"{connection.place}: there is no title {facts['title']!r} any more. Call refresh() to see what is there."
        )


_PERSON = "MERGE (u:{user} {{{user_key}: $user}}) SET u.{limit} = $limit WITH u"
_EVENT = "CALL (u) {{ MATCH (t:{title} {{{title_key}: $title}}) MERGE (u)-[r:{type}]->(t) SET r += $values }}"
_NO_EVENT = "CALL (u) {{ MATCH (u)-[r:{type}]->(:{title} {{{title_key}: $title}}) DELETE r }}"
_LIKES = """\
CALL (u) {{ MATCH (u)-[old:{likes}]->(t:{title}) WHERE NOT t.{title_key} IN $liked DELETE old }}
CALL (u) {{
  UNWIND $likes AS like
  MATCH (t:{title} {{{title_key}: like[0]}})
  MERGE (u)-[r:{likes}]->(t)
  SET r.{preference} = like[1], r.{timestamp} = like[2], r.rank = like[3]
}}"""

_KNOWN = "RETURN $title IS NULL OR EXISTS {{ (:{title} {{{title_key}: $title}}) }} AS known"


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


def _cell(name: str, value: float) -> Any:
    return _moment(int(value)) if name == schema.TIMESTAMP.name else value


def _moment(seconds: int) -> dt.datetime | None:
    return None if seconds == schema.UNKNOWN_TIME else dt.datetime.fromtimestamp(seconds, dt.UTC)


def _likes(graph: Graph, own: Own) -> dict[str, Any]:
    """Return the likes as parameters: id, preference, time, and the rank by time as publishing writes it."""
    likes = own.allowed(graph.titles)
    times = np.fromiter((like.timestamp for like in likes.values()), np.int64, len(likes))
    ranks = kernels.ranks_by_time(np.array([0, len(likes)]), times)
    ids = [graph.titles.ids.ids[title] for title in likes]
    rows = zip(ids, likes.values(), ranks.tolist(), strict=True)
    return {
        "liked": ids,
        "likes": [[title, like.preference, _moment(like.timestamp), rank] for title, like, rank in rows],
    }
