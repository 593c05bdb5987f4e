"""A walk on a graph from which events have really been deleted: what claims about removals are checked against.

:mod:`cinewalk.graph.counterfactual.removal` takes events out of what has been computed. Here the graph itself is
built again without them, and what is the user's own is computed from that graph. The rows of titles and those of
other users stay, as what is said of removals has it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.edges import keep_edges
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Prepared
from cinewalk.graph.walks.neighbours.learned import FittedViewers
from cinewalk.graph.walks.registry import Registry
from cinewalk.graph.walks.spectral.spectral import SpectralViewers

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.walks.base.result import Walk


def after_deletion(parts: Registry, walk: Walk, user: int, titles: Int32Array) -> tuple[Walk, Profile]:
    """Delete every event of a user with some titles, and return the walk and the user's profile on what is left.

    Parameters
    ----------
    parts
        The walks of the graph.
    walk
        One of them.
    user
        The user's position.
    titles
        Positions of titles that they like, not all of them.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.settings import Settings
    >>> parts = Registry(example_graph(), Settings())
    >>> titles = np.array([parts.graph.titles.ids.position("alien")], np.int32)
    >>> walk, profile = after_deletion(parts, parts.walk("blend"), parts.graph.users.ids.position("eve"), titles)
    >>> [parts.graph.titles.ids.ids[title] for title in profile.titles.tolist()], walk.name
    (['heat'], 'blend')
    """
    graph = _without(parts.graph, user, titles)
    profile = profile_of(graph, user, parts.settings.half_life)
    return walks_on(graph, parts, walk).walk(walk.name), profile


def walks_on(graph: Graph, parts: Registry, walk: Walk) -> Registry:
    """Return the walks on a graph where one person did something else, for that person: rows of titles stay.

    Parameters
    ----------
    graph
        The graph.
    parts, walk
        The walks before, and the one that will be asked for. Its learned viewers are fitted when they are asked for;
        the subspace, and others in it, stay.
    """
    rows = {
        part.name.replace("-", "_"): part.title_rows for part in walk.parts if part.title_rows is not None
    }
    after = Registry(replace(graph, prepared=Prepared(parts.settings, rows)), parts.settings)
    after.put(FittedViewers(after.likes, parts.settings.learned_viewers))
    after.put(SpectralViewers(after.likes, parts.subspace, parts.settings.spectral_viewers))
    return after


def _without(graph: Graph, user: int, titles: Int32Array) -> Graph:
    kinds = (*schema.EVENTS, schema.LIKES)
    return graph.with_relations({kind.name: _cut(graph.relations[kind.name], user, titles) for kind in kinds})


def _cut(relation: Relation, user: int, titles: Int32Array) -> Relation:
    row, kept = relation.row(user), np.ones(len(relation), np.bool_)
    kept[row] = ~np.isin(relation.indices[row], titles)
    return relation if kept.all() else keep_edges(relation, kept)
