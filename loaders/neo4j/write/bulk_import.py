"""The files that ``neo4j-admin database import`` reads: the way to load tens of millions of relationships."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import RequestError, StorageError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.sequence import like_ranks
from cinewalk.loaders.neo4j.write.batches import BATCH, known
from cinewalk.loaders.neo4j.write.statements import LIKE_RANK, MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.progress import Progress

#: With more relationships than this an import is the better way.
MANY: Final = 5_000_000

#: Characters that ``neo4j-admin`` does not take as part of a file's name.
_ODD: Final = ",*?[]{}()+|^$'\""

_TYPES: Final = {
    "id": "string",
    "text": "string",
    "integer": "long",
    "float": "double",
    "date": "date",
    "time": "datetime",
}


def relationship_count(graph: Graph) -> int:
    """Return how many relationships of all kinds a graph has."""
    return sum(len(relation) for relation in graph.relations.values())


def write_import_files(graph: Graph, folder: Path, progress: Progress = no_progress) -> tuple[str, ...]:
    """Write one CSV file per label and per kind of relationship that the graph has.

    Parameters
    ----------
    graph
        The graph.
    folder
        Where to; it is made if need be.
    progress
        Told how far writing is.

    Returns
    -------
    tuple of str
        The words of the command that reads them, after ``neo4j-admin``, without the database's name.

    Raises
    ------
    RequestError
        Where the folder's name would mean something else to ``neo4j-admin``.
    StorageError
        Where the files cannot be written.
    """
    if odd := set(str(folder)) & set(_ODD):
        raise RequestError(
            f"{folder}: neo4j-admin takes {' '.join(sorted(odd))} in a name for a list or a pattern. "
            "Name another folder."
        )
    words = ["database", "import", "full"]
    words += ["--id-type=string", "--ignore-empty-strings=true", "--multiline-fields=true"]
    words += ["--bad-tolerance=0", "--strict=true"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for label, kind in schema.NODES.items():
            if len(graph.nodes[label]):
                path = folder / f"{label}.csv"
                _write(path, _node_header(kind), _node_rows(kind, graph, progress))
                words.append(f"--nodes={label}={path}")
        for name, relation in graph.relations.items():
            if len(relation):
                path = folder / f"{name}.csv"
                edge = schema.RELATIONSHIPS[name]
                _write(path, _edge_header(edge), _edge_rows(edge, graph, progress))
                words.append(f"--relationships={edge.type}={path}")
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written ({error.strerror or error}). Choose another place."
        ) from error
    return tuple(words)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _column(prop: schema.Property) -> str:
    return f"{prop.cypher}:{_TYPES[prop.kind]}"


def _node_header(kind: schema.NodeType) -> list[str]:
    return [f"{kind.key.cypher}:ID({kind.label})", *map(_column, kind.properties), f"{MARK}:boolean"]


def _edge_header(kind: schema.RelationshipType) -> list[str]:
    columns = (*kind.properties, LIKE_RANK) if kind is schema.LIKES else kind.properties
    return [f":START_ID({kind.source})", f":END_ID({kind.target})", *map(_column, columns)]


def _node_rows(kind: schema.NodeType, graph: Graph, progress: Progress) -> Iterator[Sequence[Any]]:
    nodes = graph.nodes[kind.label]
    for start in range(0, len(nodes), BATCH):
        some = slice(start, start + BATCH)
        cells = [_texts(prop, nodes.properties[prop.name][some]) for prop in kind.properties]
        ids = nodes.ids.ids[some]
        yield from zip(ids, *cells, repeat("true", len(ids)), strict=True)
        progress(f"Writing {kind.label}", min(start + BATCH, len(nodes)), len(nodes))


def _edge_rows(kind: schema.RelationshipType, graph: Graph, progress: Progress) -> Iterator[Sequence[Any]]:
    relation = graph.relations[kind.name]
    sources, targets = graph.nodes[kind.source].ids.ids[:], graph.nodes[kind.target].ids.ids[:]
    columns = [(prop, relation.properties[prop.name]) for prop in kind.properties]
    if kind is schema.LIKES:
        columns.append((LIKE_RANK, like_ranks(Likes(relation))))
    starts = relation.sources
    for start in range(0, len(relation), BATCH):
        some = slice(start, start + BATCH)
        cells = [_texts(prop, values[some]) for prop, values in columns]
        yield from zip(
            [sources[i] for i in starts[some].tolist()],
            [targets[i] for i in relation.indices[some].tolist()],
            *cells,
            strict=True,
        )
        progress(f"Writing {kind.type}", min(start + BATCH, len(relation)), len(relation))


def _texts(prop: schema.Property, values: Any) -> list[Any]:
    cells = known(prop, values)
    if prop.kind == "time":
        return [cell if cell is None else datetime.fromtimestamp(cell, UTC).isoformat() for cell in cells]
    return cells
