"""What a database calls its things, where a mapping does not fit them: what is missing, and what a mapping might be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, LiteralString

from cinewalk.errors import SourceError
from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.mapping import DEFAULT_MAPPING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.server.connection import Connection

_LABELS: Final[LiteralString] = (
    "CALL db.labels() YIELD label WHERE EXISTS { MATCH (n:$(label)) } RETURN label AS name ORDER BY name"
)
_TYPES: Final[LiteralString] = (
    "CALL db.relationshipTypes() YIELD relationshipType AS name WHERE EXISTS { MATCH ()-[:$(name)]->() } "
    "RETURN name ORDER BY name"
)
#: Kinds of relationships among some of those that are there, the most frequent first.
_SOME: Final[LiteralString] = (
    "MATCH (a)-[r]->(b) WITH a, r, b LIMIT 10000 "
    "RETURN labels(a)[0] AS source, type(r) AS type, labels(b)[0] AS target, count(*) AS count, "
    "head(collect(properties(r))) AS facts, head(collect(keys(a))) AS sourceKeys, head(collect(keys(b))) AS targetKeys "
    "ORDER BY count DESC, type"
)
_RATINGS: Final = ("rating", "stars", "score", "grade", "value", "mark", "points")
_TIMES: Final = ("timestamp", "time", "date", "at", "on", "created", "createdAt", "ratedAt", "when")
_NAMES: Final = ("title", "name")


def check_names(connection: Connection, mapping: SchemaMapping, counts: Mapping[str, int]) -> None:
    """Make sure that a database has what its mapping names, and something of the schema.

    Parameters
    ----------
    connection
        The database.
    mapping
        Its names.
    counts
        By label and relationship, how many of each there are.

    Raises
    ------
    SourceError
        Where it has not; the message tells what there is.
    """
    labels = (schema.USER.label, schema.TITLE_NODE.label)
    if not any(counts[label] for label in labels):
        user, title = (mapping.labels.get(label, label) for label in labels)
        raise SourceError(
            f"{connection.place}: holds no {user} and no {title} of this schema. "
            f"Publish into it (`cinewalk publish`), or give a mapping of its names{_offer(connection)}."
        )
    if mapping != DEFAULT_MAPPING:
        _check_what_is_named(connection, "label", mapping.labels.values(), _LABELS)
        _check_what_is_named(connection, "relationship", mapping.types.values(), _TYPES)
    if not any(counts[name] for name in schema.RELATIONSHIPS):
        types = [row["name"] for row in connection.read(_TYPES)]
        if types:
            raise SourceError(
                f"{connection.place}: holds no relationship of this schema or its mapping; there are "
                f"{', '.join(types)}. Give a mapping of its names{_offer(connection)}."
            )


def _check_what_is_named(
    connection: Connection, what: str, names: Iterable[str], query: LiteralString
) -> None:
    there = [row["name"] for row in connection.read(query)]
    for name in names:
        if name not in there:
            raise SourceError(
                f"{connection.place}: no {what} {name}, which the mapping names; there are "
                f"{', '.join(there) or 'none'}."
            )


def _offer(connection: Connection) -> str:
    """Return what a mapping might be, as the end of a sentence; nothing where nobody can tell."""
    for row in connection.read(_SOME):
        rating = next((name for name in _RATINGS if isinstance(row["facts"].get(name), int | float)), None)
        if rating is not None and row["source"] and row["target"] and row["source"] != row["target"]:
            return f", which might be: {_mapping_of(row, rating)}"
    return ""


def _mapping_of(row: Any, rating: str) -> str:
    user, title = ({"user_id": _key(row["sourceKeys"])}, {"title_id": _key(row["targetKeys"])})
    title |= {"title": next((name for name in _NAMES if name in row["targetKeys"]), None)}
    rated = {"rating": rating, "timestamp": next((name for name in _TIMES if name in row["facts"]), None)}
    tables: dict[str, dict[str, str | None]] = {
        "labels": {"User": row["source"], "Title": row["target"]},
        "types": {"rated": row["type"]},
        "properties.User": user,
        "properties.Title": title,
        "properties.rated": rated,
    }
    return "; ".join(
        f"[{table}] " + ", ".join(f'{ours} = "{theirs}"' for ours, theirs in names.items() if theirs)
        for table, names in tables.items()
        if any(names.values())
    )


def _key(keys: Iterable[str]) -> str | None:
    """Return the property that looks like a key: one that ends in *id*, else a name."""
    named = sorted(keys)
    ids = [key for key in named if key.lower().endswith("id")]
    return next(iter([*ids, *(key for key in ("email", "name", "title") if key in named)]), None)
