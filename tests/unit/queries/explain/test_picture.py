"""The picture of an explanation: the reasons of the words, in their order, with shares that add up."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.errors import RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import PrivacyParameters, Settings
from cinewalk.queries.explain.drawing import drawing_of
from cinewalk.queries.explain.picture import MOST_REASONS
from tests.graphs import OPEN, random_graph

pytestmark = pytest.mark.unit

GRAPH = random_graph(11, 30, 60, 0.55)


def pictures(walk, viewers=2, settings=OPEN):
    reco = Recommender(GRAPH, walk=walk, settings=settings)
    for user in GRAPH.users.ids.ids[:10]:
        for item in reco.recommend(user, 3):
            why = reco.explain(user, item.title_id)
            yield why, why.picture(viewers)


@pytest.mark.parametrize("walk", ["blend", "newcomers", "neighbours", "pagerank"])
def test_reasons_are_those_of_the_words_and_shares_add_up(walk):
    for why, picture in pictures(walk):
        reasons = [branch.reason for branch in picture.branches]
        assert tuple(reasons) == why.shares[: len(reasons)]
        assert len(reasons) >= min(3, len(why.shares))
        assert len(reasons) <= MOST_REASONS
        assert sum(r.share for r in reasons) + picture.others.share == pytest.approx(1, abs=1e-9)
        assert sum(r.score for r in reasons) + picture.others.share * why.score == pytest.approx(why.score)
        for branch in picture.branches:
            if branch.after:
                assert sum(step.share for step in branch.after) == pytest.approx(
                    branch.reason.share, abs=1e-9
                )


@pytest.mark.parametrize("viewers", [1, 2])
def test_viewers_are_those_that_give_most_and_all_are_counted(viewers):
    for why, picture in pictures("blend", viewers):
        walks = list(why.paths(None))
        for branch in picture.branches:
            best = [path for path in walks if path.nodes[1].id == branch.reason.id][:viewers]
            drawn = [step for step in branch.after if step.id]
            assert [step.id for step in drawn] == [path.nodes[2].id for path in best]
            assert [step.share for step in drawn] == [path.share for path in best]
            assert {step.name for step in drawn} == {"a viewer"}
            assert sum(step.count for step in branch.after) == branch.counted.viewers


@pytest.mark.parametrize("walk", ["blend", "pagerank"])
def test_too_few_viewers_are_neither_counted_nor_told_one_by_one(walk):
    few = Settings(privacy=PrivacyParameters(smallest=8))
    kinds = set()
    for (why, picture), (_, told) in zip(pictures(walk, 9, few), pictures(walk, 9), strict=True):
        assert [branch.reason.share for branch in picture.branches] == [b.reason.share for b in told.branches]
        for branch, known in zip(picture.branches, told.branches, strict=True):
            number, people = known.reason.viewers, [step for step in branch.after if step.label == "User"]
            assert sum(step.share for step in branch.after) == pytest.approx(branch.reason.share, abs=1e-9)
            if number is None or number >= 8:
                assert (branch.reason.viewers, branch.reason.viewers_below) == (number, None)
                continue
            kinds.add(number)
            assert (branch.reason.viewers, branch.reason.viewers_below) == (None, 8)
            assert branch.support == "a few viewers liked both"
            assert [(step.id, step.name, step.count) for step in people] in ([], [("", "a few viewers", 0)])
        assert re.search(r"\b[0-7] viewers?\b", why.to_html()) is None
    assert len(kinds) > 2


def test_a_count_below_one_is_refused():
    why = Recommender(example_graph()).explain("ann", "Brazil")
    with pytest.raises(RequestError, match="viewers is 0"):
        why.picture(0)


def test_what_most_viewers_like_leads_to_the_title_at_once():
    reco = Recommender(example_graph())
    branches = {branch.text: branch for branch in reco.explain("ann", "Brazil").picture().branches}
    assert branches["liked by most viewers"].support == "2 viewers liked it"
    assert branches["liked by most viewers"].after == ()


@pytest.mark.parametrize("walk", ["newcomers", "blend", "pagerank"])
def test_boxes_lie_from_left_to_right_without_touching(walk):
    for _, picture in pictures(walk):
        drawing = drawing_of(picture, anonymous=True)
        into_title = [band.share for band in drawing.bands if " 86.00 " in band.outline]
        assert sum(into_title) == pytest.approx(1, abs=1e-9)
        assert [box.left for box in drawing.boxes if box.kind == "you"] == [0]
        assert max(box.left for box in drawing.boxes) == drawing.boxes[1].left
        for left in {box.left for box in drawing.boxes}:
            column = sorted((box.top, box.height) for box in drawing.boxes if box.left == left)
            tops, heights = np.array(column).T
            assert (tops[1:] >= (tops + heights)[:-1] - 1e-9).all()
            assert tops[0] >= -1e-9
            assert (tops + heights)[-1] <= drawing.height + 1e-9
