"""The page of an explanation in a real web browser, without a network: it says what the words say, and fits."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.queries.explain.drawing import COLOURS, YOU, drawing_of
from cinewalk.queries.explain.explanation import __file__ as EXPLANATION
from cinewalk.queries.recommender import Recommender

pytestmark = pytest.mark.integration

GRASS = Path(EXPLANATION).parents[1] / "browser" / "style.grass"

#: The text of each box, its place, and what is shown when the mouse rests on it.
BOXES = """() => [...document.querySelectorAll('.node')].map(node => {
  const place = node.getBoundingClientRect();
  return {kind: node.className.split(' ')[1], text: node.innerText, hint: node.title,
    left: place.left, right: place.right, colour: getComputedStyle(node).backgroundColor};
})"""


@pytest.fixture(scope="module")
def page(chromium):
    """A page of headless Chromium that reaches no network."""
    return chromium.new_context(viewport={"width": 1280, "height": 950}, offline=True).new_page()


@pytest.mark.parametrize("width", [1280, 600])
def test_it_is_drawn_from_left_to_right_and_fits(page, tmp_path, width):
    name = "A title whose name is far too long to fit into any box of a picture"
    why = Recommender(example_graph()).explain("ann", "Brazil")
    why = replace(why, title=name, shares=(replace(why.shares[0], name=name), *why.shares[1:]))
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_viewport_size({"width": width, "height": 950})
    (tmp_path / "why.html").write_text(why.to_html(), encoding="utf-8")
    page.goto((tmp_path / "why.html").as_uri())
    boxes = page.evaluate(BOXES)
    you, title, *between = boxes
    assert (you["kind"], title["kind"]) == ("you", "title")
    assert you["colour"] not in {box["colour"] for box in boxes[1:]}
    assert all(you["right"] < box["left"] and box["right"] < title["left"] for box in between)
    assert title["right"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert title["hint"] == why.label
    assert any(name in box["hint"] for box in between)
    assert not wrong
    assert [url for url in asked if not url.startswith("file:")] == []


def test_fifty_viewers_see_what_the_words_say(movielens):
    reco = Recommender(movielens)
    everybody = movielens.users.ids.ids
    for user in (everybody[i] for i in np.linspace(0, len(everybody) - 1, 50).astype(int)):
        item = reco.recommend(user, 1)[0]
        why = reco.explain(user, item.title_id)
        picture = why.picture()
        assert [branch.reason.id for branch in picture.branches[:3]] == [r.id for r in item.because]
        drawing = drawing_of(picture, anonymous=True)
        from_you = [band.share for band in drawing.bands if band.outline.startswith("M9.00 ")]
        assert from_you[:3] == sorted(from_you[: len(picture.branches)], reverse=True)[:3]
        assert from_you[:3] == pytest.approx([r.share for r in item.because], abs=1e-12)
        assert sum(from_you) == pytest.approx(1, abs=1e-9)


def test_groups_count_their_members_and_genres_say_whose_they_are(movielens):
    counts = np.diff(movielens.likes.indptr)
    user = movielens.users.ids.ids[int(np.where(counts >= 3, counts, 999).argmin())]
    reco = Recommender(movielens)
    why = reco.explain(user, reco.recommend(user, 1)[0].title_id)
    groups = [branch for branch in why.picture().branches if branch.reason.label == "DemographicGroup"]
    assert groups
    for branch in groups:
        members = movielens.relations["user_in_group"]
        group = movielens.nodes["DemographicGroup"].ids.position(branch.reason.id)
        title = movielens.titles.ids.position(why.title_id)
        inside = set(members.reverse_indices[members.reverse_row(group)].tolist())
        likers = set(movielens.likes.reverse_indices[movielens.likes.reverse_row(title)].tolist())
        assert [step.count for step in branch.after] == [len(inside & likers)]
        assert f"{len(inside & likers)} of them" in why.to_html()
    unliked = np.flatnonzero(np.diff(movielens.likes.reverse_indptr) == 0)
    reached = reco.recommend(user, 2000)
    new = {movielens.titles.ids.ids[title] for title in unliked}
    why = next(reco.explain(user, item.title_id) for item in reached if item.title_id in new)
    for branch in why.picture().branches:
        assert branch.before is not None
        assert branch.reason.name in branch.text
        assert branch.before.name in branch.text


def test_other_viewers_are_named_only_when_that_is_asked_for():
    graph = example_graph()
    why = Recommender(graph).explain("ann", "Brazil")
    hidden, shown = (why.to_html(anonymous=anonymous) for anonymous in (True, False))
    drawn = {step.id for branch in why.picture().branches for step in branch.after if step.id}
    assert drawn
    assert not [user for user in graph.users.ids.ids if re.search(rf"\b{user}\b", hidden)]
    assert all(f"viewer {user}" in shown for user in drawn)


def test_colours_are_those_of_browser():
    style = dict(re.findall(r"node\.(\w+) \{[^}]*?  color: (#\w+);", GRASS.read_text()))
    assert {label: style[label] for label in COLOURS} == COLOURS
    assert YOU not in COLOURS.values()


def test_a_name_with_markup_is_only_text():
    why = replace(Recommender(example_graph()).explain("ann", "Brazil"), title="<script>alert(1)</script>")
    assert "<script>alert" not in why.to_html()
