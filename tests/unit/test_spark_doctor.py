"""What `cinewalk doctor --spark` says of what is missing, each with its remedy."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

import cinewalk
from cinewalk import spark_doctor
from cinewalk.queries.spark.probe import Seen, seen_here

pytestmark = pytest.mark.unit

WELL = Seen("one", "3.11.7", "/usr/bin/python3", cinewalk.__version__, 64 << 30, "", "", "/cache")


def java_of(folder: Path, version: str) -> Path:
    """Return a home of a Java that is no more than what it says."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    return folder


def test_java_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = spark_doctor._java()
    assert (finding.result, finding.detail[:9]) == ("fail", "not there")
    assert "JAVA_HOME" in finding.detail


@pytest.mark.parametrize(
    ("version", "result"), [("1.8.0_400", "fail"), ("11.0.2", "fail"), ("17.0.9", "ok"), ("21", "ok")]
)
def test_java_of_a_version(tmp_path, monkeypatch, version, result):
    monkeypatch.setenv("JAVA_HOME", str(java_of(tmp_path / "java", version)))
    finding = spark_doctor._java()
    assert finding.result == result
    assert "by JAVA_HOME" in finding.detail


def test_a_home_without_a_java_comes_before_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(java_of(tmp_path / "java", "17") / "bin"))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "cannot be run" in spark_doctor._java().detail


def test_pyspark_is_looked_for():
    finding = spark_doctor._pyspark()
    if importlib.util.find_spec("pyspark") is None:
        assert (finding.result, finding.detail) == ("fail", "not installed: pip install 'cinewalk[spark]'")
    else:
        assert finding.result == "ok"
    assert (
        spark_doctor._numbers("3.5.9") < spark_doctor._numbers("4.0") <= spark_doctor._numbers("4.0.0.dev1")
    )


def test_what_comes_after_java_is_left_out_without_it(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert [finding.check for finding in spark_doctor.examine_spark(None, tmp_path)] == ["Java", "pyspark"]


@pytest.mark.parametrize(
    ("text", "check", "remedy"),
    [
        (
            "[PYTHON_VERSION_MISMATCH] Python in worker has …",
            "Python on workers",
            "set PYSPARK_PYTHON to a Python 3.",
        ),
        (
            "ModuleNotFoundError: No module named 'pyarrow'",
            "pyarrow on workers",
            "pip install 'cinewalk[spark]' there",
        ),
        ('Cannot run program "python9": error=2', "Python on workers", "set PYSPARK_PYTHON"),
        ("a\n  b\n", "workers", "b: look at Spark's own log"),
        ("", "workers", "cannot be used"),
    ],
)
def test_workers_that_cannot_even_look(text, check, remedy):
    finding = spark_doctor._of_spark(text)
    assert (finding.check, finding.result) == (check, "fail")
    assert remedy in finding.detail


def test_a_worker_without_cinewalk_or_with_another():
    assert spark_doctor._cinewalk([WELL]).result == "ok"
    finding = spark_doctor._cinewalk(
        [WELL, replace(WELL, host="two", cinewalk=""), replace(WELL, cinewalk="0.0.9")]
    )
    assert finding.result == "fail"
    assert finding.detail.startswith(
        f"one has 0.0.9, two has none: install cinewalk {cinewalk.__version__} into"
    )


def test_little_memory_is_noted_by_machine():
    assert spark_doctor._memory([WELL, WELL]).result == "ok"
    poor = replace(WELL, host="two", free=1 << 30)
    assert spark_doctor._memory([WELL, poor]).result == "ok"
    finding = spark_doctor._memory([WELL, poor, poor])
    assert finding.result == "note"
    assert "one: 64.0 GiB free for 1 tasks; two: 1.0 GiB free for 2 tasks" in finding.detail
    assert "--blocks" in finding.detail
    assert spark_doctor._memory([replace(WELL, free=0)]).result == "ok"


def test_compiled_code_that_cannot_be_kept():
    assert spark_doctor._compiled([WELL, WELL]).detail == "/cache"
    finding = spark_doctor._compiled([WELL, replace(WELL, host="two", cache="no folder can be written")])
    assert finding.result == "note"
    assert "spark.executorEnv.NUMBA_CACHE_DIR" in finding.detail


def test_a_path_that_is_not_shared(tmp_path):
    assert spark_doctor._path([WELL, WELL], Path("/here")).result == "ok"
    lost = seen_here(str(tmp_path / "nowhere"), "told")["shared"]
    finding = spark_doctor._path([WELL, replace(WELL, host="two", shared=lost)], tmp_path)
    assert finding.result == "fail"
    assert "two: " in finding.detail
    assert "No such file or directory" in finding.detail
    assert "--shared" in finding.detail


def test_a_task_reads_what_the_driver_wrote_and_leaves_a_file(tmp_path):
    (tmp_path / "driver").write_text("told")
    left = seen_here(str(tmp_path), "told")["shared"]
    assert (tmp_path / left).read_text() == "told"
    assert seen_here(str(tmp_path), "else")["shared"].startswith("holds another file")
