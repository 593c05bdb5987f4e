"""Whether the arrays of a folder make a graph: compiled code follows positions wherever they point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import GraphFolderError
from cinewalk.graph.model import schema
from cinewalk.graph.model.ids import StringArray

if TYPE_CHECKING:
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import AnyArray, Basis


def check_positions(graph: Graph, path: Path) -> None:
    """Refuse lengths that differ and positions that point outside.

    Raises
    ------
    GraphFolderError
        Where nodes or relationships are damaged.
    """
    for label, nodes in graph.nodes.items():
        texts = [nodes.ids.ids, *(v for v in nodes.properties.values() if isinstance(v, StringArray))]
        arrays = [v for v in nodes.properties.values() if not isinstance(v, StringArray)]
        if not all(_text_fits(text, len(nodes)) for text in texts) or any(
            len(a) != len(nodes) for a in arrays
        ):
            raise GraphFolderError(path, f"the {label} nodes are damaged")
    for name, relation in graph.relations.items():
        kind = schema.RELATIONSHIPS[name]
        sources, targets = len(graph.nodes[kind.source]), len(graph.nodes[kind.target])
        sound = (
            rows_fit(relation.indptr, relation.indices, sources, targets)
            and rows_fit(relation.reverse_indptr, relation.reverse_indices, targets, sources)
            and all(len(values) == len(relation) for values in relation.properties.values())
            and _within(relation.reverse_order, len(relation))
        )
        if not sound:
            raise GraphFolderError(path, f"the {kind.type} relationships are damaged")


def _text_fits(text: StringArray, size: int) -> bool:
    offsets = text.offsets
    rising = bool((offsets[1:] >= offsets[:-1]).all())
    return offsets.shape == (size + 1,) and offsets[0] == 0 and offsets[-1] == len(text.data) and rising


def rows_fit(indptr: AnyArray, indices: AnyArray, rows: int, columns: int) -> bool:
    """Tell whether compressed sparse rows have the lengths, and the positions, of so many rows and columns."""
    return (
        indptr.shape == (rows + 1,)
        and indptr[0] == 0
        and indptr[-1] == len(indices)
        and bool((indptr[1:] >= indptr[:-1]).all())
        and _within(indices, columns)
    )


def _within(positions: AnyArray, size: int) -> bool:
    return not len(positions) or bool(positions.min() >= 0 and positions.max() < size)


def basis_fits(basis: Basis, titles: int) -> bool:
    """Tell whether a subspace has a finite vector for each title."""
    return (
        basis.vectors.ndim == 2
        and basis.vectors.dtype == np.int8
        and len(basis.vectors) == len(basis.scales) == len(basis.weights) == titles
        and bool(np.isfinite(basis.scales).all() and np.isfinite(basis.weights).all())
    )
