"""What the relationships of a kind come to when they are read: counts and sums that the database can work out, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.loaders.neo4j.read import statements
from cinewalk.loaders.tables.cells import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cinewalk.graph.model.schema import RelationshipType
    from cinewalk.graph.numeric.arrays import BoolArray, Int64Array
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.server.connection import Connection

#: Numbers that numpy and Java cut to whole ones in the same way.
_FARTHEST: Final = float(1 << 62)


class EdgeSums(NamedTuple):
    """How many relationships there are, and the sum of their hashes."""

    edges: int
    total: int

    def and_(self, other: EdgeSums) -> EdgeSums:
        """Return the sums of both."""
        return EdgeSums(self.edges + other.edges, self.total + other.total)


_NO_EDGES: Final = EdgeSums(0, 0)


class EdgeHashes(NamedTuple):
    """The time of each relationship that was read, and its hash."""

    times: Int64Array
    hashes: Int64Array

    @classmethod
    def of(
        cls,
        kind: RelationshipType,
        sources: Int64Array,
        targets: Int64Array,
        columns: Sequence[list[Any]],
    ) -> Self:
        """Hash relationships, as :func:`~cinewalk.loaders.neo4j.read.statements.sum_edges` does.

        Parameters
        ----------
        kind
            What they are.
        sources, targets
            The database's numbers of their nodes.
        columns
            The values of each property as they were read.
        """
        values = dict(zip((prop.name for prop in kind.properties), columns, strict=True))
        times = _whole(values.pop(schema.TIMESTAMP.name, None), len(sources), 1.0, MISSING)
        modulus = statements.MODULUS
        hashes = np.fmod(sources * statements.FACTOR + targets, modulus)
        for column in (times, *(_whole(v, len(sources), statements.SCALE, 0) for v in values.values())):
            hashes = np.fmod(hashes * hashes + np.fmod(column, modulus), modulus)
        return cls(times, np.fmod(hashes * hashes, modulus))

    @classmethod
    def joined(cls, parts: Sequence[EdgeHashes]) -> Self:
        """Put them together."""
        nothing = np.empty(0, np.int64)
        times = np.concatenate([nothing, *(part.times for part in parts)])
        return cls(times, np.concatenate([nothing, *(part.hashes for part in parts)]))

    def sums(self, which: BoolArray) -> EdgeSums:
        """Return the sums of some of them."""
        return EdgeSums(int(np.count_nonzero(which)), int(self.hashes[which].sum()))


@dataclass(frozen=True, slots=True)
class EdgeMark:
    """What was read of a kind: the sums of what is older than the newest, and of what is as new.

    Parameters
    ----------
    since
        The time of the newest; 0 where none has one.
    old, new
        The sums of the relationships that are older, and of those that are not.
    """

    since: int = 0
    old: EdgeSums = _NO_EDGES
    new: EdgeSums = _NO_EDGES

    @classmethod
    def of(cls, hashes: EdgeHashes) -> Self:
        """Return the mark of everything that was read of a kind."""
        since = max(int(hashes.times.max(initial=0)), 0)
        is_old = hashes.times < since if since else np.ones(len(hashes.times), np.bool_)
        return cls(since, hashes.sums(is_old), hashes.sums(~is_old))

    def followed_by(self, hashes: EdgeHashes) -> EdgeMark:
        """Return the mark of what was older, with what is there now instead of what was not."""
        later = EdgeMark.of(hashes) if len(hashes.times) else EdgeMark(self.since)
        return EdgeMark(later.since, self.old.and_(later.old), later.new)


def sums_now(
    connection: Connection,
    mapping: SchemaMapping,
    kind: RelationshipType,
    pages: Iterable[Int64Array],
    since: int,
) -> tuple[EdgeSums, EdgeSums]:
    """Let the database work out what the relationships older than a time come to, and those that are not.

    Parameters
    ----------
    connection, mapping
        The database, and its names.
    kind
        What they are.
    pages
        The database's numbers of the nodes that they leave, some at a time.
    since
        The time; 0 for all.
    """
    statement = statements.sum_edges(mapping, kind)
    old = new = _NO_EDGES
    for ids in pages:
        (row,) = connection.read(statement, ids=ids.tolist(), since=since, missing=MISSING)
        old, new = (
            old.and_(EdgeSums(row["old"], row["oldTotal"])),
            new.and_(EdgeSums(row["new"], row["newTotal"])),
        )
    return old, new


def _whole(values: list[Any] | None, size: int, scale: float, unknown: int) -> Int64Array:
    """Return values as whole numbers, after a multiplication."""
    if values is None:
        return np.full(size, unknown, np.int64)
    if scale == 1.0 and set(map(type, values)) <= {int}:
        return np.array(values, np.int64)
    if set(map(type, values)) <= {int, float}:
        numbers = np.array(values, np.float64) * scale
        return np.where(np.abs(numbers) < _FARTHEST, numbers, 0.0).astype(np.int64)
    cells = (_number(value, scale) for value in values)
    return np.fromiter((unknown if cell is None else cell for cell in cells), np.int64, size)


def _number(value: Any, scale: float) -> int | None:
    try:
        number = float(value) * scale
        return int(number) if abs(number) < _FARTHEST else None
    except (TypeError, ValueError):
        return None
