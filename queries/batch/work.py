"""The work of a batch: who gets what, cut into blocks, and the table of a block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.rerank.lists import Wanted
from cinewalk.graph.walks.base.people import People, people_at_a_time
from cinewalk.graph.walks.prepare import expect
from cinewalk.queries.batch.rows import rows_of
from cinewalk.queries.batch.table import ListTables, batch_table
from cinewalk.queries.recommend.ranking import ranked_list

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import ThreadPoolExecutor

    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot
    from cinewalk.queries.words.results import Recommendations

#: How many people a thread takes at a time, in as many steps as their scores take room.
_PEOPLE = 64


@dataclass(frozen=True, eq=False)
class BatchWork:
    """Who gets what, cut into blocks.

    Whoever the graph knows, with as many likes as the walk goes by alone, is worked out with others by arrays; all
    others, and lists that remedies re-rank, one by one.

    Parameters
    ----------
    snapshot, request
        What the recommender knows, and what every list is of.
    ids
        The users, in order.
    reasons
        How many reasons to name.
    width
        How many users make a block.
    progress
        Told how far it is.
    """

    snapshot: Snapshot
    request: Request
    ids: Sequence[str]
    reasons: int
    width: int
    progress: Progress

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-len(self.ids) // self.width)

    def users(self, block: int) -> Sequence[str]:
        """Return the users of a block."""
        return self.ids[block * self.width : (block + 1) * self.width]

    def warm_up(self, blocks: int) -> None:
        """Let the walks compute what all users of so many blocks share, once rather than in every thread."""
        self.progress("Preparing the walk", 0, 0)
        users = self.snapshot.graph.users.ids.ids
        if len(users):
            walk = self.snapshot.walk_name(self.request.walk)
            expect(self.snapshot.registry, walk, min(blocks * self.width, len(self.ids)))
            busiest = int(np.argmax(np.diff(self.snapshot.graph.likes.indptr)))
            self._recommend(users[busiest], 1)
        self.progress("Preparing the walk", 1, 1)

    def table(self, block: int, pool: ThreadPoolExecutor) -> Any:
        """Return the lists of a block as an Arrow table."""
        import pyarrow as pa  # type: ignore[import-untyped]

        users = self.users(block)
        _ = self._tables, self._wanted, self._people.starts  # once, before there are threads
        pieces = [users[first : first + _PEOPLE] for first in range(0, len(users), _PEOPLE)]
        tables, done = [], block * self.width
        for piece, table in zip(pieces, pool.map(self._piece, pieces), strict=True):
            done += len(piece)
            self.progress("Recommending", done, len(self.ids))
            tables.append(table)
        return pa.concat_tables(tables).combine_chunks()

    def _piece(self, users: Sequence[str]) -> Any:
        """Return the lists of a few people, in their order."""
        import pyarrow as pa

        positions = self._positions(users)
        rows, tables = np.flatnonzero(positions >= 0), []
        walk = self.snapshot.walk_for_many(self.request.walk)
        name = self.snapshot.walk_name(self.request.walk)
        listed = []
        step = people_at_a_time(len(self.snapshot.graph.titles)) if self.reasons else _PEOPLE
        for first in range(0, len(rows), step):
            some = rows[first : first + step]
            made = rows_of(walk, self._people.some(positions[some]), self._wanted, self.reasons)
            tables.append(self._tables.table([users[row] for row in some], name, made))
            listed += np.repeat(some, made.lists.counts).tolist()
        reached = set(listed)
        others = [row for row in range(len(users)) if row not in reached]
        single = [(users[row], self._recommend(users[row], self.request.k)) for row in others]
        tables.append(batch_table(single, self.reasons, remedied=self._chain is not None))
        listed += [row for row, (_, titles) in zip(others, single, strict=True) for _ in titles]
        table = pa.concat_tables(tables)
        return table.take(np.argsort(np.array(listed, np.int64), kind="stable")) if others else table

    def _positions(self, users: Sequence[str]) -> Int32Array:
        """Return the positions of those who are worked out by arrays; -1 for all others."""
        snapshot = self.snapshot
        if self._chain is not None:
            return np.full(len(users), -1, np.int32)
        enough = 1 if snapshot.names(self.request.walk) else snapshot.defaults.settings.newcomers.enough
        if self.request.walk == "newcomers" or snapshot.defaults.walk == "newcomers":
            enough = snapshot.defaults.settings.newcomers.enough
        places = [None if user in snapshot.events else snapshot.position(user) for user in users]
        positions = np.array([-1 if place is None else place for place in places], np.int32)
        counts = np.diff(snapshot.graph.likes.indptr)[positions]
        return np.where((positions >= 0) & (counts >= max(enough, 1)), positions, -1).astype(np.int32)

    def _recommend(self, user_id: str, k: int) -> Recommendations:
        return ranked_list(self.snapshot, replace(self.request, user=user_id, k=k))

    @cached_property
    def _chain(self) -> object:
        return self.snapshot.chain(self.request.rerank, self.request.walk)

    @cached_property
    def _people(self) -> People:
        return People(self.snapshot.registry.graph, self.snapshot.defaults.settings.half_life)

    @cached_property
    def _wanted(self) -> Wanted:
        only = self.request.only
        left_out = None if only is None else only.hidden(self.snapshot.catalogue)
        return Wanted(min(self.request.k, len(self.snapshot.graph.titles)), left_out=left_out)

    @cached_property
    def _tables(self) -> ListTables:
        return ListTables(self.snapshot.catalogue)
