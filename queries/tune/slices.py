"""The slices of a graph that settings are chosen on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import askable, validation_slice

if TYPE_CHECKING:
    from cinewalk.graph.evaluate.splits import SliceKind, Split
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import Int32Array

#: At most so many users are asked on a slice; more make a trial slower, and the choice hardly surer.
MOST_USERS: Final = 6000


@dataclass(slots=True)
class Slice:
    """A validation slice, the users who are asked, and the train graph with what has been prepared so far."""

    parts: Split
    users: Int32Array
    graph: Graph


def validation_slices(graph: Graph, fraction: float, kind: SliceKind, seed: int, count: int) -> list[Slice]:
    """Hold likes out of some users only, so that walks see data nearly as dense as what they are chosen for.

    Parameters
    ----------
    graph
        What may be known.
    fraction, kind, seed
        As for :func:`cinewalk.graph.evaluate.splits.validation_slice`.
    count
        How many slices, at most; each holds likes of other users out.

    Raises
    ------
    RequestError
        Where no user has enough likes.
    """
    order = np.random.default_rng(seed).permutation(np.flatnonzero(np.diff(graph.likes.indptr) > 1))
    size = min(MOST_USERS, -(-len(order) // count))
    slices = []
    for number in range(count):
        some = np.sort(order[number * size : (number + 1) * size]).astype(np.int32)
        if not len(some):
            break
        parts = validation_slice(graph, fraction, kind, seed, some)
        users = askable(parts.train, parts.test)
        if len(users):
            slices.append(Slice(parts, users, parts.train))
    if not slices:
        raise RequestError("no user has enough likes to hold some out; there is nothing to tune on.")
    return slices
