"""Cut nodes and relationships into the rows that publishing sends, a bounded number at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.ids import StringArray
from cinewalk.loaders.neo4j.write.statements import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cinewalk.graph.model.graph import Nodes
    from cinewalk.graph.numeric.arrays import AnyArray

#: Nodes or relationships sent in one transaction.
BATCH: Final = 10_000

Row = tuple[Any, ...]


def node_rows(kind: schema.NodeType, nodes: Nodes) -> Iterator[list[Row]]:
    """Yield nodes in batches, each as its key and every property; what is unknown is ``None``."""
    for start in range(0, len(nodes), BATCH):
        some = slice(start, start + BATCH)
        columns = [nodes.ids.ids[some]]
        columns += [known(prop, nodes.properties[prop.name][some]) for prop in kind.properties]
        yield list(zip(*columns, strict=True))


class EdgeBatch(NamedTuple):
    """Relationships that are written in one transaction, as the statement of ``statements.relationships`` takes them.

    Parameters
    ----------
    sources, targets
        What the nodes are called that they lead from and to, each once.
    rows
        One text of all relationships, divided by ``;``, and each by ``,``: the places of its source and its target in
        those lists, and every property; nothing where it is unknown. The driver of Neo4j takes a microsecond for each
        value, and for one long text the time of one.
    values
        What no number can say; rows name it by its place here.
    """

    sources: list[Any]
    targets: list[Any]
    rows: str
    values: list[Any]

    def __len__(self) -> int:
        return self.rows.count(";") + 1


def edge_batches(
    source_ids: Sequence[Any],
    target_ids: Sequence[Any],
    sources: AnyArray,
    targets: AnyArray,
    columns: Mapping[schema.Property, Any],
) -> Iterator[EdgeBatch]:
    """Yield relationships in batches.

    Parameters
    ----------
    source_ids, target_ids
        The keys of all nodes, or the database's own numbers.
    sources, targets
        Positions, one pair per relationship.
    columns
        One value per relationship for every property.

    Examples
    --------
    >>> rating = schema.Property("rating", "float")
    >>> ends = np.array([0, 0, 2]), np.array([5, 6, 5])
    >>> next(edge_batches("abc", "ABCDEFG", *ends, {rating: np.array([4.5, np.nan, 1.0])}))
    EdgeBatch(sources=['a', 'c'], targets=['F', 'G'], rows='0,0,4.5;0,1,;1,0,1.0', values=[])
    """
    for start in range(0, len(targets), BATCH):
        some = slice(start, start + BATCH)
        starts, from_there = np.unique(sources[some], return_inverse=True)
        ends, to_there = np.unique(targets[some], return_inverse=True)
        values: list[Any] = []
        cells: list[Iterator[str]] = [map(repr, from_there.tolist()), map(repr, to_there.tolist())]
        cells += [_cells(prop, column[some], values) for prop, column in columns.items()]
        yield EdgeBatch(
            [source_ids[i] for i in starts.tolist()],
            [target_ids[i] for i in ends.tolist()],
            ";".join(map(",".join, zip(*cells, strict=True))),
            values,
        )


def _cells(prop: schema.Property, column: Any, values: list[Any]) -> Iterator[str]:
    """Yield values as text, from which Cypher reads the very same numbers; what is no number goes to ``values``."""
    cells = known(prop, column)
    if prop.kind in NUMBERS:
        return ("" if cell is None else repr(cell) for cell in cells)
    places = range(len(values), len(values) + len(cells))
    values += cells
    return map(repr, places)


def known(prop: schema.Property, values: Any) -> list[Any]:
    """Return values as the driver takes them, ``None`` where memory says that they are unknown."""
    if isinstance(values, StringArray | list):
        return [value or None for value in values] if prop.kind == "text" else list(values)
    items: list[Any] = values.tolist()
    if values.dtype.kind == "f":
        return [None if value != value else value for value in items]  # noqa: PLR0124 - NaN alone differs
    if prop.kind == "date":
        return items  # numpy's NaT becomes None by itself
    unknown = schema.UNKNOWN.get(prop.name)
    return items if unknown is None else [None if value == unknown else value for value in items]
