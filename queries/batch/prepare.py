"""Preparing a graph folder for everybody's lists: its rows, computed here at once, or in tasks by whoever runs them."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import RequestError, WorkerMemoryError
from cinewalk.graph.model.settings import Prepared, Settings, settings_in
from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.plan.plan import plan_rows
from cinewalk.graph.walks.neighbours.gram_blocks import MEMBERS
from cinewalk.graph.walks.neighbours.shared import SharedTitles
from cinewalk.graph.walks.prepare import expect, prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.generations import writing
from cinewalk.loaders.store.graph_folder import open_graph, save_arrays
from cinewalk.loaders.store.kept import held_of, open_kept
from cinewalk.queries.batch.request import fingerprint
from cinewalk.queries.batch.row_folder import RowFolder
from cinewalk.queries.batch.row_tasks import RowTask, RowWork
from cinewalk.queries.words.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.progress import Progress

    #: Does tasks, in any order, each in some process, and yields each when it is done.
    Engine = Callable[[RowWork, tuple[RowTask, ...]], Iterable[RowTask]]

#: A table of the pairs of so many members takes a quarter of the memory of a task: ``4 m²`` bytes.
_TABLE: Final = 4


@dataclass(frozen=True, slots=True)
class PrepareSummary:
    """What preparing came to.

    Parameters
    ----------
    graph
        The graph folder.
    walks
        By the name of each walk's settings, how many steps its rows hold.
    tasks
        Of how many tasks that was made; 0 where it was worked out at once.
    kept
        How many of them had been done before.
    left
        How many are left to others, or until others are done; only then are rows put into the graph.
    """

    graph: str
    walks: dict[str, int]
    tasks: int = 0
    kept: int = 0
    left: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain values under the names of the fields."""
        return asdict(self)

    def __str__(self) -> str:
        if self.left:
            return (
                f"{self.tasks - self.kept - self.left:,} tasks done here, {self.left:,} of {self.tasks:,} left. "
                "Run the same again when the other shards have ended."
            )
        steps = ", ".join(f"{name} {count:,}" for name, count in self.walks.items())
        return f"{self.graph} is prepared: steps by walk: {steps}."


def prepare_folder(
    place: Path,
    settings: Settings | None = None,
    *,
    work: Path | None = None,
    blocks: int | None = None,
    memory: int | None = None,
    shard: tuple[int, int] = (1, 1),
    engine: Engine | None = None,
    progress: Progress = no_progress,
) -> PrepareSummary:
    """Compute the rows that everybody's lists need, and keep them in the graph folder.

    Parameters
    ----------
    place
        The graph folder. What people did since must have been folded into it (``cinewalk compact``).
    settings
        The parameters of the walks; by default those that the graph was prepared with.
    work
        Where tasks leave their rows, on a path that all workers see; by default ``GRAPH.plan`` beside the graph. It is
        removed once the graph is prepared.
    blocks
        Into how many blocks nodes are cut. Without blocks, memory, shards and an engine, all is worked out at once.
    memory
        What a task may take beyond an idle worker, in bytes, instead of a number of blocks.
    shard
        Which shard of how many this is, from 1 on: it does every so-manieth task, of those that can be done now.
    engine
        What runs tasks; by default the processors here.
    progress
        Told how far it is.

    Raises
    ------
    RequestError
        Where there are signals that have not been folded in, or another plan was begun in the folder.
    GraphFolderError, StorageError
        Where it cannot be read, or not be written; what is done stays.
    MissingPackageError
        Without pyarrow, where there are tasks.
    """
    kept = open_kept(place)
    if kept.entries:
        told, are = count_of(kept.entries, "signal"), "is" if kept.entries == 1 else "are"
        raise RequestError(
            f"{place} has {told} that {are} not in its arrays yet. "
            f"Fold them in first: `cinewalk compact --graph {place}`."
        )
    wanted = settings_in(kept.graph.prepared) if settings is None else settings
    if blocks is None and memory is None and shard == (1, 1) and engine is None:
        was = fingerprint(replace(kept.graph, prepared=None))
        return _put(place, was, _at_once(kept.graph, wanted, progress))
    begun = _begun(place, kept.graph, wanted, work, blocks, memory)
    tasks, before = _do(begun, shard, engine or _here, progress)
    left = sum(not begun.done(task) for stage in begun.stages for task in stage)
    if left:
        return PrepareSummary(str(place), {}, tasks, before, left)
    summary = _put(place, begun.folder.about["graph"], begun.prepared())
    shutil.rmtree(begun.folder.place, ignore_errors=True)
    return replace(summary, tasks=tasks, kept=before)


def in_parts(
    place: Path,
    settings: Settings,
    blocks: int | None,
    memory: int | None,
    *,
    work: Path | None,
    engine: Engine,
    progress: Progress = no_progress,
) -> PrepareSummary:
    """Prepare a graph by others; where a worker runs out of memory, once again in tasks of half the size.

    Parameters
    ----------
    place, settings, blocks, memory, work, engine, progress
        See :func:`prepare_folder`; either blocks or memory are given.

    Raises
    ------
    WorkerMemoryError
        Where the tasks of half the size are too large, too.
    """
    asked: dict[str, Any] = {"work": work, "engine": engine, "progress": progress}
    twice, half = None if blocks is None else 2 * blocks, None if memory is None else memory // 2
    folder = RowFolder(plan_folder(place, work))
    if not (folder.exists and (folder.about["blocks"], folder.about["memory"]) == (twice, half)):
        try:
            return prepare_folder(place, settings, blocks=blocks, memory=memory, **asked)
        except WorkerMemoryError:
            progress("A worker ran out of memory: again with twice as many blocks", 0, 0)
            shutil.rmtree(folder.place, ignore_errors=True)
    return prepare_folder(place, settings, blocks=twice, memory=half, **asked)


def _at_once(graph: Graph, settings: Settings, progress: Progress) -> Prepared:
    registry = Registry(replace(graph, prepared=None), settings)
    expect(registry, "blend", len(graph.users), progress)
    prepared = prepare(registry, progress).prepared
    assert prepared is not None
    if "shared_titles" not in registry.blended:
        return prepared
    return replace(prepared, rows={**prepared.rows, "shared_titles": registry.get(SharedTitles).rows})


def _begun(
    place: Path, graph: Graph, settings: Settings, work: Path | None, blocks: int | None, memory: int | None
) -> RowWork:
    """Begin a plan, or go on with the one that has been begun."""
    folder = RowFolder(plan_folder(place, work))
    bare = replace(graph, prepared=None)
    registry = Registry(bare, settings)
    about = {
        "graph": fingerprint(bare),
        "names": list(registry.blended),
        "titles": len(graph.titles),
        "blocks": blocks,
        "memory": memory,
        "members": _members(blocks, memory),
    }
    if not folder.exists:
        folder.begin(about, settings, plan_rows(registry, registry.blended, blocks, memory))
    if folder.about != about or folder.settings != settings:
        raise RequestError(
            f"{folder.place} holds what was begun of another graph, with other settings or other blocks. "
            "Finish that one as it was begun, or remove the folder."
        )
    return RowWork(place, folder)


def _members(blocks: int | None, memory: int | None) -> int | None:
    """Return how many members a circle of learned weights may have; with more blocks its table is smaller."""
    if memory is not None:
        return max(2, int((memory / _TABLE / 4) ** 0.5))
    return None if blocks is None else max(2, int(MEMBERS / blocks**0.5))


def plan_folder(place: Path, work: Path | None) -> Path:
    """Return the folder in which tasks leave their rows."""
    return work or place.with_name(f"{place.name}.plan")


def _do(work: RowWork, shard: tuple[int, int], engine: Engine, progress: Progress) -> tuple[int, int]:
    """Do the tasks of a shard, stage by stage as far as others have come; return how many there are, and were done."""
    every = [task for stage in work.stages for task in stage]
    before, done = sum(map(work.done, every)), 0
    for stage in work.stages:
        tasks_here = tuple(task for task in stage[shard[0] - 1 :: shard[1]] if not work.done(task))
        for _ in engine(work, tasks_here):
            done += 1
            progress("Preparing rows", before + done, len(every))
        if any(not work.done(task) for task in stage):
            break
    return len(every), before


def _here(work: RowWork, tasks: tuple[RowTask, ...]) -> Iterable[RowTask]:
    """Do tasks on the processors of this machine."""

    def run(task: RowTask) -> RowTask:
        work.run(task)
        return task

    _ = work.graph, work.folder.groups, work.folder.settings  # once, before there are threads
    with thread_pool() as pool:
        try:
            yield from pool.map(run, tasks)
        finally:
            pool.shutdown(cancel_futures=True)


def _put(place: Path, was: str, prepared: Prepared) -> PrepareSummary:
    """Put rows into the graph folder, unless its arrays have become others."""
    with writing(place):
        now = open_graph(place)
        if fingerprint(replace(now, prepared=None)) != was:
            raise RequestError(f"{place} has changed since its rows were begun. Prepare it again.")
        save_arrays(replace(now, prepared=prepared), place, held_of(place), held=True)
    return PrepareSummary(
        str(place), {name: len(rows.indices) for name, rows in sorted(prepared.rows.items())}
    )
