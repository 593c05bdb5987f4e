"""What `evaluate --next-likes` measures, against its definition in plain lists."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.cold_users import held_out_users
from cinewalk.graph.evaluate.list_metrics import titles_in_common
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.evaluate.next_likes import GIVEN, next_likes
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle


def by_hand(held, given, walk, half_life):
    """NDCG and the charts' share of everybody's list, and what two lists have in common."""
    likes = held.train.likes
    fans = np.bincount(likes.indices, minlength=likes.shape[1]).tolist()
    top = set(sorted(range(len(fans)), key=lambda title: (-fans[title], title))[:20])
    gains, charts, lists = [], [], []
    for person in held.people:
        if len(person.titles) < 26:
            continue
        profile = person.profile(given, half_life, likes.shape[1])
        scores = walk.run(profile).scores.tolist()
        known = set(person.titles[:given].tolist())
        shown = sorted(
            (title for title in range(len(fans)) if title not in known and scores[title] > 0),
            key=lambda title: (-scores[title], title),
        )[:10]
        coming = person.titles[given : given + 10].tolist()
        gain = sum(1 / math.log2(place + 2) for place, title in enumerate(shown) if title in coming)
        gains.append(gain / sum(1 / math.log2(place + 2) for place in range(10)))
        charts.append(len(top & set(shown)) / len(shown))
        lists.append(set(shown))
    pairs = [len(one & other) for i, one in enumerate(lists) for other in lists[:i]]
    return np.mean(gains), np.mean(charts), sum(pairs) / len(pairs), len(lists)


def test_figures_are_their_definition():
    graph, settings = random_graph(5, 60, 160, 0.6), Settings()
    evaluated = next_likes(graph, settings, ["newcomers", "popularity"], seeds=[3])
    assert [(row.given, row.walk) for row in evaluated.rows] == [
        (given, walk) for given in GIVEN for walk in ("newcomers", "popularity")
    ]
    held = held_out_users(graph, seed=3)
    parts = Registry(held.train, settings)
    for row in evaluated.rows:
        ndcg, charts, in_common, people = by_hand(held, row.given, parts.walk(row.walk), settings.half_life)
        assert row.ndcg.mean == pytest.approx(ndcg, rel=1e-9)
        assert (row.charts, row.in_common) == pytest.approx((charts, in_common), rel=1e-9)
        assert row.lists == row.people == people > 3
        assert row.ndcg.low <= row.ndcg.mean <= row.ndcg.high
    assert len(evaluated.to_frame()) == len(evaluated.to_dict()) == len(GIVEN) * 2


def test_what_makes_no_sense_is_refused():
    with pytest.raises(RequestError, match="at least one seed"):
        next_likes(example_graph(), Settings(), seeds=[])
    with pytest.raises(RequestError, match="nobody who is held out has 26 likes"):
        next_likes(random_graph(1, 60, 30, 0.3), Settings())
    with pytest.raises(RequestError, match="there is no walk 'new'"):
        next_likes(random_graph(5, 60, 160, 0.6), Settings(), ["new"], seeds=[0])


def test_one_list_has_nothing_in_common_with_another():
    assert math.isnan(titles_in_common(np.array([[1, 2]], np.int32)))
