"""The graph in memory: frozen, typed, compressed sparse rows both ways for every relationship."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.ids import IdMap, StringArray
from cinewalk.graph.numeric.arrays import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx
    from scipy.sparse import csr_array

    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.model.settings import Prepared
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


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """All nodes of one label.

    Parameters
    ----------
    ids
        External ids and positions.
    properties
        By name, one value per node, in the order of ``ids``.
    """

    ids: IdMap
    properties: Mapping[str, AnyArray | StringArray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def text(self, name: str) -> StringArray:
        """Return a text property."""
        values = self.properties[name]
        assert isinstance(values, StringArray)
        return values

    def array(self, name: str) -> AnyArray:
        """Return a numeric or date property."""
        values = self.properties[name]
        assert not isinstance(values, StringArray)
        return values


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
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
        properties: Mapping[str, AnyArray] = MappingProxyType({}),
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

        Examples
        --------
        >>> likes = Relation.of(np.array([1, 0, 1]), np.array([2, 1, 0]), (2, 3))
        >>> likes.indices.tolist(), likes.reverse_indices.tolist()
        ([1, 0, 2], [1, 0, 1])
        """
        from scipy.sparse import csr_array

        n = len(sources)
        # scipy's conversions are counting sorts: linear time, and the data carries each edge's origin along.
        origin = np.arange(1, n + 1, dtype=np.int32)
        rows = csr_array((origin, (sources, targets)), shape=shape)
        rows.sort_indices()
        if rows.nnz != n:
            raise ValueError("a relationship is given twice")
        order = rows.data - 1
        rows.data = origin
        columns = rows.tocsc()
        return cls(
            indptr=frozen(rows.indptr.astype(np.int64)),
            indices=frozen(rows.indices.astype(np.int32, copy=False)),
            properties=_frozen_properties({name: values[order] for name, values in properties.items()}),
            reverse_indptr=frozen(columns.indptr.astype(np.int64)),
            reverse_indices=frozen(columns.indices.astype(np.int32, copy=False)),
            reverse_order=frozen((columns.data - 1).astype(np.int32, copy=False)),
        )

    def __len__(self) -> int:
        return len(self.indices)

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


def _frozen_properties(properties: Mapping[str, AnyArray]) -> Mapping[str, AnyArray]:
    return MappingProxyType(
        {name: frozen(values.astype(PROPERTY_TYPES[name])) for name, values in properties.items()}
    )


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Users, titles, genres, groups and people, and everything between them.

    Parameters
    ----------
    nodes
        The nodes of every label of :data:`cinewalk.graph.model.schema.NODES`.
    relations
        Every relationship of :data:`cinewalk.graph.model.schema.RELATIONSHIPS`, by its Python name.
    prepared
        What has been computed beforehand for its walks; follows from the rest, and is no part of what the
        graph says.
    preference
        How its likes follow from the events; ``None`` where they were given otherwise.
    """

    nodes: Mapping[str, Nodes]
    relations: Mapping[str, Relation]
    prepared: Prepared | None = None
    preference: Preference | None = None

    @property
    def users(self) -> Nodes:
        """The users."""
        return self.nodes[schema.USER.label]

    @property
    def titles(self) -> Nodes:
        """The titles."""
        return self.nodes[schema.TITLE_NODE.label]

    @property
    def genres(self) -> Nodes:
        """The genres."""
        return self.nodes[schema.GENRE.label]

    @property
    def likes(self) -> Relation:
        """The one relationship between users and titles that the walks follow."""
        return self.relations[schema.LIKES.name]

    def arrays(self) -> dict[str, AnyArray]:
        """Return every array of the graph under a stable name; :meth:`from_arrays` takes them back."""
        found: dict[str, AnyArray] = {}
        for label, nodes in self.nodes.items():
            _put_strings(found, f"{label}.ids", nodes.ids.ids)
            for name, values in nodes.properties.items():
                if isinstance(values, StringArray):
                    _put_strings(found, f"{label}.{name}", values)
                else:
                    found[f"{label}.{name}"] = values
        for name, relation in self.relations.items():
            for part in _RELATION_PARTS:
                found[f"{name}.{part}"] = getattr(relation, part)
            found |= {f"{name}.property.{key}": values for key, values in relation.properties.items()}
        return found

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, AnyArray], same: Mapping[str, float] = MappingProxyType({})
    ) -> Graph:
        """Build from what :meth:`arrays` returned.

        Parameters
        ----------
        arrays
            The arrays.
        same
            By the names of arrays, the one value of relationship properties that are known to be the same everywhere.

        Raises
        ------
        KeyError
            Where an array is missing.
        """
        nodes = {}
        for label, kind in schema.NODES.items():
            properties: dict[str, AnyArray | StringArray] = {}
            for prop in kind.properties:
                key = f"{label}.{prop.name}"
                is_text = prop.kind == "text"
                properties[prop.name] = _get_strings(arrays, key) if is_text else frozen(arrays[key])
            nodes[label] = Nodes(IdMap(_get_strings(arrays, f"{label}.ids")), MappingProxyType(properties))
        relations = {
            name: Relation(
                **{part: frozen(arrays[f"{name}.{part}"]) for part in _RELATION_PARTS},
                properties=MappingProxyType(
                    {p.name: frozen(arrays[f"{name}.property.{p.name}"]) for p in kind.properties}
                ),
                same=MappingProxyType(
                    {
                        p.name: same[f"{name}.property.{p.name}"]
                        for p in kind.properties
                        if f"{name}.property.{p.name}" in same
                    }
                ),
            )
            for name, kind in schema.RELATIONSHIPS.items()
        }
        return cls(MappingProxyType(nodes), MappingProxyType(relations))

    def to_networkx(self) -> nx.MultiDiGraph:
        """Copy into NetworkX; see :func:`cinewalk.graph.model.networkx_io.to_networkx`."""
        from cinewalk.graph.model.networkx_io import to_networkx

        return to_networkx(self)

    @staticmethod
    def from_networkx(graph: nx.MultiDiGraph) -> Graph:
        """Build from NetworkX; see :func:`cinewalk.graph.model.networkx_io.from_networkx`."""
        from cinewalk.graph.model.networkx_io import from_networkx

        return from_networkx(graph)

    def constants(self) -> dict[str, float]:
        """Return the one value of each relationship property that is the same everywhere, by the names of arrays."""
        found = {
            f"{name}.property.{key}": relation.constant(key)
            for name, relation in self.relations.items()
            for key in relation.properties
        }
        return {name: value for name, value in found.items() if value is not None}

    def equals(self, other: Graph) -> bool:
        """Tell whether two graphs hold the same nodes and edges, array by array."""
        mine, theirs = self.arrays(), other.arrays()
        return mine.keys() == theirs.keys() and all(
            mine[name].dtype == theirs[name].dtype and _same(mine[name], theirs[name]) for name in mine
        )

    def __repr__(self) -> str:
        nodes = [f"{len(self.nodes[label]):,} {label}" for label in self.nodes if len(self.nodes[label])]
        edges = [
            f"{len(edges):,} {schema.RELATIONSHIPS[n].type}"
            for n, edges in self.relations.items()
            if len(edges)
        ]
        return f"<Graph: {', '.join(nodes) or 'no nodes'}; {', '.join(edges) or 'no relationships'}>"


_RELATION_PARTS = ("indptr", "indices", "reverse_indptr", "reverse_indices", "reverse_order")


def _put_strings(found: dict[str, AnyArray], name: str, strings: StringArray) -> None:
    found[f"{name}.data"], found[f"{name}.offsets"] = strings.data, strings.offsets


def _get_strings(arrays: Mapping[str, AnyArray], name: str) -> StringArray:
    return StringArray(arrays[f"{name}.data"], arrays[f"{name}.offsets"])


def _same(one: AnyArray, other: AnyArray) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind in "fM")
