"""The pictures of walks are drawn from what the walks are today."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.scripts import module_of

pytestmark = pytest.mark.oracle

IMAGES = ROOT / "docs" / "images"


def test_pictures_of_walks():
    pictures = module_of(ROOT / "docs" / "walk_pictures.py")
    assert {file.stem for file in IMAGES.glob("walk-*.svg")} == {f"walk-{walk}" for walk in pictures.DRAWN}
    for walk in pictures.DRAWN:
        assert pictures.draw(walk) == (IMAGES / f"walk-{walk}.svg").read_text(encoding="utf-8"), "make docs"


def test_lines_into_the_title_are_the_whole_score():
    for file in IMAGES.glob("walk-*.svg"):
        lines = re.findall(r", (\d+) \d+\".*?<title>(\d+)%", file.read_text(encoding="utf-8"), re.DOTALL)
        last = max(int(right) for right, _ in lines)
        whole = sum(int(share) for right, share in lines if int(right) == last)
        # PageRank has long walks, too, which are not drawn.
        assert whole in range(80 if "pagerank" in file.name else 98, 103)
