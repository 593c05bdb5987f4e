"""Parting a graph into what a walk may know and the likes that it is tested on.

What is parted are *pairs*: everything that one user did with one title goes to the same side, because a title
that was seen in train is never recommended. So the likes on either side are the graph's own likes of the pairs
there, whatever preference function made them. A pair's time is that of its latest event.

Ties in time are broken at random. In MovieLens half of all ratings share their time with the one before (films
were rated from lists), and with ties broken by id every figure moves by about a tenth; give several seeds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.edges import Pairs, keep_edges, pair_codes
from cinewalk.graph.model.time_windows import newest_time
from cinewalk.graph.numeric.arrays import FrozenMapping, frozen

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array, Int64Array

SplitKind = Literal["user-time", "global-time", "random", "leave-last"]
SliceKind = Literal["random", "user-time", "popularity"]

#: The ways to part a graph for testing; the first is the default.
SPLITS: tuple[SplitKind, ...] = get_args(SplitKind)

#: The ways to take a validation slice from a train graph.
SLICES: tuple[SliceKind, ...] = get_args(SliceKind)

#: The part that is held out unless another is given.
TEST_FRACTION = 0.2

_TIMED = {"user-time", "global-time", "leave-last"}
_DAY = 86_400
_ROUNDS, _GROUPS, _LITTLE = 20, 40, 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A graph without some of its events, and the likes among those.

    Parameters
    ----------
    train
        A graph with the same nodes as the whole, so that positions agree.
    test
        The ``LIKES`` that were held out, over the same nodes.
    notes
        What a person should know: what has no time, what is unknown to train.
    """

    train: Graph
    test: Relation
    notes: tuple[str, ...] = ()


def split(graph: Graph, kind: SplitKind = SPLITS[0], fraction: float = TEST_FRACTION, seed: int = 0) -> Split:
    """Hold out a part of a graph's events for a test.

    Parameters
    ----------
    graph
        The graph.
    kind
        ``user-time``: of each user's ``n`` pairs the last ``n - ⌊(1 - fraction) · n⌋`` by time;
        ``global-time``: as many of all pairs, the last by time; ``random``: as ``user-time``, in a random
        order; ``leave-last``: the last pair of each user, whatever ``fraction`` says.
    fraction
        The part to hold out, between 0 and 1.
    seed
        Of the random order, and of the order of pairs with equal times.

    Raises
    ------
    RequestError
        Where there is no such kind, the fraction is out of range, a split by time finds no times, or either
        side would have no likes.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> parts = split(example_graph(), "leave-last")
    >>> len(parts.train.relations["rated"]), len(parts.test)
    (9, 4)
    """
    _check(kind, SPLITS, fraction)
    pairs = Pairs.of(graph)
    return _part(graph, pairs, _held_out(pairs, kind, fraction, seed), _notes(pairs, kind), f"split {kind!r}")


def validation_slice(
    train: Graph,
    fraction: float = 0.1,
    kind: SliceKind = SLICES[0],
    seed: int = 0,
    users: Int32Array | None = None,
) -> Split:
    """Hold out a part of a train graph, to choose settings on without looking at the test.

    Parameters
    ----------
    train
        The graph whose events may be known.
    fraction
        The part to hold out, between 0 and 1.
    kind
        ``random`` and ``user-time`` as for :func:`split`. ``popularity``: likes alone, drawn so that their
        titles are as popular in what is left as those of the likes that are left.
    seed
        Of everything random.
    users
        The positions of those whose events may be held out; everybody else keeps everything, so that what is
        left is nearly as dense as ``train``. By default anybody's.

    Raises
    ------
    RequestError
        As for :func:`split`.

    Notes
    -----
    A like that is drawn at random makes its own title less popular by one: in a catalogue of titles with few
    likes, held-out titles are then rarer in train than train's own, and settings that favour rare titles look
    too good. A test set need not be like that. ``popularity`` draws likes without replacement with weights
    ``w_g`` by the group ``g`` of their title's number of likes (groups hold equal shares of all likes). It starts
    from equal weights; ``w_g`` is multiplied, round after round, by ``(t_g / h_g)``, where ``t_g`` is the part of
    the remaining and ``h_g`` of the held-out likes that fall into group ``g`` by what their titles have left; the
    round whose distributions differ least (largest difference of their cumulated parts) is taken. One like of
    each user stays in any case.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> parts = validation_slice(example_graph(), 0.3, "popularity")
    >>> len(parts.train.likes), len(parts.test)
    (9, 4)
    """
    _check(kind, SLICES, fraction)
    pairs = Pairs.of(train)
    what = f"validation slice {kind!r}"
    if kind == "popularity" and len(train.likes):
        held, notes = _as_popular(train, pairs, fraction, seed), tuple[str, ...]()
    else:
        held, notes = _held_out(pairs, kind, fraction, seed), _notes(pairs, kind)
    return _part(train, pairs, held if users is None else held & np.isin(pairs.users, users), notes, what)


def askable(train: Graph, test: Relation) -> Int32Array:
    """Return the users (positions) who like something in train and something in test.

    >>> from cinewalk.graph.model.example import example_graph
    >>> parts = split(example_graph(), "random", 0.3, seed=1)
    >>> askable(parts.train, parts.test).dtype
    dtype('int32')
    """
    liked_in_both = (np.diff(test.indptr) > 0) & (np.diff(train.likes.indptr) > 0)
    return np.flatnonzero(liked_in_both).astype(np.int32)


def usual_split(graph: Graph) -> SplitKind:
    """Return how to hold out unless somebody says it: each user's last events, random ones where nothing has a time.

    >>> from cinewalk.graph.model.example import example_graph
    >>> usual_split(example_graph())
    'user-time'
    """
    return "random" if newest_time(graph) == schema.UNKNOWN_TIME else "user-time"


def by_day(graph: Graph) -> Graph:
    """Round every time down to its day (UTC), so that nothing tells the events of one day apart.

    Where films were rated from lists, the order within a day is the order of a list and no taste.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> set((by_day(example_graph()).likes.properties["timestamp"] % 86_400).tolist())
    {0}
    """
    relations = {}
    for kind in (*schema.EVENTS, schema.LIKES):
        relation = graph.relations[kind.name]
        times = relation.properties[schema.TIMESTAMP.name]
        rounded = frozen(times - times % _DAY)
        properties = FrozenMapping({**relation.properties, schema.TIMESTAMP.name: rounded})
        relations[kind.name] = replace(relation, properties=properties)
    return replace(graph.with_relations(relations), prepared=None, preference=None)


def _check(kind: str, kinds: tuple[str, ...], fraction: float) -> None:
    if kind not in kinds:
        raise RequestError(f"there is no split {kind!r}; there are {', '.join(kinds)}.")
    if not 0 < fraction < 1:
        raise RequestError(f"the fraction to hold out is {fraction}; it must lie between 0 and 1.")


def _notes(pairs: Pairs, kind: str) -> tuple[str, ...]:
    timeless = int(np.count_nonzero(pairs.times == schema.UNKNOWN_TIME))
    if kind not in _TIMED or not timeless:
        return ()
    if timeless == len(pairs.times):
        raise RequestError(f"no event has a time, so there is no split {kind!r}; take random.")
    return (f"{timeless:,} of {len(pairs.times):,} events have no time and count as the oldest.",)


def _held_out(pairs: Pairs, kind: str, fraction: float, seed: int) -> BoolArray:
    """Tell of every pair whether it is held out."""
    tie = np.random.default_rng(seed).random(len(pairs.codes))
    if kind == "global-time":
        order = np.lexsort((tie, pairs.times))
        places, sizes = _inverse(order), np.full(len(order), len(order))
    else:
        times = pairs.times if kind in _TIMED else np.zeros_like(pairs.times)
        order = np.lexsort((tie, times, pairs.users))  # pairs are in the order of users already
        counts = np.bincount(pairs.users)
        places = _inverse(order) - np.repeat(np.cumsum(counts) - counts, counts)
        sizes = np.repeat(counts, counts)
    # The small number keeps 0.8 · 5 from being less than 4.
    kept = sizes - 1 if kind == "leave-last" else np.floor((1 - fraction) * sizes + 1e-9)
    held: BoolArray = places >= kept
    return held


def _inverse(order: Int64Array) -> Int64Array:
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def _part(graph: Graph, pairs: Pairs, held: BoolArray, notes: tuple[str, ...], what: str) -> Split:
    """Part a graph by whether each pair is held out."""
    relations = {}
    for kind in (*schema.EVENTS, schema.LIKES):
        relation = graph.relations[kind.name]
        kept = ~held[np.searchsorted(pairs.codes, pair_codes(relation))]
        relations[kind.name] = keep_edges(relation, kept)
        if kind is schema.LIKES:
            test = keep_edges(relation, ~kept)
    train = replace(graph.with_relations(relations), prepared=None, preference=None)
    for side, likes in (("train", train.likes), ("test", test)):
        if not len(likes):
            raise RequestError(f"the {what} leaves no likes in {side}; there is nothing to evaluate.")
    return Split(train, test, notes)


def _as_popular(graph: Graph, pairs: Pairs, fraction: float, seed: int) -> BoolArray:
    """Draw likes whose titles are as popular in what is left as those of the likes that are left."""
    rng = np.random.default_rng(seed)
    likes, degrees = graph.likes, np.diff(graph.likes.reverse_indptr)
    luck = rng.exponential(size=len(likes))
    luck[_spared(likes, rng)] = np.inf
    size = min(round(fraction * len(likes)), int(np.isfinite(luck).sum()))
    limits = np.unique(np.quantile(degrees[likes.indices], np.arange(1, _GROUPS) / _GROUPS))
    groups, weights = np.searchsorted(limits, degrees[likes.indices]), np.ones(len(limits) + 1)
    best, least = np.zeros(len(likes), dtype=np.bool_), np.inf
    for _ in range(_ROUNDS):
        # The smallest exponentials over weights are a draw without replacement.
        drawn = np.zeros(len(likes), dtype=np.bool_)
        drawn[np.argsort(luck / weights[groups], kind="stable")[:size]] = True
        left = (degrees - np.bincount(likes.indices[drawn], minlength=len(degrees)))[likes.indices]
        held, kept = (
            _parts(np.searchsorted(limits * (1 - fraction), left[s]), limits) for s in (drawn, ~drawn)
        )
        gap = float(np.abs(np.cumsum(held - kept)).max())
        if gap < least:
            best, least = drawn, gap
        weights *= np.clip((kept + _LITTLE) / (held + _LITTLE), 0.5, 2.0)
    chosen = np.zeros(len(pairs.codes), dtype=np.bool_)
    chosen[np.searchsorted(pairs.codes, pair_codes(likes)[best])] = True
    return chosen


def _spared(likes: Relation, rng: np.random.Generator) -> Int64Array:
    """Choose one like of each user who has any."""
    counts = np.diff(likes.indptr)
    offsets = np.floor(rng.random(len(counts)) * counts).astype(np.int64)
    spared: Int64Array = (likes.indptr[:-1] + offsets)[counts > 0]
    return spared


def _parts(groups: Int64Array, limits: FloatArray) -> FloatArray:
    """Return which part falls into each group."""
    parts: FloatArray = np.bincount(groups, minlength=len(limits) + 1) / max(len(groups), 1)
    return parts
