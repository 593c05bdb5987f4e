"""Graphs made on the spot: power-law users and titles with taste clusters, of any size, the same for the same seed.

Activity and popularity follow Zipf's law with an offset (Mandelbrot), shaped after what large public rating data look
like: some 145 likes a user, a median of a third of that, the busiest hundredth over 1,000; the most popular title is
liked by a quarter of all users. Half of all likes fall into the user's own cluster of titles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.arrays import frozen
from cinewalk.graph.network import Relation

if TYPE_CHECKING:
    from pathlib import Path

    from cinewalk.graph.arrays import AnyArray, FloatArray, Int64Array

_LIKES_PER_USER = 145
_CLUSTERS = 24
#: How many of the likes fall into the user's own cluster.
_AT_HOME = 0.5
#: Drawn beyond what is asked for, since a pair that is drawn twice is one like.
_SPARE = 1.3
_FIRST_TIME, _LAST_TIME = 1_000_000_000, 1_250_000_000
_PARTS = ("indptr", "indices", "reverse_indptr", "reverse_indices", "reverse_order")


class Shape(NamedTuple):
    """How large a graph is."""

    users: int
    titles: int
    edges: int


def shape_of(edges: int) -> Shape:
    """Return the number of users and titles that belong to so many likes: those of well-known data sets.

    >>> shape_of(20_000_000)
    Shape(users=137931, titles=26832, edges=20000000)
    """
    return Shape(edges // _LIKES_PER_USER, round(6 * edges**0.5), edges)


def likes(edges: int, seed: int = 0) -> Relation:
    """Make a graph of about so many likes, each of preference 1, at distinct times."""
    shape = shape_of(edges)
    rng = np.random.default_rng(seed)
    drawn = int(_SPARE * edges)
    activity = _mandelbrot(shape.users, 0.8, shape.users / 700)
    users = np.sort(rng.permutation(shape.users)[_draw(rng, activity, drawn)])
    titles = _titles(rng, users, shape)
    pairs = np.unique(users * shape.titles + titles)
    del users, titles
    if len(pairs) > edges:
        pairs = pairs[np.sort(rng.permutation(len(pairs))[:edges])]
    times = rng.integers(_FIRST_TIME, _LAST_TIME, len(pairs))
    properties = {"preference": np.ones(len(pairs), np.float32), "timestamp": times}
    return Relation.of(pairs // shape.titles, pairs % shape.titles, shape[:2], properties)


def _titles(rng: np.random.Generator, users: Int64Array, shape: Shape) -> Int64Array:
    """Draw a title for each of ``users``: half the time one of their own cluster."""
    popularity = _mandelbrot(shape.titles, 1.0, shape.titles / 250)
    cluster = rng.integers(0, _CLUSTERS, shape.titles)
    home = rng.integers(0, _CLUSTERS, shape.users)[users]
    # One line of all titles, cluster after cluster: a cluster is a stretch of it, and so is everything.
    order = np.argsort(cluster, kind="stable")
    reach = np.concatenate(([0.0], np.cumsum(popularity[order])))
    ends = reach[np.searchsorted(cluster[order], np.arange(_CLUSTERS + 1))]
    at_home = rng.random(len(users)) < _AT_HOME
    low = np.where(at_home, ends[home], 0.0)
    high = np.where(at_home, ends[home + 1], reach[-1])
    places = np.searchsorted(reach, low + rng.random(len(users)) * (high - low), side="right") - 1
    return rng.permutation(shape.titles)[order[np.minimum(places, shape.titles - 1)]]


def _mandelbrot(size: int, exponent: float, offset: float) -> FloatArray:
    weights: FloatArray = (np.arange(size) + 1 + offset) ** -exponent
    return weights / weights.sum()


def _draw(rng: np.random.Generator, weights: FloatArray, count: int) -> Int64Array:
    places = np.searchsorted(np.cumsum(weights), rng.random(count), side="right")
    return np.minimum(places, len(weights) - 1)


def store(relation: Relation, folder: Path) -> None:
    """Write a relation, for processes that are measured by themselves."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in _arrays(relation).items():
        np.save(folder / f"{name}.npy", array)


def stored(folder: Path) -> Relation:
    """Open what :func:`store` wrote, memory-mapped like a saved graph."""
    arrays = {file.stem: frozen(np.load(file, mmap_mode="r")) for file in folder.glob("*.npy")}
    properties = {name: arrays[name] for name in ("preference", "timestamp")}
    return Relation(**{name: arrays[name] for name in _PARTS}, properties=properties)


def _arrays(relation: Relation) -> dict[str, AnyArray]:
    return {name: getattr(relation, name) for name in _PARTS} | dict(relation.properties)
