"""Read the nodes of one label from Neo4j, and remember which is which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.errors import SourceError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import sorted_nodes
from cinewalk.loaders.neo4j.read import statements
from cinewalk.loaders.neo4j.read.values import BadValue, check_nodes, read_values
from cinewalk.loaders.tables.cells import MISSING, NO_GENRE
from cinewalk.loaders.titles.external_ids import imdb_id, tmdb_id
from cinewalk.loaders.titles.names import parse_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import neo4j

    from cinewalk.graph.model.graph import Nodes
    from cinewalk.graph.numeric.arrays import AnyArray, Int64Array
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.read.values import Rejects, Rules
    from cinewalk.loaders.neo4j.server.connection import Connection

_TABLES = {schema.USER.label: "users", schema.TITLE_NODE.label: "titles"}
_EXTERNAL_IDS = {schema.IMDB_ID: imdb_id, schema.TMDB_ID: tmdb_id}


@dataclass(frozen=True, slots=True)
class NumberedNodes:
    """The nodes of a label, and the database's own numbers for them.

    Parameters
    ----------
    nodes
        The nodes.
    internal
        The database's numbers, ascending.
    places
        For each of them, the node's position.
    degrees
        By relationship: for each of them, how many leave the node.
    """

    nodes: Nodes
    internal: Int64Array
    places: Int64Array
    degrees: Mapping[str, Int64Array]

    def positions(self, internal: AnyArray) -> Int64Array:
        """Return the positions of nodes by the database's numbers, -1 for ones that are not here."""
        if not len(self.internal):
            return np.full(len(internal), -1, dtype=np.int64)
        nearest = np.searchsorted(self.internal, internal)
        nearest[nearest == len(self.internal)] = 0
        return np.where(self.internal[nearest] == internal, self.places[nearest], -1)


def read_nodes(
    connection: Connection,
    mapping: SchemaMapping,
    label: str,
    kinds: Iterable[str],
    rules: Rules,
    rejects: Rejects,
) -> NumberedNodes:
    """Read all nodes of a label.

    Parameters
    ----------
    connection, mapping
        The database, and its names.
    label
        The label.
    kinds
        The relationships that will be read.
    rules
        What is asked of values.
    rejects
        Told of every node that is left out.

    Raises
    ------
    SourceError
        Where two nodes have one id, or more are bad than allowed.
    """
    node = schema.NODES[label]
    leaving = [name for name in kinds if schema.RELATIONSHIPS[name].source == label]
    properties = (node.key, *node.properties)
    columns = connection.stream(statements.read_nodes(mapping, node, leaving), _columns)
    if not columns:
        columns = [[] for _ in range(1 + len(properties) + len(leaving))]
    internal = np.array(columns.pop(0), dtype=np.int64)
    values, bad = {}, []
    for prop in properties:
        values[prop.name], wrong = read_values(prop, columns.pop(0), exact=rules.exact)
        bad += wrong
    bad += _check(label, values, rules)
    if label == schema.TITLE_NODE.label and not rules.trusted:
        bad += _settle_external_ids(values)
    kept = _without_bad(mapping, label, internal, values, bad, rejects)
    ids = [values[node.key.name][i] for i in kept]
    _check_that_ids_differ(mapping, label, ids, internal[kept])
    nodes, places = sorted_nodes(label, ids, _complete(label, values, kept, rules))
    order = np.argsort(internal[kept])
    degrees = {
        name: np.array(numbers, dtype=np.int64)[kept][order]
        for name, numbers in zip(leaving, columns, strict=True)
    }
    return NumberedNodes(nodes, internal[kept][order], places[order], degrees)


def _columns(result: neo4j.Result) -> list[list[Any]]:
    """Turn rows into columns as they come; no columns where there are no rows."""
    columns: list[list[Any]] = []
    for record in result:
        row = record.values()
        columns = columns or [[] for _ in row]
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return columns


def _check(label: str, values: dict[str, list[Any]], rules: Rules) -> list[BadValue]:
    key = schema.NODES[label].key.name
    bad = [BadValue(row, key, None, "is missing") for row, value in enumerate(values[key]) if value is None]
    if label in _TABLES and values[key]:
        numbers = {
            name: np.fromiter((MISSING if v is None else v for v in values[name]), np.int64)
            for name in schema.UNKNOWN
            if name in values
        }
        bad += check_nodes(_TABLES[label], numbers, rules)
    return bad


def _settle_external_ids(values: dict[str, list[Any]]) -> list[BadValue]:
    """Bring ids of IMDb and TMDB to one form in place, and return those that can be none."""
    bad = []
    for prop, read in _EXTERNAL_IDS.items():
        for row, value in enumerate(values[prop.name]):
            values[prop.name][row] = read(value or "")
            if values[prop.name][row] is None:
                bad.append(BadValue(row, prop.name, value, "is no id of a title there"))
    return bad


def _without_bad(
    mapping: SchemaMapping,
    label: str,
    internal: Int64Array,
    values: dict[str, list[Any]],
    bad: list[BadValue],
    rejects: Rejects,
) -> Int64Array:
    """Return the rows that are good; genres that say that there is none go without a word."""
    key = schema.NODES[label].key.name
    reasons: dict[int, BadValue] = {}
    for reason in bad:
        reasons.setdefault(reason.row, reason)
    if reasons:
        row, first = min(reasons.items())
        where = f"({mapping.labels.get(label, label)} {values[key][row]!r}, id(n) = {internal[row]})"
        rejects.add(len(reasons), f"{where}: {first}")
        rejects.judge()
    kept = [
        row
        for row, external in enumerate(values[key])
        if row not in reasons and not (label == schema.GENRE.label and external.lower() in NO_GENRE)
    ]
    return np.array(kept, dtype=np.int64)


def _check_that_ids_differ(
    mapping: SchemaMapping, label: str, ids: Sequence[str], internal: Int64Array
) -> None:
    twice = next((external for external, times in Counter(ids).items() if times > 1), None)
    if twice is None:
        return
    numbers = [int(number) for external, number in zip(ids, internal, strict=True) if external == twice]
    key = mapping.property(label, schema.NODES[label].key).strip("`")
    raise SourceError(
        f"{len(numbers)} {mapping.labels.get(label, label)} nodes have the {key} {twice!r} "
        f"(id(n) in {numbers[:5]}). Merge them, or give each an id of its own; 1 and '1' are the same."
    )


def _complete(
    label: str, values: dict[str, list[Any]], kept: Int64Array, rules: Rules
) -> dict[str, list[Any]]:
    """Fill in what stands for "unknown", and bring the titles of others to the form of those from files."""
    columns: dict[str, list[Any]] = {}
    for prop in schema.NODES[label].properties:
        unknown = "" if prop.kind == "text" else schema.UNKNOWN.get(prop.name, np.datetime64("NaT", "D"))
        column = [values[prop.name][i] for i in kept]
        columns[prop.name] = [unknown if value is None else value for value in column]
    if label == schema.TITLE_NODE.label and not rules.exact:
        parsed = [parse_title(text) for text in columns["title"]]
        ids = (values[schema.TITLE_ID.name][i] for i in kept)
        columns["title"] = [name or external for (name, _), external in zip(parsed, ids, strict=True)]
        columns["year"] = [
            year or named or schema.UNKNOWN_YEAR
            for year, (_, named) in zip(columns["year"], parsed, strict=True)
        ]
    return columns
