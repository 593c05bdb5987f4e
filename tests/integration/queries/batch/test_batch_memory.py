"""Two processes on one graph share its pages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cinewalk
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from tests.conftest import ROOT, missing

pytestmark = pytest.mark.integration


_READERS = 2


_READ = """
import sys
from pathlib import Path
from cinewalk.loaders.store.graph_folder import open_graph
from cinewalk.queries.recommender import Recommender

reco = Recommender(open_graph(sys.argv[1]), walk="popularity")
reco.batch(Path(sys.argv[2]), users=reco.graph.users.ids.ids[:200])
likes = reco.graph.likes  # what a walk over everybody reads
_ = [array.max() for array in (likes.indices, likes.reverse_indices, likes.properties["timestamp"])]
print("done", flush=True)
sys.stdin.read()
"""


def large_graph(users: int = 40_000, titles: int = 8_000, each: int = 75) -> cinewalk.Graph:
    """Three million ratings, made on the spot."""
    rng = np.random.default_rng(0)
    user_nodes, _ = sorted_nodes("User", [f"u{i:06}" for i in range(users)])
    title_nodes, _ = sorted_nodes("Title", [f"t{i:05}" for i in range(titles)])
    # A start and a stride of each user's own, prime to the number of titles: no title comes twice.
    start, stride = rng.integers(0, titles, users), 1 + 10 * rng.integers(0, titles // 20, users)
    picks = (start[:, None] + stride[:, None] * np.arange(each)) % titles
    facts = {
        "rating": rng.integers(1, 6, users * each),
        "timestamp": 900_000_000 + rng.integers(0, 10**8, users * each),
    }
    rated = Edges(np.repeat(np.arange(users), each), picks.ravel(), facts)
    return assemble({"User": user_nodes, "Title": title_nodes}, {"rated": rated})


def memory(pid: int, folder: Path | None = None) -> dict[str, int]:
    """Add up the bytes of a process's mappings, by kind: all of them, or those of a folder's files."""
    found: dict[str, int] = {}
    inside = folder is None
    source = "smaps_rollup" if folder is None else "smaps"
    for line in Path(f"/proc/{pid}/{source}").read_text().splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            inside = folder is None or str(folder) in line
        elif inside and words[-1] == "kB":
            found[words[0][:-1]] = found.get(words[0][:-1], 0) + int(words[1]) * 1024
    return found


def test_two_processes_on_one_graph_share_its_pages(tmp_path):
    if not Path("/proc/self/smaps_rollup").exists():
        missing("this system does not tell the proportional set size of a process")
    graph = cinewalk.save(large_graph(), tmp_path / "large.cinewalk")
    size = sum(file.stat().st_size for file in graph.rglob("*"))
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READ, str(graph), str(tmp_path / f"{i}.parquet")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        for i in range(_READERS)
    ]
    try:
        for reader in readers:
            assert reader.stdout.readline() == b"done\n"
        for reader in readers:
            whole, of_graph = memory(reader.pid), memory(reader.pid, graph)
            # What lists take is in memory once for both; what was only looked through has been let go.
            assert 0.2 * size < of_graph["Rss"] < 0.9 * size
            assert of_graph["Pss"] < 0.55 * of_graph["Rss"]
            assert of_graph["Private_Dirty"] == 0
            assert whole["Rss"] - whole["Pss"] > 0.45 * of_graph["Rss"]
    finally:
        for reader in readers:
            reader.communicate()
    assert (tmp_path / "0.parquet").read_bytes() == (tmp_path / "1.parquet").read_bytes()
