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
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric import time_ranks
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.walks.base.blend import Blend
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.cold_start.newcomers import Newcomers
from cinewalk.graph.walks.neighbours.learned import LearnedViewers
from cinewalk.graph.walks.neighbours.shared import SharedTitles
from cinewalk.graph.walks.pagerank.pagerank import PageRank

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import FloatArray, Int32Array, Int64Array
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.graph.walks.registry import Registry


class FittedViewers(LearnedViewers):
    """Learned viewers whose weights are fitted when they are asked for, whatever has been fitted before."""

    def viewers(self, profile: Profile) -> tuple[Int32Array, FloatArray]:
        """Return the viewers with a weight, and their ``V_uv``."""
        return self.fitted(profile)


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
        properties=MappingProxyType({name: frozen(v[kept]) for name, v in relation.properties.items()}),
        reverse_indptr=frozen(relation.reverse_indptr - before),
        reverse_indices=frozen(relation.reverse_indices[reverse_kept]),
        reverse_order=frozen(places[relation.reverse_order[reverse_kept]]),
    )


def profile_without(profile: Profile, times: Int64Array, titles: Int32Array, half_life: float) -> Profile:
    """Return a person's profile without some of their likes; those titles may be shown again.

    Parameters
    ----------
    profile
        The profile.
    times
        The time of each like.
    titles
        What is removed; positions, each liked.
    half_life
        As in :func:`cinewalk.graph.model.profile.profile_of`.
    """
    kept = ~np.isin(profile.titles, titles)
    preferences = profile.preferences[kept]
    hidden = profile.hidden.copy()
    hidden[titles] = False
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
    likes = parts.graph.likes
    times = likes.properties["timestamp"][likes.row(user)]
    left = profile_without(profile, times, titles, parts.settings.half_life)
    if isinstance(walk, PageRank):
        return _pagerank_without(walk, user, titles).run(left).scores, left
    return _walk_without(walk, Likes(relation_without(likes, user, titles)), titles).run(left).scores, left


def _walk_without(walk: Walk, likes: Likes, titles: Int32Array) -> Walk:
    """Return the walk on what is left of the likes; rows of titles are those from before."""
    if isinstance(walk, Blend):
        return Blend(walk.name, [_walk_without(part, likes, titles) for part in walk.parts], walk.weights)
    if isinstance(walk, Newcomers):
        return walk.without(_walk_without(walk.history, likes, titles), likes.relation, titles)
    if isinstance(walk, SharedTitles):
        return SharedTitles(likes, walk.parameters)
    if isinstance(walk, LearnedViewers):
        return FittedViewers(likes, walk.parameters)
    return walk


def _pagerank_without(walk: PageRank, user: int, titles: Int32Array) -> PageRank:
    """Return PageRank on the network without some likes of a user: edges that weigh nothing are not walked."""
    network = walk.network
    rows, values = network.rows, network.rows.values.copy()
    person = int(network.offsets[schema.USER.label]) + user
    for title in network.number(schema.TITLE_NODE.label, titles).tolist():
        for source, target in ((person, title), (title, person)):
            edges = slice(int(rows.indptr[source]), int(rows.indptr[source + 1]))
            values[edges.start + np.searchsorted(rows.indices[edges], target)] = 0.0
    without = replace(walk)
    # What a cached property holds is taken as it is; building the network anew would take far longer.
    vars(without)["network"] = replace(network, rows=rows._replace(values=frozen(values)))
    return without
