"""Loading a data set by name: read once, kept, and made anew where what is kept is not of use."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

import cinewalk
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.loaders.store.home import graph_path
from tests.integration.loaders.store.test_graph_folder import DAMAGES

pytestmark = pytest.mark.integration


@pytest.fixture
def kept(movielens, tmp_path, monkeypatch):
    """A home of the test's own, with the graph of MovieLens-100K as it was kept by an earlier run."""
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path))
    return save(movielens, graph_path("movielens-100k"))


def test_what_is_kept_is_opened(movielens, kept):
    before = kept.stat().st_mtime_ns
    assert cinewalk.load("movielens-100k").equals(movielens)
    assert kept.stat().st_mtime_ns == before


def test_what_is_damaged_is_made_anew(movielens, kept, caplog):
    DAMAGES["truncated array"](kept)
    with caplog.at_level(logging.WARNING, logger="cinewalk"):
        assert cinewalk.load("movielens-100k").equals(movielens)
    assert "made anew" in caplog.text
    assert open_graph(kept).equals(movielens)


def test_what_was_prepared_under_other_defaults_is_prepared_anew(movielens, kept):
    old = replace(Settings(), half_life=123.0)
    save(prepare(Registry(replace(movielens, prepared=None), old)), kept)
    found = cinewalk.load("movielens-100k")
    assert found.prepared is not None
    assert found.prepared.settings == Settings()
    assert open_graph(kept).prepared.settings == Settings()


def test_a_folder_is_read_each_time(tmp_path, monkeypatch):
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "home"))
    (tmp_path / "ratings.csv").write_text("user_id,title_id,rating\na,x,5\n")
    assert len(cinewalk.load(tmp_path).likes) == 1
    (tmp_path / "ratings.csv").write_text("user_id,title_id,rating\na,x,5\na,y,5\n")
    assert len(cinewalk.load(str(tmp_path)).likes) == 2
    assert len(cinewalk.load(tmp_path, preference=cinewalk.Preference(like_rating=6)).likes) == 0
