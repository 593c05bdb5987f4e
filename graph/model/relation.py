"""The edges of one kind between two sorts of nodes: compressed sparse rows both ways, with their properties."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.numeric.arrays import FrozenMapping, Portable, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scipy.sparse import csr_array

    from cinewalk.graph.numeric.arrays import AnyArray, Int32Array, Int64Array

#: The array type of each node or relationship property; ``text`` is a :class:`StringArray` instead.
PROPERTY_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "year": "int16",
        "released": "datetime64[D]",
        "maturity": "int8",
        "maturity_limit": "int8",
        "rating": "float32",
        "progress": "float32",
        "finished": "int16",
        "value": "int8",
        "preference": "float32",
        "timestamp": "int64",
    }
)


#: So many nodes of a label, and relationships of a kind, can be told apart by 32-bit numbers.
MOST: Final = 2**31 - 1


def check_count(what: str, count: int) -> None:
    """Refuse more than positions can tell apart: beyond that they would begin anew, and nobody would notice.

    Raises
    ------
    RequestError
        Where there are more than :data:`MOST`.

    Examples
    --------
    >>> check_count("relationships of one kind", 3_000_000_000)
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: 3,000,000,000 relationships of one kind; a graph holds at most 2,147,483,647, ...
    """
    if count > MOST:
        raise RequestError(
            f"{count:,} {what}; a graph holds at most {MOST:,}, because positions are 32-bit numbers. "
            "Load a part: a sample of the viewers, or what happened since some day."
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Relation(Portable):
    """All relationships of one kind, as compressed sparse rows in both directions.

    Parameters
    ----------
    indptr
        ``indptr[s]:indptr[s + 1]`` are the edges of source ``s``; ``n_sources + 1`` numbers.
    indices
        The target of each edge, ascending within a row, no pair twice.
    properties
        By name, one value per edge, in the order of ``indices``.
    reverse_indptr, reverse_indices
        The same edges seen from the targets.
    reverse_order
        For each reversed edge, its place among ``indices``.
    same
        The one value of properties that are known to be the same everywhere. What is not there may be so as well.
    """

    indptr: Int64Array
    indices: Int32Array
    properties: Mapping[str, AnyArray]
    reverse_indptr: Int64Array
    reverse_indices: Int32Array
    reverse_order: Int32Array
    same: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        sources: AnyArray,
        targets: AnyArray,
        shape: tuple[int, int],
        properties: Mapping[str, AnyArray] = FrozenMapping(),
    ) -> Relation:
        """Build from one (source, target) pair of positions per edge, in any order.

        Parameters
        ----------
        sources, targets
            Positions, ``0 <= sources < shape[0]`` and ``0 <= targets < shape[1]``; no pair twice.
        shape
            The number of source and of target nodes.
        properties
            One array per property, as long as ``sources``.

        Raises
        ------
        RequestError
            Where there are more than :data:`MOST`.

        Examples
        --------
        >>> likes = Relation.of(np.array([1, 0, 1]), np.array([2, 1, 0]), (2, 3))
        >>> likes.indices.tolist(), likes.reverse_indices.tolist()
        ([1, 0, 2], [1, 0, 1])
        """
        from scipy.sparse import csr_array

        n = len(sources)
        check_count("relationships of one kind", n)
        # scipy's conversions are counting sorts: linear time, and the data carries each edge's origin along.
        origin = np.arange(1, n + 1, dtype=np.int32)
        rows = csr_array((origin, (sources, targets)), shape=shape)
        rows.sum_duplicates()  # and sort
        if rows.nnz != n:
            raise ValueError("a relationship is given twice")
        order = rows.data - 1
        rows.data = origin
        columns = rows.tocsc()
        return cls(
            indptr=frozen(rows.indptr.astype(np.int64)),
            indices=frozen(rows.indices.astype(np.int32, copy=False)),
            properties=FrozenMapping(
                {
                    name: frozen(values.astype(PROPERTY_TYPES[name], copy=False)[order])
                    for name, values in properties.items()
                }
            ),
            reverse_indptr=frozen(columns.indptr.astype(np.int64)),
            reverse_indices=frozen(columns.indices.astype(np.int32, copy=False)),
            reverse_order=frozen((columns.data - 1).astype(np.int32, copy=False)),
        )

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        return f"<Relation: {len(self):,} edges, {self.shape[0]:,} × {self.shape[1]:,}>"

    @property
    def shape(self) -> tuple[int, int]:
        """The number of source and of target nodes."""
        return len(self.indptr) - 1, len(self.reverse_indptr) - 1

    def constant(self, name: str) -> float | None:
        """Return the value that a property has everywhere; ``None`` where values differ or there are no edges.

        >>> times = {"timestamp": np.array([7, 7])}
        >>> Relation.of(np.array([1, 0]), np.array([2, 1]), (2, 3), times).constant("timestamp")
        7
        """
        if name in self.same:
            return self.same[name]
        values = self.properties[name]
        # A copy for comparing each with the first could be the largest array of all.
        if not len(values) or values.min() != values.max():
            return None
        value: float = values[0].item()
        return value

    def matrix(self, values: AnyArray | None = None) -> csr_array:
        """Return sources × targets as a sparse matrix, with one number an edge; 1 by default."""
        from scipy.sparse import csr_array

        data = np.ones(len(self)) if values is None else values
        return csr_array((data, self.indices, self.indptr), shape=self.shape)

    @property
    def sources(self) -> Int32Array:
        """The source of each edge, in the order of ``indices``."""
        return np.repeat(np.arange(self.shape[0], dtype=np.int32), np.diff(self.indptr))

    def row(self, source: int) -> slice:
        """Return where the edges of ``source`` lie."""
        return slice(int(self.indptr[source]), int(self.indptr[source + 1]))

    def reverse_row(self, target: int) -> slice:
        """Return where the edges into ``target`` lie among the reversed ones."""
        return slice(int(self.reverse_indptr[target]), int(self.reverse_indptr[target + 1]))
