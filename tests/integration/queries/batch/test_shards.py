"""Lists in shards: together the rows of one file, whoever makes which, and every one by itself."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

import cinewalk
from cinewalk.errors import RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.loaders.store.graph_folder import open_graph, save
from cinewalk.queries.batch.prepare import prepare_folder
from tests.graphs import random_graph

pytestmark = pytest.mark.integration

pq = pytest.importorskip("pyarrow.parquet")


@pytest.mark.parametrize("shards", [1, 2, 3, 40])
def test_shards_together_are_the_file(tmp_path, shards):
    place = save(random_graph(4, 80, 60, 0.2), tmp_path / "graph.cinewalk")
    cinewalk.Recommender(place).batch(tmp_path / "whole.parquet", 5, block_size=7)
    whole = pq.read_table(tmp_path / "whole.parquet")
    out = tmp_path / ("lists" if shards > 1 else "lists.parquet")
    summaries = [
        cinewalk.Recommender(place).batch(out, 5, block_size=7, shard=(shard, shards))
        for shard in range(1, shards + 1)
    ]
    assert pq.read_table(out).equals(whole)
    assert sum(summary.users for summary in summaries) == 80
    assert sum(summary.recommendations for summary in summaries) == len(whole)


def test_a_shard_goes_on_where_it_ended_and_knows_itself(tmp_path):
    reco, out = cinewalk.Recommender(random_graph(4, 80, 60, 0.2)), tmp_path / "lists"
    first = reco.batch(out, 5, block_size=7, shard=(2, 3))
    assert first.path.endswith("lists/part-00002-of-00003.parquet")
    again = reco.batch(out, 5, block_size=7, shard=(2, 3))
    assert (again.kept, again.blocks) == (first.blocks, first.blocks)
    with pytest.raises(RequestError, match="there already"):
        reco.batch(out, 6, block_size=7, shard=(2, 3))


def test_a_file_is_no_folder_of_shards(tmp_path):
    with pytest.raises(RequestError, match=r"lists\.parquet is a file\. Give a folder"):
        cinewalk.Recommender(example_graph()).batch(tmp_path / "lists.parquet", shard=(1, 2))


def test_whoever_is_erased_leaves_every_shard(tmp_path):
    place = save(random_graph(4, 80, 60, 0.2), tmp_path / "graph.cinewalk")
    with cinewalk.Recommender(place, keep=True) as reco:
        for shard in (1, 2):
            reco.batch(tmp_path / "lists", 5, block_size=7, shard=(shard, 2))
        assert "u003" in pq.read_table(tmp_path / "lists")["user_id"].to_pylist()
        reco.erase("u003")
    assert "u003" not in pq.read_table(tmp_path / "lists")["user_id"].to_pylist()


@pytest.mark.slow
def test_real_people_by_every_part_in_shards(tmp_path, movielens):
    """All of MovieLens-100K: rows in tasks and shards, and lists with reasons in shards, to the last bit."""
    settings = Settings(weights=Weights(**{part.name: 1.0 for part in fields(Weights)}))
    bare = replace(movielens, prepared=None)
    here, parts = (save(bare, tmp_path / f"{name}.cinewalk") for name in ("here", "parts"))
    prepare_folder(here, settings)
    cinewalk.Recommender(here).batch(tmp_path / "whole.parquet")
    left = [
        prepare_folder(parts, settings, blocks=5, shard=(shard, 2)).left
        for _ in range(3)
        for shard in (1, 2)
        if not open_graph(parts).prepared
    ]
    assert left[-1] == 0
    one, other = open_graph(here).prepared, open_graph(parts).prepared
    assert (
        set(one.rows) == set(other.rows) >= {"shared_viewers", "shared_titles", "learned_titles", "sequence"}
    )
    for name, rows in one.rows.items():
        assert [part.tobytes() for part in rows] == [part.tobytes() for part in other.rows[name]], name
    assert [part.tobytes() for part in one.basis] == [part.tobytes() for part in other.basis]
    for shard in (1, 2, 3):
        cinewalk.Recommender(parts).batch(tmp_path / "lists", shard=(shard, 3), block_size=100)
    assert pq.read_table(tmp_path / "lists").equals(pq.read_table(tmp_path / "whole.parquet"))
