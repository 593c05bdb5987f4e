"""The Cypher that publishing sends, made from the words of the schema alone; every value is a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, LiteralString

from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read.mapping import quoted

if TYPE_CHECKING:
    from collections.abc import Container

    from cinewalk.graph.model.schema import NodeType, Property, RelationshipType

#: A like's place among those of its user by time, oldest first, as the sequence-aware walk takes it.
LIKE_RANK: Final = schema.Property("rank", "float")

#: What a relationship carries of the run that wrote it.
OF_RUN: Final = schema.Property("run", "text")

#: What a node, or a relationship between two nodes of others, carries that cinewalk has made.
MARK: Final = "cinewalk"

#: What runs are called; what somebody else calls a run does not look so.
RUN: Final = "[0-9a-f]{16}"

#: How the names of constraints and indexes begin that cinewalk has made.
PREFIX: Final = "cinewalk_"


def trusted(text: str) -> LiteralString:
    """Mark text that is made of the schema's own words as safe to run."""
    return text


def _value(prop: Property, cell: str) -> str:
    if prop.kind == "time":
        return f"CASE WHEN {cell} IS NULL THEN NULL ELSE datetime({{epochSeconds: {cell}}}) END"
    return cell


def constraints(indexed: Container[tuple[str, str]] = ()) -> list[LiteralString]:
    """Return what makes keys unique and lookups fast; each may run again without harm, and none is made twice.

    Their names begin as those of nobody else, so that they can be told from the constraints and indexes of others.

    Parameters
    ----------
    indexed
        Labels and keys that have an index of somebody else, beside which there can be no constraint.
    """
    statements = [
        f"CREATE CONSTRAINT {PREFIX}{node.label.lower()}_key IF NOT EXISTS "
        f"FOR (n:{node.label}) REQUIRE n.{node.key.cypher} IS UNIQUE"
        for node in schema.NODES.values()
        if (node.label, node.key.cypher) not in indexed
    ]
    statements.append(run_constraint())
    statements += [
        f"CREATE INDEX {PREFIX}title_{prop.name} IF NOT EXISTS FOR (n:Title) ON (n.{prop.cypher})"
        for prop in (schema.TITLE, schema.YEAR)
    ]
    statements += [
        f"CREATE INDEX {PREFIX}{event.name}_time IF NOT EXISTS "
        f"FOR ()-[r:{event.type}]-() ON (r.{schema.TIMESTAMP.cypher})"
        for event in schema.EVENTS
    ]
    return [trusted(text) for text in statements]


def run_constraint() -> LiteralString:
    """Return what keeps the node of the run the only one."""
    return trusted(
        f"CREATE CONSTRAINT {PREFIX}run IF NOT EXISTS FOR (n:CinewalkRun) REQUIRE n.name IS UNIQUE"
    )


def nodes(kind: NodeType, *, fresh: bool) -> LiteralString:
    """Return the statement that writes nodes: ``$rows`` are lists of the key and every property.

    Nodes that others have made keep their properties.

    Parameters
    ----------
    kind
        Their label.
    fresh
        Whether there is none of them yet, so that none has to be looked for.
    """
    key = f"{kind.key.cypher}: row[0]"
    cells = {p.cypher: _value(p, f"row[{i}]") for i, p in enumerate(kind.properties, 1)}
    if fresh:
        together = ", ".join([key, f"{MARK}: true", *(f"{name}: {cell}" for name, cell in cells.items())])
        return trusted(f"UNWIND $rows AS row CREATE (:{kind.label} {{{together}}})")
    text = f"UNWIND $rows AS row MERGE (n:{kind.label} {{{key}}}) ON CREATE SET n.{MARK} = true"
    if cells:
        text += f" WITH n, row WHERE n.{MARK} SET " + ", ".join(
            f"n.{name} = {cell}" for name, cell in cells.items()
        )
    return trusted(text)


def relationships(
    kind: RelationshipType,
    properties: tuple[Property, ...],
    *,
    fresh: bool,
    run: bool = False,
    shared: bool = False,
    numbered: bool = False,
) -> LiteralString:
    """Return the statement that writes relationships, from one row per source.

    ``$rows`` are lists of the source's key and a list of edges, each the target's key and every property.

    Parameters
    ----------
    kind
        Their type and ends.
    properties
        What is written.
    fresh
        Whether there is none of them yet, so that none has to be looked for.
    run
        Whether each carries the run that wrote it, ``$run``.
    shared
        Whether there may be both ends of one that others have made: between such, what others have written stays as
        it is, and what is made is marked.
    numbered
        Whether nodes are named by the database's own numbers instead of keys.
    """
    cells = {p.cypher: _value(p, f"edge[{i}]") for i, p in enumerate(properties, 1)}
    run_cells = {"run": "$run"} if run else {}
    source, target = (
        _match(*end, numbered) for end in (("s", kind.source, "row"), ("t", kind.target, "edge"))
    )
    text = f"UNWIND $rows AS row {source} UNWIND row[1] AS edge {target} "
    if shared:
        theirs = f"(s.{MARK} OR t.{MARK})"
        text += f"MERGE (s)-[r:{kind.type}]->(t) ON CREATE SET r.{MARK} = CASE WHEN {theirs} THEN null ELSE true END"
        text += f" WITH s, t, r, edge WHERE {theirs} OR r.{MARK}" if cells else ""
    elif fresh:
        return trusted(text + f"CREATE (s)-[:{kind.type}{_map(run_cells | cells)}]->(t)")
    else:
        text += f"MERGE (s)-[r:{kind.type}{_map(run_cells)}]->(t)"
    if cells:
        text += " SET " + ", ".join(f"r.{name} = {cell}" for name, cell in cells.items())
    return trusted(text)


def _match(node: str, label: str, row: str, numbered: bool) -> str:
    if numbered:
        return f"MATCH ({node}) WHERE id({node}) = {row}[0]"
    return f"MATCH ({node}:{label} {{{schema.NODES[label].key.cypher}: {row}[0]}})"


def _map(cells: dict[str, str]) -> str:
    return f" {{{', '.join(f'{name}: {cell}' for name, cell in cells.items())}}}" if cells else ""


def count_nodes(label: str) -> LiteralString:
    """Return the statement that counts nodes."""
    return trusted(f"MATCH (n:{label}) RETURN count(n) AS count")


def count_relationships(kind: RelationshipType) -> LiteralString:
    """Return the statement that counts relationships."""
    return trusted(f"MATCH (:{kind.source})-[r:{kind.type}]->() RETURN count(r) AS count")


def count_run(kind: RelationshipType) -> LiteralString:
    """Return the statement that counts the relationships that ``$run`` has written."""
    return trusted(f"MATCH ()-[r:{kind.type} {{run: $run}}]->() RETURN count(r) AS count")


def count_type(name: str) -> LiteralString:
    """Return the statement that counts the relationships of a type that no run has written."""
    return trusted(
        f"MATCH ()-[r:{name}]->() WHERE r.run IS NULL OR NOT r.run =~ '{RUN}' RETURN count(r) AS others"
    )


def remove_other_runs(kind: RelationshipType, *, every: bool = False) -> LiteralString:
    """Return the statement that removes what other runs than ``$run`` have written, in transactions of its own.

    Parameters
    ----------
    kind
        Their type.
    every
        Whether all others are meant, also those that no run has written: the type is this package's own.
    """
    which = "r.run IS NULL OR r.run <> $run" if every else f"r.run <> $run AND r.run =~ '{RUN}'"
    return trusted(
        f"MATCH ()-[r:{kind.type}]->() WHERE {which} CALL (r) {{ DELETE r }} IN TRANSACTIONS OF 10000 ROWS"
    )


def held_nodes(kind: NodeType, leaving: list[RelationshipType]) -> LiteralString:
    """Return the statement that reads nodes: the database's number, key, whether cinewalk made it, and degrees."""
    columns = ["id(n)", f"n.{kind.key.cypher}", f"n.{MARK} IS NOT NULL"]
    columns += [f"COUNT {{ (n)-[:{edge.type}]->() }}" for edge in leaving]
    named = ", ".join(f"{column} AS c{i}" for i, column in enumerate(columns))
    return trusted(f"MATCH (n:{kind.label}) RETURN {named}")


def remove_runs(name: str, *, every: bool) -> LiteralString:
    """Return the statement that removes what runs have written under a type, in transactions of its own.

    Parameters
    ----------
    name
        The type.
    every
        Whether it is this package's own, so that all of it goes.
    """
    which = "" if every else f"WHERE r.run =~ '{RUN}' "
    return trusted(f"MATCH ()-[r:{name}]->() {which}CALL (r) {{ DELETE r }} IN TRANSACTIONS OF 10000 ROWS")


def drop(what: str, name: str) -> LiteralString:
    """Return the statement that drops a constraint or an index of this package's own."""
    return trusted(f"DROP {what} {quoted(name)} IF EXISTS")


def adopt(label: str) -> LiteralString:
    """Return the statement that marks what an earlier version has written, in transactions of its own."""
    return trusted(
        f"MATCH (n:{label}) WHERE n.{MARK} IS NULL CALL (n) {{ SET n.{MARK} = true }} IN TRANSACTIONS OF 10000 ROWS"
    )


def remove_nodes(kind: NodeType) -> LiteralString:
    """Return the statement that removes nodes that cinewalk has made, by ``$keys``, in transactions of its own."""
    return trusted(
        f"UNWIND $keys AS key MATCH (n:{kind.label} {{{kind.key.cypher}: key}}) WHERE n.{MARK} "
        "CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 100 ROWS"
    )


def remove_relationships(kind: RelationshipType, *, both: bool) -> LiteralString:
    """Return the statement that removes relationships: ``$rows`` are the database's numbers of both ends.

    Those that cinewalk has marked go, and others by their ends.

    Parameters
    ----------
    kind
        Their type.
    both
        Whether both ends must be nodes that cinewalk has made, or one.
    """
    ends = f"s.{MARK} {'AND' if both else 'OR'} t.{MARK}"
    return trusted(
        f"UNWIND $rows AS row MATCH (s)-[r:{kind.type}]->(t) WHERE id(s) = row[0] AND id(t) = row[1] "
        f"AND (r.{MARK} OR ({ends})) DELETE r"
    )


#: Read which labels and keys have an index that belongs to no constraint.
READ_INDEXED: Final[LiteralString] = (
    "SHOW INDEXES YIELD type, entityType, labelsOrTypes, properties, owningConstraint "
    "WHERE type = 'RANGE' AND entityType = 'NODE' AND owningConstraint IS NULL AND size(properties) = 1 "
    "RETURN labelsOrTypes[0] AS label, properties[0] AS key"
)

#: Read what is known of the run.
READ_RUN: Final[LiteralString] = (
    "MATCH (run:CinewalkRun {name: 'current'}) RETURN properties(run) AS facts LIMIT 1"
)

#: Remove what titles were said to be the same: which one is shown for a film may have changed.
REMOVE_SAME_TITLES: Final = trusted(
    f"MATCH (a:Title)-[same:SAME_AS]->(b:Title) WHERE a.{MARK} OR b.{MARK} OR same.{MARK} DELETE same"
)

#: Say how likes follow from events, which whoever reads the graph back needs to know.
SET_PREFERENCE: Final[LiteralString] = "MERGE (run:CinewalkRun {name: 'current'}) SET run += $facts"

#: Put a run in force: from this transaction on, queries see what it has derived. Nothing where ``$owner`` no longer is
#: who publishes.
SET_RUN: Final[LiteralString] = (
    "MATCH (run:CinewalkRun {name: 'current', publisher: $owner}) "
    "WITH run, run.publisherSince AS since, run.publisherSeen AS seen "
    "SET run = $facts, run.name = 'current', run.published = datetime(), "
    "run.publisher = $owner, run.publisherSince = since, run.publisherSeen = seen "
    "RETURN true AS done"
)
