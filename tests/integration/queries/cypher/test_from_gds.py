"""The page for those who come from Graph Data Science: what it prints runs, and the two agree as it says."""

from __future__ import annotations

import random
import re

import pytest

from cinewalk.loaders.neo4j.write.publish import publish
from tests.conftest import ROOT
from tests.graphs import from_ratings

pytestmark = [pytest.mark.integration, pytest.mark.contract]

PAGE = (ROOT / "docs" / "from-gds.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def pairs(rows) -> dict[tuple[str, str], float]:
    return {(row["titleId"], row["similarId"]): row["score"] for row in rows}


def test_node_similarity_is_a_walk_of_ours(empty):
    dice = random.Random(5)
    likes = [
        (f"u{user}", f"t{title}", 5, 0) for user in range(60) for title in range(40) if dice.random() < 0.3
    ]
    graph = from_ratings(likes)
    publish(graph, empty, derived=False)
    project, node_similarity, ours = blocks("cypher")
    (settled,) = blocks("python")
    exec(settled.replace('load("neo4j://localhost")', "graph"), {"graph": graph, "driver": empty})
    empty.read(project)
    expected, found = pairs(empty.read(node_similarity)), pairs(empty.read(ours))
    assert len(expected) > 500
    assert found.keys() == expected.keys()  # fewer than 300 titles, so that all pairs are kept
    for pair, score in expected.items():
        assert found[pair] == pytest.approx(score, abs=1e-7)
