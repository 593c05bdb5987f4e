"""Batches that ended early go on, and what is somebody else's is left alone."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

import cinewalk
from cinewalk.errors import RequestError, StorageError
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.store.blocks import partial
from tests.graphs import random_graph
from tests.integration.queries.batch.lists import expected, left_over, rows_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


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


def test_the_same_ask_again_finds_it_done(tmp_path, reco):
    path = tmp_path / "lists.parquet"
    first = reco.batch(path, block_size=10)
    written = path.stat().st_ino, path.read_bytes()
    again = reco.batch(path, block_size=10)
    assert (again.kept, again.blocks) == (3, 3)
    assert (again.recommendations, again.without) == (first.recommendations, first.without)
    assert (path.stat().st_ino, path.read_bytes()) == written
    assert reco.batch(path, block_size=10, force=True).kept == 0
    assert path.read_bytes() == written[1]


def test_a_file_is_replaced_only_when_asked(tmp_path, reco):
    for name in ("lists.parquet", "lists.jsonl"):
        path = tmp_path / name
        path.write_text("mine")
        with pytest.raises(RequestError, match="there already") as caught:
            reco.batch(path)
        assert "\n" not in str(caught.value)
        assert path.read_text() == "mine"
        assert left_over(tmp_path) == []
        reco.batch(path, force=True)
        assert rows_of(path) == expected(reco)


def test_a_file_that_comes_to_stand_there_meanwhile_is_not_replaced(tmp_path, reco):
    path = tmp_path / "lists.parquet"

    def meanwhile(description: str, done: int, total: int) -> None:
        path.write_text("mine")

    def stay_away(description: str, done: int, total: int) -> None:
        if description == "Recommending":
            meanwhile(description, done, total)

    with pytest.raises(RequestError, match="there already"):
        reco.batch(path, progress=stay_away)
    assert path.read_text() == "mine"
    path.unlink()
    assert reco.batch(path).kept == 1


def stopped(reco: cinewalk.Recommender, path: Path, after: int, **asked) -> None:
    """Run a batch whose reader loses patience after so many lists."""

    def impatient(description: str, done: int, total: int) -> None:
        if description == "Recommending" and done > after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reco.batch(path, progress=impatient, **asked)


def test_what_was_done_is_not_done_again(tmp_path, reco):
    reference, path = tmp_path / "reference.parquet", tmp_path / "lists.parquet"
    reco.batch(reference, block_size=4)
    stopped(reco, path, 9, block_size=4)
    stopped(reco, path, 21, block_size=4)
    assert not path.exists()
    seen = []

    def count(description: str, done: int, total: int) -> None:
        if description == "Recommending":
            seen.append(done)

    summary = reco.batch(path, block_size=4, progress=count)
    assert (summary.kept, summary.blocks) == (5, 8)
    assert seen == [24, 28, 30]
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
        reco.batch(path, **({"block_size": 4} | asked))
    assert "--restart" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert reco.batch(path, block_size=4).kept == 2


def test_another_graph_or_other_settings_do_not_either(tmp_path, reco):
    path = tmp_path / "lists.parquet"
    stopped(reco, path, 9, block_size=4)
    for other, named in (
        (cinewalk.Recommender(random_graph(5)), "its graph"),
        (cinewalk.Recommender(reco.graph, settings=Settings(half_life=9.0)), "its settings"),
        (cinewalk.Recommender(reco.graph, groups="none"), "its groups"),
    ):
        with pytest.raises(RequestError, match=named):
            other.batch(path, block_size=4)
        copy = tmp_path / "copy.parquet"
        other.batch(copy, block_size=4, force=True)
    assert other.batch(path, block_size=4, restart=True).kept == 0
    assert path.read_bytes() == copy.read_bytes()


def test_damaged_blocks_are_made_again(tmp_path, reco):
    reference, path = tmp_path / "reference.parquet", tmp_path / "lists.parquet"
    reco.batch(reference, block_size=4)
    stopped(reco, path, 21, block_size=4)
    blocks = sorted((tmp_path / "lists.parquet.partial").glob("*.parquet"))
    content = bytearray(blocks[1].read_bytes())
    content[len(content) // 3] ^= 255
    blocks[1].write_bytes(content)
    blocks[2].write_bytes(blocks[2].read_bytes()[:100])
    blocks[3].write_bytes(b"")
    reco.batch(path, block_size=4)
    assert path.read_bytes() == reference.read_bytes()


def test_a_damaged_manifest_is_told_and_dropped_when_asked(tmp_path, reco):
    path = tmp_path / "lists.parquet"
    stopped(reco, path, 9, block_size=4)
    for damage in ("", "[]", '{"format": 99}', '{"format": 1}'):
        (tmp_path / "lists.parquet.partial" / "manifest.json").write_text(damage)
        with pytest.raises(RequestError, match="--restart"):
            reco.batch(path, block_size=4)
    assert reco.batch(path, block_size=4, restart=True).kept == 0
    assert left_over(tmp_path) == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, reco):
    folder = tmp_path / "lists.parquet.partial"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    for restart in (False, True):
        with pytest.raises(RequestError, match=r"something else \(thesis.txt\)"):
            reco.batch(tmp_path / "lists.parquet", restart=restart)
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_two_at_once_are_told(tmp_path, reco):
    pytest.importorskip("fcntl")
    path = tmp_path / "lists.parquet"
    with (
        partial(path, {"any": 1}),
        pytest.raises(RequestError, match="being written by another process"),
    ):
        reco.batch(path)
    # Nothing was done of the other, so nothing keeps this one from beginning.
    assert left_over(tmp_path) == []
    assert reco.batch(path).kept == 0


@pytest.mark.parametrize("room", [0, 1, 3, 9])
def test_a_full_disk_loses_nothing(tmp_path, reco, monkeypatch, room):
    reference, path = tmp_path / "reference.parquet", tmp_path / "lists.parquet"
    reco.batch(reference, block_size=4)
    calls = iter(range(room))

    def full(descriptor: int) -> None:
        if next(calls, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("cinewalk.loaders.store.blocks.os.fsync", full)
        with pytest.raises(StorageError, match="No space left") as caught:
            reco.batch(path, block_size=4)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3
    assert not path.exists()
    assert reco.batch(path, block_size=4).kept == min(max(room - 1, 0), 8)
    assert path.read_bytes() == reference.read_bytes()


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
def test_ended_just_before_the_folder_goes(tmp_path, reco, monkeypatch, suffix):
    path = tmp_path / f"lists{suffix}"
    for other in ({}, {"k": 3, "force": True}):
        path.unlink(missing_ok=True)
        with monkeypatch.context() as patch:
            patch.setattr("cinewalk.loaders.store.blocks.Partial.clear", interrupted)
            with pytest.raises(KeyboardInterrupt):
                reco.batch(path, block_size=4)
        written = path.read_bytes()
        summary = reco.batch(path, block_size=4, **other)
        assert (path.read_bytes() == written) == (not other)
        assert (summary.kept, summary.blocks) == (0 if other else 8, 8)
        assert left_over(tmp_path) == []


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt
