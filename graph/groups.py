"""A graph whose demographic groups nothing walks through."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph import schema
from cinewalk.graph.pairs import keep_edges

if TYPE_CHECKING:
    from cinewalk.graph.network import Graph


def without_groups(graph: Graph) -> Graph:
    """Return a graph in which nobody is in a group; the groups themselves stay, and what was prepared does too.

    Parameters
    ----------
    graph
        The graph.

    Examples
    --------
    >>> from cinewalk.graph.example import example_graph
    >>> len(without_groups(example_graph()).relations["user_in_group"])
    0
    """
    relations = dict(graph.relations)
    for kind in (schema.USER_IN_GROUP, schema.PERSON_IN_GROUP):
        relation = graph.relations[kind.name]
        relations[kind.name] = keep_edges(relation, np.zeros(len(relation), np.bool_))
    return replace(graph, relations=MappingProxyType(relations))
