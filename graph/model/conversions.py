"""The graph as other libraries have it: a NetworkX multigraph and back, and data frames that ``load`` takes back."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from cinewalk.clean_text import ECHO, cut, quoted
from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE, Preference
from cinewalk.graph.model.relation import PROPERTY_TYPES, Relation

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.numeric.arrays import AnyArray


#: By the label of members: which relationship leads to their groups.
_GROUPS = {kind.source: kind for kind in (schema.USER_IN_GROUP, schema.PERSON_IN_GROUP)}


def to_networkx(graph: Graph) -> nx.MultiDiGraph:
    """Copy a graph into NetworkX.

    Nodes are ``(label, id)`` pairs with their properties as attributes; edges are keyed by relationship type
    (``"RATED"``) with theirs.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> copy = to_networkx(example_graph())
    >>> copy.nodes["Title", "alien"]["title"]
    'Alien'
    >>> copy.edges[("User", "ann"), ("Title", "alien"), "RATED"]["rating"]
    5.0
    """
    copy = nx.MultiDiGraph(preference=graph.preference)
    names: dict[str, list[tuple[str, str]]] = {}
    for label, nodes in graph.nodes.items():
        names[label] = [(label, external) for external in nodes.ids.ids]
        columns = {name: _items(values) for name, values in nodes.properties.items()}
        for i, node in enumerate(names[label]):
            copy.add_node(node, **{name: values[i] for name, values in columns.items()})
    for name, relation in graph.relations.items():
        kind = schema.RELATIONSHIPS[name]
        columns = {key: _items(values) for key, values in relation.properties.items()}
        pairs = zip(relation.sources.tolist(), relation.indices.tolist(), strict=True)
        for i, (source, target) in enumerate(pairs):
            data = {key: values[i] for key, values in columns.items()}
            copy.add_edge(names[kind.source][source], names[kind.target][target], key=kind.type, **data)
    return copy


def from_networkx(copy: nx.MultiDiGraph) -> Graph:
    """Build a graph from a NetworkX multigraph of the form that :func:`to_networkx` makes.

    ``LIKES`` edges are taken as they are where there are any, and derived from the events otherwise.

    Raises
    ------
    RequestError
        Where a node, an edge or an attribute is not of that form.
    """
    nodes: dict[str, Nodes] = {}
    positions: dict[tuple[str, str], int] = {}
    members: dict[str, list[tuple[str, str]]] = {label: [] for label in schema.NODES}
    for node in copy.nodes:
        if not (
            isinstance(node, tuple) and len(node) == 2 and node[0] in members and isinstance(node[1], str)
        ):
            raise RequestError(
                f"node {quoted(node)} is not a (label, id) pair with a label of {', '.join(members)}."
            )
        members[node[0]].append(node)
    for label, named in members.items():
        columns = {
            prop.name: _column(prop, [copy.nodes[node][prop.name] for node in named], label)
            for prop in schema.NODES[label].properties
            if all(prop.name in copy.nodes[node] for node in named)
        }
        nodes[label], places = sorted_nodes(label, [external for _, external in named], columns)
        positions |= dict(zip(named, places.tolist(), strict=True))
    edges = _edges(copy, positions)
    given = edges.pop(schema.LIKES.name, None)
    derived = assemble(nodes, edges, _preference(copy))
    if given is None:
        return derived
    likes = Relation.of(*given[:2], derived.likes.shape, given[2])
    graph = replace(derived.with_relations({schema.LIKES.name: likes}), preference=None)
    return derived if graph.equals(derived) else graph


def _preference(copy: nx.MultiDiGraph) -> Preference:
    preference = copy.graph.get("preference") or DEFAULT_PREFERENCE
    if not isinstance(preference, Preference):
        raise RequestError(
            f"the graph's preference is {quoted(preference)}; it must be a cinewalk.Preference."
        )
    return preference


def _column(prop: schema.Property, values: list[Any], kind: str) -> Any:
    """Return the values of a property as an array; texts as they are.

    Raises
    ------
    RequestError
        Where one is not of its type, not finite, or outside the range that any graph keeps.
    """
    if prop.kind == "text":
        for value in values:
            if not isinstance(value, str):
                raise RequestError(f"a {kind} has the {prop.name} {quoted(value)}; it must be a text.")
        return values
    wanted = np.dtype(PROPERTY_TYPES[prop.name])
    problem = f"a {kind} has a {prop.name} that is not {wanted}, finite and in range"
    try:
        is_kept = wanted.kind == "M" or all(_is_number(value, wanted.kind) for value in values)
        column = np.array(values if is_kept else [], dtype=wanted)
    except (ValueError, TypeError, OverflowError) as error:
        raise RequestError(f"{problem} ({cut(str(error), ECHO)}).") from error
    if column.ndim != 1 or not is_kept or not _is_fit(prop, column):
        raise RequestError(f"{problem}.")
    return column


def _is_number(value: Any, kind: str) -> bool:
    """Tell whether a value is a number, and a whole one where that is wanted: numpy takes 0.5 for 0 and "1" for 1."""
    return isinstance(value, Real) and (kind == "f" or value % 1 == 0)


def _is_fit(prop: schema.Property, column: AnyArray) -> bool:
    if column.dtype.kind != "f" or not len(column):
        return True
    return bool(np.isfinite(column).all() and (prop != schema.PREFERENCE or column.min() > 0))


def _edges(copy: nx.MultiDiGraph, positions: dict[tuple[str, str], int]) -> dict[str, Edges]:
    kinds = {(kind.source, kind.type, kind.target): kind for kind in schema.RELATIONSHIPS.values()}
    rows_by_kind: dict[str, list[tuple[int, int, dict[str, Any]]]] = {}
    for source, target, key, data in copy.edges(keys=True, data=True):
        kind = kinds.get((source[0], key, target[0]))
        if kind is None:
            raise RequestError(
                f"there is no relationship ({source[0]})-[:{cut(str(key), ECHO)}]->({target[0]}) in the schema."
            )
        rows_by_kind.setdefault(kind.name, []).append((positions[source], positions[target], data))
    edges = {}
    for name, rows in rows_by_kind.items():
        properties = {}
        for prop in schema.RELATIONSHIPS[name].properties:
            if all(prop.name in data for *_, data in rows):
                values = [data[prop.name] for *_, data in rows]
                properties[prop.name] = _column(prop, values, schema.RELATIONSHIPS[name].type)
            elif prop.required:
                raise RequestError(f"a {schema.RELATIONSHIPS[name].type} edge has no {prop.name}.")
        sources, targets = np.array([row[:2] for row in rows], dtype=np.int64).T
        edges[name] = Edges(sources, targets, properties)
    return edges


def _items(values: Any) -> list[Any]:
    return values[:] if isinstance(values, StringArray) else values.tolist()


def to_frames(graph: Graph) -> dict[str, pd.DataFrame]:
    """Copy a graph into one data frame a table, without what follows from them.

    ``cinewalk.load(**frames, preference=graph.preference)`` makes an equal graph of them, where it came from files or
    frames itself and its ratings lie in the usual range. Likes that were given follow from no table, and people
    without titles, genres without titles and groups without members stand in none. What is not known is missing.
    ``same_titles`` also lists, with nothing beside them, the titles that are no other film, so that none is detected.

    Parameters
    ----------
    graph
        The graph.

    Raises
    ------
    RequestError
        Where somebody is in two groups of one kind, which a column cannot say.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> frames = to_frames(example_graph())
    >>> frames["ratings"].head(2)
      user_id title_id  rating           timestamp
    0     ann    alien     5.0 ...
    1     ann    blade     4.0 ...
    """
    users, people = (_with_groups(graph, label) for label in (schema.USER.label, schema.PERSON.label))
    frames = {"users": users, "titles": _titles(graph), "people": _people(graph, people)}
    frames |= {
        table: _events(graph, graph.relations[kind.name]) for table, kind in schema.EVENT_TABLES.items()
    }
    return frames | {"same_titles": _same_titles(graph)}


def _external(graph: Graph, label: str, positions: AnyArray) -> AnyArray:
    return np.array(graph.nodes[label].ids.ids[:], object)[positions]


def _with_groups(graph: Graph, label: str) -> pd.DataFrame:
    """Return the nodes of a label with a column for each kind of group that they are in."""
    frame, kind = graph.nodes[label].to_frame(), _GROUPS[label]
    relation, groups = graph.relations[kind.name], graph.nodes[schema.GROUP.label]
    kinds, values = (np.array(groups.text(name)[:], object)[relation.indices] for name in ("kind", "value"))
    for name in sorted(set(kinds)):
        members = relation.sources[kinds == name]
        if len(np.unique(members)) != len(members):
            raise RequestError(
                f"some {label} nodes are in several groups of the kind {name}, which no table can say; "
                "to_networkx() keeps all of them."
            )
        column = np.full(len(frame), None, object)
        column[members] = values[kinds == name]
        frame[name] = column
    return frame


def _titles(graph: Graph) -> pd.DataFrame:
    frame, relation = graph.titles.to_frame(), graph.relations[schema.IN_GENRE.name]
    names = np.array(graph.genres.ids.ids[:], object)
    rows = (names[relation.indices[relation.row(title)]] for title in range(len(frame)))
    return frame.assign(**{schema.GENRES.name: ["|".join(row) for row in rows]})


def _people(graph: Graph, people: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each role of each person in a title."""
    parts = []
    for role, kind in schema.ROLES.items():
        relation = graph.relations[kind.name]
        titles = _external(graph, schema.TITLE_NODE.label, relation.indices)
        parts.append(people.iloc[relation.sources].assign(title_id=titles, role=role))
    return pd.concat(parts, ignore_index=True)


def _events(graph: Graph, relation: Relation) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            schema.USER_ID.name: _external(graph, schema.USER.label, relation.sources),
            schema.TITLE_ID.name: _external(graph, schema.TITLE_NODE.label, relation.indices),
        }
    )
    for name, values in relation.properties.items():
        if name == schema.TIMESTAMP.name:
            times = values.astype("datetime64[s]")
            times[values == schema.UNKNOWN_TIME] = np.datetime64("NaT", "s")
            frame[name] = times
        else:
            frame[name] = values.astype(np.float64 if values.dtype.kind == "f" else np.int64)
    return frame


def _same_titles(graph: Graph) -> pd.DataFrame:
    relation = graph.relations[schema.SAME_AS.name]
    others = np.setdiff1d(np.arange(len(graph.titles)), np.union1d(relation.sources, relation.indices))
    pairs, label = len(relation), schema.TITLE_NODE.label
    shown = np.full(pairs + len(others), None, object)
    shown[:pairs] = _external(graph, label, relation.indices)
    titles = _external(graph, label, np.concatenate([relation.sources, others]))
    return pd.DataFrame({schema.TITLE_ID.name: titles, schema.SAME_TITLE_ID.name: shown})
