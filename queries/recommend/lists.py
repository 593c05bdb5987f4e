"""Lists for many people at once: the same as one by one, on all processors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.graph.rerank.lists import Wanted, make_lists
from cinewalk.graph.walks.base.people_kernels import RankedLists
from cinewalk.graph.walks.prepare import expect
from cinewalk.queries.recommend.ranking import named_items, ranked_list, walked
from cinewalk.queries.words.checks import listed
from cinewalk.queries.words.results import Recommendations, RecommendationsByUser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.queries.explain.reasons import Reasoned
    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot


def lists_of(snapshot: Snapshot, users: Iterable[str] | None, request: Request) -> RecommendationsByUser:
    """Return the list of each of some users, in their order; ``None`` for everybody."""
    ids, positions = snapshot.everybody() if users is None else _some(snapshot, users)
    ids = ids[:]  # texts, once for all
    rows, lists = lists_of_graph(snapshot, positions, request)
    of_graph = {ids[row]: place for place, row in enumerate(rows.tolist())}
    single = [user_id for user_id in ids if user_id not in of_graph]
    with thread_pool() as pool:
        others = pool.map(lambda user_id: ranked_list(snapshot, replace(request, user=user_id)), single)
        made = MadeLists(snapshot, request, ids, of_graph, lists, dict(zip(single, others, strict=True)))
    return RecommendationsByUser(made)


def _some(snapshot: Snapshot, users: Iterable[str]) -> tuple[list[str], Int32Array]:
    """Return the ids of some people, each once, and where the graph has them; who does not exist is refused here."""
    ids = list(dict.fromkeys(listed("users", users)))
    places = [snapshot.position(user_id) for user_id in ids]
    known = [
        -1 if place is None or user_id in snapshot.events else place
        for user_id, place in zip(ids, places, strict=True)
    ]
    return ids, np.array(known, dtype=np.int32)


def lists_of_graph(
    snapshot: Snapshot, positions: Int32Array, request: Request
) -> tuple[Int32Array, RankedLists]:
    """Make the lists of those whom the graph knows, and to whom a walk leads anywhere, all at once.

    Parameters
    ----------
    snapshot
        What the recommender knows.
    positions
        The positions of people in the graph; below 0 for those of whom it does not know all.
    request
        What every list is of.

    Returns
    -------
    rows, lists
        The places among ``positions`` of those whose lists are made, and the lists; all others are to be asked for one
        by one.
    """
    graph, registry = snapshot.registry.graph, snapshot.registry
    chain = snapshot.chain_of(request)
    rows = np.flatnonzero(snapshot.known_likes(positions))
    if len(rows):
        expect(registry, snapshot.walk_name(request.walk), len(positions))
    (lists,) = make_lists(
        snapshot.walk_for_many(request.walk),
        snapshot.people,
        positions[rows],
        [Wanted(min(request.k, len(graph.titles)), chain, request.k, snapshot.left_out(request))],
    )
    reached = lists.counts > 0
    if not reached.all():
        lists = RankedLists(lists.titles[reached], lists.scores[reached], lists.counts[reached])
    return rows[reached].astype(np.int32), lists


@dataclass(frozen=True, eq=False)
class MadeLists(Mapping[str, Recommendations]):
    """Lists by user, as positions and scores: what people see of one is made when somebody asks for it.

    They keep their snapshot; pickles and copies hold what people see, and let go of it.

    Parameters
    ----------
    snapshot, request
        What the recommender knew, and what every list is of.
    ids
        The users, in the order in which they were asked for.
    rows
        The row in ``lists`` of each of them, but for ``others``.
    lists
        The titles and scores.
    others
        The lists of all others.
    """

    snapshot: Snapshot
    request: Request
    ids: Sequence[str]
    rows: Mapping[str, int]
    lists: RankedLists
    others: Mapping[str, Recommendations]

    def __getitem__(self, user_id: str) -> Recommendations:
        row = self.rows.get(user_id)
        if row is None:
            return self.others[user_id]
        snapshot, count = self.snapshot, int(self.lists.counts[row])
        source = WalkedAgain(snapshot, replace(self.request, user=user_id))
        targets, values = self.lists.titles[row, :count], self.lists.scores[row, :count]
        position = np.array([snapshot.graph.users.ids.position(user_id)], np.int32)
        walk = snapshot.walk_after(int(snapshot.known_likes(position)[0]), self.request.walk)
        return Recommendations(named_items(snapshot.catalogue, source, targets, values), walk.name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, user_id: object) -> bool:
        return user_id in self.rows or user_id in self.others

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


@dataclass(frozen=True, slots=True, eq=False)
class WalkedAgain:
    """What a list's reasons come from, where the walk is run again for them."""

    snapshot: Snapshot
    request: Request

    def known(self) -> Reasoned:
        """Run the walk, and what re-ranks it."""
        asked = self.snapshot.ask(self.request)
        return walked(asked.walk, asked.person.profile, asked.hidden, asked.k, asked.chain)
