"""Lists for many people at once: the same as one by one, on all processors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.graph.walks.prepare import expect
from cinewalk.queries.recommend.ranking import ranked_list
from cinewalk.queries.words.checks import listed
from cinewalk.queries.words.results import RecommendationsByUser

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot


def lists_of(snapshot: Snapshot, users: Iterable[str] | None, request: Request) -> RecommendationsByUser:
    """Return the list of each of some users, in their order; ``None`` for everybody."""
    everybody = [*snapshot.graph.users.ids.ids, *snapshot.events]
    asked = everybody if users is None else listed("users", users)
    ids = list(dict.fromkeys(asked))
    for user_id in ids:
        snapshot.position(user_id)  # who does not exist is refused before there is any work
    chain = snapshot.chain(request.rerank, request.walk)
    if chain is not None:
        _ = chain.ready  # once, before there are threads
    if ids:
        expect(snapshot.registry, snapshot.walk_name(request.walk), len(ids))
    with thread_pool() as pool:
        lists = pool.map(lambda user_id: ranked_list(snapshot, replace(request, user=user_id)), ids)
        return RecommendationsByUser(dict(zip(ids, lists, strict=True)))
