"""What lists are like, beside what they find: popularity lift, genre divergence, bubble index, charts, sameness.

References
----------
Abdollahpouri, Mansoury, Burke, Mobasher, "The unfairness of popularity bias in recommendation", RMSE at RecSys 2019,
arXiv:1907.13286.
Steck, "Calibrated recommendations", RecSys 2018, doi:10.1145/3240323.3240372.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.graph.attributes.genres import BUBBLE
from cinewalk.graph.evaluate.exposure import divided, places
from cinewalk.graph.model import schema
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.rerank.calibration import SMOOTHING

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array

#: How many of the most liked titles are the charts.
CHARTS: Final = 20

_TINY: Final = np.finfo(np.float64).tiny


def popularity_lift(lists: Int32Array, users: Int32Array, graph: Graph) -> FloatArray:
    """Return by how much more popular a viewer's list is than what they like.

    ``lift_u = mean_{j in L_u} d_j / mean_{i in H_u} d_i - 1``, with ``d`` the number of likes of a title, ``L_u`` the
    list and ``H_u`` the likes of ``u``, all in train: 0 where both are as popular, 1 where the list is twice that.

    Parameters
    ----------
    lists
        Titles best first, one row a viewer, filled up with :data:`~cinewalk.graph.model.ids.NO_TITLE`.
    users
        The viewer of each list, with at least one like.
    graph
        The train graph.

    Returns
    -------
    array
        One number a viewer, at least -1; NaN where the list is empty.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> popularity_lift(np.array([[0, 1]], np.int32), np.array([0], np.int32), example_graph()).tolist()
    [0.0]
    """
    degrees = np.diff(graph.likes.reverse_indptr).astype(np.float64)
    there = lists != NO_TITLE
    shown = divided(np.where(there, degrees[lists], 0.0).sum(axis=1), there.sum(axis=1))
    sums = np.add.reduceat(np.append(degrees[graph.likes.indices], 0.0), graph.likes.indptr[:-1])[users]
    return divided(shown, sums / np.diff(graph.likes.indptr)[users]) - 1


def genre_divergence(lists: Int32Array, users: Int32Array, graph: Graph) -> FloatArray:
    """Return how far the genres of a viewer's list are from those of what they like.

    ``KL(p ‖ q̃) = Σ_g p_g log(p_g / q̃_g)`` in nats, ``q̃ = (1 - α) q + α p``, ``α = .01``. ``p_g`` are the sums of
    ``w_i p(g|i)`` over the likes ``i`` in train, ``w_i`` the preference, divided so that they sum to 1. ``q_g`` is the
    mean of ``p(g|j)`` over the list, every place the same. ``p(g|i)`` is one over the number of genres of ``i``.

    Parameters
    ----------
    lists, users, graph
        As for :func:`popularity_lift`.

    Returns
    -------
    array
        One number a viewer, between 0 and ``-log α``; NaN where no like has a genre, or the list is empty.
    """
    from scipy.sparse import diags_array

    joined, likes = graph.relations[schema.IN_GENRE.name], graph.likes
    each = diags_array(1 / np.maximum(np.diff(joined.indptr), 1)) @ joined.matrix()
    preferences = likes.properties[schema.PREFERENCE.name].astype(np.float64)
    liked = likes.matrix(preferences)[users]
    listed = places(lists, likes.shape[1])
    listed.data[:] = 1
    p, q = (liked @ each).toarray(), (listed @ each).toarray()
    total, places_filled = p.sum(axis=1), (lists != NO_TITLE).sum(axis=1)
    p, q = p / np.maximum(total, _TINY)[:, None], q / np.maximum(places_filled, 1)[:, None]
    mixed = (1 - SMOOTHING) * q + SMOOTHING * p
    logs = np.log(divided(p, mixed), out=np.zeros_like(p), where=p > 0)
    return np.where((total > 0) & (places_filled > 0), (p * logs).sum(axis=1), np.nan)


def bubble_index(lists: Int32Array, users: Int32Array, graph: Graph) -> FloatArray:
    """Return which share of a viewer's list lies outside their three top genres.

    The top genres are those of most of their likes in train (:mod:`cinewalk.graph.attributes.genres`); outside is a
    title with none of them. 0 is a closed bubble.

    Parameters
    ----------
    lists, users, graph
        As for :func:`popularity_lift`.

    Returns
    -------
    array
        One number a viewer, between 0 and 1; NaN where no like has a genre, or the list is empty.
    """
    joined, likes = graph.relations[schema.IN_GENRE.name], graph.likes
    member = np.zeros((joined.shape[0] + 1, joined.shape[1]), np.bool_)
    member[joined.sources, joined.indices] = True
    liked = likes.matrix()[users]
    top = _top(np.asarray(liked @ member[:-1].astype(np.float64)))
    inside = np.stack([(member[column] & top).any(axis=1) for column in lists.T], axis=1)
    there = lists != NO_TITLE
    index = divided((there & ~inside).sum(axis=1).astype(np.float64), there.sum(axis=1))
    return np.where(top.any(axis=1), index, np.nan)


def charts_share(lists: Int32Array, likes: Relation) -> FloatArray:
    """Return which share of a viewer's list is among the :data:`CHARTS` most liked titles, equal ones by position.

    Parameters
    ----------
    lists
        As for :func:`popularity_lift`.
    likes
        Those of the train graph.

    Returns
    -------
    array
        One number a viewer, between 0 and 1; NaN where the list is empty.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> charts_share(np.array([[0, 1], [-1, -1]], np.int32), example_graph().likes).tolist()
    [1.0, nan]
    """
    top = np.argsort(-np.diff(likes.reverse_indptr), kind="stable")[:CHARTS]
    there = lists != NO_TITLE
    return divided(np.isin(lists, top).sum(axis=1).astype(np.float64), there.sum(axis=1))


def titles_in_common(lists: Int32Array) -> float:
    """Return how many titles two viewers' lists share: the mean over all pairs of ``|L_u ∩ L_v|``; NaN without a pair.

    Examples
    --------
    >>> titles_in_common(np.array([[0, 1], [1, 2], [3, -1]], np.int32)) == (1 + 0 + 0) / 3
    True
    """
    times = np.bincount(lists[lists != NO_TITLE])
    pairs = len(lists) * (len(lists) - 1) / 2
    return float((times * (times - 1) / 2).sum() / pairs) if pairs else float("nan")


def _top(counts: FloatArray) -> BoolArray:
    """Mark each row's three largest numbers above 0; of equal ones the first."""
    best = np.argsort(-counts, axis=1, kind="stable")[:, :BUBBLE]
    marks = np.zeros(counts.shape, np.bool_)
    np.put_along_axis(marks, best, True, axis=1)
    return marks & (counts > 0)
