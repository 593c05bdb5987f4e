"""Two graphs that were loaded apart, one to walk on and one to test on, brought to the same positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import Split
from cinewalk.graph.model import schema
from cinewalk.graph.model.builder import sorted_nodes
from cinewalk.graph.model.edges import Pairs
from cinewalk.graph.model.graph import Graph
from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric.arrays import FrozenMapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.model.graph import Nodes
    from cinewalk.graph.numeric.arrays import AnyArray, Int64Array


def match(train: Graph, test: Graph) -> Split:
    """Match a test graph's likes to a train graph, by id.

    Titles that train does not know are added to it, with nothing to reach them by: they stay in what is to be
    found, as the protocol of LightGCN has it, and no walk can find them. Users that train does not know have no
    list to look at, and titles that a user has seen in train are never recommended, so likes of those are left
    out. All of this is counted in the notes.

    Parameters
    ----------
    train
        The graph whose events may be known.
    test
        The graph whose likes are to be found; nothing else of it counts.

    Raises
    ------
    RequestError
        Where either has no likes, or nothing in test is known to train.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.evaluate.splits import split
    >>> whole, parts = example_graph(), split(example_graph(), "random", 0.4)
    >>> match(parts.train, whole).notes
    ('Test likes of titles that the user has seen in train: 3, left out.',)
    """
    for side, graph in (("train", train), ("test", test)):
        if not len(graph.likes):
            raise RequestError(f"there are no likes in {side}; there is nothing to evaluate.")
    users = _positions(train.users, test.users)[test.likes.sources]
    known = users >= 0
    if not known.any():
        raise RequestError("none of the users who like something in test is known to train; compare the ids.")
    titles = _positions(train.titles, test.titles)
    foreign = np.unique(test.likes.indices[known & (titles[test.likes.indices] < 0)])
    if not (titles[test.likes.indices[known]] >= 0).any():
        raise RequestError("none of the titles that are liked in test is known to train; compare the ids.")
    added = int(np.count_nonzero(known & (titles[test.likes.indices] < 0)))
    if len(foreign):
        train, titles[:], titles[foreign] = _with_titles(train, test, titles, foreign)
    likes, again = _unseen(train, test.likes, users, titles, known)
    strangers = len(np.unique(test.likes.sources[~known]))
    notes = (
        (strangers, f"Test users unknown to train: {strangers:,} (likes: {(~known).sum():,}), left out."),
        (len(foreign), f"Test titles unknown to train: {len(foreign):,} (likes: {added:,}), never found."),
        (again, f"Test likes of titles that the user has seen in train: {again:,}, left out."),
    )
    if not len(likes):
        raise RequestError("every like in test is of a title that the user has seen in train already.")
    return Split(train, likes, tuple(note for count, note in notes if count))


def _positions(known: Nodes, asked: Nodes) -> Int64Array:
    """Return where each asked node is among the known ones, or -1."""
    places = {external: place for place, external in enumerate(known.ids.ids)}
    return np.array([places.get(external, -1) for external in asked.ids.ids], dtype=np.int64)


def _unseen(
    train: Graph, likes: Relation, users: Int64Array, titles: Int64Array, known: AnyArray
) -> tuple[Relation, int]:
    """Return the likes at train's positions without pairs that train has, and how many it has."""
    width = train.likes.shape[1]
    places = titles[likes.indices]
    seen = np.isin(users * width + places, Pairs.of(train).codes) & known
    kept = known & ~seen
    properties = {name: values[kept] for name, values in likes.properties.items()}
    return Relation.of(users[kept], places[kept], train.likes.shape, properties), int(seen.sum())


def _with_titles(
    train: Graph, test: Graph, titles: Int64Array, foreign: AnyArray
) -> tuple[Graph, Int64Array, Int64Array]:
    """Add titles of another graph; return the new graph, and the new positions of known and of added ones."""
    old, other = train.titles, test.titles
    ids = [*old.ids.ids, *(other.ids.ids[int(title)] for title in foreign)]
    properties = {
        name: _joined(values, other.properties[name], foreign) for name, values in old.properties.items()
    }
    nodes, places = sorted_nodes(schema.TITLE_NODE.label, ids, properties)
    every = dict(train.nodes) | {schema.TITLE_NODE.label: nodes}
    relations = {}
    for name, relation in train.relations.items():
        kind = schema.RELATIONSHIPS[name]
        ends = [
            places[positions] if label == schema.TITLE_NODE.label else positions
            for label, positions in ((kind.source, relation.sources), (kind.target, relation.indices))
        ]
        shape = (len(every[kind.source]), len(every[kind.target]))
        relations[name] = Relation.of(ends[0], ends[1], shape, relation.properties)
    graph = Graph(FrozenMapping(every), FrozenMapping(relations))
    return graph, np.where(titles >= 0, places[titles], -1), places[len(old) :]


def _joined(
    values: AnyArray | StringArray, others: AnyArray | StringArray, chosen: AnyArray
) -> Sequence[object] | AnyArray:
    if isinstance(values, StringArray):
        return [*values, *(others[int(place)] for place in chosen)]
    assert not isinstance(others, StringArray)
    return np.concatenate([values, others[chosen]])
