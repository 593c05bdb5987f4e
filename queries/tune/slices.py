"""The slices of a graph that settings are chosen on, and the one that they are checked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import askable, validation_slice

if TYPE_CHECKING:
    from cinewalk.graph.evaluate.splits import SliceKind, Split
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import Int32Array

#: At most so many users are asked on a slice unless it is said; more make a trial slower.
MOST_USERS: Final = 6000

#: At most so many where the error of a choice must be small: twice as many halve its square.
_CHOOSING: Final = 15_000
#: From so many users on, some choose and others check.
_MANY: Final = 12_000
#: Up to so many, likes of a third of them are held out at a time, and what is left is nearly as dense as the whole.
_FEW: Final = 3000


@dataclass(slots=True)
class Slice:
    """A validation slice, the users who are asked, and the train graph with what has been prepared so far."""

    parts: Split
    users: Int32Array
    graph: Graph


class TuningSlices(NamedTuple):
    """Where settings are chosen, and where the choice is checked: on likes that no choice has seen."""

    choosing: list[Slice]
    check: Slice
    fraction: float


def validation_slices(
    graph: Graph, fraction: float, kind: SliceKind, seed: int, count: int, most: int = MOST_USERS
) -> list[Slice]:
    """Hold likes out of some users only, so that walks see data nearly as dense as what they are chosen for.

    Parameters
    ----------
    graph
        What may be known.
    fraction, kind, seed
        As for :func:`cinewalk.graph.evaluate.splits.validation_slice`.
    count
        How many slices, at most; each holds likes of other users out.
    most
        How many users are asked on a slice, at most.

    Raises
    ------
    RequestError
        Where no user has enough likes.
    """
    order = np.random.default_rng(seed).permutation(np.flatnonzero(np.diff(graph.likes.indptr) > 1))
    size = min(most, -(-len(order) // count))
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


def tuning_slices(graph: Graph, fraction: float | None, kind: SliceKind, seed: int) -> TuningSlices:
    """Hold likes out to choose settings on, and others to check the choice.

    With many users half of them choose and the other half check, up to 15,000 each. With fewer everybody does both:
    the likes of the check (by time the last ones) are taken away before those to choose on are held out of the rest.

    Parameters
    ----------
    graph, kind, seed
        As for :func:`validation_slices`.
    fraction
        The part of an asked user's likes to hold out; by default 0.15 where users are many, else 0.1.

    Raises
    ------
    RequestError
        Where no user has enough likes.
    """
    users = int(np.count_nonzero(np.diff(graph.likes.indptr) > 1))
    if users >= _MANY:
        fraction = fraction or 0.15
        choosing, check = validation_slices(graph, fraction, kind, seed, 2, _CHOOSING)
        return TuningSlices([choosing], check, fraction)
    fraction = fraction or 0.1
    (check,) = validation_slices(graph, fraction, kind, seed, 1, _CHOOSING)
    count = 3 if users <= _FEW else 1
    return TuningSlices(
        validation_slices(check.graph, fraction, kind, seed, count, _CHOOSING), check, fraction
    )
