"""People who are held out whole, as if they had not come yet: what a walk for newcomers is tested on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import TEST_FRACTION
from cinewalk.graph.model import schema
from cinewalk.graph.model.graph import Nodes
from cinewalk.graph.model.ids import IdMap, StringArray
from cinewalk.graph.model.profile import Profile
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric import time_ranks
from cinewalk.graph.numeric.arrays import FrozenMapping, frozen
from cinewalk.graph.numeric.resampling import sample_of

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import BoolArray, Float32Array, Int32Array, Int64Array

#: How many likes somebody must have to be looked at: the same people for every number of likes that are given.
FEWEST_LIKES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Newcomer:
    """Somebody who is not in the train graph: their likes, the oldest first, and their groups.

    ``user`` is their position in the whole graph.
    """

    user: int
    titles: Int32Array
    preferences: Float32Array
    times: Int64Array
    groups: Int32Array

    def profile(self, given: int, half_life: float, size: int, groups: Int32Array | None = None) -> Profile:
        """Return them as walks see them after their first likes; those alone are hidden.

        Parameters
        ----------
        given
            How many likes are known.
        half_life
            Of the recency of likes, in ranks.
        size
            The number of titles of the graph.
        groups
            The groups that are known; by default all of theirs.
        """
        order = np.argsort(self.titles[:given])
        titles, preferences = self.titles[:given][order], self.preferences[:given][order]
        hidden = np.zeros(size, dtype=np.bool_)
        hidden[titles] = True
        weights = preferences * time_ranks.recency(self.times[:given][order], half_life)
        known = self.groups if groups is None else groups
        return Profile(frozen(titles), frozen(preferences), frozen(weights), hidden, groups=known)


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """A graph without some people, and those of them with at least :data:`FEWEST_LIKES` likes."""

    train: Graph
    people: tuple[Newcomer, ...]


def held_out_users(
    graph: Graph, fraction: float = TEST_FRACTION, seed: int = 0, among: Int32Array | None = None
) -> HeldOut:
    """Hold out a part of the users, with all that they did and the groups they are in.

    Parameters
    ----------
    graph
        The graph.
    fraction
        The part to hold out, between 0 and 1.
    seed
        Of the draw, and of the order of likes with equal times.
    among
        Positions of those who may be held out, of whom it is the part; by default everybody.

    Raises
    ------
    RequestError
        Where the fraction is out of range, nobody who is held out has enough likes, or nobody else has any.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> held_out_users(example_graph())
    Traceback (most recent call last):
    ...
    cinewalk.errors.RequestError: nobody who is held out has 5 likes; there is nothing to evaluate.
    """
    if not 0 < fraction < 1:
        raise RequestError(f"the fraction to hold out is {fraction}; it must lie between 0 and 1.")
    rng = np.random.default_rng(seed)
    candidates = np.arange(len(graph.users)) if among is None else np.asarray(among, dtype=np.int64)
    chosen = sample_of(candidates, round(fraction * len(candidates)), rng)
    people = tuple(
        newcomer for user in chosen.tolist() if (newcomer := _newcomer(graph, user, rng)) is not None
    )
    kept = np.ones(len(graph.users), dtype=np.bool_)
    kept[chosen] = False
    train = _among(graph, kept)
    if not people:
        raise RequestError(f"nobody who is held out has {FEWEST_LIKES} likes; there is nothing to evaluate.")
    if not len(train.likes):
        raise RequestError("nobody who is not held out likes anything; there is nothing to evaluate.")
    return HeldOut(train, people)


def _newcomer(graph: Graph, user: int, rng: np.random.Generator) -> Newcomer | None:
    likes, members = graph.likes, graph.relations[schema.USER_IN_GROUP.name]
    row = likes.row(user)
    titles, times = likes.indices[row], likes.properties[schema.TIMESTAMP.name][row]
    order = np.lexsort((rng.random(len(titles)), times))
    if len(titles) < FEWEST_LIKES:
        return None
    preferences = likes.properties[schema.PREFERENCE.name][row]
    return Newcomer(user, titles[order], preferences[order], times[order], members.indices[members.row(user)])


def _among(graph: Graph, kept: BoolArray) -> Graph:
    """Return the graph of some of its users; every other node stays."""
    positions = np.cumsum(kept) - 1
    relations = {}
    for name, kind in schema.RELATIONSHIPS.items():
        if kind.source == schema.USER.label:
            relation = graph.relations[name]
            stays = kept[relation.sources]
            relations[name] = Relation.of(
                positions[relation.sources[stays]],
                relation.indices[stays],
                (int(kept.sum()), relation.shape[1]),
                {key: values[stays] for key, values in relation.properties.items()},
            )
    places = np.flatnonzero(kept).tolist()
    properties = {
        name: StringArray.of(values[i] for i in places) if isinstance(values, StringArray) else values[kept]
        for name, values in graph.users.properties.items()
    }
    ids = graph.users.ids.ids
    users = Nodes(schema.USER.label, IdMap(StringArray.of(ids[i] for i in places)), FrozenMapping(properties))
    nodes = FrozenMapping({**graph.nodes, schema.USER.label: users})
    return replace(graph.with_relations(relations), nodes=nodes, prepared=None)
