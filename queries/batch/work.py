"""The work of a batch: who gets what, cut into blocks, and the table of a block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.model.ids import StringArray
from cinewalk.graph.rerank.lists import Wanted
from cinewalk.graph.walks.base.people import people_at_a_time
from cinewalk.graph.walks.prepare import expect
from cinewalk.queries.batch.arrow import numbers
from cinewalk.queries.batch.rows import rows_of
from cinewalk.queries.batch.table import ListTables, batch_table
from cinewalk.queries.recommend.ranking import ranked_list

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from cinewalk.graph.numeric.arrays import BoolArray, Int32Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot
    from cinewalk.queries.words.results import Recommendations

#: How many people a thread takes at a time; with reasons, in as many steps as their scores take room.
_PEOPLE = 250


@dataclass(frozen=True, eq=False)
class BatchWork:
    """Who gets what, cut into blocks.

    Whoever the graph knows, with as many likes as the walk goes by alone, is worked out with others by arrays; all
    others, and lists that remedies re-rank, one by one.

    Parameters
    ----------
    snapshot, request
        What the recommender knows, and what every list is of.
    ids, positions
        The users, in order, and where the graph has them; -1 for those of whom it does not know all.
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
    positions: Int32Array
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

    def table(self, block: int, pool: Executor) -> Any:
        """Return the lists of a block as an Arrow table."""
        import pyarrow as pa  # type: ignore[import-untyped]

        _ = (
            self._tables,
            self._wanted,
            self._by_arrays,
            self.snapshot.people.starts,
        )  # once, before there are threads
        first, last = block * self.width, min((block + 1) * self.width, len(self.ids))
        pieces = [range(start, min(start + _PEOPLE, last)) for start in range(first, last, _PEOPLE)]
        tables = []
        for piece, table in zip(pieces, pool.map(self._piece, pieces), strict=True):
            self.progress("Recommending", piece.stop, len(self.ids))
            tables.append(table)
        return pa.concat_tables(tables).combine_chunks()

    def _piece(self, piece: range) -> Any:
        """Return the lists of a few people, in their order."""
        import pyarrow as pa

        rows = piece.start + np.flatnonzero(self._by_arrays[piece.start : piece.stop])
        walk = self.snapshot.walk_for_many(self.request.walk)
        name = self.snapshot.walk_name(self.request.walk)
        tables, listed = [], [np.empty(0, np.int64)]
        step = people_at_a_time(len(self.snapshot.graph.titles)) if self.reasons else len(piece)
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            made = rows_of(walk, self.snapshot.people.some(self.positions[some]), self._wanted, self.reasons)
            tables.append(self._tables.table(some, name, made))
            listed.append(np.repeat(some, made.lists.counts))
        reached = set(np.concatenate(listed).tolist())
        others = [row for row in piece if row not in reached]
        if others:
            single = [(self.ids[row], self._recommend(self.ids[row], self.request.k)) for row in others]
            tables.append(batch_table(single, self.reasons, remedied=self._chain is not None))
            listed += [np.full(len(titles), row) for row, (_, titles) in zip(others, single, strict=True)]
        table = pa.concat_tables(tables)
        return table.take(numbers(np.argsort(np.concatenate(listed), kind="stable"))) if others else table

    @cached_property
    def _by_arrays(self) -> BoolArray:
        """Of all users, whether they are worked out with others by arrays."""
        snapshot, walk = self.snapshot, self.request.walk or self.snapshot.defaults.walk
        if self._chain is not None:
            return np.zeros(len(self.ids), np.bool_)
        enough = snapshot.defaults.settings.newcomers.enough if walk in (None, "newcomers") else 1
        by_arrays: BoolArray = snapshot.known_likes(self.positions) >= max(enough, 1)
        return by_arrays

    def _recommend(self, user_id: str, k: int) -> Recommendations:
        return ranked_list(self.snapshot, replace(self.request, user=user_id, k=k))

    @cached_property
    def _chain(self) -> object:
        return self.snapshot.chain_of(self.request)

    @cached_property
    def _wanted(self) -> Wanted:
        size = min(self.request.k, len(self.snapshot.graph.titles))
        return Wanted(size, left_out=self.snapshot.left_out(self.request))

    @cached_property
    def _tables(self) -> ListTables:
        ids = self.ids if isinstance(self.ids, StringArray) else StringArray.of(self.ids)
        return ListTables(self.snapshot.catalogue, ids)
