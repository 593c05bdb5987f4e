"""The graph in memory: frozen, typed, compressed sparse rows both ways for every relationship."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.graph_checks import RELATION_TYPES, check_graph, check_types
from cinewalk.graph.model.ids import IdMap, StringArray
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric.arrays import FrozenMapping, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx
    import pandas as pd

    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.model.settings import Prepared
    from cinewalk.graph.numeric.arrays import AnyArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Nodes:
    """All nodes of one label.

    Parameters
    ----------
    label
        The label, one of :data:`cinewalk.graph.model.schema.NODES`.
    ids
        External ids and positions.
    properties
        By name, one value per node, in the order of ``ids``.
    """

    label: str
    ids: IdMap
    properties: Mapping[str, AnyArray | StringArray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"<Nodes: {len(self):,} {self.label}>"

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

    def arrays(self) -> dict[str, AnyArray]:
        """Return the arrays of the ids and of every property, under names that begin with the label."""
        arrays: dict[str, AnyArray] = {}
        _put_strings(arrays, f"{self.label}.ids", self.ids.ids)
        for name, values in self.properties.items():
            if isinstance(values, StringArray):
                _put_strings(arrays, f"{self.label}.{name}", values)
            else:
                arrays[f"{self.label}.{name}"] = values
        return arrays

    def equals(self, other: Nodes) -> bool:
        """Tell whether two hold the same nodes, array by array."""
        return _same(self.arrays(), other.arrays())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a node: its id, under the name that the schema gives it, and every property.

        What is not known is missing: whole numbers are ``Int64``, texts ``string``, days ``datetime64``.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> example_graph().titles.to_frame()[["title_id", "title", "year", "kind"]].head(2)
          title_id         title  year  kind
        0    alien         Alien  1979  <NA>
        1    blade  Blade Runner  1982  <NA>
        """
        import pandas as pd

        frame = pd.DataFrame(
            {schema.NODES[self.label].key.name: pd.array(list(self.ids.ids), dtype="string")}
        )
        for name, values in self.properties.items():
            if isinstance(values, StringArray):
                frame[name] = pd.array([text or None for text in values], dtype="string")
            elif name in schema.UNKNOWN:
                numbers = values.astype(np.int64)
                frame[name] = pd.arrays.IntegerArray(numbers, numbers == schema.UNKNOWN[name])
            else:
                frame[name] = values.astype("datetime64[s]")
        return frame


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
        arrays: dict[str, AnyArray] = {}
        for nodes in self.nodes.values():
            arrays |= nodes.arrays()
        for name, relation in self.relations.items():
            for part in RELATION_TYPES:
                arrays[f"{name}.{part}"] = getattr(relation, part)
            arrays |= {f"{name}.property.{key}": values for key, values in relation.properties.items()}
        return arrays

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, AnyArray], same: Mapping[str, float] = FrozenMapping()
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
        RequestError
            Where an array is missing, of another type, or points to what is not there.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> arrays = example_graph().arrays()
        >>> Graph.from_arrays(arrays | {"likes.indices": np.full(13, 2**31 - 1, np.int32)})
        Traceback (most recent call last):
        ...
        cinewalk.errors.RequestError: the LIKES relationships are damaged: their rows do not fit.
        """
        check_types(arrays)
        nodes = {}
        for label, kind in schema.NODES.items():
            properties: dict[str, AnyArray | StringArray] = {}
            for prop in kind.properties:
                key = f"{label}.{prop.name}"
                is_text = prop.kind == "text"
                properties[prop.name] = _get_strings(arrays, key) if is_text else frozen(arrays[key])
            nodes[label] = Nodes(
                label, IdMap(_get_strings(arrays, f"{label}.ids")), FrozenMapping(properties)
            )
        relations = {
            name: Relation(
                **{part: frozen(arrays[f"{name}.{part}"]) for part in RELATION_TYPES},
                properties=FrozenMapping(
                    {p.name: frozen(arrays[f"{name}.property.{p.name}"]) for p in kind.properties}
                ),
                same=FrozenMapping(
                    {
                        p.name: same[f"{name}.property.{p.name}"]
                        for p in kind.properties
                        if f"{name}.property.{p.name}" in same
                    }
                ),
            )
            for name, kind in schema.RELATIONSHIPS.items()
        }
        graph = cls(FrozenMapping(nodes), FrozenMapping(relations))
        check_graph(graph)
        return graph

    def with_relations(self, changed: Mapping[str, Relation]) -> Graph:
        """Return a graph in which some relationships are others; everything else stays, what was prepared included.

        Parameters
        ----------
        changed
            By Python name, the relationships that are others; between the nodes that there are.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> graph = example_graph()
        >>> none = Relation.of(np.empty(0, np.int64), np.empty(0, np.int64), graph.likes.shape)
        >>> after = graph.with_relations({"likes": none})
        >>> len(after.likes), len(graph.likes), after.relations["rated"] is graph.relations["rated"]
        (0, 13, True)
        """
        return replace(self, relations=FrozenMapping({**self.relations, **changed}))

    def to_networkx(self) -> nx.MultiDiGraph:
        """Copy into NetworkX; see :func:`cinewalk.graph.model.conversions.to_networkx`."""
        from cinewalk.graph.model.conversions import to_networkx

        return to_networkx(self)

    @staticmethod
    def from_networkx(graph: nx.MultiDiGraph) -> Graph:
        """Build from NetworkX; see :func:`cinewalk.graph.model.conversions.from_networkx`."""
        from cinewalk.graph.model.conversions import from_networkx

        return from_networkx(graph)

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Copy into data frames; see :func:`cinewalk.graph.model.conversions.to_frames`."""
        from cinewalk.graph.model.conversions import to_frames

        return to_frames(self)

    def constants(self) -> dict[str, float]:
        """Return the one value of each relationship property that is the same everywhere, by the names of arrays."""
        constants = {
            f"{name}.property.{key}": relation.constant(key)
            for name, relation in self.relations.items()
            for key in relation.properties
        }
        return {name: value for name, value in constants.items() if value is not None}

    def equals(self, other: Graph) -> bool:
        """Tell whether two graphs hold the same nodes and edges, array by array."""
        return _same(self.arrays(), other.arrays())

    def __repr__(self) -> str:
        nodes = [f"{len(self.nodes[label]):,} {label}" for label in self.nodes if len(self.nodes[label])]
        edges = [
            f"{len(edges):,} {schema.RELATIONSHIPS[n].type}"
            for n, edges in self.relations.items()
            if len(edges)
        ]
        return f"<Graph: {', '.join(nodes) or 'no nodes'}; {', '.join(edges) or 'no relationships'}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self)[1:-1])}</p>"


def _put_strings(arrays: dict[str, AnyArray], name: str, strings: StringArray) -> None:
    arrays[f"{name}.data"], arrays[f"{name}.offsets"] = strings.data, strings.offsets


def _get_strings(arrays: Mapping[str, AnyArray], name: str) -> StringArray:
    return StringArray(arrays[f"{name}.data"], arrays[f"{name}.offsets"])


def _same(mine: Mapping[str, AnyArray], theirs: Mapping[str, AnyArray]) -> bool:
    return mine.keys() == theirs.keys() and all(
        values.dtype == theirs[name].dtype
        and np.array_equal(values, theirs[name], equal_nan=values.dtype.kind in "fM")
        for name, values in mine.items()
    )
