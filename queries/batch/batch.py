"""Everybody's list at once, in a file: streamed block by block, on all processors, and taken up where it ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import RequestError, StorageError
from cinewalk.extras import need
from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.base.paths import as_path
from cinewalk.loaders.store.blocks import partial
from cinewalk.loaders.store.parquet_writing import PARQUET, writer_for
from cinewalk.queries.batch.request import batch_request
from cinewalk.queries.batch.table import batch_schema
from cinewalk.queries.batch.work import BatchWork
from cinewalk.queries.words.checks import checked_count, checked_whole, listed
from cinewalk.queries.words.results import NAMED_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.store.blocks import Partial
    from cinewalk.queries.recommend.request import Request
    from cinewalk.queries.recommend.snapshot import Snapshot

#: A block is of so many users at most, and of about so many recommendations.
_USERS: Final = 1_000
_RECOMMENDATIONS: Final = 20_000


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What a batch came to.

    Parameters
    ----------
    path
        The file.
    users
        How many users were asked for.
    recommendations
        How many rows it has.
    without
        How many of the users have none.
    blocks, kept
        Of how many blocks it is made, and how many of them were there already.
    """

    path: str
    users: int
    recommendations: int
    without: int
    blocks: int
    kept: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values under the names of the fields."""
        return asdict(self)

    def __str__(self) -> str:
        text = f"{self.recommendations:,} recommendations for {self.users:,} users in {self.path}."
        if self.without:
            text += f" {self.without:,} of the users have none."
        return text + (f" {self.kept:,} of {self.blocks:,} blocks were there already." if self.kept else "")


def batch(
    snapshot: Snapshot,
    path: str | Path,
    request: Request,
    *,
    users: Iterable[str] | None = None,
    reasons: int = NAMED_REASONS,
    threads: int | None = None,
    force: bool = False,
    restart: bool = False,
    block_size: int | None = None,
    shard: tuple[int, int] = (1, 1),
    progress: Progress = no_progress,
) -> BatchSummary:
    """Write the lists of many users into a file, one row a recommendation: those of ``recommend``.

    Users come in the order of their ids, and the file is the same, byte for byte, on any number of threads. What is
    done is kept in ``FILE.partial``: ended at any moment and called again, it goes on from there.

    Parameters
    ----------
    snapshot
        What the recommender knows.
    path
        The file; ``.parquet``, or ``.jsonl`` for one JSON object a line.
    request
        What every list is of.
    users
        Ids; ``None`` for everybody.
    reasons
        How many reasons to name, 0 to 3; all others are counted, and their shares added up. 0 works out none, which
        takes far less time, and counts none.
    threads
        How many processors to use; all by default (``NUMBA_NUM_THREADS`` sets fewer).
    force
        Whether a file that stands in that place may go once the new one is whole.
    restart
        Whether to drop what has been done of a batch that was begun there.
    block_size
        How many users make a block, and with that a row group; by default 1,000, and fewer for long lists.
    shard
        Which part of how many this is, from 1 on: whole blocks of users that follow each other. The rows of all parts
        together are those of one file.
    progress
        Told how far it is.

    Raises
    ------
    RequestError
        Where the ask makes no sense, a file stands in that place, or a batch of another graph, other settings or
        other users was begun there.
    UnknownUserError
        Where a user does not exist.
    StorageError
        Where it cannot be written; what is done stays.
    MissingPackageError
        Without pyarrow, which the extra ``parquet`` brings.
    """
    path, size = as_path(path, "the file of lists"), request.k
    writer_for(path)
    need("parquet", "A batch")
    checked_whole(reasons, "reasons", 0, NAMED_REASONS)
    wanted = None if threads is None else checked_count(threads, "threads")
    width = _block_size(snapshot, size) if block_size is None else checked_count(block_size, "block_size")
    ids, positions = _people(snapshot, users)
    ids, positions = _shard_of(ids, positions, shard, width)
    numbers = {"k": size, "reasons": reasons, "block size": width}
    if shard != (1, 1):
        numbers |= {"shard": shard[0], "shards": shard[1]}
    progress("Looking through the graph", 0, 0)
    # Remedies that make no sense are refused here, before there is a file.
    told = batch_request(snapshot, request, None if users is None else ids, numbers)
    progress("Looking through the graph", 1, 1)
    with partial(path, told, replace=force, restart=restart) as begun:
        work = BatchWork(snapshot, request, ids, positions, reasons, width, progress)
        kept = work.blocks if begun.counts is not None else _write(work, begun, wanted)
        counts = begun.counts or {}
        begun.clear()
    return BatchSummary(str(path), len(ids), **counts, blocks=work.blocks, kept=kept)


def _write(work: BatchWork, begun: Partial, threads: int | None) -> int:
    """Compute what is missing, put it together, and return how many blocks were there already."""
    missing = [block for block in range(work.blocks) if not begun.has(block)]
    pool = thread_pool(threads)
    try:
        if missing:
            work.warm_up(len(missing))
        for block in missing:
            begun.write(block, work.table(block, pool))
        counts = Counter(recommendations=0, without=0)
        begun.place(batch_schema(), _tables(work, begun, pool, counts), lambda: dict(counts))
    finally:
        # Where somebody ends it, nobody waits for the rest of a block.
        pool.shutdown(cancel_futures=True)
    return work.blocks - len(missing)


def _tables(work: BatchWork, begun: Partial, pool: Executor, counts: Counter[str]) -> Iterator[Any]:
    for block in range(work.blocks):
        table = begun.read(block, batch_schema())
        if table is None:
            table = work.table(block, pool)
        counts["recommendations"] += len(table)
        counts["without"] += len(work.users(block)) - len(table["user_id"].unique())
        work.progress("Putting the blocks together", block + 1, work.blocks)
        yield table


def part_of(path: Path, shard: tuple[int, int]) -> Path:
    """Return the file of a part, in the folder of all; the path itself where there is one part.

    >>> from pathlib import Path
    >>> part_of(Path("lists"), (3, 16)).as_posix()
    'lists/part-00003-of-00016.parquet'
    """
    if shard == (1, 1):
        return path
    if path.suffix or path.is_file():
        raise RequestError(f"{path} is a file. Give a folder: each shard becomes a file in it.")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path}: cannot be written ({error.strerror or error}).") from error
    return path / f"part-{shard[0]:05}-of-{shard[1]:05}{PARQUET}"


def _shard_of(
    ids: Sequence[str], positions: Int32Array, shard: tuple[int, int], width: int
) -> tuple[Sequence[str], Int32Array]:
    """Return the users of a shard: whole blocks, about as many for each."""
    part, parts = shard
    blocks = -(-len(ids) // width)
    first, last = ((blocks * place // parts) * width for place in (part - 1, part))
    return (ids, positions) if shard == (1, 1) else (ids[first:last], positions[first:last])


def _block_size(snapshot: Snapshot, k: int) -> int:
    length = max(1, min(k, len(snapshot.graph.titles)))
    return max(1, min(_USERS, _RECOMMENDATIONS // length))


def _people(snapshot: Snapshot, users: Iterable[str] | None) -> tuple[Sequence[str], Int32Array]:
    """Return the ids of those who are meant in their order, each once and as the graph has it, and where it has them.

    The position is -1 where the graph does not know all that somebody did.
    """
    everybody, positions = snapshot.everybody()
    if users is None:
        if not snapshot.events:
            return everybody, positions  # the graph's own ids are in order, and stay where they are
        order = sorted(range(len(everybody)), key=everybody.__getitem__)
        return [everybody[place] for place in order], positions[order]
    told, names = snapshot.events, snapshot.graph.users.ids.ids
    known = {snapshot.known_as(user) for user in listed("users", users)}
    ids = sorted(user if user in told else names[snapshot.catalogue.user(user)] for user in known)
    places = (-1 if user in told else snapshot.graph.users.ids.position(user) for user in ids)
    return ids, np.fromiter(places, np.int32, len(ids))
