"""Many processes on one graph at once, through the commands' own functions, one of them killed: nothing is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing import get_context
from pathlib import Path

import pytest

import cinewalk
from cinewalk.cli.import_history import Service, import_history
from cinewalk.cli.load import load
from cinewalk.cli.mark import Thumb, mark
from cinewalk.loaders.store.generations import leftovers
from cinewalk.loaders.store.graph_folder import verify
from cinewalk.loaders.store.journal import Journal

pytestmark = [pytest.mark.integration, pytest.mark.slow]

PROCESSES, ACTIONS = 8, 50
#: Set to 20 by whoever wants to be sure; a round takes several seconds.
ROUNDS = int(os.environ.get("CINEWALK_ROUNDS", "2"))
TITLES = [
    f"Film Number {name}" for name in ("Ash", "Birch", "Cedar", "Elm", "Fir", "Larch", "Oak", "Pine", "Yew")
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A graph of a small source, in a home of its own."""
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "home"))
    source = tmp_path / "source"
    source.mkdir()
    titles = "".join(f"t{n},{name},199{n}\n" for n, name in enumerate(TITLES))
    (source / "titles.csv").write_text("title_id,title,year\n" + titles)
    rows = "".join(f"u{n % 5},t{n % 9},{1 + n % 5},90000000{n % 10}\n" for n in range(45))
    (source / "ratings.csv").write_text("user_id,title_id,rating,timestamp\n" + rows)
    load(str(source), to=tmp_path / "some.cinewalk")
    return tmp_path / "some.cinewalk"


def act(place: Path, worker: int, turn: int) -> list[tuple[str, str, str]]:
    """Do one thing, and return what is to be found afterwards: who, what kind, which title."""
    user = f"p{worker}-{turn % 5}"
    if turn % 25 == 7:
        load(str(place.parent / "source"), to=place)
        return []
    if turn % 8 == 3:
        history = place.parent / f"history-{worker}-{turn}.csv"
        named = (turn % 9, (turn + 4) % 9)
        history.write_text("Title,Date\n" + "".join(f'"{TITLES[n]}","12/30/24"\n' for n in named))
        import_history(Service.NETFLIX, history, user=f"{user}-import", graph=str(place), add=True)
        return [(f"{user}-import", "watched", f"t{n}") for n in named]
    title = turn % 9
    mark(user, f"t{title}", thumb=Thumb.UP, graph=str(place))
    return [(user, "thumbed", f"t{title}")]


def work(place: Path, worker: int) -> None:
    """Do many things one after the other, and note each once its command has said that it is done."""
    # Nobody pulls the plug here; only what SQLite does waits for the disk.
    os.fsync = lambda _: None
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        (place.parent / f"acknowledged-{worker}").open("a") as notes,
    ):
        for turn in range(ACTIONS):
            done = act(place, worker, turn)
            notes.write(json.dumps(done) + "\n")
            notes.flush()


def acknowledged(place: Path) -> set[tuple[str, str, str]]:
    notes = [file.read_text().splitlines() for file in place.parent.glob("acknowledged-*")]
    return {tuple(signal) for lines in notes for line in lines for signal in json.loads(line)}


def held(place: Path) -> set[tuple[str, str, str]]:
    graph = cinewalk.load(place)
    users, titles = graph.users.ids.ids, graph.titles.ids.ids
    return {
        (users[user], kind, titles[title])
        for kind in ("thumbed", "watched")
        for relation in [graph.relations[kind]]
        for user, title in zip(relation.sources.tolist(), relation.indices.tolist(), strict=True)
    }


@pytest.mark.parametrize("number", range(ROUNDS))
def test_every_signal_that_was_acknowledged_is_there(place, number):
    chance = random.Random(number)
    server = get_context("forkserver")
    server.set_forkserver_preload(["tests.integration.cli.test_at_once"])
    workers = [server.Process(target=work, args=(place, worker)) for worker in range(PROCESSES)]
    for worker in workers:
        worker.start()
    command = [sys.executable, "-m", "cinewalk", "mark", "somebody", "t3", "--block", "-g", str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as shell:
        victim = chance.choice(workers)
        while not (place.parent / f"acknowledged-{workers.index(victim)}").exists():
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 2))
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        out, err = shell.communicate()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers if worker is not victim] == [0] * (PROCESSES - 1)
    assert (shell.returncode, out) == (0, "somebody is not interested in Film Number Elm (1993).\n"), err
    found = acknowledged(place)
    assert found <= held(place)
    assert any(entry.kind == "blocked" for _, entry in Journal(place).entries())
    assert len(found) > (PROCESSES - 1) * 20
    verify(place)
    assert leftovers(place) == []
    assert place.is_dir()
