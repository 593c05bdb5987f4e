"""Rows and lists in parts beside one process: ``python -m benchmarks.parts JOB FOLDER …`` prints figures as JSON.

``make FOLDER EDGES`` makes a graph folder. ``whole FOLDER [USERS [PARTS]]`` prepares it in one process and writes lists
with reasons, of the first so many users (0 for all), by the default blend or by one of equal parts, such as
``shared_titles,learned_titles``; ``tasks FOLDER BLOCKS`` does every task of a plan, one after the other, and tells each
kind's processor seconds and the most memory that a task took above the idle process; ``spark FOLDER REGIME [BLOCKS
[USERS [PARTS]]]`` does what ``whole`` does on Spark's ``local[2]``, and tells whether all is the same to the last bit;
``fit FILE…`` fits the memory of pair tasks to what ``tasks`` printed.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import shutil
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.batch import made
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.queries.batch.prepare import prepare_folder
from cinewalk.queries.recommender import Recommender

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.queries.batch.row_tasks import RowTask, RowWork

_K: Final = 10
#: How often memory is looked at, in seconds.
_EVERY: Final = 0.002


def make(folder: Path, edges: int) -> dict[str, float]:
    """Save a made graph."""
    save(made(edges), folder / "graph.cinewalk")
    return {"likes": edges}


def whole(folder: Path, users: int = 0, parts: str = "") -> dict[str, float]:
    """Prepare and write lists in one process."""
    place, settings = fresh(folder, "whole"), settings_of(parts)
    with _measured() as told:
        prepare_folder(place, settings)
    rows = dict(told)
    reco = Recommender(place)
    with _measured() as told:
        ids = _first(place, users)
        reco.batch(folder / "whole.parquet", _K, users=ids, force=True, restart=True)
    return {"rows_cpu": rows["cpu"], "lists_cpu": told["cpu"], "peak_rss_mib": _high_water("self")}


def settings_of(parts: str) -> Settings:
    """Return the settings of a blend of equal parts; those of the default where none are named."""
    if not parts:
        return Settings()
    chosen = parts.split(",")
    return Settings(weights=Weights(**{part.name: float(part.name in chosen) for part in fields(Weights)}))


def _first(place: Path, users: int) -> list[str] | None:
    """Return the ids of the first so many users of a graph folder; ``None`` for all."""
    return list(open_graph(place).users.ids.ids[:users]) if users else None


def same_rows(folder: Path, place: Path) -> bool:
    """Tell whether a graph has the rows, to the last bit, that one process has made."""
    ours, theirs = (open_graph(each).prepared for each in (place, folder / "whole.cinewalk"))
    assert ours is not None
    assert theirs is not None
    return set(ours.rows) == set(theirs.rows) and all(
        part.dtype == other.dtype and part.tobytes() == other.tobytes()
        for name, rows in ours.rows.items()
        for part, other in zip(rows, theirs.rows[name], strict=True)
    )


def tasks(folder: Path, blocks: int) -> dict[str, Any]:
    """Do the tasks of a plan, and measure each."""
    from cinewalk.graph.model.example import example_graph

    warm = save(example_graph(), folder / "warm.cinewalk")
    prepare_folder(warm, blocks=2)
    shutil.rmtree(warm)
    measured: list[dict[str, Any]] = []
    idle: list[int] = []

    def engine(work: RowWork, todo: tuple[RowTask, ...]) -> Iterator[RowTask]:
        _ = work.graph, work.folder.groups, work.folder.settings
        idle.append(_resting())
        for task in todo:
            before = _resting()
            with _measured() as told:
                work.run(task)
            measured.append(_facts(work, task) | _above(told, idle[0], before))
            yield task

    prepare_folder(fresh(folder, f"tasks-{blocks}"), blocks=blocks, engine=engine)
    kinds = sorted({f"{each['kind']} {each['name']}" for each in measured})
    return {
        "blocks": blocks,
        "kinds": {
            kind: {
                "tasks": len(same),
                "cpu": sum(each["cpu"] for each in same),
                "most_mib": max(each["above_idle"] for each in same) / 2**20,
            }
            for kind in kinds
            for same in [[each for each in measured if f"{each['kind']} {each['name']}" == kind]]
        },
        "pairs": [each for each in measured if each["kind"] == "pair"],
    }


def _above(told: dict[str, float], idle: int, before: int) -> dict[str, float]:
    """Return what a task took above the idle process, and above what the process had right before it."""
    return {"cpu": told["cpu"], "above_idle": told["memory"] - idle, "memory": told["memory"] - before}


def _resting() -> int:
    """Give back what is not in use, and return what is the process's own."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    return _anonymous()


def _facts(work: RowWork, task: RowTask) -> dict[str, Any]:
    """Return how many likes and nodes the blocks of a task have, and how many nearest are kept of each walk."""
    facts: dict[str, Any] = {"kind": task.kind, "name": task.name}
    if task.kind != "pair":
        return facts
    group = next(group for group in work.folder.groups if group.key == task.name)
    likes = work.graph.likes
    indptr = likes.reverse_indptr if group.of_titles else likes.indptr
    stretches = [
        (int(group.bounds[block]), int(group.bounds[block + 1])) for block in {task.first, task.second}
    ]
    return facts | {
        "likes": sum(int(indptr[last] - indptr[first]) for first, last in stretches),
        "nodes": sum(last - first for first, last in stretches),
        "sizes": [walk.shape.size for walk in group.walks],
    }


def spark(
    folder: Path, regime: str, blocks: int = 0, users: int = 0, parts: str = ""
) -> dict[str, float | bool]:
    """Prepare and write lists on Spark."""
    from cinewalk import spark as door

    place, out = fresh(folder, f"spark-{regime}"), folder / f"lists-{regime}"
    shutil.rmtree(out, ignore_errors=True)
    session = door.session("local[2]")
    asked: dict[str, Any] = {"regime": regime, "blocks": blocks or None, "settings": settings_of(parts)}
    if users:
        asked["users"] = _first(place, users)
    with _measured() as own:
        door.batch(session, place, out, _K, **asked)
    java = session.sparkContext._gateway.proc.pid
    told: dict[str, float | bool] = {"driver_mib": _high_water("self"), "java_mib": _high_water(java)}
    told |= {"driver_own_mib": own["memory"] / 2**20, "java_own_mib": status(java, "RssAnon") / 2**20}
    told |= {"driver_cpu": time.process_time(), "java_cpu": _seconds(java), "workers_cpu": below(java)}
    session.stop()
    if (folder / "whole.parquet").exists():
        lists = pq.read_table(out).equals(pq.read_table(folder / "whole.parquet"))
        told["same"] = same_rows(folder, place) and bool(lists)
    return told


def below(process: int) -> float:
    """Return the processor seconds of all processes that one has started, with those that have ended."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int(_stat(folder.name)[1])
    children = [child for child, parent in parents.items() if parent == process]
    return sum(_seconds(child, ended=True) + below(child) for child in children)


def _seconds(process: int, ended: bool = False) -> float:
    """Return the processor seconds of a process; with those of its children that have ended, where asked."""
    ticks = [int(word) for word in _stat(process)[11 : 15 if ended else 13]]
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def _stat(process: str | int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()


def fresh(folder: Path, name: str) -> Path:
    """Return a copy of the graph of one job's own."""
    place = folder / f"{name}.cinewalk"
    for old in (place, place.with_name(f"{place.name}.plan")):
        shutil.rmtree(old, ignore_errors=True)
    return Path(shutil.copytree(folder / "graph.cinewalk", place))


@contextmanager
def _measured() -> Iterator[dict[str, float]]:
    """Fill in processor seconds, and the most memory that was the process's own while it ran."""
    told, ended = {"memory": float(_anonymous())}, threading.Event()

    def look() -> None:
        while not ended.wait(_EVERY):
            told["memory"] = max(told["memory"], _anonymous())

    watcher = threading.Thread(target=look)
    watcher.start()
    start = time.process_time()
    try:
        yield told
    finally:
        told["cpu"] = time.process_time() - start
        ended.set()
        watcher.join()


def _anonymous() -> int:
    """Return how many bytes of memory are the process's own, and not those of mapped files."""
    return status("self", "RssAnon")


def _high_water(process: str | int) -> float:
    """Return the most memory that a process has had, in MiB."""
    return status(process, "VmHWM") / 2**20


def status(process: str | int, name: str) -> int:
    """Return a number of bytes that the system says of a process, by its name there."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def fitted(told: list[dict[str, Any]]) -> dict[str, float]:
    """Fit ``a likes + b (sum of k + 32) nodes + c nodes`` to the memory of pair tasks, of what ``tasks`` printed."""
    pairs = [pair for each in told for pair in each["pairs"]]
    sums = np.array([sum(size + 32 for size in pair["sizes"]) for pair in pairs])
    likes, nodes, memory = (
        np.array([pair[name] for pair in pairs], float) for name in ("likes", "nodes", "memory")
    )
    columns = np.column_stack([likes, nodes * sums, nodes])
    best, *_ = np.linalg.lstsq(columns, memory, rcond=None)
    off = np.abs(columns @ best - memory) / memory
    names = ("a", "b", "c")
    return dict(zip(names, best.tolist(), strict=True)) | {"off_median": float(np.median(off))}


if __name__ == "__main__":
    job, place_, *more = sys.argv[1:]
    jobs: dict[str, Any] = {"make": make, "whole": whole, "tasks": tasks, "spark": spark}
    numbers = [int(word) if word.isdigit() else word for word in more]
    if job == "fit":
        print(json.dumps(fitted([json.loads(Path(name).read_text()) for name in (place_, *more)])))
    else:
        print(json.dumps(jobs[job](Path(place_), *numbers)))
