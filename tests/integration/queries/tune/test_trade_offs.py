"""Remedies on real data: what they promise and what they cost; figures from plain lists."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from cinewalk.graph.evaluate.splits import askable, split
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.tune.trade_offs import compare, curve

pytestmark = pytest.mark.integration


BEFORE_1980 = "floor=year:before:1980:0.264"


class Plain:
    """One split of MovieLens-100K as plain lists, sets and dictionaries."""

    def __init__(self, graph):
        self.parts = split(graph, "user-time", seed=0)
        walks = Registry(prepare(Registry(self.parts.train, Settings())), Settings())
        self.walks, train, test = walks, self.parts.train, self.parts.test
        self.users = askable(train, test).tolist()
        self.found = {user: set(test.indices[test.row(user)].tolist()) for user in self.users}
        joined, likes = train.relations["in_genre"], train.likes
        self.genres = [joined.indices[joined.row(t)].tolist() for t in range(len(train.titles))]
        self.liked = {
            user: dict(
                zip(likes.indices[row].tolist(), likes.properties["preference"][row].tolist(), strict=True)
            )
            for user in self.users
            for row in [likes.row(user)]
        }
        self.years = train.titles.array("year").tolist()
        self.asked = []
        for user in self.users:
            profile = profile_of(train, user, Settings().half_life)
            self.asked.append((walks.walk("newcomers").run(profile).scores, profile))

    def lists(self, spec=""):
        remedies = RerankChain.parse(spec, self.parts.train, parts=self.walks)
        return [remedies.ranked(s, p, p.hidden, 10)[0].tolist() for s, p in self.asked]

    def ndcg(self, lists):
        return np.mean(
            [self._ndcg(titles, self.found[u]) for u, titles in zip(self.users, lists, strict=True)]
        )

    @staticmethod
    def _ndcg(titles, wanted):
        got = sum(1 / math.log2(rank + 1) for rank, t in enumerate(titles, 1) if t in wanted)
        return got / sum(1 / math.log2(rank + 1) for rank in range(1, min(len(wanted), 10) + 1))

    def divergence(self, lists):
        return np.mean([self._divergence(u, titles) for u, titles in zip(self.users, lists, strict=True)])

    def _divergence(self, user, titles):
        p, q = {}, {}
        for title, preference in self.liked[user].items():
            for genre in self.genres[title]:
                p[genre] = p.get(genre, 0) + preference / len(self.genres[title])
        for title in titles:
            for genre in self.genres[title]:
                q[genre] = q.get(genre, 0) + 1 / len(self.genres[title]) / len(titles)
        total = sum(p.values())
        return sum(
            part / total * math.log(part / total / (0.99 * q.get(genre, 0) + 0.01 * part / total))
            for genre, part in p.items()
        )

    def places_outside(self, lists):
        found = []
        for user, titles in zip(self.users, lists, strict=True):
            counts = {}
            for title in self.liked[user]:
                for genre in self.genres[title]:
                    counts[genre] = counts.get(genre, 0) + 1
            top = sorted(counts, key=lambda g, c=counts: (-c[g], g))[:3]
            found.append(sum(not set(self.genres[t]) & set(top) for t in titles))
        return found

    def exposure(self, lists, first, last):
        got = whole = 0.0
        for titles in lists:
            for rank, title in enumerate(titles, 1):
                got += (first <= self.years[title] <= last) / math.log2(rank + 1)
                whole += 1 / math.log2(rank + 1)
        return got / whole


@pytest.fixture(scope="module")
def plain(movielens):
    return Plain(movielens)


@pytest.fixture(scope="module")
def before(plain):
    return plain.lists()


def test_calibration_takes_a_quarter_of_the_divergence_for_hardly_any_accuracy(plain, before):
    after = plain.lists("calibrated=0.1")
    assert plain.divergence(after) <= 0.75 * plain.divergence(before)
    assert plain.ndcg(after) >= 0.985 * plain.ndcg(before)


@pytest.mark.parametrize(("places", "cost"), [(1, 0.003), (2, 0.004), (3, 0.006), (5, 0.013)])
def test_the_bubble_dial_delivers_its_places_at_its_cost(plain, before, places, cost):
    after = plain.lists(f"bubble={places}")
    assert set(plain.places_outside(after)) == {places}
    assert plain.ndcg(before) - plain.ndcg(after) <= cost


def test_a_floor_reaches_its_share_at_one_percent(plain, before):
    after = plain.lists(BEFORE_1980)
    assert plain.exposure(before, 1, 1979) < 0.21
    assert plain.exposure(after, 1, 1979) == pytest.approx(0.264, abs=0.01)
    assert plain.ndcg(after) >= 0.99 * plain.ndcg(before)


@pytest.mark.slow
def test_figures_are_those_of_plain_lists(movielens, plain, before):
    spec = f"popularity=0.1,calibrated=0.1,{BEFORE_1980},bubble=2"
    found = compare(movielens, Settings(), spec)
    assert [step.remedies for step in found.steps] == [
        "",
        "popularity=0.1",
        "popularity=0.1,calibrated=0.1",
        f"popularity=0.1,calibrated=0.1,{BEFORE_1980}",
        spec,
    ]
    after = plain.lists(spec)
    for step, lists in ((found.before, before), (found.after, after)):
        counts = np.bincount(np.concatenate(lists), minlength=len(movielens.titles))
        ascending, m = np.sort(counts), len(counts)
        gini = sum((2 * j - m - 1) * c for j, c in enumerate(ascending.tolist(), 1)) / (m * counts.sum())
        assert step.figures == pytest.approx(
            {
                "ndcg@10": plain.ndcg(lists),
                "recall@20": step.figures["recall@20"],
                "genre_divergence": plain.divergence(lists),
                "bubble_index": np.mean(plain.places_outside(lists)) / 10,
                "coverage@10": np.count_nonzero(counts) / m,
                "gini@10": gini,
                "exposure year:before:1980": plain.exposure(lists, 1, 1979),
            },
            rel=1e-9,
        )
    cost = 1 - plain.ndcg(after) / plain.ndcg(before)
    assert found.after.cost == pytest.approx(cost, abs=1e-9)
    low, high = found.after.interval
    assert low < cost < high
    assert found.users == len(plain.users)
    frame = found.to_frame()
    assert frame["remedies"].tolist() == [step.remedies for step in found.steps]
    assert frame["cost_high"].iloc[-1] == high
    json.dumps(found.to_dict())
    assert {name for name, *_ in found.changes()} == set(found.before.figures)


def test_a_curve_is_a_step_for_each_value(movielens):
    found = curve(movielens, Settings(), "calibrated", (0.02, 0.1, 0.3))
    assert [step.remedies for step in found.steps] == [
        "",
        "calibrated=0.02",
        "calibrated=0.1",
        "calibrated=0.3",
    ]
    divergences = [step.figures["genre_divergence"] for step in found.steps]
    assert divergences == sorted(divergences, reverse=True)
