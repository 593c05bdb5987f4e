"""Rows and lists on Spark: its workers do the tasks that one machine would do, and files on a shared path join them.

Nothing of a graph goes through the driver or a shuffle: tasks read the blocks that they need from the graph folder,
whose arrays are mapped into memory, and leave whole files. So a lost worker costs its task, and a lost driver nothing
that was done: the same call goes on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import EnvironmentProblem, RequestError
from cinewalk.extras import need
from cinewalk.graph.model.schema import USER
from cinewalk.graph.model.settings import Settings, settings_in
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.server.address import find_address, is_address
from cinewalk.loaders.neo4j.server.connection import Connection
from cinewalk.loaders.neo4j.write.lists import lists_of_run
from cinewalk.loaders.store.graph_folder import is_graph_folder, node_counts, open_graph
from cinewalk.queries.batch.prepare import PrepareSummary, in_parts, prepare_folder
from cinewalk.queries.batch.regime import choose
from cinewalk.queries.spark.source import graph_folder
from cinewalk.queries.spark.tasks import ListsInto, ListsOf, RowsOf, answers, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.queries.batch.batch import BatchSummary
    from cinewalk.queries.batch.prepare import Engine
    from cinewalk.queries.batch.regime import Regime
    from cinewalk.queries.batch.row_tasks import RowTask, RowWork
    from cinewalk.queries.spark.source import Source

#: A part of everybody's lists is of so many users at most.
_USERS: Final = 5_000
#: What a task may take unless it is said, in bytes, and what libraries take beside it.
TASK_MEMORY: Final = 512 << 20
LIBRARIES: Final = 230 << 20
#: The driver's Java hands out tasks and hears of them, and holds nothing of a graph: a small heap, one thread that
#: clears it up, and the compiler that is quick take 110 MiB and a third of the processor time less.
_JAVA_MEMORY: Final = "512m"
_JAVA: Final = "-Xms64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"


def session(master: str | None) -> SparkSession:
    """Return the Spark session at hand, or one on a master; workers run the Python that runs here.

    The driver's Java gets 512 MiB, unless ``SPARK_DRIVER_MEMORY`` or Spark's own configuration says otherwise; where
    large tables of the session are read, it wants more.

    Parameters
    ----------
    master
        Such as ``local[4]`` or ``spark://host:7077``; by default what Spark's own configuration says, else all
        processors here.

    Raises
    ------
    MissingPackageError
        Without pyspark.
    EnvironmentProblem
        Where Spark cannot be started.
    """
    need("spark", "Spark")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_DRIVER_MEMORY", _JAVA_MEMORY)
    builder = SparkSession.builder.appName("cinewalk").config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.driver.defaultJavaOptions", _JAVA)
    # Each task has a processor of its own.
    builder = builder.config("spark.executorEnv.NUMBA_NUM_THREADS", "1")
    try:
        return (builder.master(master) if master else builder).getOrCreate()
    except Exception as error:  # py4j's errors, and Java's that is missing
        reason = str(error).strip().splitlines()[0]
        raise EnvironmentProblem(
            f"Spark cannot be started ({reason[:200]}). It needs Java 17 or 21: set JAVA_HOME; "
            "`cinewalk doctor --spark` looks at what is there."
        ) from error


def prepare(
    spark: SparkSession,
    place: str | Path,
    settings: Settings | None = None,
    *,
    regime: Regime = "auto",
    work: str | Path | None = None,
    blocks: int | None = None,
    memory: int | None = None,
    progress: Progress = no_progress,
) -> PrepareSummary:
    """Compute the rows that everybody's lists need, and keep them in a graph folder on a path that all workers see.

    Parameters
    ----------
    spark
        The session; classic or Connect.
    place
        The graph folder; every worker must see it at that path.
    settings
        The parameters of the walks; by default those that the graph was prepared with.
    regime
        ``broadcast``: one process computes them, the driver; ``partitioned``: the workers do, each task on two blocks
        of nodes; ``auto``: see :func:`choose`.
    work
        Where tasks leave their rows; by default beside the graph folder.
    blocks, memory
        Into how many blocks nodes are cut, or what a task may take, in bytes; by default for 512 MiB.
    progress
        Told how far it is.

    Raises
    ------
    WorkerMemoryError
        Where a worker ran out of memory, also with twice as many blocks.
    RequestError, GraphFolderError, StorageError
        As :func:`cinewalk.queries.batch.prepare.prepare_folder`.
    """
    place = Path(place)
    graph = open_graph(place)
    wanted = settings_in(graph.prepared) if settings is None else settings
    choice = choose(graph, wanted, regime if blocks is None and memory is None else "partitioned")
    progress(f"Rows {choice}", 0, 0)
    if choice.regime == "broadcast":
        return prepare_folder(place, wanted, progress=progress)
    folder = None if work is None else Path(work)
    if blocks is None and memory is None:
        memory = TASK_MEMORY
    asked: dict[str, Any] = {"work": folder, "engine": _engine(spark), "progress": progress}
    return in_parts(place, wanted, blocks, memory, **asked)


def batch(
    spark: SparkSession,
    source: Source,
    out: str | Path,
    k: int = 10,
    *,
    parts: int | None = None,
    regime: Regime = "auto",
    blocks: int | None = None,
    memory: int | None = None,
    work: str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress = no_progress,
    **options: Any,
) -> BatchSummary:
    """Write everybody's lists into a folder of Parquet files, or a Neo4j, on Spark; they are ``Recommender.batch``'s.

    Rows that lists need and the graph does not hold yet are prepared first, and kept in it.

    Parameters
    ----------
    spark
        The session; classic or Connect.
    source
        A graph folder, which every worker must see at that path; or what :func:`cinewalk.load` reads, or tables by
        name as it takes frames (Spark's own, or names that the session knows). Of these a graph folder is made first,
        beside ``out`` with ``.cinewalk`` behind its name; the driver holds the graph once for that.
    out
        The folder of the lists, which every worker must see, too. Or the address of a Neo4j where the graph has been
        published: each worker writes the lists of its users there as ``RECOMMENDED``, in the place of those that they
        have; the source must be a graph folder then. Who asks comes from the environment here, as everywhere.
    k
        How many titles a list has.
    parts
        Into how many parts users are cut; by default of 5,000 at most, and as many as there are workers.
    regime, blocks, memory, work, settings
        How rows are prepared, where they are not: see :func:`prepare`.
    progress
        Told how far it is.
    **options
        What else :meth:`cinewalk.Recommender.batch` takes: ``walk``, ``only``, ``remedies``, ``reasons``.

    Raises
    ------
    RequestError
        Where the ask makes no sense, or there are lists of something else in the folder.
    EnvironmentProblem
        Where a worker lacks something.
    PublishError, DatabaseError
        Where lists cannot be added to what is in the database.
    """
    into = find_address(str(out)) if is_address(out) else None
    place = _folder(spark, source, out, into is not None, progress)
    if _lacks_rows(place, settings):
        prepare(
            spark, place, settings, regime=regime, work=work, blocks=blocks, memory=memory, progress=progress
        )
    users = node_counts(place)[USER.label]
    shards = parts or max(-(-users // _USERS), side_by_side(spark))
    shards = max(1, min(shards, users))
    asked = {"k": k, "shards": shards, "options": options}
    where = str(place.absolute()), stamp_of(place)
    if into is None:
        task = ListsOf(*where, asked | {"out": str(Path(out).absolute())})
        return _summary(spark, task, str(out), shards, progress)
    with Connection.to(into) as database, lists_of_run(database) as run:
        return _summary(spark, ListsInto(*where, into, run, asked), into.uri, shards, progress)


def _folder(
    spark: SparkSession, source: Source, out: str | Path, is_database: bool, progress: Progress
) -> Path:
    """Return the graph folder of a source."""
    if not is_database:
        return graph_folder(spark, source, Path(f"{out}.cinewalk"), progress)
    if isinstance(source, Mapping) or not is_graph_folder(Path(source)):
        raise RequestError(
            "lists go into a database from a graph folder that all workers see. "
            "Make one first: `cinewalk load SOURCE --out FOLDER`."
        )
    return Path(source)


def _summary(
    spark: SparkSession, task: ListsOf | ListsInto, out: str, shards: int, progress: Progress
) -> BatchSummary:
    """Do all parts of everybody's lists, and return what they come to."""
    from cinewalk.queries.batch.batch import BatchSummary

    counts = {"users": 0, "recommendations": 0, "without": 0}
    for done, answer in enumerate(answers(spark, task, shards), 1):
        for name in counts:
            counts[name] += answer[name]
        progress("Recommending", done, shards)
    return BatchSummary(out, **counts, blocks=shards, kept=0)


def side_by_side(spark: SparkSession) -> int:
    """Return how many tasks run side by side, as far as the session says."""
    try:
        return int(spark.sparkContext.defaultParallelism)
    except Exception:  # Connect has no context
        return 2


def _lacks_rows(place: Path, settings: Settings | None) -> bool:
    """Tell whether lists need rows that a graph folder does not hold."""
    graph = open_graph(place)
    wanted = settings_in(graph.prepared) if settings is None else settings
    registry = Registry(graph, wanted)
    names = [name for name in registry.blended if name != "spectral_viewers"]
    return any(registry.stored(name) is None for name in names)


def _engine(spark: SparkSession) -> Engine:
    """Return what does tasks on the workers."""

    def run(work: RowWork, tasks: tuple[RowTask, ...]) -> Iterator[RowTask]:
        if tasks:
            place, folder = str(work.place.absolute()), str(work.folder.place.absolute())
            job = RowsOf(place, folder, work.folder.stamp, tuple(map(tuple, tasks)))
            for answer in answers(spark, job, len(tasks)):
                yield tasks[answer["task"]]

    return run
