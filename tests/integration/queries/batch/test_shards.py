"""Lists in shards: together the rows of one file, whoever makes which, and every one by itself."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.errors import RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.loaders.store.graph_folder import save
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
