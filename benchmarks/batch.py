"""Everybody's list into a file: how long it takes, in how much memory, and what an end in the middle costs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np

import cinewalk
from benchmarks.measure import Row, peak_mebibytes, seconds
from benchmarks.synthetic import likes
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph

_EDGES = 1_000_000
_OPEN = """
from pathlib import Path
import cinewalk
reco = cinewalk.Recommender(cinewalk.load({graph!r}))
reco.recommend_many(reco.graph.users.ids.ids[:20])
"""
_BATCH = "reco.batch(Path({out!r}), users=reco.graph.users.ids.ids[:{users}])"


def sections() -> dict[str, list[Row]]:
    """Measure; the data set must have been fetched before."""
    films = cinewalk.load("movielens-100k")
    large = prepare(Registry(made(_EDGES), Settings()))
    return {
        "Everybody's list into a file (`cinewalk batch`)": [
            *_rows("MovieLens-100K", films),
            *_rows(f"{_EDGES // 1_000_000}M made edges", large),
        ]
    }


def _rows(name: str, graph: Graph) -> list[Row]:
    users, every = len(graph.users), numba.get_num_threads()
    with tempfile.TemporaryDirectory() as folder:
        place, out = cinewalk.save(graph, Path(folder, "it.cinewalk")), Path(folder, "lists.parquet")
        reco = cinewalk.Recommender(cinewalk.load(place))
        reco.batch(Path(folder, "warm.parquet"), users=reco.graph.users.ids.ids[:20])
        rows = []
        for threads in dict.fromkeys([1, every]):
            took = seconds(lambda n=threads: reco.batch(out, threads=n, force=True))
            each = f"{took:.1f} s, {users / took:,.0f} users/s"
            rows.append(Row(f"{name}: top 10 of {users:,} users, threads: {threads}", each, ""))
        again = seconds(lambda: reco.batch(out))
        rows.append(Row(f"{name}: the same again, when all is done", f"{again:.2f} s", ""))
        size = f"{out.stat().st_size / 2**20:.1f} MiB"
        some, most = (
            peak_mebibytes(
                _OPEN.format(graph=str(place)) + _BATCH.format(out=str(Path(folder, f"{n}.parquet")), users=n)
            )
            for n in (users // 10, users)
        )
        opened = peak_mebibytes(_OPEN.format(graph=str(place)))
        memory = (
            f"{most:.0f} MiB ({some:.0f} for a tenth of the users, {opened:.0f} before); a file of {size}"
        )
        return [*rows, Row(f"{name}: peak memory", memory, "")]


def made(edges: int) -> Graph:
    """Return a graph of about so many likes made on the spot, every like a rating of 5."""
    relation = likes(edges)
    users, titles = relation.shape
    user_nodes, _ = sorted_nodes("User", [f"u{i:07}" for i in range(users)])
    title_nodes, _ = sorted_nodes("Title", [f"t{i:07}" for i in range(titles)])
    facts = {"rating": np.full(len(relation), 5.0), "timestamp": relation.properties["timestamp"]}
    rated = Edges(relation.sources, relation.indices, facts)
    return assemble({"User": user_nodes, "Title": title_nodes}, {"rated": rated})
