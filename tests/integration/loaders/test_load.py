"""Loading a data set by name: read once, kept, and made anew where what is kept is not of use."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

import cinewalk
from cinewalk.errors import RejectedRowsError
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.loaders.store.home import graph_path
from cinewalk.loaders.titles.same_titles import same_titles
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


@pytest.fixture
def twice(tmp_path, monkeypatch):
    """A folder in which two titles are the same film, by all that is known."""
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)  # bad rows are listed there
    folder = tmp_path / "twice"
    folder.mkdir()
    (folder / "titles.csv").write_text("title_id,title,year\n1,Heat (1995),\n2,Heat (1995),\n3,Alien,1979\n")
    (folder / "ratings.csv").write_text("user_id,title_id,rating\na,2,5\nb,3,5\n")
    return folder


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (None, [("1", "2")]),
        ("", [("1", "2")]),
        ("1,\n", []),
        ("2,\n2,3\n", [("3", "2")]),
        ("3,1\n3,1\n", [("1", "2"), ("3", "2")]),
    ],
)
def test_a_table_adds_pairs_of_the_same_film_or_takes_them_back(twice, rows, expected):
    told = []
    if rows is not None:
        (twice / "same_titles.csv").write_text(f"title_id,same_as\n{rows}")
    graph = cinewalk.load(twice, notify=told.append)
    assert [row[:2] for row in same_titles(graph)] == expected
    assert len([note for note in told if "another id" in note]) == bool(expected)


def test_pairs_of_titles_that_are_not_there_are_bad_rows(twice):
    (twice / "same_titles.csv").write_text("title_id,same_as\n1,9\n9,1\n")
    with pytest.raises(RejectedRowsError, match="2 bad rows"):
        cinewalk.load(twice)
    assert len(same_titles(cinewalk.load(twice, max_rejects=2))) == 1
    (twice / "titles.csv").unlink()
    assert not same_titles(cinewalk.load(twice))


def test_pairs_may_stand_beside_movielens_files(tmp_path, monkeypatch):
    monkeypatch.setenv("CINEWALK_HOME", str(tmp_path / "home"))
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n1,Heat (1995),Crime\n2,Alien (1979),Horror\n")
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,2,5,978300760\n")
    (tmp_path / "same_titles.csv").write_text("title_id,same_as\n1,2\n")
    assert [row[:2] for row in same_titles(cinewalk.load(tmp_path))] == [("1", "2")]
