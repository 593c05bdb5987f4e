"""Write into Neo4j what one person has just done, from what the database holds of them, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from cinewalk.errors import DatabaseError
from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.statements import seconds
from cinewalk.loaders.neo4j.write.person import forms, lock_person
from cinewalk.loaders.neo4j.write.statements import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import LiteralString

    from neo4j import Transaction

    from cinewalk.graph.model.graph import Nodes
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph
    from cinewalk.loaders.neo4j.write.person import LockedPerson


class PersonChange(Protocol):
    """What becomes of a person."""

    @property
    def events(self) -> UserEvents:
        """The person afterwards."""

    @property
    def changed(self) -> Sequence[tuple[str, int]]:
        """The kinds of the events that have changed, and their titles' positions; none where the limit has."""


Made = TypeVar("Made", bound=PersonChange | None)


def write_change(
    live: LiveGraph,
    titles: Nodes,
    user_id: str,
    change: Callable[[UserEvents], Made],
    *,
    known: bool,
    groups: Int32Array,
) -> Made:
    """Change what a person did, and the likes that follow, in one transaction in which nobody else does so.

    Only events that ``change`` names are written, and only likes of their titles; the ranks of the person's likes by
    time follow.

    Parameters
    ----------
    live
        The database.
    titles
        The titles that positions speak of.
    user_id
        The person.
    change
        Works out from what the database holds of the person what they have done then. It is called again where the
        transaction is tried again; nothing is written where it raises, or returns ``None``.
    known
        Whether the person was there before. Somebody who was and is not any more is not made again.
    groups
        The positions of the person's groups.

    Raises
    ------
    DatabaseError
        Where the database cannot be reached or refuses, or does not know the person or a title any more; nothing is
        written then.
    """

    def work(transaction: Transaction) -> Made:
        locked = lock_person(transaction, live.asked, live.state, titles, user_id, groups)
        if locked is None:
            if known:
                raise _gone(live, "user", user_id)
            transaction.run(_trusted(_NEW.format(**_names(live.asked.mapping))), user=user_id).consume()
            locked = lock_person(transaction, live.asked, live.state, titles, user_id, groups)
            assert locked is not None
        made = change(locked.events)
        if made is not None:
            _write(transaction, live, titles, locked, made)
        return made

    return live.connection.transact(work)


_NEW: Final = f"MERGE (u:{{user}} {{{{{{user_key}}: $user}}}}) ON CREATE SET u.{MARK} = true"
_PERSON: Final = "MATCH (u) WHERE id(u) = $person"
_LIMIT: Final = "SET u.{limit} = $limit"
_FOUND: Final = """\
MATCH (:{user})-[r:{type}]->(:{title})
WHERE r.{time} IS NOT NULL
RETURN properties(r) AS found
LIMIT 1"""
_PUT: Final = """\
UNWIND $rows AS row
MATCH (t:{title}) WHERE t.{title_key} IN row[0]
MERGE (u)-[r:{type}]->(t)
SET r += row[1]
RETURN DISTINCT row[0][0] AS title"""
_REMOVE: Final = """\
UNWIND $rows AS row
MATCH (t:{title}) WHERE t.{title_key} IN row[0]
OPTIONAL MATCH (u)-[r:{type}]->(t)
DELETE r
RETURN DISTINCT row[0][0] AS title"""
# Where the maturity is not known, a title lies above any limit.
_ALLOWED: Final = "coalesce(t.{maturity} <= $limit, $limit IS NULL)"
_LIKES: Final = (
    """\
CALL (u) {{
  MATCH (u)-[old:{likes}]->(t:{title})
  WHERE t.{title_key} IN $about AND NOT (t.{title_key} IN $liked AND """
    + _ALLOWED
    + """)
  DELETE old
}}
CALL (u) {{
  UNWIND $rows AS row
  MATCH (t:{title}) WHERE t.{title_key} IN row[0] AND """
    + _ALLOWED
    + """
  MERGE (u)-[r:{likes}]->(t)
  SET r += row[1]
}}
CALL (u) {{
  MATCH (u)-[r:{likes}]->(:{title})
  WITH r, {seconds} AS time
  ORDER BY time
  WITH collect({{like: r, time: time}}) AS rows
  UNWIND range(0, size(rows) - 1) AS place
  WITH rows[place].time AS time, avg(place) AS rank, collect(rows[place].like) AS likes
  UNWIND likes AS like
  WITH like, rank
  WHERE like.rank IS NULL OR like.rank <> rank
  SET like.rank = rank
}}
RETURN 1"""
)


def _write(
    transaction: Transaction, live: LiveGraph, titles: Nodes, locked: LockedPerson, made: PersonChange
) -> None:
    mapping, events = live.asked.mapping.prefixed(live.prefix), made.events
    names = _names(mapping)
    if not made.changed:
        text = f"{_PERSON} {_LIMIT}".format(**names)
        transaction.run(_trusted(text), person=locked.node, limit=events.limit).consume()
    ids = titles.ids.ids
    of_kinds: defaultdict[tuple[str, bool], list[list[Any]]] = defaultdict(list)
    samples = {kind: _sample(transaction, mapping, kind) for kind in {kind for kind, _ in made.changed}}
    for kind, title in made.changed:
        values = events.event(kind, title)
        row = [forms(ids[title]), None if values is None else _cells(mapping, kind, values, samples[kind])]
        of_kinds[kind, values is None].append(row)
    for (kind, gone), rows in of_kinds.items():
        text = f"{_PERSON}\n{_REMOVE if gone else _PUT}".format(type=mapping.type(kind), **names)
        written = {row["title"] for row in transaction.run(_trusted(text), person=locked.node, rows=rows)}
        for (title, *_), _values in rows:
            if title not in written:
                raise _gone(live, "title", title)
    if live.state.keeps_likes:
        about = {title for _, title in made.changed} or {t for of in events.events.values() for t in of}
        text = f"{_PERSON}\n{_LIKES}".format(**names)
        likes = _like_rows(
            mapping, titles, events, sorted(about), _sample(transaction, mapping, schema.LIKES.name)
        )
        transaction.run(
            _trusted(text), person=locked.node, limit=events.limit, missing=schema.UNKNOWN_TIME, **likes
        ).consume()


def _sample(transaction: Transaction, mapping: SchemaMapping, kind: str) -> Mapping[str, Any]:
    """Return the properties of one relationship of a kind that the database holds, whose types are followed."""
    time = mapping.property(kind, schema.TIMESTAMP)
    text = _FOUND.format(type=mapping.type(kind), time=time, **_names(mapping))
    row = transaction.run(_trusted(text)).single()
    return {} if row is None else row["found"]


def _gone(live: LiveGraph, what: str, key: str) -> DatabaseError:
    place = live.connection.place
    return DatabaseError(
        f"{place}: there is no {what} {key!r} any more. Call refresh() to see what is there."
    )


def _names(mapping: SchemaMapping) -> dict[str, str]:
    user, title, likes = schema.USER.label, schema.TITLE_NODE.label, schema.LIKES.name
    return {
        "user": mapping.label(user),
        "user_key": mapping.property(user, schema.USER_ID),
        "limit": mapping.property(user, schema.MATURITY_LIMIT),
        "title": mapping.label(title),
        "title_key": mapping.property(title, schema.TITLE_ID),
        "maturity": mapping.property(title, schema.MATURITY),
        "likes": mapping.type(likes),
        "seconds": seconds("r", mapping.property(likes, schema.TIMESTAMP)),
    }


def _trusted(text: str) -> LiteralString:
    """Mark text that is made of the words above and of quoted names as safe to run."""
    return text


def _cells(
    mapping: SchemaMapping, kind: str, values: Mapping[str, float], sample: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the properties of a relationship under the names of the database, in the types that it has there."""
    cells = {}
    for prop in schema.RELATIONSHIPS[kind].properties:
        name, value = mapping.property(kind, prop).strip("`"), values[prop.name]
        found = sample.get(name)
        if prop is schema.TIMESTAMP:
            cells[name] = time_like(found, int(value))
        else:
            cells[name] = int(value) if type(found) is int and float(value).is_integer() else value
    return cells


def time_like(found: Any, time: int) -> Any:
    """Return a time in the type of another one that was found; a datetime in UTC where none was.

    Parameters
    ----------
    found
        Seconds since 1970, a datetime with or without a zone, a date, or one of these as text.
    time
        Seconds since 1970; ``None`` is returned for an unknown one.

    Examples
    --------
    >>> time_like(978_300_760, 1_760_000_000), time_like("978300760", 1_760_000_000)
    (1760000000, '1760000000')
    >>> time_like(None, 1_760_000_000).isoformat(), time_like("2001-01-01", 1_760_000_000)
    ('2025-10-09T08:53:20+00:00', '2025-10-09T08:53:20+00:00')
    """
    if time == schema.UNKNOWN_TIME:
        return None
    moment = dt.datetime.fromtimestamp(time, dt.UTC)
    if type(found) in (int, float):
        return type(found)(time)
    if type(found) is str:
        return str(time) if found.strip().isdecimal() else moment.isoformat()
    if hasattr(found, "year") and not hasattr(found, "hour"):
        return moment.date()
    return moment.replace(tzinfo=None) if hasattr(found, "tzinfo") and found.tzinfo is None else moment


def _like_rows(
    mapping: SchemaMapping, titles: Nodes, events: UserEvents, about: Iterable[int], sample: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is to be known of the likes of some titles, as parameters."""
    ids, name = titles.ids.ids, schema.LIKES.name
    keys = {title: forms(ids[title]) for title in about}
    likes = {title: events.likes[title] for title in keys if title in events.likes}
    rows = {title: _cells(mapping, name, like._asdict(), sample) for title, like in likes.items()}
    return {
        "about": [form for of_title in keys.values() for form in of_title],
        "liked": [form for title in likes for form in keys[title]],
        "rows": [[keys[title], cells] for title, cells in rows.items()],
    }
