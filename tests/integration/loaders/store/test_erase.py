"""Erased is never been: what is left equals a graph built without the person, and nothing brings them back."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

import cinewalk
from cinewalk.errors import DownloadError, StorageError, UnknownUserError
from cinewalk.graph.model.apply_events import without_users
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.sources.sources import read_tables
from cinewalk.loaders.store.build import build_graph
from cinewalk.loaders.store.erase import erase_from_folder
from cinewalk.loaders.store.graph_folder import open_graph, save, verify
from cinewalk.loaders.store.journal import Journal
from cinewalk.loaders.store.kept import compact, keep
from tests.conftest import missing
from tests.faults import FAULTS, fails, steps

from .test_journal import AT, thumb, thumbs

pytestmark = pytest.mark.integration


@pytest.fixture
def place(tmp_path):
    return save(prepare(Registry(example_graph(), Settings())), tmp_path / "some.cinewalk")


@pytest.fixture(scope="module")
def tables():
    try:
        return read_tables("movielens-100k")
    except DownloadError as error:
        missing(str(error))


def built_without(tables, *users):
    """Build MovieLens-100K as if somebody had never been in it."""
    left = {
        name: frame[~frame["user_id"].astype(str).isin(users)]
        for name in ("users", "ratings", "watches", "thumbs", "blocks")
        for frame in [getattr(tables, name)]
    }
    return build_graph(replace(tables, **left))


def all_arrays(graph):
    rows = {
        f"{name}.{part}": array
        for name, r in graph.prepared.rows.items()
        for part, array in r._asdict().items()
    }
    return {name: (array.dtype, array.tobytes()) for name, array in {**graph.arrays(), **rows}.items()}


def test_twenty_people_of_movielens_have_never_been(tables):
    graph = build_graph(tables)
    ids = graph.users.ids.ids
    people = [ids[place] for place in range(0, len(ids), len(ids) // 19)][:20]
    assert len(people) == 20
    for user in people:
        assert without_users(graph, [user]).equals(built_without(tables, user)), user
    assert without_users(graph, people).equals(built_without(tables, *people))


def test_a_folder_of_movielens_to_the_last_bit_with_its_walks_and_loaded_again(tables, tmp_path):
    graph = prepare(Registry(build_graph(tables), Settings()))
    place = keep(graph, tmp_path / "movies.cinewalk", "movielens-100k")
    Journal(place).add_all([thumb("405", "50"), thumb("1", "50"), thumb("zoe", "50")])
    erased = erase_from_folder(place, "405")
    assert ("User", 1) in {row[1:] for row in erased.removed}
    assert ("RATED", 737) in {row[1:] for row in erased.removed}
    never = prepare(Registry(built_without(tables, "405"), Settings()))
    assert all_arrays(open_graph(place)) == all_arrays(never)
    assert thumbs(place, "1") == thumbs(place, "zoe") == ["50"]
    keep(graph, place, "movielens-100k")
    assert open_graph(place).equals(never)
    compact(place)
    assert "405" not in open_graph(place).users.ids
    assert "zoe" in open_graph(place).users.ids


def test_of_titles_that_are_one_film_the_one_that_the_others_like_is_shown(tables):
    graph = build_graph(tables)
    same = graph.relations["same_as"]
    fans = [
        user
        for title in (*same.sources.tolist(), *same.indices.tolist())
        for user in graph.likes.reverse_indices[graph.likes.reverse_indptr[title] :][:3].tolist()
    ]
    for user in {graph.users.ids.ids[fan] for fan in fans[:24]}:
        assert without_users(graph, [user]).equals(built_without(tables, user))


def test_nothing_of_them_is_in_any_file(place):
    Journal(place).add_all([thumb("anna.oakley@example.org", "alien"), thumb("ben", "heat")] * 20)
    compact(place)
    with cinewalk.Recommender(place) as reco:
        assert reco.erase("anna.oakley@example.org").to_dict()["user_id"] == "anna.oakley@example.org"
        with pytest.raises(UnknownUserError):
            reco.recommend("anna.oakley@example.org")
        assert reco.recommend("ben")
    held = [file.read_bytes() for file in place.rglob("*") if file.is_file()]
    assert not [content for content in held if b"anna" in content]
    assert Journal(place).count() == 20


def test_a_dry_run_changes_nothing_and_tells_the_same(place, tmp_path):
    with cinewalk.Recommender(place, keep=True) as reco:
        reco.thumb("ann", "Heat", 1, at=AT)
        reco.batch(tmp_path / "lists.jsonl", k=2)
        before = cinewalk.load(place)
        told = reco.erase("ann", dry_run=True)
        assert cinewalk.load(place).equals(before)
        assert reco.recommend("ann")
        done = reco.erase("ann")
    assert replace(told, dry_run=False) == done
    assert {row[1] for row in done.removed} == {
        "User",
        "IN_GROUP",
        "RATED",
        "THUMBED",
        "LIKES",
        "signals",
        "rows",
    }
    assert len(done.unreached) == 3


def test_whoever_comes_back_is_new_and_can_be_erased_again(place):
    with cinewalk.Recommender(place, keep=True) as reco:
        reco.erase("ann")
        reco.thumb("ann", "Heat", 1, at=AT)
        assert reco.history("ann").to_frame()["title_id"].tolist() == ["heat"]
    compact(place)
    assert thumbs(place, "ann") == ["heat"]
    assert erase_from_folder(place, "ann").removed
    assert "ann" not in cinewalk.load(place).users.ids
    assert cinewalk.load(place).equals(without_users(example_graph(), ["ann"]))


def test_nobody_of_that_name(place):
    with pytest.raises(UnknownUserError, match=r"some\.cinewalk"):
        erase_from_folder(place, "nobody")
    assert not Journal(place).exists


@pytest.mark.parametrize("name", ["lists.parquet", "lists.jsonl"])
def test_files_of_lists_lose_their_rows_and_pages_of_them_go(place, tmp_path, name):
    path, page, other = tmp_path / name, tmp_path / "why.html", tmp_path / "other.html"
    with cinewalk.Recommender(place) as reco:
        reco.batch(path, k=2)
        before = users_of(path)
        for file, user in ((page, "ann"), (other, "ben")):
            file.write_text("why")
            reco._session.note_written(file, "page", user)
        (tmp_path / f"{name}.partial").mkdir()
        removed = {row[0]: row[1:] for row in reco.erase("ann").removed}
    assert removed[str(path)] == ("rows", before.count("ann"))
    assert users_of(path) == [user for user in before if user != "ann"]
    assert (page.exists(), other.exists(), (tmp_path / f"{name}.partial").exists()) == (False, True, False)


def users_of(path):
    if path.suffix == ".parquet":
        return pq.read_table(path)["user_id"].to_pylist()
    return [json.loads(line)["user_id"] for line in path.read_text().splitlines()]


def test_a_file_that_cannot_be_changed_is_said_and_done_the_next_time(place, tmp_path, monkeypatch):
    path = tmp_path / "lists.jsonl"
    with cinewalk.Recommender(place) as reco:
        reco.batch(path, k=2)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.copymode", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        with pytest.raises(StorageError, match="erase again"):
            erase_from_folder(place, "ann")
    assert "ann" not in cinewalk.load(place).users.ids
    erase_from_folder(place, "ann")
    assert "ann" not in users_of(path)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", [*range(1, 5), 50, *range(-16, 0)])
def test_erasing_under_faults_is_done_or_not_and_can_be_ended(place, tmp_path, monkeypatch, step, fault):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    Journal(place).add_all([thumb("ann", "heat"), thumb("ben", "heat")])
    before = cinewalk.load(place)
    after = without_users(before, ["ann"])
    shutil.copytree(place, tmp_path / "counted.cinewalk")
    count = len(steps(lambda: erase_from_folder(tmp_path / "counted.cinewalk", "ann")))
    done = fails(lambda: erase_from_folder(place, "ann"), step if step > 0 else count + 1 + step, fault)
    left = cinewalk.load(place)
    assert left.equals(after) or (left.equals(before) and not done)
    erase_from_folder(place, "ann")
    assert cinewalk.load(place).equals(after)
    assert "ann" not in open_graph(place).users.ids
    verify(place)


def test_in_memory_and_others_signals_stay():
    reco = cinewalk.Recommender(example_graph())
    reco.thumb("ann", "Heat", 1, at=AT)
    reco.thumb("ben", "Heat", 1, at=AT)
    reco.erase("ann")
    reco.refresh()
    other = cinewalk.Recommender(without_users(example_graph(), ["ann"]))
    other.thumb("ben", "Heat", 1, at=AT)
    other.refresh()
    assert reco.graph.equals(other.graph)
