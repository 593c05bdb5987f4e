"""Whether arrays make a graph: compiled code follows positions wherever they point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.clean_text import control_in, quoted
from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.model.relation import PROPERTY_TYPES
from cinewalk.graph.numeric.arrays import let_go

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import CSR, AnyArray, Basis

#: The types of the arrays of a relationship beside its properties.
RELATION_TYPES: Final = {
    "indptr": "int64",
    "indices": "int32",
    "reverse_indptr": "int64",
    "reverse_indices": "int32",
    "reverse_order": "int32",
}
#: Arrays of one more number than there is what they bound.
_BOUNDS: Final = ("offsets", "indptr", "reverse_indptr")
_ROW_TYPES: Final = ({"int64"}, {"int32"}, {"float32", "float64"})
#: Of ids that differ in so many first bytes the order is seen in one comparison.
_PREFIX: Final = 8


def check_types(arrays: Mapping[str, AnyArray]) -> None:
    """Refuse arrays of which one is missing, or of another type than it must be.

    Raises
    ------
    RequestError
        With the name of the array.
    """
    for name, wanted in _types():
        if name not in arrays:
            raise RequestError(f"the array {name} is missing; Graph.arrays() names all of them.")
        array = arrays[name]
        if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype != np.dtype(wanted):
            has = (
                f"{array.dtype} of {array.ndim} dimensions"
                if isinstance(array, np.ndarray)
                else type(array).__name__
            )
            raise RequestError(f"the array {name} is {has}; it must be {wanted} of one dimension.")
        if not len(array) and name.rpartition(".")[2] in _BOUNDS:
            raise RequestError(f"the array {name} is empty; it must begin with 0.")


def _types() -> Iterator[tuple[str, str]]:
    """Name every array of a graph and its type."""
    for label, node in schema.NODES.items():
        texts = ["ids", *(prop.name for prop in node.properties if prop.kind == "text")]
        for name in texts:
            yield from ((f"{label}.{name}.data", "uint8"), (f"{label}.{name}.offsets", "int64"))
        for prop in node.properties:
            if prop.kind != "text":
                yield f"{label}.{prop.name}", PROPERTY_TYPES[prop.name]
    for name, kind in schema.RELATIONSHIPS.items():
        yield from ((f"{name}.{part}", wanted) for part, wanted in RELATION_TYPES.items())
        yield from ((f"{name}.property.{p.name}", PROPERTY_TYPES[p.name]) for p in kind.properties)


def check_graph(graph: Graph) -> None:
    """Refuse lengths that differ, positions that point outside, ids out of order, and numbers that are none.

    Raises
    ------
    RequestError
        With the nodes or relationships that are damaged.
    """
    for label, nodes in graph.nodes.items():
        if problem := _node_problem(nodes):
            raise RequestError(f"the {label} nodes are damaged: {problem}.")
    for name, relation in graph.relations.items():
        kind = schema.RELATIONSHIPS[name]
        if problem := _relation_problem(
            relation, len(graph.nodes[kind.source]), len(graph.nodes[kind.target])
        ):
            raise RequestError(f"the {kind.type} relationships are damaged: {problem}.")


def _node_problem(nodes: Nodes) -> str:
    ids = nodes.ids.ids
    for name, values in {"ids": ids, **nodes.properties}.items():
        if len(values) != len(nodes) or (isinstance(values, StringArray) and not _text_fits(values)):
            return f"their {name} do not fit"
    if not _rising(ids):
        return "their ids are not distinct and in order"
    if not _is_ascii_print(ids) and (control := control_in(ids.data.tobytes().decode())):
        return f"an id holds the control character U+{ord(control):04X}"
    return ""


def _relation_problem(relation: Relation, sources: int, targets: int) -> str:
    if not rows_fit(relation.indptr, relation.indices, sources, targets):
        return "their rows do not fit"
    if not rows_fit(relation.reverse_indptr, relation.reverse_indices, targets, sources):
        return "their reversed rows do not fit"
    if len(relation.reverse_order) != len(relation) or not _within(relation.reverse_order, len(relation)):
        return "the order of their reversed rows does not fit"
    for name, values in relation.properties.items():
        if len(values) != len(relation):
            return f"their {name} does not fit"
        if name not in relation.same and values.dtype.kind == "f" and not _is_fit(name, values):
            return f"their {name} is no finite number everywhere, or not above 0"
    return ""


def _is_fit(name: str, values: AnyArray) -> bool:
    """Tell whether all numbers are finite, and preferences above 0; NaN and infinity show in the ends of the range."""
    if not len(values):
        return True
    low, high = _ends(values)
    return bool(np.isfinite(low) and np.isfinite(high) and (name != schema.PREFERENCE.name or low > 0))


def _text_fits(text: StringArray) -> bool:
    offsets, data = text.offsets, text.data
    if not len(offsets) or offsets[0] != 0 or offsets[-1] != len(data):
        return False
    if not (offsets[1:] >= offsets[:-1]).all():
        return False
    if not len(data) or data.max() < 0x80:
        return True
    starts = offsets[:-1][offsets[1:] > offsets[:-1]]
    try:
        data.tobytes().decode()
    except UnicodeDecodeError:
        return False
    return not ((data[starts] & 0xC0) == 0x80).any()  # none begins in the middle of a character


def _is_ascii_print(text: StringArray) -> bool:
    return not len(text.data) or bool(text.data.min() >= 0x20 and text.data.max() < 0x7F)


def _rising(text: StringArray) -> bool:
    """Tell whether texts are distinct and in the order of their bytes, which is that of their code points."""
    starts, lengths = text.offsets[:-1], np.diff(text.offsets)
    prefixes = np.zeros(len(text), np.uint64)
    for place in range(_PREFIX):
        inside = lengths > place
        prefixes <<= np.uint64(8)
        prefixes[inside] |= text.data[starts[inside] + place].astype(np.uint64)
    if (prefixes[:-1] > prefixes[1:]).any():
        return False
    ties = np.flatnonzero(prefixes[:-1] == prefixes[1:]).tolist()
    return all(text.encoded(i) < text.encoded(i + 1) for i in ties)


def rows_are_sound(rows: CSR, size: int) -> bool:
    """Tell whether rows that were computed beforehand can be followed: types, lengths, positions, finite values."""
    parts: tuple[AnyArray, ...] = tuple(rows)
    if any(
        part.ndim != 1 or str(part.dtype) not in wanted
        for part, wanted in zip(parts, _ROW_TYPES, strict=True)
    ):
        return False
    return (
        rows_fit(rows.indptr, rows.indices, size, size)
        and len(rows.values) == len(rows.indices)
        and _is_fit("values", rows.values)
    )


def basis_is_sound(basis: Basis, size: int) -> bool:
    """Tell whether a subspace that was fitted beforehand has a vector for each of so many titles, of finite numbers."""
    numbers: tuple[AnyArray, ...] = (basis.scales, basis.weights)
    return (
        basis.vectors.ndim == 2
        and len(basis.vectors) == size
        and [str(part.dtype) for part in basis] == ["int8", "float32", "float64"]
        and all(part.shape == (size,) and _is_fit("values", part) for part in numbers)
    )


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
    if not len(positions):
        return True
    low, high = _ends(positions)
    return bool(low >= 0 and high < size)


def _ends(values: AnyArray) -> tuple[Any, Any]:
    """Return the least and the greatest of some numbers; what had to be read for that need not stay in memory."""
    ends = values.min(), values.max()
    let_go(values)
    return ends


def check_ids(label: str, ids: Sequence[str]) -> None:
    r"""Refuse ids that would steer a terminal, or are no text.

    Raises
    ------
    RequestError
        With the id, written out.

    Examples
    --------
    >>> check_ids("User", ["ann", "bob\x1b"])
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: the User id 'bob\x1b' holds the control character U+001B; give it another id.
    """
    if control_in("|".join(ids)) is None:
        return
    for external in ids:
        if control := control_in(external):
            raise RequestError(
                f"the {label} id {quoted(external)} holds the control character U+{ord(control):04X}; "
                "give it another id."
            )
