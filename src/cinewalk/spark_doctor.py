"""What cinewalk needs of Spark and of the machines that its workers run on, checked by doing it."""

from __future__ import annotations

import os
import platform
import re
import shutil
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cinewalk.doctor import Finding
from cinewalk.errors import CinewalkError
from cinewalk.loaders.neo4j.server.java import java_version
from cinewalk.queries.spark.run import LIBRARIES, TASK_MEMORY, session, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

    from cinewalk.queries.spark.probe import Seen

#: The oldest Java that Spark 4 runs on.
_JAVA: Final = 17
#: What Spark's errors hold, what is checked by it, and the remedy.
_WORKERS: Final = (
    (
        "PYTHON_VERSION_MISMATCH",
        "Python on workers",
        "differs from the driver's, {python}: set PYSPARK_PYTHON to a Python {minor} that every worker has",
    ),
    ("No module named 'pyarrow'", "pyarrow on workers", "missing: pip install 'cinewalk[spark]' there"),
    (
        "Cannot run program",
        "Python on workers",
        "cannot be started: set PYSPARK_PYTHON to one that workers have",
    ),
)


def examine_spark(master: str | None, shared: Path) -> list[Finding]:
    """Run every check of Spark; what needs another that failed is left out.

    Parameters
    ----------
    master
        Spark's master; by default what Spark's own configuration says.
    shared
        A folder that all workers should see: the one that graphs and lists are in.
    """
    here = [_java(), _pyspark()]
    if any(finding.result == "fail" for finding in here):
        return here
    from pyspark.sql import SparkSession

    was = SparkSession.getActiveSession()
    try:
        spark = session(master)
    except CinewalkError as error:
        return [*here, Finding("Spark", "fail", str(error))]
    try:
        side = side_by_side(spark)
        started = Finding("Spark", "ok", f"{spark.version}, {side} tasks side by side")
        return [*here, started, *_workers(spark, shared, side)]
    finally:
        if was is None:
            spark.stop()


def _java() -> Finding:
    """Look at the Java that Spark's own scripts take: that of ``$JAVA_HOME``, else the one on the path."""
    home, on_path = os.environ.get("JAVA_HOME"), shutil.which("java")
    if not home and on_path is None:
        return Finding(
            "Java", "fail", "not there: install a Java of 17 or 21, and set JAVA_HOME to its folder"
        )
    java, where = (Path(home, "bin", "java"), "JAVA_HOME") if home else (Path(str(on_path)), "the path")
    version = java_version(java)
    if version is None:
        return Finding(
            "Java", "fail", f"{java} ({where}) cannot be run: set JAVA_HOME to the folder of one that can"
        )
    if version < _JAVA:
        remedy = "Spark needs 17 or 21: install one, and set JAVA_HOME to its folder"
        return Finding("Java", "fail", f"{version} ({java}, by {where}); {remedy}")
    return Finding("Java", "ok", f"{version} ({java}, by {where})")


def _pyspark() -> Finding:
    remedy = "pip install 'cinewalk[spark]'"
    try:
        version = metadata.version("pyspark")
    except metadata.PackageNotFoundError:
        return Finding("pyspark", "fail", f"not installed: {remedy}")
    wanted = [re.match(r"pyspark *>= *([0-9.]+)", line) for line in metadata.requires("cinewalk") or ()]
    least = next(match[1] for match in wanted if match)
    if _numbers(version) < _numbers(least):
        return Finding("pyspark", "fail", f"{version} is older than {least}: {remedy} --upgrade")
    return Finding("pyspark", "ok", version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version)[:2])


def _workers(spark: SparkSession, shared: Path, side: int) -> Iterator[Finding]:
    """Have as many tasks as run side by side look at the machines that they run on."""
    from cinewalk.queries.spark.probe import seen_by_workers

    try:
        answers = seen_by_workers(spark, shared, side)
    except OSError as error:
        yield Finding("shared path", "fail", f"{error.filename}: {error.strerror}")
        return
    except Exception as error:  # of Spark, and of Java under it
        yield _of_spark(str(error))
        return
    yield _python(answers)
    yield _cinewalk(answers)
    if all(answer.cinewalk for answer in answers):
        yield _memory(answers)
        yield _compiled(answers)
    yield _path(answers, shared)


def _of_spark(text: str) -> Finding:
    """Say what stands in the way of workers that could not even look."""
    version = platform.python_version()
    for part, check, remedy in _WORKERS:
        if part in text:
            return Finding(check, "fail", remedy.format(python=version, minor=version.rpartition(".")[0]))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Finding(
        "workers", "fail", f"{lines[-1][:200] if lines else 'cannot be used'}: look at Spark's own log"
    )


def _python(answers: list[Seen]) -> Finding:
    """Spark has refused other minor versions itself; another last number is told."""
    pythons = ", ".join(sorted({f"{answer.python} ({answer.executable})" for answer in answers}))
    return Finding("Python on workers", "ok", f"{pythons}; the driver's is {platform.python_version()}")


def _cinewalk(answers: list[Seen]) -> Finding:
    here = metadata.version("cinewalk")
    others = sorted(
        {f"{seen.host} has {seen.cinewalk or 'none'}" for seen in answers if seen.cinewalk != here}
    )
    if others:
        remedy = f"install cinewalk {here} into {answers[0].executable} there, or set PYSPARK_PYTHON to one that has it"
        return Finding("cinewalk on workers", "fail", f"{', '.join(others)}: {remedy}")
    return Finding("cinewalk on workers", "ok", here)


def _memory(answers: list[Seen]) -> Finding:
    """Compare what each machine has free with what the tasks that run there side by side may take."""
    told, little, each = [], False, TASK_MEMORY + LIBRARIES
    for host in sorted({answer.host for answer in answers}):
        free = [answer.free for answer in answers if answer.host == host]
        little |= 0 < min(free) < len(free) * each
        amount = f"{min(free) / 2**30:.1f} GiB" if min(free) else "nobody knows how much"
        told.append(f"{host}: {amount} free for {len(free)} tasks")
    text = f"{'; '.join(told)}; a task takes up to {each / 2**20:,.0f} MiB"
    remedy = (
        ": give workers fewer processors or more memory, or say --memory or --blocks in `cinewalk prepare`"
    )
    return Finding("memory of workers", "note" if little else "ok", text + (remedy if little else ""))


def _compiled(answers: list[Seen]) -> Finding:
    problems = sorted({f"{seen.host}: {seen.cache}" for seen in answers if seen.cache})
    if problems:
        remedy = (
            "set spark.executorEnv.NUMBA_CACHE_DIR to one, or each process compiles anew, for up to a minute"
        )
        return Finding("compiled code on workers", "note", f"{'; '.join(problems)}: {remedy}")
    return Finding("compiled code on workers", "ok", ", ".join(sorted({seen.place for seen in answers})))


def _path(answers: list[Seen], shared: Path) -> Finding:
    problems = sorted({f"{seen.host}: {seen.shared}" for seen in answers if seen.shared})
    if problems:
        remedy = "put graphs and lists on a path that all machines have, and name it with --shared"
        return Finding("shared path", "fail", f"{'; '.join(problems)}: {remedy}")
    hosts = len({seen.host for seen in answers})
    told = "1 machine" if hosts == 1 else f"{hosts} machines"
    return Finding("shared path", "ok", f"{shared}: read and written by {len(answers)} tasks on {told}")
