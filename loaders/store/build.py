"""From checked tables to the graph: ids become positions, columns become nodes and relationships."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.preference import DEFAULT_PREFERENCE
from cinewalk.loaders.titles.same_titles import with_same_titles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.model.preference import Preference
    from cinewalk.graph.model.schema import NodeType
    from cinewalk.graph.numeric.arrays import AnyArray, Int64Array
    from cinewalk.loaders.tables.tables import Tables

#: Whole ids below this are looked up in a table of all of them.
_TABLE_SIZE: Final = 1 << 24


def build_graph(tables: Tables, preference: Preference = DEFAULT_PREFERENCE) -> Graph:
    """Build the graph of checked tables.

    Parameters
    ----------
    tables
        What a source was read into.
    preference
        How ratings, watches and thumbs become likes.

    Titles that are the same film are looked for (:func:`cinewalk.loaders.titles.same_titles.with_same_titles`).
    """
    titles, persons = tables.titles, tables.people.drop_duplicates("person_id")
    users = _Positions(schema.USER.label, tables.users["user_id"], _properties(schema.USER, tables.users))
    shown = _Positions(
        schema.TITLE_NODE.label,
        titles["title_id"],
        _properties(schema.TITLE_NODE, titles),
    )
    people = _Positions(schema.PERSON.label, persons["person_id"], _properties(schema.PERSON, persons))
    genres, in_genre = _genres(titles, shown)
    memberships = {
        schema.USER_IN_GROUP.name: _memberships(tables.users, users, "users"),
        schema.PERSON_IN_GROUP.name: _memberships(persons, people, "people"),
    }
    groups, in_groups = _groups(memberships)
    edges = {schema.IN_GENRE.name: in_genre, **in_groups}
    for table, kind in schema.EVENT_TABLES.items():
        frame: pd.DataFrame = getattr(tables, table)
        properties = {prop.name: frame[prop.name].to_numpy() for prop in kind.properties}
        edges[kind.name] = Edges(users.of(frame["user_id"]), shown.of(frame["title_id"]), properties)
    for role, kind in schema.ROLES.items():
        credits_ = tables.people[tables.people["role"] == role]
        edges[kind.name] = Edges(people.of(credits_["person_id"]), shown.of(credits_["title_id"]))
    nodes = {node.label: node.nodes for node in (users, shown, people)}
    nodes |= {schema.GENRE.label: genres, schema.GROUP.label: groups}
    same = tables.same_titles
    given = zip(map(str, same["title_id"].tolist()), same["same_as"].tolist(), strict=True)
    return with_same_titles(assemble(nodes, edges, preference), given)


def _properties(node: NodeType, frame: pd.DataFrame) -> dict[str, AnyArray]:
    return {prop.name: frame[prop.name].to_numpy() for prop in node.properties}


class _Positions:
    """The nodes of one label, and the way from a column of their ids to their positions."""

    def __init__(self, label: str, ids: pd.Series, properties: dict[str, AnyArray]) -> None:
        self.label = label
        self._index = pd.Index(ids)
        self.nodes, self._positions = sorted_nodes(label, [str(i) for i in ids.tolist()], properties)

    def of(self, ids: pd.Series) -> Int64Array:
        """Return the position of each id; the tables have been checked, so every id is known."""
        if self._table is not None and ids.dtype == self._index.dtype:
            places: Int64Array = self._table[ids.to_numpy()]
        else:
            codes, distinct = pd.factorize(ids)
            places = self._index.get_indexer(pd.Index(distinct))[codes]
        assert not len(places) or places.min() >= 0, f"an id of a {self.label} without a row"
        positions: Int64Array = self._positions[places]
        return positions

    @cached_property
    def _table(self) -> Int64Array | None:
        """The place of every id, where ids are small whole numbers: the quickest way to look up many."""
        if self._index.dtype != np.int64 or not len(self._index) or self._index.max() >= _TABLE_SIZE:
            return None
        table = np.full(int(self._index.max()) + 1, -1)
        table[self._index.to_numpy()] = np.arange(len(self._index))
        return table


def _genres(titles: pd.DataFrame, shown: _Positions) -> tuple[Nodes, Edges]:
    pairs = titles[["title_id", "genres"]].explode("genres").dropna()
    codes, names = pd.factorize(pairs["genres"])
    nodes, positions = sorted_nodes(schema.GENRE.label, [str(name) for name in names])
    return nodes, Edges(shown.of(pairs["title_id"]), positions[codes])


def _memberships(
    frame: pd.DataFrame, members: _Positions, table: str
) -> Iterable[tuple[str, str, Int64Array]]:
    """Yield (kind, value, positions of the members) for every group that a table names."""
    known = {column.name for column in schema.TABLES[table].columns}
    positions = members.of(frame[schema.NODES[members.label].key.name])
    for kind in (column for column in frame.columns if column not in known):
        for value, rows in frame.groupby(kind).indices.items():
            if value:
                yield str(kind), str(value), positions[rows]


def _groups(
    memberships: dict[str, Iterable[tuple[str, str, Int64Array]]],
) -> tuple[Nodes, dict[str, Edges]]:
    by_relationship = {name: list(rows) for name, rows in memberships.items()}
    named = sorted({(kind, value) for rows in by_relationship.values() for kind, value, _ in rows})
    ids = [f"{kind}={value}" for kind, value in named]
    columns = {"kind": [kind for kind, _ in named], "value": [value for _, value in named]}
    nodes, positions = sorted_nodes(schema.GROUP.label, ids, columns)
    place = dict(zip(named, positions.tolist(), strict=True))
    edges = {}
    for name, rows in by_relationship.items():
        members = [np.empty(0, np.int64), *(positions for *_, positions in rows)]
        groups = [np.full(len(positions), place[kind, value]) for kind, value, positions in rows]
        edges[name] = Edges(np.concatenate(members), np.concatenate([np.empty(0, np.int64), *groups]))
    return nodes, edges
