"""The recipes of CONTRIBUTING.md are true: a walk and a source are added to a copy of the project as they say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]

WALK = '''"""Titles by how much of their viewers they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.neighbours.title_walk import Passing, TitleWalk

if TYPE_CHECKING:
    from cinewalk.graph.numeric.progress import RowProgress
    from cinewalk.graph.walks.base.result import Ground


class Jaccard(TitleWalk):
    """``W_ij = |viewers of both| / |viewers of either|``; ``score_j = Σ_i x_u(i) W_ij``."""

    name = "jaccard"

    @classmethod
    def of(cls, ground: Ground) -> Jaccard:
        """Make the walk on what is given."""
        return cls(ground.likes)

    def prepare(self, progress: RowProgress = None) -> CSR:
        """Compute the row of every title."""
        liked = self.likes.relation.matrix()
        shared = (liked.T @ liked).toarray()
        degrees = shared.diagonal().copy()
        np.fill_diagonal(shared, 0.0)
        either = degrees[:, None] + degrees[None, :] - shared
        rows = np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)
        indptr = np.concatenate([[0], np.cumsum((rows > 0).sum(axis=1))])
        indices = np.nonzero(rows)[1].astype(np.int32)
        return CSR(frozen(indptr), frozen(indices), frozen(rows[rows > 0].astype(np.float32)))

    def _passing(self) -> Passing:
        return Passing(self.likes.user_discount(0.0))
'''

REFERENCE = '''

def jaccard(likes: nx.Graph, weights: Mapping[Node, float]) -> dict[Node, float]:
    """Score titles by the part of their viewers that they have in common with each seed."""
    scores: dict[Node, float] = {}
    for seed, weight in weights.items():
        for target in {title for viewer in likes[seed] for title in likes[viewer]} - {seed}:
            both, either = set(likes[seed]) & set(likes[target]), set(likes[seed]) | set(likes[target])
            scores[target] = scores.get(target, 0.0) + weight * len(both) / len(either)
    return scores
'''

COMPARISON = """
import networkx as nx, numpy as np
from cinewalk.graph.evaluate import reference
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

graph = random_graph(1)
likes = nx.Graph(
    (("user", u), ("title", t)) for u, t in zip(graph.likes.sources.tolist(), graph.likes.indices.tolist())
)
for user in range(len(graph.users)):
    profile = profile_of(graph, user, 5.0)
    seeds = {("title", t): w for t, w in zip(profile.titles.tolist(), profile.weights.tolist())}
    expected = np.zeros(len(graph.titles))
    for (_, title), score in reference.jaccard(likes, seeds).items():
        expected[title] = score
    scores = Registry(graph, Settings()).walk("jaccard").run(profile).scores
    np.testing.assert_allclose(scores, expected, rtol=1e-6)
print("compared", len(graph.users))
"""

SOURCE = '''"""Files of stars, one viewer, title and rating a line, split by bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.graph.model.schema import RATING, TITLE_ID, USER_ID
from cinewalk.loaders.tables.cells import field
from cinewalk.loaders.tables.layouts import Layout, TextFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def is_stars(name: str) -> bool:
    """Tell by its name whether a file may be one of stars."""
    return name.endswith(".stars")


def plan_stars(folder: Path, _: Mapping[str, str]) -> list[TextFile] | None:
    """Lay out the files of a folder, where it is one of stars."""
    files = sorted(folder.glob("*.stars"))
    fields = (field(USER_ID), field(TITLE_ID), field(RATING))
    return [TextFile(file, Layout("ratings", fields, "|")) for file in files] or None
'''


@pytest.fixture
def copy(tmp_path):
    """Copy what somebody would clone."""
    for name in ("graph", "loaders", "queries", "src", "tests"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(copy, *command):
    """Run Python on the copy; return what it says."""
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "CINEWALK_HOME": str(copy / "home")}
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=copy, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def insert(file, line, before):
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, line + before), encoding="utf-8")


def test_add_a_walk(copy):
    (copy / "graph/walks/neighbours/jaccard.py").write_text(WALK, encoding="utf-8")
    registry = copy / "graph/walks/registry.py"
    entry = '    "jaccard": Entry("neighbours.jaccard:Jaccard.of", "titles with the same viewers"),\n'
    insert(registry, entry, '    "pagerank": Entry(')
    insert(registry, '    "jaccard",\n', '    "pagerank",\n')
    reference = copy / "graph/evaluate/reference.py"
    reference.write_text(reference.read_text(encoding="utf-8") + REFERENCE, encoding="utf-8")

    assert "compared" in run(copy, "-c", COMPARISON)
    suite = run(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract/graph/walks", "-k", "jaccard"
    )
    assert " passed" in suite
    assert int(suite.rsplit(" passed", 1)[0].split()[-1]) >= 8

    example = copy / "example.cinewalk"
    run(copy, "-m", "cinewalk", "load", ROOT / "docs" / "example", "--out", example)
    viewer = sorted(
        {line.split(",")[0] for line in (ROOT / "docs/example/ratings.csv").read_text().splitlines()[1:]}
    )[0]
    assert "jaccard" in run(copy, "-m", "cinewalk", "recommend", "--help")
    listed = run(copy, "-m", "cinewalk", "recommend", viewer, "-g", example, "--walk", "jaccard", "--json")
    assert '"rank": 1' in listed


def test_add_a_source(copy):
    (copy / "loaders/sources/stars.py").write_text(SOURCE, encoding="utf-8")
    folders = copy / "loaders/sources/folders.py"
    insert(
        folders,
        "from cinewalk.loaders.sources.stars import is_stars, plan_stars\n",
        "from cinewalk.loaders.tables.headers",
    )
    text = folders.read_text(encoding="utf-8")
    last = "Format(is_recbole, plan_recbole)"
    assert text.count(last) == 1
    folders.write_text(text.replace(last, f"{last}, Format(is_stars, plan_stars)"), encoding="utf-8")
    data = copy / "data"
    data.mkdir()
    lines = [
        f"u{user}|t{title}|{5 - (user + title) % 2}" for user in range(6) for title in range(user, user + 5)
    ]
    (data / "some.stars").write_text("\n".join(lines), encoding="utf-8")

    said = run(copy, "-m", "cinewalk", "load", data, "--out", copy / "stars.cinewalk", "--json")
    loaded = json.loads(said)
    assert loaded["rows"]["ratings"] == {"rows": 30, "loaded": 30, "rejected": 0, "duplicates": 0}
    assert (loaded["nodes"]["User"], loaded["nodes"]["Title"]) == (6, 10)
    assert '"rank": 1' in run(
        copy, "-m", "cinewalk", "recommend", "u1", "-g", copy / "stars.cinewalk", "--json"
    )
