"""What a walk comes to for somebody who had never met some titles: events taken away, and own rows recomputed.

A removal takes away every event (rated, watched, thumbed) of one user with some titles. Recomputed is what is the
user's own: the ranks of their likes by time, what they weigh, their like-minded viewers and the fitted weights of
these, and what they have seen. The degrees of the removed titles fall by one. The prepared rows of titles and
those of other users stay as they are.

Remedies re-rank what the walk then comes to for what is left of the profile; the removed titles may be in that list, as
they would be if the events were deleted. The bonus of an exposure floor stays, as it is found on everybody's lists.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model.maturity import limit_of, too_mature
from cinewalk.graph.model.profile import hide_same, seen
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric import time_ranks
from cinewalk.graph.numeric.arrays import FrozenMapping, frozen
from cinewalk.graph.walks.base.like_rows import Likes

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.graph.walks.registry import Registry


def relation_without(relation: Relation, source: int, targets: Int32Array) -> Relation:
    """Return a relation without some edges of one source.

    Parameters
    ----------
    relation
        The relation.
    source
        The source.
    targets
        Targets of its edges, ascending.

    Examples
    --------
    >>> likes = Relation.of(np.array([1, 0, 1]), np.array([2, 1, 0]), (2, 3))
    >>> left = relation_without(likes, 1, np.array([0], np.int32))
    >>> left.indices.tolist(), left.reverse_indices.tolist(), left.reverse_order.tolist()
    ([1, 2], [0, 1], [0, 1])
    """
    row = relation.row(source)
    kept = np.ones(len(relation), np.bool_)
    kept[row.start + np.searchsorted(relation.indices[row], targets)] = False
    indptr = relation.indptr.copy()
    indptr[source + 1 :] -= len(targets)
    reverse_kept = kept[relation.reverse_order]
    places = np.cumsum(kept, dtype=np.int32) - np.int32(1)
    before = np.searchsorted(targets, np.arange(len(relation.reverse_indptr)))
    return Relation(
        indptr=frozen(indptr),
        indices=frozen(relation.indices[kept]),
        properties=FrozenMapping({name: frozen(v[kept]) for name, v in relation.properties.items()}),
        reverse_indptr=frozen(relation.reverse_indptr - before),
        reverse_indices=frozen(relation.reverse_indices[reverse_kept]),
        reverse_order=frozen(places[relation.reverse_order[reverse_kept]]),
    )


def profile_without(graph: Graph, profile: Profile, titles: Int32Array, half_life: float) -> Profile:
    """Return the profile of a user of a graph without some of their likes; those titles may be shown again.

    Parameters
    ----------
    graph
        The graph.
    profile
        The profile.
    titles
        What is removed; positions, each liked.
    half_life
        As in :func:`cinewalk.graph.model.profile.profile_of`.
    """
    user = profile.user
    assert user is not None
    kept = ~np.isin(profile.titles, titles)
    preferences = profile.preferences[kept]
    times = graph.likes.properties["timestamp"][graph.likes.row(user)]
    hidden = seen(graph, user)
    hidden[titles] = False
    hide_same(graph, hidden)
    hidden |= too_mature(graph.titles, limit_of(graph, user))
    weights = preferences * time_ranks.recency(times[kept], half_life)
    titles = frozen(profile.titles[kept])
    return replace(profile, titles=titles, preferences=frozen(preferences), weights=weights, hidden=hidden)


def scores_without(
    parts: Registry, walk: Walk, profile: Profile, titles: Int32Array
) -> tuple[FloatArray, Profile]:
    """Run a walk for a user of the graph as if they had never met some of the titles that they like.

    Parameters
    ----------
    parts
        The walks of the graph, of which ``walk`` is one.
    walk
        The walk.
    profile
        The user's profile.
    titles
        What is removed: positions of likes, ascending, not all of them.

    Returns
    -------
    scores, profile
        One score per title, and the profile of what is left.
    """
    user = profile.user
    assert user is not None
    left = profile_without(parts.graph, profile, titles, parts.settings.half_life)
    rest = Likes(relation_without(parts.graph.likes, user, titles))
    return walk.without(rest, user, titles).run(left).scores, left
