"""Old or new, never neither: a graph folder under faults at every kind of step, and what is swept afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from multiprocessing import get_context

import pytest

import cinewalk
from cinewalk.errors import GraphFolderError
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.store.generations import leftovers, put_in_force, tidy, writing
from cinewalk.loaders.store.graph_folder import open_graph, save, verify
from tests.faults import FAULTS, fails, steps
from tests.graphs import random_graph

from .test_graph_folder import arrays, older

pytestmark = pytest.mark.integration

OLD, NEW = example_graph(), random_graph(1)
#: Steps from the beginning, in the midst of the arrays, and all around the replacement and after it.
STEPS = [*range(1, 6), *range(20, 101, 20), *range(-16, 0)]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """None of these is about a power failure."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="module")
def saving(tmp_path_factory):
    """How many steps it takes to save a graph in the place of another one."""
    place = save(OLD, tmp_path_factory.mktemp("counted") / "some.cinewalk")
    return steps(lambda: save(NEW, place))


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_saving_leaves_the_old_graph_or_the_new_one(tmp_path, saving, step, fault):
    place = save(OLD, tmp_path / "some.cinewalk")
    number = step if step > 0 else len(saving) + 1 + step
    done = fails(lambda: save(NEW, place), number, fault)
    left = open_graph(place)
    assert left.equals(NEW) or (left.equals(OLD) and not done)
    verify(place)
    assert leftovers(place) == []  # opening has swept them
    save(NEW, place)
    assert open_graph(place).equals(NEW)
    assert [entry.name for entry in tmp_path.iterdir()] == [place.name]


def test_the_steps_are_those_that_matter(saving):
    assert saving[-1] in {"rmdir", "unlink"}
    assert 1 <= saving[::-1].index("replace") < 16 + saving.count("unlink") + saving.count("rmdir")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 50, -4, -3, -2, -1])
def test_a_first_graph_is_there_or_is_not(tmp_path, step, fault):
    count = len(steps(lambda: save(NEW, tmp_path / "counted.cinewalk")))
    place = tmp_path / "some.cinewalk"
    fails(lambda: save(NEW, place), step if step > 0 else count + 1 + step, fault)
    if (place / "manifest.json").exists():
        assert open_graph(place).equals(NEW)
    else:
        with pytest.raises(GraphFolderError):
            open_graph(place)
    save(NEW, place)
    assert open_graph(place).equals(NEW)
    assert leftovers(place) == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("step", [1, 3, 50, -200, -100, -3, -2, -1])
def test_moving_an_older_folder_over_loses_nothing(tmp_path, step, version, fault):
    shutil.copytree(
        older(save(OLD, tmp_path / "some.cinewalk"), version), counted := tmp_path / "counted.cinewalk"
    )
    count, place = len(steps(lambda: save(NEW, counted))), tmp_path / "some.cinewalk"
    fails(lambda: save(NEW, place), step if step > 0 else count + 1 + step, fault)
    assert any(open_graph(place).equals(graph) for graph in (OLD, NEW))
    verify(place)


@pytest.mark.parametrize("whole", ["old", "fresh"])
def test_what_an_older_version_left_between_its_two_renames_is_put_back(tmp_path, whole):
    place = older(save(OLD, tmp_path / "some.cinewalk"), 4)
    scratch = tmp_path / ".some.cinewalk.abcd1234"
    scratch.mkdir()
    place.rename(scratch / "old")
    if whole == "fresh":
        older(save(NEW, tmp_path / "other.cinewalk"), 4).rename(scratch / "fresh")
    assert open_graph(place).equals(NEW if whole == "fresh" else OLD)
    assert not scratch.exists()


def test_scratch_folders_of_older_versions_are_swept_when_nobody_can_be_writing_them(tmp_path):
    place = save(OLD, tmp_path / "some.cinewalk")
    for name, age in (("new", 0), ("old", 7200)):
        scratch = tmp_path / f".some.cinewalk.{name}"
        scratch.mkdir()
        os.utime(scratch, (scratch.stat().st_atime, scratch.stat().st_mtime - age))
    save(OLD, place)
    assert {entry.name for entry in tmp_path.iterdir()} == {"some.cinewalk", ".some.cinewalk.new"}


def test_nothing_is_swept_under_somebody_who_writes(tmp_path):
    place = save(OLD, tmp_path / "some.cinewalk")
    (place / "arrays-0123456789abcdef").mkdir()
    held = (
        "import sys, pathlib; from cinewalk.loaders.store.generations import writing\n"
        f"with writing(pathlib.Path({str(place)!r})): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        assert not tidy(place)
        with writing(place, wait=False) as is_ours:
            assert not is_ours
        assert len(leftovers(place)) == 1
    assert tidy(place)
    assert leftovers(place) == []


def test_a_check_that_fails_changes_nothing(tmp_path):
    place = save(OLD, tmp_path / "some.cinewalk")
    before = sorted(place.rglob("*"))

    def refuse(manifest):
        raise GraphFolderError(place, f"no {manifest['folder']}")

    with pytest.raises(GraphFolderError):
        put_in_force(place, lambda _: {"format": "cinewalk-graph"}, refuse)
    assert [entry for entry in sorted(place.rglob("*")) if entry not in before] == []
    assert arrays(place).is_dir()


def _save_many(place, number):
    for _ in range(5):
        save(OLD if number % 2 else NEW, place)


def test_readers_find_a_graph_whoever_saves(tmp_path):
    place, several = save(OLD, tmp_path / "some.cinewalk"), get_context("spawn")
    writers = [several.Process(target=_save_many, args=(place, number)) for number in range(3)]
    for writer in writers:
        writer.start()
    reads = 0
    while any(writer.is_alive() for writer in writers):
        graph = cinewalk.load(place)
        assert graph.equals(OLD) or graph.equals(NEW)
        reads += 1
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert reads > 1
    verify(place)
    assert leftovers(place) == []
