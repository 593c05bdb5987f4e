"""Batches: the lists of `recommend`, the same bytes always, and nothing lost however they end."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cinewalk
from cinewalk.errors import CinewalkError, MissingPackageError, RequestError, StorageError, UnknownUserError
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.blocks import partial
from cinewalk.queries.batch.batch import batch

from ..conftest import missing
from ..graphs import graphs, random_graph

pytestmark = pytest.mark.integration

pq = pytest.importorskip("pyarrow.parquet")

ROOT = Path(__file__).resolve().parents[2]


def rows_of(path: Path) -> list[dict]:
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return pq.read_table(path).to_pylist()


def expected(reco: cinewalk.Recommender, k: int = 10, users=None, walk=None, remedies=None) -> list[dict]:
    lists = reco.recommend_many(users, k, walk=walk, remedies=remedies)
    return [
        {
            "user_id": user,
            "rank": item.rank,
            "title_id": item.title_id,
            "title": item.title,
            "year": item.year,
            "score": item.score,
            "walk": lists[user].walk,
            "because": [
                {"label": r.label, "id": r.id, "name": r.name, "share": r.share} for r in item.because
            ],
            "others_count": item.others.count,
            "others_share": item.others.share,
            "adjustments": [{"label": label, "amount": amount} for label, amount in item.adjustments.items()],
        }
        for user in sorted(lists)
        for item in lists[user]
    ]


def left_over(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if "partial" in entry.name)


@pytest.fixture(scope="module")
def reco() -> cinewalk.Recommender:
    return cinewalk.Recommender(Registry(random_graph(4, users=30), Settings()).prepared())


def test_everybody_of_movielens_gets_the_lists_of_recommend_many(movielens, tmp_path):
    reco = cinewalk.Recommender(movielens)
    summary = batch(reco, tmp_path / "lists.parquet", block_size=200)
    assert (summary.users, summary.blocks, summary.without) == (943, 5, 0)
    assert rows_of(tmp_path / "lists.parquet") == expected(reco)
    assert summary.recommendations == len(expected(reco))
    assert left_over(tmp_path) == []


REMEDIES = "popularity=0.2,calibrated=0.3,floor=decade:1970s:0.2,bubble=3"


def test_remedies_re_rank_and_every_row_adds_up(movielens, tmp_path):
    reco, users = cinewalk.Recommender(movielens), movielens.users.ids.ids[:60]
    path = tmp_path / "lists.parquet"
    assert reco.batch(path, users=users, remedies=REMEDIES, block_size=25).recommendations == 600
    rows = rows_of(path)
    assert rows == expected(reco, users=users, remedies=REMEDIES)
    many, walked = len(movielens.titles), {}
    for user, found in reco.recommend_many(users, many, remedies="").items():
        walked |= {(user, item.title_id): item.score for item in found}
    labels = set()
    for row in rows:
        whole = walked[row["user_id"], row["title_id"]]
        shares = [reason["share"] for reason in row["because"]]
        amounts = [one["amount"] for one in row["adjustments"]]
        parts = [share * whole for share in [*shares, row["others_share"]]]
        assert sum(parts) + sum(amounts) == pytest.approx(row["score"], rel=0, abs=1e-9)
        labels |= {one["label"] for one in row["adjustments"]}
    assert len(labels) == 4


def test_remedies_of_another_ask_are_refused(tmp_path, reco, monkeypatch):
    path, other = tmp_path / "lists.jsonl", tmp_path / "other.jsonl"
    reco.batch(other, block_size=4, remedies="bubble=1")
    with monkeypatch.context() as patch:
        patch.setattr("cinewalk.loaders.store.blocks.Partial.place", interrupted)
        with pytest.raises(KeyboardInterrupt):
            reco.batch(path, block_size=4, remedies="bubble=1")
    with pytest.raises(RequestError, match="remedies"):
        reco.batch(path, block_size=4, remedies="bubble=2")
    assert reco.batch(path, block_size=4, remedies="bubble=1").kept == 8
    assert path.read_bytes() == other.read_bytes()


def test_one_thread_and_several_write_the_same_bytes(movielens, tmp_path):
    reco, users = cinewalk.Recommender(movielens), movielens.users.ids.ids[:300]
    written = {}
    for threads in (1, 2, 5):
        path = tmp_path / f"{threads}.parquet"
        batch(reco, path, users=users, threads=threads, block_size=70)
        written[threads] = path.read_bytes()
    assert written[1] == written[2] == written[5]


@given(graph=graphs(), size=st.integers(1, 30), k=st.integers(1, 30), threads=st.integers(1, 3))
@settings(max_examples=25)
def test_blocks_and_threads_do_not_change_the_content(tmp_path_factory, graph, size, k, threads):
    folder = tmp_path_factory.mktemp("batch")
    reco = cinewalk.Recommender(graph)
    for suffix in (".parquet", ".jsonl"):
        batch(reco, folder / f"cut{suffix}", k, block_size=size, threads=threads)
        batch(reco, folder / f"whole{suffix}", k, block_size=1000, threads=1)
    assert rows_of(folder / "cut.parquet") == rows_of(folder / "cut.jsonl") == expected(reco, k)
    assert (folder / "cut.jsonl").read_bytes() == (folder / "whole.jsonl").read_bytes()
    assert pq.read_table(folder / "cut.parquet").equals(pq.read_table(folder / "whole.parquet"))
    assert pq.read_metadata(folder / "cut.parquet").num_row_groups == -(-len(graph.users) // size)


def test_newcomers_and_people_without_likes_are_there(tmp_path):
    reco = cinewalk.Recommender(example_graph())
    batch(reco, tmp_path / "lists.parquet")
    rows = rows_of(tmp_path / "lists.parquet")
    assert {row["user_id"] for row in rows} == set(reco.graph.users.ids.ids)
    assert {row["walk"] for row in rows} == {"newcomers"}
    everybody = [reason for row in rows if row["user_id"] == "gus" for reason in row["because"]]
    assert ("", "") in {(reason["label"], reason["id"]) for reason in everybody}


def test_signals_and_people_known_by_them_count(tmp_path):
    reco = cinewalk.Recommender(example_graph())
    reco.watch("zoe", "Alien", at=900_000_000)
    reco.thumb("ann", "Heat", -1, at=900_000_000)
    batch(reco, tmp_path / "lists.parquet", users=["zoe", " ann", "ben", "ben"])
    rows = rows_of(tmp_path / "lists.parquet")
    assert rows == expected(reco, users=["ann", "ben", "zoe"])
    batch(reco, tmp_path / "all.parquet")
    assert rows_of(tmp_path / "all.parquet") == expected(reco)


def test_who_has_nothing_to_see_is_counted(tmp_path):
    graph = random_graph(5, users=6, titles=6, density=0.9)
    reco = cinewalk.Recommender(graph)
    for title in graph.titles.ids.ids:
        reco.block("u001", title, at=900_000_000)
    summary = batch(reco, tmp_path / "lists.parquet")
    assert summary.without == sum(not found for found in reco.recommend_many().values()) > 0


def test_nobody_at_all(tmp_path):
    summary = batch(cinewalk.Recommender(assemble({}, {})), tmp_path / "lists.parquet")
    assert (summary.users, summary.recommendations, summary.blocks) == (0, 0, 0)
    assert rows_of(tmp_path / "lists.parquet") == []


def test_the_same_ask_again_finds_it_done(tmp_path, reco):
    path = tmp_path / "lists.parquet"
    first = batch(reco, path, block_size=10)
    written = path.stat().st_ino, path.read_bytes()
    again = batch(reco, path, block_size=10)
    assert (again.kept, again.blocks) == (3, 3)
    assert (again.recommendations, again.without) == (first.recommendations, first.without)
    assert (path.stat().st_ino, path.read_bytes()) == written
    assert batch(reco, path, block_size=10, force=True).kept == 0
    assert path.read_bytes() == written[1]


def test_a_file_is_replaced_only_when_asked(tmp_path, reco):
    for name in ("lists.parquet", "lists.jsonl"):
        path = tmp_path / name
        path.write_text("mine")
        with pytest.raises(RequestError, match="there already") as caught:
            batch(reco, path)
        assert "\n" not in str(caught.value)
        assert path.read_text() == "mine"
        assert left_over(tmp_path) == []
        batch(reco, path, force=True)
        assert rows_of(path) == expected(reco)


def test_a_file_that_comes_to_stand_there_meanwhile_is_not_replaced(tmp_path, reco):
    path = tmp_path / "lists.parquet"

    def meanwhile(description: str, done: int, total: int) -> None:
        path.write_text("mine")

    def stay_away(description: str, done: int, total: int) -> None:
        if description == "Recommending":
            meanwhile(description, done, total)

    with pytest.raises(RequestError, match="there already"):
        batch(reco, path, progress=stay_away)
    assert path.read_text() == "mine"
    path.unlink()
    assert batch(reco, path).kept == 1


def stopped(reco: cinewalk.Recommender, path: Path, after: int, **asked) -> None:
    """Run a batch whose reader loses patience after so many lists."""

    def impatient(description: str, done: int, total: int) -> None:
        if description == "Recommending" and done > after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch(reco, path, progress=impatient, **asked)


def test_what_was_done_is_not_done_again(tmp_path, reco):
    reference, path = tmp_path / "reference.parquet", tmp_path / "lists.parquet"
    batch(reco, reference, block_size=4)
    stopped(reco, path, 9, block_size=4)
    stopped(reco, path, 21, block_size=4)
    assert not path.exists()
    seen = []

    def count(description: str, done: int, total: int) -> None:
        if description == "Recommending":
            seen.append(done)

    summary = batch(reco, path, block_size=4, progress=count)
    assert (summary.kept, summary.blocks) == (5, 8)
    assert seen == list(range(21, 31))
    assert path.read_bytes() == reference.read_bytes()


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"k": 3}, "its k\\."),
        ({"users": ["u001"]}, "its users\\."),
        ({"walk": "blend"}, "its walk\\."),
        ({"reasons": 1}, "its reasons\\."),
        ({"block_size": 5}, "its block size\\."),
    ],
)
def test_another_ask_does_not_go_on_with_it(tmp_path, reco, asked, named):
    path = tmp_path / "lists.parquet"
    stopped(reco, path, 9, block_size=4)
    with pytest.raises(RequestError, match=named) as caught:
        batch(reco, path, **({"block_size": 4} | asked))
    assert "--restart" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert batch(reco, path, block_size=4).kept == 2


def test_another_graph_or_other_settings_do_not_either(tmp_path, reco):
    path = tmp_path / "lists.parquet"
    stopped(reco, path, 9, block_size=4)
    for other, named in (
        (cinewalk.Recommender(random_graph(5)), "its graph"),
        (cinewalk.Recommender(reco.graph, settings=Settings(half_life=9.0)), "its settings"),
        (cinewalk.Recommender(reco.graph, groups="none"), "its groups"),
    ):
        with pytest.raises(RequestError, match=named):
            batch(other, path, block_size=4)
        copy = tmp_path / "copy.parquet"
        batch(other, copy, block_size=4, force=True)
    assert batch(other, path, block_size=4, restart=True).kept == 0
    assert path.read_bytes() == copy.read_bytes()


def test_damaged_blocks_are_made_again(tmp_path, reco):
    reference, path = tmp_path / "reference.parquet", tmp_path / "lists.parquet"
    batch(reco, reference, block_size=4)
    stopped(reco, path, 21, block_size=4)
    blocks = sorted((tmp_path / "lists.parquet.partial").glob("*.parquet"))
    content = bytearray(blocks[1].read_bytes())
    content[len(content) // 3] ^= 255
    blocks[1].write_bytes(content)
    blocks[2].write_bytes(blocks[2].read_bytes()[:100])
    blocks[3].write_bytes(b"")
    batch(reco, path, block_size=4)
    assert path.read_bytes() == reference.read_bytes()


def test_a_damaged_manifest_is_told_and_dropped_when_asked(tmp_path, reco):
    path = tmp_path / "lists.parquet"
    stopped(reco, path, 9, block_size=4)
    for damage in ("", "[]", '{"format": 99}', '{"format": 1}'):
        (tmp_path / "lists.parquet.partial" / "manifest.json").write_text(damage)
        with pytest.raises(RequestError, match="--restart"):
            batch(reco, path, block_size=4)
    assert batch(reco, path, block_size=4, restart=True).kept == 0
    assert left_over(tmp_path) == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, reco):
    folder = tmp_path / "lists.parquet.partial"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    for restart in (False, True):
        with pytest.raises(RequestError, match=r"something else \(thesis.txt\)"):
            batch(reco, tmp_path / "lists.parquet", restart=restart)
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_two_at_once_are_told(tmp_path, reco):
    pytest.importorskip("fcntl")
    path = tmp_path / "lists.parquet"
    with (
        partial(path, {"any": 1}),
        pytest.raises(RequestError, match="being written by another process"),
    ):
        batch(reco, path)
    # Nothing was done of the other, so nothing keeps this one from beginning.
    assert left_over(tmp_path) == []
    assert batch(reco, path).kept == 0


@pytest.mark.parametrize("room", [0, 1, 3, 9])
def test_a_full_disk_loses_nothing(tmp_path, reco, monkeypatch, room):
    reference, path = tmp_path / "reference.parquet", tmp_path / "lists.parquet"
    batch(reco, reference, block_size=4)
    calls = iter(range(room))

    def full(descriptor: int) -> None:
        if next(calls, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("cinewalk.loaders.store.blocks.os.fsync", full)
        with pytest.raises(StorageError, match="No space left") as caught:
            batch(reco, path, block_size=4)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3
    assert not path.exists()
    assert batch(reco, path, block_size=4).kept == min(max(room - 1, 0), 8)
    assert path.read_bytes() == reference.read_bytes()


def test_places_that_cannot_be_written(tmp_path, reco):
    (tmp_path / "file").write_text("")
    for place in ("file/lists.parquet", "nowhere/lists.parquet"):
        with pytest.raises(StorageError, match="cannot be written"):
            batch(reco, tmp_path / place)
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(RequestError, match="is a folder"):
        batch(reco, tmp_path / "folder.parquet", force=True)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"k": 0}, RequestError),
        ({"reasons": 4}, RequestError),
        ({"reasons": True}, RequestError),
        ({"reasons": "2"}, RequestError),
        ({"threads": 0}, RequestError),
        ({"block_size": 0}, RequestError),
        ({"walk": "random"}, RequestError),
        ({"remedies": "fairer=1"}, RequestError),
        ({"users": ["u001", "nobody"]}, UnknownUserError),
        ({"users": [" "]}, RequestError),
    ],
)
def test_asks_that_make_no_sense_leave_nothing_behind(tmp_path, reco, asked, error):
    with pytest.raises(error) as caught:
        batch(reco, tmp_path / "lists.parquet", **asked)
    assert isinstance(caught.value, CinewalkError)
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_it_says_which_extra(tmp_path, reco, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackageError, match=r"cinewalk\[parquet\]"):
        batch(reco, tmp_path / "lists.parquet")
    assert list(tmp_path.iterdir()) == []


def test_the_command(run, tmp_path):
    place = str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))
    code, out, err = run("batch", "--out", "lists.parquet", "-k", "2", "-g", place)
    assert (code, err) == (0, "")
    assert out == "14 recommendations for 7 users in lists.parquet.\n"
    assert rows_of(tmp_path / "lists.parquet") == expected(cinewalk.Recommender(place), 2)
    (tmp_path / "ids.txt").write_text("eve\nann\n")
    words = (
        "batch",
        "--users",
        "ids.txt",
        "--walk",
        "blend",
        "--reasons",
        "1",
        "--threads",
        "1",
        "-g",
        place,
    )
    code, out, _ = run(*words, "--out", "some.jsonl", "--json")
    assert code == 0
    assert json.loads(out) == {
        "path": "some.jsonl",
        "users": 2,
        "recommendations": len(rows_of(tmp_path / "some.jsonl")),
        "without": 0,
        "blocks": 1,
        "kept": 0,
    }
    rows = rows_of(tmp_path / "some.jsonl")
    assert list(dict.fromkeys(row["user_id"] for row in rows)) == ["ann", "eve"]
    assert {len(row["because"]) for row in rows} == {1}
    assert {row["walk"] for row in rows} == {"blend"}
    code, _, err = run(*words, "--out", "some.jsonl")
    assert (code, err.count("\n")) == (1, 1)
    assert "--force" in err
    assert run(*words, "--out", "some.jsonl", "--force")[0] == 0
    assert run("batch", "--out", "less.jsonl", "--remedies", "popularity=1", "-g", place)[0] == 0
    assert rows_of(tmp_path / "less.jsonl") == expected(cinewalk.Recommender(place), remedies="popularity=1")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--out", "lists.csv"), 1, "must end in .parquet or .jsonl"),
        (("--out", "nowhere/lists.parquet"), 3, "cannot be written (No such file or directory)"),
        (("--out", "lists.parquet", "--users", "none.txt"), 1, "none.txt: cannot be read"),
        (("--out", "lists.parquet", "--reasons", "4"), 2, "Invalid value"),
        ((), 2, "Missing option"),
    ],
)
def test_wrong_asks_on_the_command_line(run, tmp_path, words, code, message):
    place = str(cinewalk.save(example_graph(), tmp_path / "example.cinewalk"))
    left, out, err = run("batch", *words, "-g", place)
    assert (left, out) == (code, "")
    assert message in " ".join(err.split())


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
def test_ended_just_before_the_folder_goes(tmp_path, reco, monkeypatch, suffix):
    path = tmp_path / f"lists{suffix}"
    for other in ({}, {"k": 3, "force": True}):
        path.unlink(missing_ok=True)
        with monkeypatch.context() as patch:
            patch.setattr("cinewalk.loaders.store.blocks.Partial.clear", interrupted)
            with pytest.raises(KeyboardInterrupt):
                batch(reco, path, block_size=4)
        written = path.read_bytes()
        summary = batch(reco, path, block_size=4, **other)
        assert (path.read_bytes() == written) == (not other)
        assert (summary.kept, summary.blocks) == (0 if other else 8, 8)
        assert left_over(tmp_path) == []


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


# Processes below are forks of one that has imported everything and never had a thread, so that many can be killed.

_FORKS = """
import os, random, signal, sys, time
from pathlib import Path
import pyarrow.parquet
import cinewalk
from cinewalk.graph.walks.registry import Parts
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.store.graph_folder import open_graph
from cinewalk.queries.batch.batch import batch
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
    code = ended(fork(lambda: batch(reco, path, block_size=SIZE)))
    # Lines do not say what they are of: ended when all was done, the same ask again finds a file in its place.
    assert code == 0 or path.suffix == ".jsonl" and not path.with_name(path.name + ".partial").exists(), path
    assert path.read_bytes() == reference, path
    assert not path.with_name(path.name + ".partial").exists(), path
    path.unlink()

def reference(suffix):
    path = folder / f"reference{suffix}"
    assert ended(fork(lambda: batch(reco, path, block_size=SIZE))) == 0
    return path.read_bytes()
"""

_AT_RANDOM = """
for seed in range(SEEDS):
    chance = random.Random(seed)
    path = folder / f"{seed}.parquet"
    for _ in range(1 + seed % 3):
        child = fork(lambda: batch(reco, path, block_size=SIZE, threads=1 + seed % 2))
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
        batch(reco, path, block_size=SIZE)
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
        Registry(random_graph(6, users=14), Settings()).prepared(), tmp_path / "some.cinewalk"
    )
    steps = forks(_AT_EVERY_STEP, graph, tmp_path, SIZE=7)
    assert len(steps) == 2
    # Two blocks, the manifest twice and the whole are written and moved; then the folder is put away.
    assert all(count >= 16 for count in steps)


def test_killed_at_random_moments_it_writes_the_same_file(tmp_path):
    many = random_graph(7, users=300, titles=150)
    graph = cinewalk.save(Registry(many, Settings()).prepared(), tmp_path / "some.cinewalk")
    code = """
start = time.perf_counter()
whole, killed = reference(".parquet"), 0
SECONDS = time.perf_counter() - start
"""
    (killed,) = forks(code + _AT_RANDOM, graph, tmp_path, SIZE=25, SEEDS=9)
    assert killed >= 5


_READERS = 2

_READ = """
import sys
from pathlib import Path
from cinewalk.loaders.store.graph_folder import open_graph
from cinewalk.queries.batch.batch import batch
from cinewalk.queries.recommender import Recommender

reco = Recommender(open_graph(sys.argv[1]), walk="popularity")
batch(reco, Path(sys.argv[2]), users=reco.graph.users.ids.ids[:200])
print("done", flush=True)
sys.stdin.read()
"""


def large_graph(users: int = 40_000, titles: int = 8_000, each: int = 75) -> cinewalk.Graph:
    """Three million ratings, made on the spot."""
    rng = np.random.default_rng(0)
    user_nodes, _ = sorted_nodes("User", [f"u{i:06}" for i in range(users)])
    title_nodes, _ = sorted_nodes("Title", [f"t{i:05}" for i in range(titles)])
    # A start and a stride of each user's own, prime to the number of titles: no title comes twice.
    start, stride = rng.integers(0, titles, users), 1 + 10 * rng.integers(0, titles // 20, users)
    picks = (start[:, None] + stride[:, None] * np.arange(each)) % titles
    facts = {
        "rating": rng.integers(1, 6, users * each),
        "timestamp": 900_000_000 + rng.integers(0, 10**8, users * each),
    }
    rated = Edges(np.repeat(np.arange(users), each), picks.ravel(), facts)
    return assemble({"User": user_nodes, "Title": title_nodes}, {"rated": rated})


def memory(pid: int, folder: Path | None = None) -> dict[str, int]:
    """Add up the bytes of a process's mappings, by kind: all of them, or those of a folder's files."""
    found: dict[str, int] = {}
    inside = folder is None
    source = "smaps_rollup" if folder is None else "smaps"
    for line in Path(f"/proc/{pid}/{source}").read_text().splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            inside = folder is None or str(folder) in line
        elif inside and words[-1] == "kB":
            found[words[0][:-1]] = found.get(words[0][:-1], 0) + int(words[1]) * 1024
    return found


def test_two_processes_on_one_graph_share_its_pages(tmp_path):
    if not Path("/proc/self/smaps_rollup").exists():
        missing("this system does not tell the proportional set size of a process")
    graph = cinewalk.save(large_graph(), tmp_path / "large.cinewalk")
    size = sum(file.stat().st_size for file in graph.iterdir())
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READ, str(graph), str(tmp_path / f"{i}.parquet")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        for i in range(_READERS)
    ]
    try:
        for reader in readers:
            assert reader.stdout.readline() == b"done\n"
        for reader in readers:
            whole, of_graph = memory(reader.pid), memory(reader.pid, graph)
            # Both have read all of it, and each of its pages is in memory once.
            assert of_graph["Rss"] > 0.9 * size
            assert of_graph["Pss"] < 0.55 * of_graph["Rss"]
            assert of_graph["Private_Dirty"] == 0
            assert whole["Rss"] - whole["Pss"] > 0.45 * size
            assert whole["Pss"] < 0.75 * whole["Rss"]
    finally:
        for reader in readers:
            reader.communicate()
    assert (tmp_path / "0.parquet").read_bytes() == (tmp_path / "1.parquet").read_bytes()
