"""`cinewalk doctor --spark` on a Spark that is there, and on Pythons that lack something."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.spark]


@pytest.fixture
def doctor(begin):
    """Run the command; return its findings by what was looked at."""

    def look(*words, **environment):
        command = [sys.executable, "-m", "cinewalk", "doctor", "--spark", "--json", *words]
        environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", **environment}
        process = begin(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said, log = process.communicate(timeout=200)
        assert process.returncode in (0, 3), log[-3000:]
        findings = json.loads(said)
        assert process.returncode == (3 if any(row["result"] == "fail" for row in findings) else 0)
        return {row["check"]: row for row in findings}

    return look


def test_all_is_there(doctor, tmp_path):
    findings = doctor("--master", "local[2]", "--shared", str(tmp_path / "made"))
    assert all(row["result"] == "ok" for row in findings.values()), findings
    assert len(findings) == 8
    assert "read and written by 2 tasks on 1 machine" in findings["shared path"]["detail"]
    assert list((tmp_path / "made").iterdir()) == []


def test_a_master_with_two_workers(doctor, tmp_path, cluster):
    findings = doctor("--master", cluster.address, "--shared", str(tmp_path))
    assert all(row["result"] == "ok" for row in findings.values()), findings


def test_a_path_that_cannot_be_made(doctor, tmp_path):
    (tmp_path / "file").write_text("")
    findings = doctor("--master", "local[2]", "--shared", str(tmp_path / "file" / "below"))
    assert findings["shared path"]["result"] == "fail"


def test_workers_whose_python_has_no_cinewalk(doctor, tmp_path):
    """The same interpreter, with pyarrow and what that needs alone."""
    import pyarrow as pa

    packages, site = Path(pa.__file__).parents[1], tmp_path / "site"
    site.mkdir()
    for name in ("pyarrow", "numpy", "numpy.libs", "pandas", "pandas.libs", "dateutil", "six.py"):
        if (packages / name).exists():
            (site / name).symlink_to(packages / name)
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{site}:$PYTHONPATH" exec "{sys.executable}" -S "$@"\n')
    program.chmod(0o755)
    without = {"PYSPARK_PYTHON": str(program), "PYTHONPATH": "", "PYSPARK_DRIVER_PYTHON": sys.executable}
    findings = doctor("--master", "local[2]", "--shared", str(tmp_path), **without)
    assert findings["cinewalk on workers"]["result"] == "fail"
    assert "has none: install cinewalk" in findings["cinewalk on workers"]["detail"]
    assert "compiled code on workers" not in findings
    assert findings["shared path"]["result"] == "ok"


def test_a_python_that_cannot_be_started(doctor, tmp_path):
    findings = doctor("--master", "local[2]", "--shared", str(tmp_path), PYSPARK_PYTHON="python-of-nobody")
    assert findings["Python on workers"]["result"] == "fail"
    assert "set PYSPARK_PYTHON" in findings["Python on workers"]["detail"]


def test_a_master_that_is_not_there(doctor, tmp_path):
    findings = doctor("--master", "nonsense://", "--shared", str(tmp_path))
    assert findings["Spark"]["result"] == "fail"
