"""Who did something with what: the (user, title) pairs of a graph, and relations cut down to some edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.relation import Relation

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import BoolArray, Int64Array


def pair_codes(relation: Relation) -> Int64Array:
    """Number each edge's pair: source × number of targets + target; ascending.

    >>> pair_codes(Relation.of(np.array([1, 0]), np.array([2, 1]), (2, 3))).tolist()
    [1, 5]
    """
    codes: Int64Array = relation.sources.astype(np.int64) * relation.shape[1] + relation.indices
    return codes


def keep_edges(relation: Relation, kept: BoolArray) -> Relation:
    """Return a relation with some of its edges.

    Parameters
    ----------
    relation
        The relation.
    kept
        For each edge, whether it stays.
    """
    properties = {name: values[kept] for name, values in relation.properties.items()}
    return Relation.of(relation.sources[kept], relation.indices[kept], relation.shape, properties)


class Pairs(NamedTuple):
    """Every pair of a user and a title between which there is an event, or a like without one.

    ``codes`` are those of :func:`pair_codes`, ascending; ``users`` their users; ``times`` the time of the
    latest event of each, :data:`~cinewalk.graph.model.schema.UNKNOWN_TIME` where none has a time.
    """

    codes: Int64Array
    users: Int64Array
    times: Int64Array

    @classmethod
    def of(cls, graph: Graph) -> Pairs:
        """Collect the pairs of a graph.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> len(Pairs.of(example_graph()).codes)
        15
        """
        events = [graph.relations[kind.name] for kind in (*schema.EVENTS, schema.LIKES)]
        all_codes = np.concatenate([pair_codes(event) for event in events])
        all_times = np.concatenate([event.properties["timestamp"] for event in events])
        codes, places = np.unique(all_codes, return_inverse=True)
        times = np.full(len(codes), schema.UNKNOWN_TIME, dtype=np.int64)
        np.maximum.at(times, places, all_times)
        return cls(codes, codes // max(graph.likes.shape[1], 1), times)
