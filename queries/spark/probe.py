"""What a worker of Spark looks at on its own machine, for ``cinewalk doctor --spark``.

It is sent as code and not by name, and imports at its top what every Python has: a worker that lacks cinewalk can
tell so.
"""

from __future__ import annotations

import json
import platform
import shutil
import socket
import sys
import tempfile
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class Seen:
    """What one task saw.

    Parameters
    ----------
    host
        The name of its machine.
    python, executable
        The version of its interpreter, and where that is.
    cinewalk
        The version of cinewalk there; empty where there is none.
    free
        How many bytes of memory are free there; 0 where the system does not say.
    shared, cache
        What went wrong with a file on the shared path, and with the folder of compiled code; empty where nothing did.
    place
        The folder of compiled code.
    """

    host: str
    python: str
    executable: str
    cinewalk: str
    free: int
    shared: str
    cache: str
    place: str


def seen_by_workers(spark: SparkSession, shared: Path, count: int) -> list[Seen]:
    """Let so many tasks look at their machines, and at a file that is written here.

    Parameters
    ----------
    spark
        The session.
    shared
        A folder that all should see; each task leaves a file of its own there, which must be seen here.
    count
        How many tasks: as many as run side by side, so that every worker gets one.

    Raises
    ------
    OSError
        Where the file cannot be written here.
    Exception
        Of Spark, where a worker cannot do anything at all.
    """
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    folder = shared / f".doctor-{uuid.uuid4().hex[:12]}"
    try:
        folder.mkdir(parents=True)
        told = uuid.uuid4().hex
        (folder / "driver").write_text(told, encoding="ascii")
        frame = spark.range(0, count, 1, count).mapInArrow(_looking(str(folder), told), "seen string")
        answers = [Seen(**json.loads(row["seen"])) for row in frame.collect()]
        return [_checked(answer, folder) for answer in answers]
    finally:
        cloudpickle.unregister_pickle_by_value(sys.modules[__name__])
        shutil.rmtree(folder, ignore_errors=True)


def _looking(folder: str, told: str) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """Return what a task does."""

    def look(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa  # type: ignore[import-untyped]

        for batch in batches:
            for _ in range(len(batch)):
                yield pa.RecordBatch.from_arrays([pa.array([json.dumps(seen_here(folder, told))])], ["seen"])

    return look


def seen_here(folder: str, told: str) -> dict[str, Any]:
    """Look at this machine: the values of :class:`Seen` by name; where a file was left, ``shared`` is its name."""
    from importlib import metadata, util

    # Its metadata may lie in the folder where Spark was started, without a package that can be imported.
    version = "" if util.find_spec("cinewalk") is None else metadata.version("cinewalk")
    free, cache, problem = _within_cinewalk() if version else (0, "", "")
    return {
        "host": socket.gethostname(),
        "python": platform.python_version(),
        "executable": sys.executable,
        "cinewalk": version,
        "free": free,
        "shared": _file_left(Path(folder), told),
        "cache": problem,
        "place": cache,
    }


def _file_left(folder: Path, told: str) -> str:
    """Read what the driver wrote, and leave a file beside it; return its name, or what went wrong."""
    try:
        if (folder / "driver").read_text(encoding="ascii") != told:
            return "holds another file than the driver has written"
        place = folder / f"worker-{uuid.uuid4().hex}"
        place.write_text(told, encoding="ascii")
    except OSError as error:
        return f"{error.filename}: {error.strerror}"
    return place.name


def _checked(seen: Seen, folder: Path) -> Seen:
    """Look for the file that a task has left: there it is, or that is the problem."""
    if not seen.shared.startswith("worker-"):
        return seen
    return replace(seen, shared="" if (folder / seen.shared).is_file() else "its file does not arrive here")


def _within_cinewalk() -> tuple[int, str, str]:
    """Return how much memory is free, the folder where numba keeps compiled code, and what is wrong with it."""
    free = 0
    try:
        from cinewalk.graph.numeric import kernels
        from cinewalk.queries.batch.regime import free_memory

        free = free_memory()
        dispatcher: Any = kernels.spread
        if dispatcher.stats.cache_path is None:
            return free, "", "no folder can be written"
        place = Path(dispatcher.stats.cache_path)
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return free, str(place), ""
    except Exception as error:
        return free, "", str(error).strip().partition("\n")[0] or type(error).__name__
