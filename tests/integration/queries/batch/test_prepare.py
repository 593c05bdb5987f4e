"""Preparing a graph folder: at once, in tasks, in shards, ended in the middle; always the same rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cinewalk
from cinewalk.errors import RequestError, StorageError
from cinewalk.graph.model.settings import Settings
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.queries.batch import row_tasks
from cinewalk.queries.batch.prepare import prepare_folder
from cinewalk.queries.batch.row_folder import RowFolder
from tests.graphs import random_graph

pytestmark = pytest.mark.integration


@pytest.fixture
def place(tmp_path):
    return save(random_graph(4, 80, 60, 0.2), tmp_path / "graph.cinewalk")


def rows_of(place):
    prepared = open_graph(place).prepared
    rows = {name: [part.tolist() for part in rows] for name, rows in prepared.rows.items()}
    return rows, [part.tolist() for part in prepared.basis], prepared.settings


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    place = save(random_graph(4, 80, 60, 0.2), tmp_path_factory.mktemp("once") / "graph.cinewalk")
    summary = prepare_folder(place)
    assert (summary.tasks, summary.left) == (0, 0)
    return rows_of(place)


def test_at_once_has_all_that_lists_of_everybody_need(at_once):
    rows, basis, settings = at_once
    assert set(rows) == {
        "shared_titles", "learned_titles", "learned_viewers", "sequence", "spectral_titles",
    }  # fmt: skip
    assert settings == Settings()
    assert len(basis[0]) == 60


@pytest.mark.parametrize("options", [{"blocks": 1}, {"blocks": 4}, {"memory": 1 << 16}], ids=str)
def test_tasks_make_the_same_rows(place, at_once, options):
    summary = prepare_folder(place, **options)
    assert summary.tasks > 0
    assert summary.left == 0
    assert rows_of(place) == at_once
    assert not place.with_name("graph.cinewalk.plan").exists()


def test_shards_make_the_same_rows(place, at_once):
    left = [prepare_folder(place, blocks=3, shard=(shard, 3)).left for shard in (1, 2, 3)]
    assert left[0] > left[1] > 0  # the third has found all pairs done, and goes on to what it can do
    for shard in (1, 2, 3, 1, 2, 3):
        if RowFolder(place.with_name("graph.cinewalk.plan")).exists:
            prepare_folder(place, blocks=3, shard=(shard, 3))
    assert rows_of(place) == at_once


class Killed(Exception):
    pass


def test_what_is_done_stays_done(place, at_once, monkeypatch):
    ran = []

    def killed(work, tasks):
        for task in tasks[:2]:
            work.run(task)
            ran.append(task)
            yield task
        raise Killed

    for _ in range(3):
        with pytest.raises(Killed):
            prepare_folder(place, blocks=3, engine=killed)
    summary = prepare_folder(place, blocks=3)
    assert (summary.kept, len(set(ran))) == (6, 6)
    assert rows_of(place) == at_once


def test_a_damaged_file_is_made_again(place, at_once):
    prepare_folder(place, blocks=2, shard=(1, 2))
    prepare_folder(place, blocks=2, shard=(2, 2))
    plan = place.with_name("graph.cinewalk.plan")
    files = sorted(plan.glob("*/*.parquet"))
    for file in files:
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 255
        file.write_bytes(content)
    for _ in range(len(files) + 5):
        try:
            prepare_folder(place, blocks=2)
        except StorageError as error:
            assert "Run the same again" in str(error)
        else:
            break
    assert rows_of(place) == at_once


def test_lists_are_those_of_a_graph_that_was_not_prepared(place):
    before = cinewalk.Recommender(open_graph(place)).recommend_many(k=5).to_frame()
    prepare_folder(place, blocks=3)
    after = cinewalk.Recommender(place).recommend_many(k=5).to_frame()
    assert before.equals(after)


def test_signals_have_to_be_folded_in_first(place):
    with cinewalk.Recommender(place, keep=True) as reco:
        reco.rate("u001", "t003", 5.0)
    with pytest.raises(RequestError, match=r"1 signal that is not in its arrays yet.*compact"):
        prepare_folder(place)


@pytest.mark.parametrize("other", ["settings", "blocks", "graph"])
def test_another_plan_in_the_folder_is_refused(place, other):
    prepare_folder(place, blocks=3, shard=(1, 3))
    settings, blocks = Settings(), 3
    if other == "settings":
        settings = replace(settings, sequence=replace(settings.sequence, size=7))
    elif other == "blocks":
        blocks = 2
    else:
        save(random_graph(5, 80, 60, 0.2), place)
    with pytest.raises(RequestError, match="holds what was begun of another graph"):
        prepare_folder(place, settings, blocks=blocks)


def test_settings_are_kept_with_the_rows(place):
    settings = replace(Settings(), sequence=replace(Settings().sequence, size=7))
    prepare_folder(place, settings, blocks=2)
    rows, _, kept = rows_of(place)
    assert kept == settings
    assert max(np.diff(rows["sequence"][0])) <= 7


def test_a_plan_that_cannot_be_read_is_one_line(place):
    prepare_folder(place, blocks=3, shard=(1, 3))
    plan = place.with_name("graph.cinewalk.plan")
    (plan / "plan.json").write_text("{}")
    with pytest.raises(RequestError, match="damaged or of another version"):
        prepare_folder(place, blocks=3)


def test_tasks_say_what_they_are():
    assert str(row_tasks.RowTask("pair", "sequence", 0, 2)) == "pair sequence 0-2"
    assert str(row_tasks.RowTask("basis", "spectral")) == "basis spectral"
