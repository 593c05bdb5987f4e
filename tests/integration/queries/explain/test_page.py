"""The page of an explanation in a real web browser, without a network: nodes are there, and say what they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.queries.explain import page as explanation_page
from cinewalk.queries.recommender import Recommender

pytestmark = pytest.mark.integration

GRASS = Path(explanation_page.__file__).parents[1] / "browser" / "style.grass"


@pytest.fixture(scope="module")
def page(chromium):
    """A page of headless Chromium that reaches no network."""
    return chromium.new_context(viewport={"width": 1200, "height": 950}, offline=True).new_page()


def test_nodes_are_drawn_and_a_click_says_what_they_are(page, tmp_path):
    why = Recommender(example_graph()).explain("ann", "Brazil")
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    (tmp_path / "why.html").write_text(why.to_html(), encoding="utf-8")
    page.goto((tmp_path / "why.html").as_uri())
    page.get_by_text("Results overview").wait_for(timeout=30_000)
    assert page.locator("h1").inner_text() == "Why Brazil (1985)"
    overview = page.locator("body").inner_text()
    nodes = {(node.label, node.id) for path in why.paths(12) for node in path.nodes}
    assert f"Nodes ({len(nodes)})" in overview
    box = page.locator("canvas").first.bounding_box()
    found = False
    for down in range(20, int(box["height"]) - 60, 12):  # the layout decides where nodes lie: look for one
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + down)
        page.wait_for_timeout(30)
        if "Node details" in page.locator("body").inner_text():
            found = True
            break
    assert found
    details = page.locator("body").inner_text()
    assert any(
        name in details for name in ("Brazil (1985)", "Blade Runner (1982)", "Alien (1979)", "viewer", "you")
    )
    assert "label" in details
    assert not wrong
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_other_viewers_are_named_only_when_that_is_asked_for():
    why = Recommender(example_graph()).explain("ann", "Brazil")
    others = {node.id for path in why.paths(None) for node in path.nodes if node.label == "User"} - {"ann"}
    assert others
    hidden, shown = (_captions(why.to_html(anonymous=anonymous)) for anonymous in (True, False))
    assert not others & hidden
    assert others & shown


def _captions(page: str) -> set[str]:
    """Return every text that the picture's nodes carry."""
    data = re.search(r'id="neo4j-viz-data">(\{.*?)</script>', page, re.DOTALL)[1]
    nodes = json.loads(data)["nodes"]
    return {str(text).strip('"') for n in nodes for text in (n["caption"], *n["properties"].values())}


def test_colours_are_those_of_browser():
    style = dict(re.findall(r"node\.(\w+) \{[^}]*?  color: (#\w+);", GRASS.read_text()))
    colours = explanation_page._COLOURS
    assert {label: style[label] for label in colours} == colours


def test_a_name_with_markup_is_only_text():
    from dataclasses import replace

    why = replace(Recommender(example_graph()).explain("ann", "Brazil"), title="<script>alert(1)</script>")
    assert "<script>alert" not in why.to_html()
