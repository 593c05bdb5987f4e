"""Where a walk starts: one person's likes with their weights, and what they must not be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.maturity import limit_of, too_mature
from cinewalk.graph.numeric import time_ranks
from cinewalk.graph.numeric.arrays import Portable, frozen

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import BoolArray, Float32Array, FloatArray, Int32Array


@dataclass(frozen=True, slots=True, eq=False)
class Profile(Portable):
    """One person as the walks see them.

    Parameters
    ----------
    titles
        Positions of the titles they like, ascending.
    preferences
        The preference of each like.
    weights
        The weight of each like as the start of a walk: preference × recency.
    hidden
        For every title, whether it must not be returned.
    user
        Their own position, whose row is not a like-minded viewer of itself; ``None`` outside the graph.
    groups
        Positions of their demographic groups; walks of somebody with many likes pay no heed to them.
    """

    titles: Int32Array
    preferences: Float32Array
    weights: FloatArray
    hidden: BoolArray
    user: int | None = None
    groups: Int32Array = field(default_factory=lambda: frozen(np.empty(0, np.int32)))


def profile_of(graph: Graph, user: int, half_life: float) -> Profile:
    """Return the profile of a user of the graph.

    Weights are ``x_u(i) = preference · 2^(-r / half_life)``, with ``r`` the rank of the like by time, newest
    first; likes of equal time share their mean rank, so likes without times weigh the same.

    Parameters
    ----------
    graph
        The graph.
    user
        The user's position.
    half_life
        In ranks, above 0; infinity means that recency does not matter.
    """
    likes = graph.likes
    row = likes.row(user)
    preferences = likes.properties["preference"][row]
    weights = preferences * time_ranks.recency(likes.properties["timestamp"][row], half_life)
    members = graph.relations[schema.USER_IN_GROUP.name]
    groups = members.indices[members.row(user)]
    hidden = seen(graph, user)
    hide_same(graph, hidden)
    hidden |= too_mature(graph.titles, limit_of(graph, user))
    return Profile(likes.indices[row], preferences, frozen(weights), hidden, user, groups)


def profile_of_titles(graph: Graph, titles: Int32Array, weights: FloatArray) -> Profile:
    """Return the profile of somebody outside the graph who likes ``titles``; those are hidden, as if they were seen."""
    order = np.argsort(titles)
    hidden = np.zeros(len(graph.titles), dtype=np.bool_)
    hidden[titles] = True
    hide_same(graph, hidden)
    chosen = frozen(titles[order].astype(np.int32))
    return Profile(chosen, frozen(weights[order].astype(np.float32)), frozen(weights[order]), hidden)


def seen(graph: Graph, user: int) -> BoolArray:
    """Tell of every title whether the user has rated, watched, thumbed, blocked or likes it."""
    hidden = np.zeros(len(graph.titles), dtype=np.bool_)
    for kind in (*schema.EVENTS, schema.LIKES):
        relation = graph.relations[kind.name]
        hidden[relation.indices[relation.row(user)]] = True
    return hidden


def hide_same(graph: Graph, hidden: BoolArray) -> None:
    """Add to what somebody has seen the same films under other ids; of those that they have not, one id is left.

    Parameters
    ----------
    graph
        The graph.
    hidden
        For every title, whether they have seen it; what is found is added to it.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.relation import Relation
    >>> graph = example_graph()
    >>> same = Relation.of(np.array([1, 2]), np.array([3, 4]), (7, 7))  # 1 is shown as 3, and 2 as 4
    >>> hidden = np.array([False, True, False, False, False, False, False])
    >>> hide_same(graph.with_relations({"same_as": same}), hidden)
    >>> np.flatnonzero(hidden).tolist()
    [1, 2, 3]
    """
    same = graph.relations[schema.SAME_AS.name]
    if len(same):
        others = same.sources
        hidden[same.indices[hidden[others]]] = True
        hidden[others] = True


def shown_as(graph: Graph) -> Int32Array:
    """Return for every title the one that is shown in its place: itself, where it is no film under a second id."""
    same = graph.relations[schema.SAME_AS.name]
    shown = np.arange(len(graph.titles), dtype=np.int32)
    shown[same.sources] = same.indices
    return frozen(shown)
