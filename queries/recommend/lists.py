"""Lists for many people at once: the same as one by one, on all processors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.graph.rerank.lists import Wanted, make_lists
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.base.people_kernels import RankedLists
from cinewalk.graph.walks.prepare import expect
from cinewalk.queries.explain.reasons import Reasoned
from cinewalk.queries.recommend.ranking import named_items, ranked_list, seeds_of
from cinewalk.queries.words.checks import listed
from cinewalk.queries.words.results import Recommendations, RecommendationsByUser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot


def lists_of(snapshot: Snapshot, users: Iterable[str] | None, request: Request) -> RecommendationsByUser:
    """Return the list of each of some users, in their order; ``None`` for everybody."""
    everybody = [*snapshot.graph.users.ids.ids, *snapshot.events]
    ids = list(dict.fromkeys(everybody if users is None else listed("users", users)))
    places = [snapshot.position(user_id) for user_id in ids]  # who does not exist is refused before any work
    told = [place is None or user_id in snapshot.events for user_id, place in zip(ids, places, strict=True)]
    positions = np.array(
        [-1 if beside else place for place, beside in zip(places, told, strict=True)], dtype=np.int32
    )
    rows, lists = lists_of_graph(snapshot, positions, request)
    of_graph = {ids[row]: place for place, row in enumerate(rows.tolist())}
    single = [user_id for user_id in ids if user_id not in of_graph]
    with thread_pool() as pool:
        others = pool.map(lambda user_id: ranked_list(snapshot, replace(request, user=user_id)), single)
        made = MadeLists(snapshot, request, ids, of_graph, lists, dict(zip(single, others, strict=True)))
    return RecommendationsByUser(made)


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
    left_out = None if request.only is None else request.only.hidden(snapshot.catalogue)
    rows = np.flatnonzero((positions >= 0) & (np.diff(graph.likes.indptr)[positions] > 0))
    if len(rows):
        expect(registry, snapshot.walk_name(request.walk), len(positions))
    (lists,) = make_lists(
        snapshot.walk_for_many(request.walk),
        People(graph, snapshot.defaults.settings.half_life),
        positions[rows],
        [Wanted(min(request.k, len(graph.titles)), chain, request.k, left_out)],
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
        walk = snapshot.walk_for(snapshot.person(user_id).profile, self.request.walk)
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
        profile = asked.person.profile
        outcome = asked.walk.run(profile)
        chain = asked.chain
        remedied = None if chain is None else chain.applied(outcome.scores, profile, asked.hidden, asked.k)
        return Reasoned(outcome, seeds_of(profile, outcome), remedied)
