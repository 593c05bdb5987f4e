"""A worker that runs out of memory, for real: tasks run in a process of their own, under a limit of the system's."""

from __future__ import annotations

import errno
import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from cinewalk.errors import StorageError, WorkerMemoryError
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.graph.numeric.arrays import CSR
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.queries.batch.prepare import in_parts, plan_folder, prepare_folder
from cinewalk.queries.batch.row_folder import RowFolder
from cinewalk.queries.spark.tasks import RowsOf, answered, checked
from tests.graphs import random_graph

pytestmark = [
    pytest.mark.integration,
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="limits of memory as Linux has them"),
]

#: What a process takes beyond its arrays is the same on every machine: no threads that start when they are needed
#: (each has a stack of 8 MiB), and no allocator that asks for more beforehand.
STEADY = {
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_IO_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
}
#: Halves want 112 MiB beyond what is held once a task has been done, quarters 60: as far from one as from the other.
BETWEEN = 84 << 20


def limited(folder, beyond):
    """Let this process take so many bytes more than it has once its libraries and kernels are there."""
    prepare_folder(save(random_graph(5, 600, 500, 0.1), Path(folder) / "warm.cinewalk"), blocks=2)
    lines = Path("/proc/self/status").read_text().splitlines()
    held = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))
    resource.setrlimit(resource.RLIMIT_DATA, (held + beyond, held + beyond))


def run_one(place, folder, stamp, task):
    return answered(RowsOf(place, folder, stamp, (task,)), 0).to_pylist()[0]


def engine(pool, tried):
    """Run every task in the process that is limited, as a worker of Spark would."""

    def run(work, tasks):
        tried.append(work.folder.groups[0].blocks)
        place, folder = str(work.place), str(work.folder.place)
        for task in tasks:
            checked(pool.submit(run_one, place, folder, work.folder.stamp, tuple(task)).result())
            yield task

    return run


@pytest.fixture(scope="module")
def settings():
    """One walk, so that no task but those of pairs takes much."""
    names = [part.name for part in fields(Weights)]
    return Settings(weights=Weights(**{name: float(name == "shared_titles") for name in names}))


@pytest.fixture(scope="module")
def whole(tmp_path_factory, settings):
    place = save(random_graph(4, 20000, 3000, 0.01), tmp_path_factory.mktemp("whole") / "graph.cinewalk")
    prepare_folder(place, settings)
    return place


@pytest.fixture
def place(tmp_path, whole):
    graph = replace(open_graph(whole), prepared=None)
    return save(graph, tmp_path / "graph.cinewalk")


@pytest.fixture
def worker(tmp_path, monkeypatch):
    """Start a process that may take so much beyond what it holds; it ends with the test, however that comes out."""
    for name, value in STEADY.items():
        monkeypatch.setenv(name, value)
    pools = []

    def start(beyond):
        spawned = multiprocessing.get_context("spawn")
        pools.append(ProcessPoolExecutor(1, spawned, limited, (str(tmp_path), beyond)))
        return pools[-1]

    yield start
    for pool in pools:
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
            process.join(30)


def rows_of(place):
    return [part.tolist() for part in open_graph(place).prepared.rows["shared_titles"]]


def test_a_worker_out_of_memory_has_the_blocks_doubled_once(place, whole, settings, worker):
    tried, told = [], []
    summary = in_parts(
        place,
        settings,
        2,
        None,
        work=None,
        engine=engine(worker(BETWEEN), tried),
        progress=lambda what, *_: told.append(what),
    )
    assert [*dict.fromkeys(tried)] == [2, 4]
    assert told.count("A worker ran out of memory: again with twice as many blocks") == 1
    assert summary.left == 0
    assert rows_of(place) == rows_of(whole)
    assert not plan_folder(place, None).exists()


def test_what_was_doubled_and_ended_goes_on_doubled(place, whole, settings, worker):
    tried = []
    run = engine(worker(1 << 30), tried)

    def ended(work, tasks):
        if work.folder.groups[0].blocks == 2:
            raise WorkerMemoryError("a worker ran out of memory.")
        yield from run(work, tasks[:3])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_parts(place, settings, 2, None, work=None, engine=ended)
    summary = in_parts(place, settings, 2, None, work=None, engine=run)
    assert set(tried) == {4}
    assert summary.kept == 3
    assert rows_of(place) == rows_of(whole)


def test_twice_too_little_is_one_line_that_names_the_remedy(place, settings, worker):
    tried = []
    with pytest.raises(WorkerMemoryError, match=r"Raise the number of blocks \(--blocks\)"):
        in_parts(place, settings, 2, None, work=None, engine=engine(worker(1 << 20), tried))
    assert set(tried) == {2, 4}


def test_rows_that_find_no_memory_are_not_taken_for_damaged_and_stay(tmp_path, worker):
    folder, others = RowFolder(tmp_path / "plan"), np.random.default_rng(0).integers(0, 1 << 30, 4_000_000)
    ends = np.array([0, len(others)])
    folder.write("rows", CSR(ends, others.astype(np.int32), others / 3.0))
    with pytest.raises(MemoryError):
        worker(8 << 20).submit(RowFolder.read, folder, "rows").result()
    assert folder.has("rows")
    assert worker(1 << 30).submit(RowFolder.read, folder, "rows").result().indices.tolist() == others.tolist()


def without_memory(*_args, **_named):
    raise OSError(errno.ENOMEM, "Cannot allocate memory")


def test_an_array_that_finds_no_memory_is_no_damaged_graph(place, monkeypatch):
    monkeypatch.setattr(np, "load", without_memory)
    with pytest.raises(OSError, match="Cannot allocate memory"):
        open_graph(place)


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.ENOMEM, "Cannot allocate memory")], ids=repr)
def test_a_worker_says_that_memory_ran_out_whatever_the_error_was(error):
    def job(_number):
        try:
            raise error
        except (MemoryError, OSError) as cause:
            raise StorageError("rows.parquet: cannot be written.") from cause

    with pytest.raises(WorkerMemoryError, match=r"\(task 7\)"):
        checked(answered(job, 7).to_pylist()[0])
