"""What Spark's workers are sent, and what they answer."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import CinewalkError, EnvironmentProblem, RequestError, WorkerMemoryError, of_memory
from cinewalk.queries.batch.batch import part_of
from cinewalk.queries.batch.row_tasks import RowTask, row_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import SparkSession

    from cinewalk.loaders.neo4j.server.address import Address
    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.queries.recommender import Recommender

#: What is written of a list into a database.
_LISTED: Final = ["user_id", "title_id", "rank", "score", "because"]
#: What a worker's answer to a task consists of.
_ANSWER: Final = (
    "task int, done boolean, kind string, message string, "
    "users bigint, recommendations bigint, without bigint"
)


@dataclass(frozen=True)
class RowsOf:
    """Does a task of a plan; what is sent to workers."""

    place: str
    folder: str
    stamp: int
    tasks: tuple[tuple[Any, ...], ...]

    def __call__(self, number: int) -> dict[str, int]:
        """Do the task of a number."""
        row_work(self.place, self.folder, self.stamp).run(RowTask(*self.tasks[number]))
        return {}


@dataclass(frozen=True)
class ListsOf:
    """Makes a part of everybody's lists; what is sent to workers."""

    place: str
    stamp: int
    asked: dict[str, Any]

    def __call__(self, number: int) -> dict[str, int]:
        """Make the part of a number, from 0 on; return how many users and rows it has."""
        reco, shard = recommender_on(self.place, self.stamp), (number + 1, self.asked["shards"])
        final = part_of(Path(self.asked["out"]), shard)
        ask = {"k": self.asked["k"], "shard": shard, **self.asked["options"], "threads": 1}
        if final.exists():  # whole; refused where it is of something else
            summary = reco.batch(final.parent, **ask)
        else:
            # Under a name of its own: another attempt at the same may still be running somewhere.
            scratch = final.parent / f".{uuid.uuid4().hex[:12]}"
            summary = reco.batch(scratch, **ask)
            (scratch / final.name).replace(final)
            shutil.rmtree(scratch, ignore_errors=True)
        counts = asdict(summary)
        return {name: counts[name] for name in ("users", "recommendations", "without")}


@dataclass(frozen=True)
class ListsInto:
    """Makes a part of everybody's lists and writes it into a database; what is sent to workers."""

    place: str
    stamp: int
    address: Address
    run: str
    asked: dict[str, Any]

    def __call__(self, number: int) -> dict[str, int]:
        """Make and write the part of a number, from 0 on; return how many users and rows it has."""
        from cinewalk.loaders.neo4j.server.connection import Connection

        reco, options = recommender_on(self.place, self.stamp), dict(self.asked["options"])
        given = options.pop("users", None)
        everybody = reco.graph.users.ids.ids if given is None else given
        first, last = (len(everybody) * part // self.asked["shards"] for part in (number, number + 1))
        users = list(everybody[first:last])
        with tempfile.TemporaryDirectory() as folder, Connection.to(self.address) as database:
            file = Path(folder) / "lists.parquet"
            summary = reco.batch(file, self.asked["k"], users=users, **options, threads=1)
            self._write(database, file, users)
        counts = asdict(summary)
        return {name: counts[name] for name in ("users", "recommendations", "without")}

    def _write(self, database: Connection, file: Path, users: list[str]) -> None:
        """Write what is in a file, a block at a time, and that the other users have no list."""
        import pyarrow.parquet as pq  # type: ignore[import-untyped]

        from cinewalk.loaders.neo4j.write.lists import write_lists

        without = dict.fromkeys(users)
        with pq.ParquetFile(file) as lists:
            for group in range(lists.num_row_groups):
                rows: dict[str, list[Any]] = {}
                for row in lists.read_row_group(group, columns=_LISTED).to_pylist():
                    because = [reason["name"] for reason in row["because"]]
                    item = (row["title_id"], row["rank"], row["score"], because)
                    rows.setdefault(row["user_id"], []).append(item)
                write_lists(database, self.run, list(rows.items()))
                for user in rows:
                    without.pop(user, None)
        write_lists(database, self.run, [(user, []) for user in without])


@lru_cache(maxsize=1)
def recommender_on(place: str, stamp: int) -> Recommender:  # noqa: ARG001 - another graph is opened anew
    """Return a recommender on a graph folder; a worker opens it once."""
    from cinewalk.queries.recommender import Recommender

    return Recommender(place)


def stamp_of(place: Path) -> int:
    """Return when a graph folder was written, in nanoseconds."""
    return (place / "manifest.json").stat().st_mtime_ns


def answers(
    spark: SparkSession, job: Callable[[int], dict[str, int]], count: int
) -> Iterator[dict[str, Any]]:
    """Do so many tasks on the workers, one in each partition, and yield each answer as it comes."""

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        for batch_ in batches:
            for number in batch_.column(0).to_pylist():
                yield answered(job, number)

    frame = spark.range(0, count, 1, count).mapInArrow(work, _ANSWER)
    try:
        for row in frame.collect():
            yield checked(row.asDict())
    except CinewalkError:
        raise
    except Exception as error:
        raise _problem(error) from error


def answered(job: Callable[[int], dict[str, int]], number: int) -> Any:
    """Do a task, and return an Arrow record of its answer; what cinewalk refuses is an answer, and not tried again."""
    import pyarrow as pa

    answer: dict[str, Any] = {"task": number, "done": True, "kind": None, "message": None}
    counts = {"users": 0, "recommendations": 0, "without": 0}
    try:
        counts |= job(number)
    except (CinewalkError, MemoryError, OSError) as error:
        kind = _kind_of(error)
        if kind is None:
            raise
        message = f"task {number}" if kind == "memory" else str(error)
        answer |= {"done": False, "kind": kind, "message": message}
    columns = {**answer, **counts}
    kinds = [pa.int32(), pa.bool_(), pa.string(), pa.string(), pa.int64(), pa.int64(), pa.int64()]
    arrays = [pa.array([value], kind) for value, kind in zip(columns.values(), kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=list(columns))


def _kind_of(error: Exception) -> str | None:
    """Return the kind of an error that is an answer; ``None`` for one that nobody has foreseen."""
    if of_memory(error):
        return "memory"
    if isinstance(error, EnvironmentProblem):
        return "environment"
    return "request" if isinstance(error, CinewalkError) else None


def checked(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer to a task that was done.

    Raises
    ------
    WorkerMemoryError
        Where the worker ran out of memory.
    EnvironmentProblem, RequestError
        What the worker refused.
    """
    if answer["done"]:
        return answer
    message = answer["message"]
    if answer["kind"] == "memory":
        raise WorkerMemoryError(
            f"a worker ran out of memory ({message}). "
            "Raise the number of blocks (--blocks), or give workers more memory."
        )
    raise (EnvironmentProblem if answer["kind"] == "environment" else RequestError)(message)


def _problem(error: Exception) -> EnvironmentProblem:
    """Say in one line what Spark says in many."""
    text = str(error)
    if "No module named 'cinewalk'" in text or "ModuleNotFoundError" in text:
        return EnvironmentProblem(
            "the workers' Python has no cinewalk. Install it there, or set PYSPARK_PYTHON to one that has it."
        )
    if "MemoryError" in text or "OutOfMemory" in text or "exit code 137" in text:
        return WorkerMemoryError("a worker ran out of memory. Raise the number of blocks (--blocks).")
    if "exited unexpectedly" in text or "exited with code 137" in text:
        return WorkerMemoryError(
            "a worker's process was ended from outside, most often for want of memory. "
            "Raise the number of blocks (--blocks), or give workers more memory."
        )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return EnvironmentProblem(f"Spark could not do it: {lines[-1][:300] if lines else type(error).__name__}.")
