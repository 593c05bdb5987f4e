"""Batches: the lists of `recommend`, and the same bytes always."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cinewalk
from cinewalk.errors import CinewalkError, MissingPackageError, RequestError, StorageError, UnknownUserError
from cinewalk.graph.model.builder import assemble
from cinewalk.graph.model.example import example_graph
from tests.graphs import graphs, random_graph
from tests.integration.queries.batch.lists import expected, left_over, pq, rows_of

pytestmark = pytest.mark.integration


def test_everybody_of_movielens_gets_the_lists_of_recommend_many(movielens, tmp_path):
    reco = cinewalk.Recommender(movielens)
    summary = reco.batch(tmp_path / "lists.parquet", block_size=200)
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


def test_one_thread_and_several_write_the_same_bytes(movielens, tmp_path):
    reco, users = cinewalk.Recommender(movielens), movielens.users.ids.ids[:300]
    written = {}
    for threads in (1, 2, 5):
        path = tmp_path / f"{threads}.parquet"
        reco.batch(path, users=users, threads=threads, block_size=70)
        written[threads] = path.read_bytes()
    assert written[1] == written[2] == written[5]


@given(graph=graphs(), size=st.integers(1, 30), k=st.integers(1, 30), threads=st.integers(1, 3))
@settings(max_examples=25)
def test_blocks_and_threads_do_not_change_the_content(tmp_path_factory, graph, size, k, threads):
    folder = tmp_path_factory.mktemp("batch")
    reco = cinewalk.Recommender(graph)
    for suffix in (".parquet", ".jsonl"):
        reco.batch(folder / f"cut{suffix}", k, block_size=size, threads=threads)
        reco.batch(folder / f"whole{suffix}", k, block_size=1000, threads=1)
    assert rows_of(folder / "cut.parquet") == rows_of(folder / "cut.jsonl") == expected(reco, k)
    assert (folder / "cut.jsonl").read_bytes() == (folder / "whole.jsonl").read_bytes()
    assert pq.read_table(folder / "cut.parquet").equals(pq.read_table(folder / "whole.parquet"))
    assert pq.read_metadata(folder / "cut.parquet").num_row_groups == -(-len(graph.users) // size)


def test_newcomers_and_people_without_likes_are_there(tmp_path):
    reco = cinewalk.Recommender(example_graph())
    reco.batch(tmp_path / "lists.parquet")
    rows = rows_of(tmp_path / "lists.parquet")
    assert {row["user_id"] for row in rows} == set(reco.graph.users.ids.ids)
    assert {row["walk"] for row in rows} == {"newcomers"}
    everybody = [reason for row in rows if row["user_id"] == "gus" for reason in row["because"]]
    assert ("", "") in {(reason["label"], reason["id"]) for reason in everybody}


def test_signals_and_people_known_by_them_count(tmp_path):
    reco = cinewalk.Recommender(example_graph())
    reco.watch("zoe", "Alien", at=900_000_000)
    reco.thumb("ann", "Heat", -1, at=900_000_000)
    reco.batch(tmp_path / "lists.parquet", users=["zoe", " ann", "ben", "ben"])
    rows = rows_of(tmp_path / "lists.parquet")
    assert rows == expected(reco, users=["ann", "ben", "zoe"])
    reco.batch(tmp_path / "all.parquet")
    assert rows_of(tmp_path / "all.parquet") == expected(reco)


def test_who_has_nothing_to_see_is_counted(tmp_path):
    graph = random_graph(5, users=6, titles=6, density=0.9)
    reco = cinewalk.Recommender(graph)
    for title in graph.titles.ids.ids:
        reco.block("u001", title, at=900_000_000)
    summary = reco.batch(tmp_path / "lists.parquet")
    assert summary.without == sum(not found for found in reco.recommend_many().values()) > 0


def test_nobody_at_all(tmp_path):
    summary = cinewalk.Recommender(assemble({}, {})).batch(tmp_path / "lists.parquet")
    assert (summary.users, summary.recommendations, summary.blocks) == (0, 0, 0)
    assert rows_of(tmp_path / "lists.parquet") == []


def test_places_that_cannot_be_written(tmp_path, reco):
    (tmp_path / "file").write_text("")
    for place in ("file/lists.parquet", "nowhere/lists.parquet"):
        with pytest.raises(StorageError, match="cannot be written"):
            reco.batch(tmp_path / place)
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(RequestError, match="is a folder"):
        reco.batch(tmp_path / "folder.parquet", force=True)


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
        reco.batch(tmp_path / "lists.parquet", **asked)
    assert isinstance(caught.value, CinewalkError)
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_it_says_which_extra(tmp_path, reco, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackageError, match=r"cinewalk\[parquet\]"):
        reco.batch(tmp_path / "lists.parquet")
    assert list(tmp_path.iterdir()) == []
