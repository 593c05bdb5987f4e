"""The files that ``neo4j-admin database import`` reads: the way to load tens of millions of relationships."""

from __future__ import annotations

import csv
import secrets
from datetime import UTC, datetime
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cinewalk.errors import RequestError, StorageError
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.published import DerivedEdges, derived_edges, fewest_derived
from cinewalk.loaders.neo4j.write.batches import BATCH, columns_of, columns_of_derived, known
from cinewalk.loaders.neo4j.write.statements import MARK, OF_RUN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.registry import Registry

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


class ImportedRun(NamedTuple):
    """What an import brings of what is derived: the run that it belongs to, and how many there are of each kind."""

    run: str
    counts: Mapping[str, int]


class ImportFiles(NamedTuple):
    """The words of the command after ``neo4j-admin``, without the database's name, and what is derived in the files."""

    words: tuple[str, ...]
    imported: ImportedRun | None


def relationship_count(graph: Graph, parts: Registry | None = None) -> int:
    """Return how many relationships of all kinds a graph has, with at least how many these walks derive of it."""
    count = sum(len(relation) for relation in graph.relations.values())
    return count + (0 if parts is None else fewest_derived(parts))


def write_import_files(
    graph: Graph, folder: Path, progress: Progress = no_progress, parts: Registry | None = None
) -> ImportFiles:
    """Write one CSV file per label and per kind of relationship that the graph has.

    Parameters
    ----------
    graph
        The graph.
    folder
        Where to; it is made if need be.
    progress
        Told how far writing is.
    parts
        The walks whose derived relationships are written, too.

    Returns
    -------
    ImportFiles

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
                columns = columns_of(edge, relation)
                _write(
                    path, _edge_header(edge, columns), _edge_rows(edge, graph, relation, columns, progress)
                )
                words.append(f"--relationships={edge.type}={path}")
        imported = None if parts is None else _write_derived(parts, folder, words, progress)
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written ({error.strerror or error}). Choose another place."
        ) from error
    return ImportFiles(tuple(words), imported)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _column(prop: schema.Property) -> str:
    return f"{prop.cypher}:{_TYPES[prop.kind]}"


def _node_header(kind: schema.NodeType) -> list[str]:
    return [f"{kind.key.cypher}:ID({kind.label})", *map(_column, kind.properties), f"{MARK}:boolean"]


def _write_derived(parts: Registry, folder: Path, words: list[str], progress: Progress) -> ImportedRun:
    """Write what is derived as one run, which the publishing that follows puts in force."""
    run, counts = secrets.token_hex(8), {}
    for edges in derived_edges(parts, progress):
        counts[edges.kind.name] = len(edges.sources)
        if len(edges.sources):
            path = folder / f"{edges.kind.name}.csv"
            columns = columns_of_derived(edges) | {OF_RUN: [run] * len(edges.sources)}
            rows = _edge_rows(edges.kind, parts.graph, edges, columns, progress)
            _write(path, _edge_header(edges.kind, columns), rows)
            words.append(f"--relationships={edges.kind.type}={path}")
    return ImportedRun(run, counts)


def _edge_header(kind: schema.RelationshipType, columns: Iterable[schema.Property]) -> list[str]:
    return [f":START_ID({kind.source})", f":END_ID({kind.target})", *map(_column, columns)]


def _node_rows(kind: schema.NodeType, graph: Graph, progress: Progress) -> Iterator[Sequence[Any]]:
    nodes = graph.nodes[kind.label]
    for start in range(0, len(nodes), BATCH):
        some = slice(start, start + BATCH)
        cells = [_texts(prop, nodes.properties[prop.name][some]) for prop in kind.properties]
        ids = nodes.ids.ids[some]
        yield from zip(ids, *cells, repeat("true", len(ids)), strict=True)
        progress(f"Writing {kind.label}", min(start + BATCH, len(nodes)), len(nodes))


def _edge_rows(
    kind: schema.RelationshipType,
    graph: Graph,
    edges: Relation | DerivedEdges,
    columns: Mapping[schema.Property, Any],
    progress: Progress,
) -> Iterator[Sequence[Any]]:
    sources, targets = graph.nodes[kind.source].ids.ids[:], graph.nodes[kind.target].ids.ids[:]
    starts, ends = edges.sources, edges.targets if isinstance(edges, DerivedEdges) else edges.indices
    for start in range(0, len(starts), BATCH):
        some = slice(start, start + BATCH)
        cells = [_texts(prop, values[some]) for prop, values in columns.items()]
        yield from zip(
            [sources[i] for i in starts[some].tolist()],
            [targets[i] for i in ends[some].tolist()],
            *cells,
            strict=True,
        )
        progress(f"Writing {kind.type}", min(start + BATCH, len(starts)), len(starts))


def _texts(prop: schema.Property, values: Any) -> list[Any]:
    cells = known(prop, values)
    if prop.kind == "time":
        return [cell if cell is None else datetime.fromtimestamp(cell, UTC).isoformat() for cell in cells]
    return cells
