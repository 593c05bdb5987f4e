"""The Cypher that reads a graph back: names quoted by the mapping, values as parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cinewalk.graph.model import schema
from cinewalk.graph.model.preference import PREFERENCE_FACTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import LiteralString

    from cinewalk.graph.model.schema import Kind, NodeType, RelationshipType
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping

#: What was published last, how few of its viewers may be told, and how likes follow from events; at most one node.
READ_RUN: Final = f"""\
MATCH (n:CinewalkRun)
RETURN n.run, toString(n.published), n.privacySmallest, n.prefix,
  {", ".join(f"n.{prop.cypher}" for prop in PREFERENCE_FACTS)}
LIMIT 1"""

#: What hashes of relationships are made with; a product of two remainders has at most 62 bits.
FACTOR: Final = 48_271
MODULUS: Final = 2_147_483_647
SCALE: Final = 65_536.0

#: Instants as seconds, so that millions of them need no objects, and ones in the year 50000 can be read at all.
_SECONDS: Final = """\
CASE
  WHEN {0} IS NULL THEN $missing
  WHEN {0} IS :: ZONED DATETIME THEN {0}.epochSeconds
  WHEN {0} IS :: LOCAL DATETIME THEN datetime({{datetime: {0}, timezone: 'UTC'}}).epochSeconds
  WHEN {0} IS :: DATE THEN datetime({{date: {0}, timezone: 'UTC'}}).epochSeconds
  ELSE {0}
END"""

#: Days as text; what is no day stays what it is.
_DAY: Final = """\
CASE
  WHEN {0} IS :: DATE OR {0} IS :: ZONED DATETIME OR {0} IS :: LOCAL DATETIME THEN toString(date({0}))
  ELSE {0}
END"""

_FORMS: Final[dict[Kind, str]] = {"time": _SECONDS, "date": _DAY}


def seconds(entity: str, name: str) -> str:
    """Return a property of time in seconds, of whatever type it is; ``$missing`` where there is none."""
    return _SECONDS.format(f"{entity}.{name}")


def _values(entity: str, name: str, kind: Kind) -> str:
    return _FORMS.get(kind, "{0}").format(f"{entity}.{name}")


def count_everything(mapping: SchemaMapping) -> LiteralString:
    """Count the nodes of every label and the relationships of every kind, from the store's own counts."""
    counts = [f"COUNT {{ (:{mapping.label(label)}) }} AS {label}" for label in schema.NODES]
    counts += [
        f"COUNT {{ (:{mapping.label(kind.source)})-[:{mapping.type(name)}]->() }} AS {name}"
        for name, kind in schema.RELATIONSHIPS.items()
    ]
    return "RETURN " + ",\n  ".join(counts)


def read_nodes(mapping: SchemaMapping, node: NodeType, degrees: list[str]) -> LiteralString:
    """Read the nodes of a label, with how many relationships of each name in ``degrees`` leave them."""
    columns = ["id(n)"]
    columns += [
        _values("n", mapping.property(node.label, prop), prop.kind) for prop in (node.key, *node.properties)
    ]
    columns += [f"COUNT {{ (n)-[:{mapping.type(name)}]->() }}" for name in degrees]
    return f"MATCH (n:{mapping.label(node.label)})\nRETURN {_listed(columns)}"


def read_edges(mapping: SchemaMapping, kind: RelationshipType) -> LiteralString:
    """Read the relationships of the nodes with the internal ids ``$ids``, one row for each node."""
    pattern = f"(s)-[r:{mapping.type(kind.name)}]->(:{mapping.label(kind.target)})"
    columns = ["id(s)", "[r IN rs | id(endNode(r))]", *_edge_values(mapping, kind)]
    return f"MATCH (s)\nWHERE id(s) IN $ids\nWITH s, [{pattern} | r] AS rs\nRETURN {_listed(columns)}"


def read_new_edges(mapping: SchemaMapping, kind: RelationshipType) -> LiteralString:
    """Read the relationships that are no older than a time, one row for each node that they leave.

    The time comes as ``$moment``, ``$local``, ``$day`` and ``$seconds``: of two values of different types
    neither is the greater, so only the one of the property's type finds anything.
    """
    time = f"r.{mapping.property(kind.name, schema.TIMESTAMP)}"
    since = " OR ".join(f"{time} >= {name}" for name in ("$moment", "$local", "$day", "$seconds"))
    pattern = (
        f"(s:{mapping.label(kind.source)})-[r:{mapping.type(kind.name)}]->(:{mapping.label(kind.target)})"
    )
    columns = ["id(s)", "[r IN rs | id(endNode(r))]", *_edge_values(mapping, kind)]
    return f"MATCH {pattern}\nWHERE {since}\nWITH s, collect(r) AS rs\nRETURN {_listed(columns)}"


def sum_edges(mapping: SchemaMapping, kind: RelationshipType) -> LiteralString:
    """Count the relationships of the nodes with the internal ids ``$ids``, and sum their hashes, by ``$since``.

    A hash squares what it has after each part (both ends, the time, every value), so that what two relationships swap
    between them is not lost in the sum. No number in it needs more than 63 bits.
    """
    ends = f"(s)-[r:{mapping.type(kind.name)}]->(t:{mapping.label(kind.target)})"
    time, parts = "$missing", []
    for prop in kind.properties:
        cell = _values("r", mapping.property(kind.name, prop), prop.kind)
        if prop is schema.TIMESTAMP:
            time = f"coalesce(toIntegerOrNull({cell}), $missing)"
        else:
            parts.append(f"coalesce(toIntegerOrNull(toFloatOrNull({cell}) * {SCALE}), 0)")
    text = f"MATCH (s)\nWHERE id(s) IN $ids\nMATCH {ends}\n"
    text += f"WITH r, {time} AS time, (id(s) * {FACTOR} + id(t)) % {MODULUS} AS hash\n"
    for part in ("time", *parts):
        text += f"WITH r, time, (hash * hash + {part} % {MODULUS}) % {MODULUS} AS hash\n"
    is_old = "$since = 0 OR time < $since"
    return (
        f"{text}WITH {is_old} AS old, hash * hash % {MODULUS} AS hash\n"
        "RETURN count(CASE WHEN old THEN 1 END) AS old, sum(CASE WHEN old THEN hash ELSE 0 END) AS oldTotal,\n"
        "  count(CASE WHEN NOT old THEN 1 END) AS new, sum(CASE WHEN old THEN 0 ELSE hash END) AS newTotal"
    )


def lock_person(mapping: SchemaMapping) -> LiteralString:
    """Write to the node of one of ``$users``, so that others who do so wait and are done first."""
    key = f"u.{mapping.property(schema.USER.label, schema.USER_ID)}"
    return f"MATCH (u:{mapping.label(schema.USER.label)})\nWHERE {key} IN $users\nWITH u LIMIT 1\nSET {key} = {key}"


def read_person(mapping: SchemaMapping, kinds: Sequence[RelationshipType]) -> LiteralString:
    """Read one of ``$users``, and what they did with titles: one row where they are there.

    It has the node's number, the limit, how likes follow from events by the run, and for each kind a list of the
    title's key and every property.
    """
    key = f"u.{mapping.property(schema.USER.label, schema.USER_ID)}"
    title, title_key = mapping.label(schema.TITLE_NODE.label), mapping.property("Title", schema.TITLE_ID)
    columns = ["id(u)", f"u.{mapping.property(schema.USER.label, schema.MATURITY_LIMIT)}"]
    columns.append(f"[{', '.join(f'run.{prop.cypher}' for prop in PREFERENCE_FACTS)}]")
    for kind in kinds:
        values = [_values("r", mapping.property(kind.name, prop), prop.kind) for prop in kind.properties]
        pattern = f"(u)-[r:{mapping.type(kind.name)}]->(t:{title})"
        columns.append(f"COLLECT {{ MATCH {pattern} RETURN [{', '.join([f't.{title_key}', *values])}] }}")
    return (
        f"MATCH (u:{mapping.label(schema.USER.label)})\nWHERE {key} IN $users\nWITH u LIMIT 1\n"
        f"OPTIONAL MATCH (run:CinewalkRun)\nWITH u, head(collect(run)) AS run\nRETURN {_listed(columns)}"
    )


def _edge_values(mapping: SchemaMapping, kind: RelationshipType) -> list[str]:
    return [
        f"[r IN rs | {_values('r', mapping.property(kind.name, prop), prop.kind)}]"
        for prop in kind.properties
    ]


def _listed(columns: list[str]) -> str:
    """Name the columns by their numbers: two of one name would be an error."""
    return ", ".join(f"{column} AS c{i}" for i, column in enumerate(columns))
