"""Which genres somebody likes, and which titles lie outside of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.numeric.arrays import places_of

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array, Int64Array

#: How many genres make up somebody's bubble.
BUBBLE = 3


def genre_likes(graph: Graph, titles: Int32Array) -> Int64Array:
    """Count for every genre how many of some titles are in it.

    >>> from cinewalk.graph.model.example import example_graph
    >>> genre_likes(example_graph(), np.array([0, 1], np.int32)).tolist()
    [0, 0, 0, 0, 1, 0, 2, 1]
    """
    counts: Int64Array = np.bincount(genres_of(graph, titles), minlength=len(graph.genres))
    return counts


def genres_of(graph: Graph, titles: Int32Array) -> Int32Array:
    """Return the genres of some titles, one title after the other; what titles share is there so many times."""
    joined = graph.relations[schema.IN_GENRE.name]
    genres: Int32Array = joined.indices[places_of(joined.indptr, titles)[1]]
    return genres


def genre_shares(graph: Graph, counts: Int64Array) -> FloatArray:
    """Return for every title ``Σ_g n_g`` over its genres divided by the same over all genres; 0 without any.

    Parameters
    ----------
    graph
        The graph.
    counts
        ``n_g``, as :func:`genre_likes` counts them.
    """
    joined = graph.relations[schema.IN_GENRE.name]
    sums = np.bincount(joined.sources, counts[joined.indices], minlength=joined.shape[0])
    shares: FloatArray = sums / max(int(counts.sum()), 1)
    return shares


def top_genres(counts: Int64Array) -> Int64Array:
    """Return the up to three genres with the most likes, by position; of equal ones the first by name."""
    order = np.lexsort((np.arange(len(counts)), -counts))[:BUBBLE]
    best: Int64Array = order[counts[order] > 0]
    return best


def outside(graph: Graph, genres: Int64Array) -> BoolArray:
    """Tell of every title whether it has none of the genres given."""
    joined = graph.relations[schema.IN_GENRE.name]
    is_outside = np.ones(joined.shape[0], dtype=np.bool_)
    is_outside[joined.sources[np.isin(joined.indices, genres)]] = False
    return is_outside
