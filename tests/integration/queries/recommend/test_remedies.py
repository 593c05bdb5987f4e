"""Remedies on real data: what they promise, what they cost, and how they are told; figures from plain lists."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import cinewalk
from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.splits import askable, split
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.neo4j.publishing import recommended
from cinewalk.queries.tune.rerank_tuning import tune_fair
from cinewalk.queries.tune.trade_offs import compare, curve

pytestmark = pytest.mark.integration

BEFORE_1980 = "floor=year:before:1980:0.264"


class Plain:
    """One split of MovieLens-100K as plain lists, sets and dictionaries."""

    def __init__(self, graph):
        self.parts = split(graph, "user-time", seed=0)
        walks = Registry(Registry(self.parts.train, Settings()).prepared(), Settings())
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
            self.asked.append((walks.newcomers.run(profile).scores, profile))

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


def test_tuning_stays_within_its_budget_and_says_what_it_tried(movielens):
    train = split(movielens, "user-time", seed=0).train
    found = tune_fair(train, Settings(), "calibrated,bubble", 0.02, kind="user-time")
    assert found.cost < found.cost_at_most <= 0.02
    within = [one for one in found.tried if one.remedies == found.remedies]
    assert [(one.cost, one.cost_at_most) for one in within] == [(found.cost, found.cost_at_most)]
    assert all(
        one.within == (one.cost_at_most <= (0.01 if "bubble" not in one.remedies else 0.02))
        for one in found.tried
    )
    plain = json.loads(json.dumps(found.to_dict()))
    assert (plain["remedies"], plain["cost_at_most"]) == (found.remedies, found.cost_at_most)
    assert {"remedies", "cost", "cost_at_most", "within"} == set(plain["tried"][0])
    assert "user-time 3x" in found.notes[0]
    for names, problem in (("calibrated=1", "without their dials"), ("", "none"), ("bubble,bubble", "once")):
        with pytest.raises(RequestError, match=problem):
            tune_fair(train, Settings(), names)
    with pytest.raises(RequestError, match=r"the budget is 1\.5"):
        tune_fair(train, Settings(), "bubble", 1.5)


SPECS = (
    "popularity=0.2",
    "calibrated=0.3",
    "bubble=3",
    "diverse=0.2",
    "floor=decade:1970s:0.3",
    "calibrated=0.2,bubble=3",
)


@pytest.fixture(scope="module")
def reco(movielens):
    return cinewalk.Recommender(movielens)


@pytest.mark.parametrize("spec", SPECS)
def test_explanations_and_lists_agree(reco, spec):
    adjusted = 0
    for user in ("196", "22", "300"):
        plain_list = reco.recommend(user)
        assert all(not item.adjustments for item in plain_list)
        found = reco.recommend(user, remedies=spec)
        for item in found:
            why = reco.explain(user, item.title_id, remedies=spec)
            assert dict(why.adjustments) == dict(item.adjustments)
            assert why.shown_score == pytest.approx(item.score, abs=1e-9)
            assert sum(reason.score for reason in why.shares) == pytest.approx(why.score, rel=1e-9)
            assert why.score == pytest.approx(reco.explain(user, item.title_id).score, rel=1e-12)
            for name in why.adjustments:
                adjusted += 1
                assert name in str(why)
                assert name in item.text
                assert name in why.to_html()
            assert why.to_dict().get("adjustments", {}) == dict(why.adjustments)
    assert adjusted


def test_what_is_left_out_is_explained_too(reco):
    spec = "calibrated=0.5"
    shown = {item.title_id for item in reco.recommend("22", remedies=spec)}
    (left, *_) = [item for item in reco.recommend("22") if item.title_id not in shown]
    why = reco.explain("22", left.title_id, remedies=spec)
    assert why.adjustments["calibration"] < 0
    contrast = reco.explain("22", left.title_id, instead_of=next(iter(shown)), remedies=spec)
    assert "calibration" in contrast.adjustments
    assert "calibration" in str(contrast)
    assert contrast.to_dict()["adjustments"]["calibration"]["score"] == why.adjustments["calibration"]


def test_a_recommender_may_have_remedies_of_its_own(movielens, reco):
    own = cinewalk.Recommender(movielens, remedies="calibrated=0.3")
    assert own.recommend("22") == reco.recommend("22", remedies="calibrated=0.3")
    assert own.recommend("22", remedies="") == reco.recommend("22")
    assert own.explain("22", own.recommend("22")[9].title_id).shown_score == own.recommend("22")[9].score
    users = ["22", "196", "300"]
    many = own.recommend_many(users, 5, remedies="bubble=2,floor=decade:1970s:0.3")
    assert [many[u] for u in users] == [
        own.recommend(u, 5, remedies="bubble=2,floor=decade:1970s:0.3") for u in users
    ]
    with pytest.raises(RequestError, match="there is no remedy 'fair=1'"):
        cinewalk.Recommender(movielens, remedies="fair=1")


def test_signals_count_and_filters_hold(movielens):
    reco = cinewalk.Recommender(movielens, remedies="calibrated=0.2,bubble=2")
    first = reco.recommend("196")[0]
    reco.thumb("196", first.title_id, -1)
    assert first.title_id not in {item.title_id for item in reco.recommend("196")}
    only = cinewalk.Only(genres=["Drama"], years=(1980, 1999))
    shown = reco.recommend("196", only=only)
    assert len(shown) == 10
    assert all(1980 <= (item.year or 0) <= 1999 for item in shown)


def test_which_lists_are_re_ranked(movielens):
    spec = "bubble=9"
    with_it, without = cinewalk.Recommender(movielens, remedies=spec), cinewalk.Recommender(movielens)
    title = next(item.title_id for item in with_it.recommend("196") if item.adjustments)
    for changed in (
        lambda reco: reco.recommend("196"),
        lambda reco: reco.recommend_many(["196"]),
        lambda reco: reco.explain("196", title).adjustments,
        lambda reco: recommended(reco, 3).targets.tolist(),
    ):
        assert changed(with_it) != changed(without)
    for same in (
        lambda reco: reco.similar("50"),
        lambda reco: reco.taste(genres=["Drama"]),
        lambda reco: reco.because_you_watched("196"),
        lambda reco: reco.new_releases("196"),
        lambda reco: reco.top(),
        lambda reco: reco.challenge("196"),
        lambda reco: reco.together(["196", "22"]),
    ):
        assert same(with_it) == same(without)


def test_people_without_likes_get_a_list(movielens):
    reco = cinewalk.Recommender(
        example_graph(), remedies="calibrated=0.1,bubble=1,diverse=0.1,popularity=0.1"
    )
    assert len(reco.recommend("gus")) == len(reco.recommend("gus", remedies=""))


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ("calibratd=0.1", "there is no remedy 'calibratd=0.1'"),
        ("bubble", "'bubble' ends in no number; write it as in bubble=2"),
        ("bubble=1.5", "must be a whole number of places"),
        ("calibrated=2", "must lie between 0 and 1"),
        ("diverse=nan", "must lie between 0 and 1"),
        ("popularity=-1", "must lie between 0 and 2"),
        ("calibrated=0.1,calibrated=0.2", "is there twice"),
        ("floor=year:before:1980", "ends in no share of 0 to 1"),
        ("floor=year:befor:1980:0.2", "names no years"),
        ("floor=colour:red:0.2", "names no titles"),
        ("floor=genre:Sciance:0.2", "no title has the genre 'Sciance'; it may be Action, Comedy"),
        ("floor=creator.gender:F:0.2", "nothing is known of it here"),
        ("floor=year:before:1900:0.2", "has no titles before 1900"),
        ("floor=genre:Horror:0.9", "is the most; ask for less"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(spec, problem):
    with pytest.raises(RequestError) as caught:
        cinewalk.Recommender(example_graph()).recommend("ann", remedies=spec)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_with_commas_are_kept_whole():
    found = RerankChain.parse("bubble=1,calibrated,diverse=0.1", example_graph())
    assert [str(remedy) for remedy in found.remedies] == ["bubble=1", "calibrated=0.1", "diverse=0.1"]
    with pytest.raises(RequestError, match="'Action, Adventure'"):
        RerankChain.parse("floor=genre:Action, Adventure:0.2,bubble=1", example_graph())


@pytest.fixture
def loaded(run, movielens):
    code, _, problem = run("load", "movielens-100k")
    assert code == 0, problem
    return run


def test_the_command_line_says_it_as_a_line_of_its_own(loaded, reco):
    spec = "calibrated=0.3,bubble=3"
    code, shown, _ = loaded("recommend", "22", "--remedies", spec, "--json")
    assert code == 0
    assert json.loads(shown) == reco.recommend("22", remedies=spec).to_dict()
    adjusted = [item for item in json.loads(shown) if item.get("adjustments")]
    code, text, _ = loaded("explain", "22", adjusted[0]["title_id"], "--remedies", spec)
    assert code == 0
    assert next(iter(adjusted[0]["adjustments"])) in text
    assert "shown with" in text
    code, text, _ = loaded("recommend", "22", "--remedies", spec)
    assert code == 0
    assert next(iter(adjusted[0]["adjustments"])) in " ".join(text.split())
    code, _, problem = loaded("recommend", "22", "--remedies", "bubbles=3")
    assert code == 1
    assert problem.startswith("error: there is no remedy 'bubbles=3'")


def test_tuning_on_the_command_line(loaded, tmp_path):
    words = ("tune", "movielens-100k", "--fair", "bubble", "--budget", "0.9", "--split", "user-time")
    code, shown, problem = loaded(*words)
    assert code == 0
    assert shown.strip() == "bubble=5"
    assert "bubble=2:" in problem
    assert "bubble=1:" not in problem  # lists have two such places without it
    assert not list(tmp_path.glob("*.toml"))
