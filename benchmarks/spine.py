"""The main job on MovieLens-100K: load, recommend, and how long a command takes to answer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

import pandas as pd

import cinewalk
from benchmarks.measure import Row, medians, peak_mebibytes, percentile, process, read, seconds
from cinewalk.graph.evaluate import reference
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.pagerank.network import EDGE_WEIGHTS
from cinewalk.loaders.sources.sources import read_tables
from cinewalk.loaders.store.build import build_graph
from cinewalk.loaders.store.graph_folder import save

SOURCE = "movielens-100k"
_ROUNDS = 9
_NETWORKX_USERS = 5


def rows() -> list[Row]:
    """Measure everything; the data set must have been fetched before."""
    graph = cinewalk.load(SOURCE)
    return [*_building(), *_recommending(graph), *_commands(graph), *_memory()]


def _building() -> list[Row]:
    tables = read_tables(SOURCE)
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name in ("ratings", "users", "titles"):
            frame = getattr(tables, name)
            files.append(Path(folder) / f"{name}.csv")
            frame.assign(**{c: frame[c].map("|".join) for c in frame.columns if c == "genres"}).to_csv(
                files[-1], index=False
            )

        def pandas_reads() -> None:
            for file in files:
                pd.read_csv(file)

        def pandas_reads_ids_as_text() -> None:
            for file in files:
                pd.read_csv(file, dtype={"user_id": str, "title_id": str})

        plain, text, read, build = medians(
            [
                pandas_reads,
                pandas_reads_ids_as_text,
                lambda: read_tables(SOURCE),
                lambda: build_graph(tables),
            ],
            _ROUNDS,
        )
    return [
        Row("pandas reads the three files", f"{plain * 1e3:.0f} ms ({text * 1e3:.0f} with ids as text)", ""),
        Row("reading and checking them", f"{read * 1e3:.0f} ms, {read / plain:.1f} × pandas", ""),
        Row("building the graph", f"{build * 1e3:.0f} ms, {build / plain:.1f} × pandas", "≤ 3 ×"),
        Row("both", f"{(read + build) * 1e3:.0f} ms, {(read + build) / plain:.1f} × pandas", ""),
    ]


def _recommending(graph: cinewalk.Graph) -> list[Row]:
    reco = cinewalk.Recommender(graph)
    users = graph.users.ids.ids[:]
    found = []
    for walk in ("blend", "neighbours", "pagerank"):
        reco.recommend_many(users[:200], walk=walk)
        times = [
            seconds(lambda user=user, walk=walk: read(reco.recommend(user, walk=walk))) for user in users
        ]
        explained = [_explain_seconds(reco, user, walk) for user in users[:100]]
        found.append((walk, times, explained))
    slow = _networkx_seconds(graph, users[:: len(users) // _NETWORKX_USERS][:_NETWORKX_USERS])
    table = [Row("networkx.pagerank for one user", f"{slow * 1e3:.0f} ms", "")]
    for walk, times, explained in found:
        p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
        wanted = "p99 at least 100 × faster" if walk == "blend" else ""
        measured = f"p50 {p50 * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms: {slow / p99:.0f} × faster"
        table.append(Row(f"recommend, walk {walk}, reasons included, all users", measured, wanted))
        p50, p99 = percentile(explained, 0.5), percentile(explained, 0.99)
        table.append(Row(f"explain, walk {walk}", f"p50 {p50 * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms", ""))
    return table


def _explain_seconds(reco: cinewalk.Recommender, user: str, walk: str) -> float:
    title = reco.recommend(user, 1, walk=walk)[0].title_id
    return seconds(lambda: reco.explain(user, title, walk=walk))


def _networkx_seconds(graph: cinewalk.Graph, users: list[str]) -> float:
    """Rank for some users with NetworkX at its own defaults, on the same nodes and edges; the median."""
    import networkx as nx

    copy = graph.to_networkx()
    walked, likes = reference.walk_graph(copy, EDGE_WEIGHTS), reference.likes_graph(copy)
    seeds = [reference.seed_weights(likes, ("User", user), Settings().half_life) for user in users]
    return median(seconds(lambda s=s: nx.pagerank(walked, personalization=s)) for s in seeds)


def _commands(graph: cinewalk.Graph) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        place = str(save(graph, Path(folder) / "bench.cinewalk"))
        recommend = ["-m", "cinewalk", "recommend", graph.users.ids.ids[0], "--json", "--graph", place]
        process(*recommend)
        command, imports, overview, parser, demo = medians(
            [
                lambda: process(*recommend),
                lambda: process("-c", "import scipy.sparse, numba"),
                lambda: process("-m", "cinewalk", "--help"),
                lambda: process("-c", "import typer, rich"),
                lambda: process("-m", "cinewalk", "demo"),
            ],
            _ROUNDS,
        )
    return [
        Row('python -c "import scipy.sparse, numba"', f"{imports:.2f} s", ""),
        Row("cinewalk recommend on a saved graph", f"{command:.2f} s, {command / imports:.2f} ×", "≤ 2 ×"),
        Row('python -c "import typer, rich"', f"{parser:.3f} s", ""),
        Row("cinewalk --help", f"{overview:.3f} s, {overview / parser:.2f} ×", "≤ 2 ×"),
        Row("cinewalk demo, the second time", f"{demo:.2f} s", "< 4 s"),
    ]


def _memory() -> list[Row]:
    code = (
        "import cinewalk\n"
        "from cinewalk.loaders.store.build import build_graph\n"
        "from cinewalk.loaders.sources.sources import read_tables\n"
        f"reco = cinewalk.Recommender(build_graph(read_tables({SOURCE!r})))\n"
        "reco.recommend_many(); reco.recommend('1', walk='pagerank')"
    )
    return [Row("peak memory: read, build, recommend to all", f"{peak_mebibytes(code):.0f} MiB", "≤ 400 MiB")]
