"""Batches that are killed at any moment write the same file."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import cinewalk
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from tests.conftest import ROOT, missing
from tests.graphs import random_graph

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.integration, pytest.mark.slow]


# Processes below are forks of one that has imported everything and never had a thread, so that many can be killed.

_FORKS = """
import os, random, signal, sys, time
from pathlib import Path
import pyarrow.parquet
import cinewalk
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.store.graph_folder import open_graph
from cinewalk.queries.recommender import Recommender

reco, folder = Recommender(open_graph(sys.argv[1])), Path(sys.argv[2])
for user in reco.graph.users.ids.ids[:20]:
    reco.recommend(user)  # compiled code is loaded once, not in every fork

def fork(work):
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:
            print(type(error).__name__, error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child

def ended(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def finish(path, reference):
    code = ended(fork(lambda: reco.batch(path, block_size=SIZE)))
    # Lines do not say what they are of: ended when all was done, the same ask again finds a file in its place.
    assert code == 0 or path.suffix == ".jsonl" and not path.with_name(path.name + ".partial").exists(), path
    assert path.read_bytes() == reference, path
    assert not path.with_name(path.name + ".partial").exists(), path
    path.unlink()

def reference(suffix):
    path = folder / f"reference{suffix}"
    assert ended(fork(lambda: reco.batch(path, block_size=SIZE))) == 0
    return path.read_bytes()
"""


_AT_RANDOM = """
for seed in range(SEEDS):
    chance = random.Random(seed)
    path = folder / f"{seed}.parquet"
    for _ in range(1 + seed % 3):
        child = fork(lambda: reco.batch(path, block_size=SIZE, threads=1 + seed % 2))
        time.sleep(chance.uniform(0, SECONDS))
        os.kill(child, signal.SIGKILL)
        killed += ended(child) == -signal.SIGKILL
    finish(path, whole)
print(killed)
"""


_AT_EVERY_STEP = """
STEPS = [(os, "fsync"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (Path, "rmdir")]

def fatal(step, after):
    count = 0
    def replaced(function):
        def call(*arguments, **named):
            nonlocal count
            count += 1
            if count == step and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            found = function(*arguments, **named)
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return found
        return call
    for owner, name in STEPS:
        setattr(owner, name, replaced(getattr(owner, name)))

def killed_at(path, step, after):
    def work():
        fatal(step, after)
        reco.batch(path, block_size=SIZE)
    return ended(fork(work)) == -signal.SIGKILL

for suffix in (".parquet", ".jsonl"):
    whole = reference(suffix)
    path, step = folder / f"lists{suffix}", 1
    while killed_at(path, step, step % 2):
        if step % 3 == 0:
            killed_at(path, 1 + step // 3, False)
        finish(path, whole)
        step += 1
    path.unlink()
    print(step - 1)
"""


def forks(code: str, graph: Path, folder: Path, **constants: float) -> list[int]:
    if not hasattr(os, "fork"):
        missing("this system cannot fork")
    text = "\n".join([*(f"{name} = {value}" for name, value in constants.items()), _FORKS, code])
    done = subprocess.run(
        [sys.executable, "-c", text, str(graph), str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]


def test_killed_at_every_step_it_writes_the_same_file(tmp_path):
    graph = cinewalk.save(
        prepare(Registry(random_graph(6, users=14), Settings())), tmp_path / "some.cinewalk"
    )
    steps = forks(_AT_EVERY_STEP, graph, tmp_path, SIZE=7)
    assert len(steps) == 2
    # Two blocks, the manifest twice and the whole are written and moved; then the folder is put away.
    assert all(count >= 16 for count in steps)


def test_killed_at_random_moments_it_writes_the_same_file(tmp_path):
    many = random_graph(7, users=300, titles=150)
    graph = cinewalk.save(prepare(Registry(many, Settings())), tmp_path / "some.cinewalk")
    code = """
whole, killed = reference(".parquet"), 0
(folder / "reference.parquet").unlink()
start = time.perf_counter()
reference(".parquet")  # the first time may have compiled
SECONDS = time.perf_counter() - start
"""
    (killed,) = forks(code + _AT_RANDOM, graph, tmp_path, SIZE=25, SEEDS=9)
    assert killed >= 5
