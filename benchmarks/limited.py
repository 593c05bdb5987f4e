"""Rows in parts where each worker may take little memory: ``python -m benchmarks.limited FOLDER WHERE MIB [PARTS]``.

``FOLDER`` is one of :mod:`benchmarks.parts`. Each worker may take so many MiB beyond what it holds once its libraries
and kernels are there: the system refuses the rest (``RLIMIT_DATA``), which ends the task. ``WHERE`` is ``here``, one
process that does task after task, or ``spark``, the workers of Spark's ``local[2]``. Figures are printed as JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.batch import made
from benchmarks.parts import below, fresh, same_rows, settings_of, status
from cinewalk.errors import WorkerMemoryError
from cinewalk.loaders.store.graph_folder import save
from cinewalk.queries.batch.prepare import in_parts, prepare_folder
from cinewalk.queries.spark.tasks import RowsOf, answered, answers, checked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.queries.batch.row_tasks import RowTask, RowWork


class Limited:
    """Does a task within so many bytes beyond what the worker holds once libraries and kernels are there."""

    def __init__(self, job: RowsOf, beyond: int, parts: str) -> None:
        self.job, self.beyond, self.parts = job, beyond, parts

    def __call__(self, number: int) -> dict[str, int]:
        """Do the task of a number."""
        if resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY:
            with tempfile.TemporaryDirectory() as folder:
                warm = save(made(20_000), Path(folder) / "warm.cinewalk")
                prepare_folder(warm, settings_of(self.parts), blocks=2)
            most = status("self", "VmData") + self.beyond
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        return self.job(number)


def limited(folder: Path, where: str, mebibytes: int, parts: str = "") -> dict[str, Any]:
    """Prepare a graph in tasks that are limited."""
    # Arrow's own pool asks for more than it uses, once and for all: what it takes would not be seen.
    os.environ |= {"NUMBA_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    place, tried, beyond = fresh(folder, f"limited-{where}"), [], mebibytes << 20
    spent = {"cpu": 0.0}
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    session: Any = None
    if where == "spark":
        from cinewalk import spark as door

        session = door.session("local[2]")

    def run(work: RowWork, tasks: tuple[RowTask, ...]) -> Iterator[RowTask]:
        tried.append({group.key: group.blocks for group in work.folder.groups})
        job = RowsOf(str(work.place), str(work.folder.place), work.folder.stamp, tuple(map(tuple, tasks)))
        limit = Limited(job, beyond, parts)
        if session is None:
            told = (checked(pool.submit(_one, limit, number).result()) for number in range(len(tasks)))
        else:
            told = answers(session, limit, len(tasks))
        for answer in told:
            yield tasks[answer["task"]]

    finished = True
    try:
        in_parts(place, settings_of(parts), None, beyond, work=None, engine=run)
    except WorkerMemoryError as error:
        finished = False
        print(error, file=sys.stderr)
    spent["cpu"] = time.process_time()
    spent["workers_cpu"] = below(os.getpid())
    pool.shutdown()
    told = {"mib": mebibytes, "finished": finished, "blocks": list({json.dumps(each) for each in tried})}
    told |= {"same": finished and same_rows(folder, place)} | spent
    if session is not None:
        session.stop()
    return told


def _one(job: Limited, number: int) -> dict[str, Any]:
    row: dict[str, Any] = answered(job, number).to_pylist()[0]
    return row


if __name__ == "__main__":
    _, place_, where_, mebibytes_, *parts_ = sys.argv
    print(json.dumps(limited(Path(place_), where_, int(mebibytes_), *parts_)))
