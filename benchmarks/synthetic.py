"""Graphs made on the spot: power-law users and titles with taste clusters, of any size, the same for the same seed.

Activity and popularity follow Zipf's law with an offset (Mandelbrot), shaped after what large public rating data look
like: 145 likes a user on average and some 85 in the middle, over 1,000 for the busiest hundredth; a sixth of all users
like the most popular title of a large graph. Half of all likes fall into the user's own cluster of titles.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.model.builder import assemble, sorted_nodes
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric.arrays import frozen

if TYPE_CHECKING:
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import AnyArray, FloatArray, Int64Array

_LIKES_PER_USER = 145
_CLUSTERS = 24
#: How many of the likes fall into the user's own cluster.
_AT_HOME = 0.5
#: Drawn beyond what is asked for, since a pair that is drawn twice is one like.
_SPARE = 1.2
_MOST_ROUNDS = 9
_FIRST_TIME, _LAST_TIME = 1_000_000_000, 1_250_000_000
_PARTS = ("indptr", "indices", "reverse_indptr", "reverse_indices", "reverse_order")
_SAME = "same.json"


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
    activity = _mandelbrot(shape.users, 0.8, shape.users / 700)
    taste = _taste(rng, shape)
    order = rng.permutation(shape.users)
    pairs = np.empty(0, np.int64)
    for _ in range(_MOST_ROUNDS):
        missing = edges - len(pairs)
        if missing <= 0:
            break
        users = order[_draw(rng, activity, int(_SPARE * missing))]
        pairs = _distinct(np.concatenate((pairs, users * shape.titles + _titles(rng, users, taste))))
    if len(pairs) > edges:
        pairs = pairs[np.sort(rng.permutation(len(pairs))[:edges])]
    times = rng.integers(_FIRST_TIME, _LAST_TIME, len(pairs))
    properties = {"preference": np.ones(len(pairs), np.float32), "timestamp": times}
    return Relation.of(pairs // shape.titles, pairs % shape.titles, shape[:2], properties)


class _Taste(NamedTuple):
    """What is drawn from: all titles in one line, cluster after cluster, each as wide as it is popular.

    A user's own cluster is the stretch ``low[u]:high[u]`` of that line, and so is everything, from 0 to its end.
    """

    line: FloatArray
    titles: Int64Array
    low: FloatArray
    high: FloatArray


def _taste(rng: np.random.Generator, shape: Shape) -> _Taste:
    popularity = rng.permutation(_mandelbrot(shape.titles, 1.0, shape.titles / 250))
    cluster = rng.integers(0, _CLUSTERS, shape.titles)
    titles = np.argsort(cluster, kind="stable")
    line = np.concatenate(([0.0], np.cumsum(popularity[titles])))
    ends = line[np.searchsorted(cluster[titles], np.arange(_CLUSTERS + 1))]
    home = rng.integers(0, _CLUSTERS, shape.users)
    return _Taste(line, titles, ends[home], ends[home + 1])


def _titles(rng: np.random.Generator, users: Int64Array, taste: _Taste) -> Int64Array:
    """Draw a title for each of ``users``: half the time one of their own cluster."""
    at_home = rng.random(len(users)) < _AT_HOME
    low = np.where(at_home, taste.low[users], 0.0)
    high = np.where(at_home, taste.high[users], taste.line[-1])
    places = np.searchsorted(taste.line, low + rng.random(len(users)) * (high - low), side="right") - 1
    return taste.titles[np.minimum(places, len(taste.titles) - 1)]


def _distinct(numbers: Int64Array) -> Int64Array:
    """Sort, and drop what is there twice: a tenth of the time of ``np.unique``, which hashes."""
    numbers.sort()
    return numbers[np.concatenate(([True], numbers[1:] != numbers[:-1]))]


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
    same = {name: relation.constant(name) for name in relation.properties}
    known = {name: value for name, value in same.items() if value is not None}
    (folder / _SAME).write_text(json.dumps(known), encoding="utf-8")


def stored(folder: Path) -> Relation:
    """Open what :func:`store` wrote, memory-mapped like a saved graph."""
    arrays = {file.stem: frozen(np.load(file, mmap_mode="r")) for file in folder.glob("*.npy")}
    properties = {name: arrays[name] for name in ("preference", "timestamp")}
    same = json.loads((folder / _SAME).read_text(encoding="utf-8"))
    return Relation(**{name: arrays[name] for name in _PARTS}, properties=properties, same=same)


def _arrays(relation: Relation) -> dict[str, AnyArray]:
    return {name: getattr(relation, name) for name in _PARTS} | dict(relation.properties)


def graph_of(relation: Relation) -> Graph:
    """Return a graph of these likes alone, as if each had been given; nodes are named by their positions."""
    users, titles = relation.shape
    nodes = {
        "User": sorted_nodes("User", [f"u{i:07}" for i in range(users)])[0],
        "Title": sorted_nodes("Title", [f"t{i:07}" for i in range(titles)])[0],
    }
    empty = assemble(nodes, {})
    rated = replace(relation, properties={"timestamp": relation.properties["timestamp"]})
    return empty.with_relations({"likes": relation, "rated": rated})
