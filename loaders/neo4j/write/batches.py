"""Cut nodes and relationships into the rows that publishing sends, a bounded number at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.sequence import like_ranks
from cinewalk.loaders.neo4j.write.statements import LIKE_RANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cinewalk.graph.model.graph import Nodes
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import AnyArray, Int64Array
    from cinewalk.graph.walks.published import DerivedEdges

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


def edge_rows(
    source_ids: Sequence[Any],
    target_ids: Sequence[Any],
    sources: AnyArray,
    targets: AnyArray,
    columns: Mapping[schema.Property, Any],
) -> Iterator[tuple[list[Row], int]]:
    """Yield relationships in batches, one row per source, and how many there are in each.

    Parameters
    ----------
    source_ids, target_ids
        The keys of all nodes, or the database's own numbers.
    sources, targets
        Positions, one pair per relationship, ascending by source.
    columns
        One value per relationship for every property.
    """
    for start in range(0, len(targets), BATCH):
        some = slice(start, start + BATCH)
        ends = [target_ids[i] for i in targets[some].tolist()]
        cells = [known(prop, values[some]) for prop, values in columns.items()]
        edges = list(zip(ends, *cells, strict=True))
        positions: Int64Array = sources[some].astype(np.int64)
        bounds = [0, *(np.flatnonzero(np.diff(positions)) + 1).tolist(), len(positions)]
        yield (
            [(source_ids[positions[a]], edges[a:b]) for a, b in pairwise(bounds)],
            len(edges),
        )


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


def columns_of(kind: schema.RelationshipType, relation: Relation) -> dict[schema.Property, Any]:
    """Return the properties of relationships, with the rank by time of likes."""
    columns: dict[schema.Property, Any] = {p: relation.properties[p.name] for p in kind.properties}
    return columns | {LIKE_RANK: like_ranks(Likes(relation))} if kind is schema.LIKES else columns


def columns_of_derived(edges: DerivedEdges) -> dict[schema.Property, Any]:
    """Return the properties of derived relationships, 0 where a walk has no such step: sorting puts it last."""
    values = {p: edges.properties[p.name] for p in edges.kind.properties if p.name in edges.properties}
    return {p: v if isinstance(v, list) else np.nan_to_num(v, nan=0.0) for p, v in values.items()}
