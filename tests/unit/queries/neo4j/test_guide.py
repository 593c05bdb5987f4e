"""The guide, to play and to read."""

from __future__ import annotations

import pytest

from cinewalk.queries.neo4j import guide
from cinewalk.queries.neo4j.browse import pages
from cinewalk.queries.neo4j.guide import guide_markdown, guide_slides
from tests.conftest import ROOT

pytestmark = pytest.mark.unit


def test_the_guide_is_the_same_to_play_and_to_read():
    read, played = guide_markdown(), pages("http://x/")["guide.html"].decode()
    assert read == (ROOT / "docs" / "browser-guide.md").read_text(encoding="utf-8"), "run `make docs`"
    assert len(guide_slides()) == played.count("<slide>") == 6
    for slide in guide_slides():
        for block in slide:
            if block.kind in ("query", "ready"):
                assert f"```cypher\n{block.text}\n```" in read
    assert 'data-exec="style http://x/style.grass"' in played


def test_markup_in_the_guide_is_only_text():
    text = guide.Block("text", "a <b>c</b> [d](<:style e>) <script>")
    shown = '<p>a &lt;b&gt;c&lt;/b&gt; <a data-exec="style e">d</a> &lt;script&gt;</p>\n'
    assert guide._html(text, "http://x/") == shown
