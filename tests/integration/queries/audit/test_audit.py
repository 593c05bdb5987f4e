"""The audit of MovieLens-100K: every figure again from plain lists, and what is hidden."""

from __future__ import annotations

import json
import sys
from collections import Counter
from math import log, log2

import numpy as np
import pytest

from cinewalk.errors import MissingPackageError, RequestError
from cinewalk.graph.attributes.viewer_groups import with_shuffled_groups
from cinewalk.graph.evaluate.splits import askable, split
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import Settings
from cinewalk.queries.audit.audit import audit
from cinewalk.queries.audit.figures import FIGURES, SECTIONS
from cinewalk.queries.recommender import Recommender
from tests.graphs import from_ratings, random_graph

pytestmark = pytest.mark.integration


class Plain:
    """The same split as plain Python: who likes what, and what everybody is recommended."""

    def __init__(self, graph):
        parts = split(graph, seed=0)
        self.train, users = parts.train, list(graph.users.ids.ids)
        titles, genres = list(graph.titles.ids.ids), list(graph.genres.ids.ids)
        self.users = [users[i] for i in askable(parts.train, parts.test)]
        self.likes, self.later = ({user: {} for user in users} for _ in range(2))
        for relation, found in ((parts.train.likes, self.likes), (parts.test, self.later)):
            preferences = relation.properties["preference"].tolist()
            for s, t, p in zip(
                relation.sources.tolist(), relation.indices.tolist(), preferences, strict=True
            ):
                found[users[s]][titles[t]] = p
        self.genres = {title: [] for title in titles}
        joined = graph.relations["in_genre"]
        for t, g in zip(joined.sources.tolist(), joined.indices.tolist(), strict=True):
            self.genres[titles[t]].append(genres[g])
        years = graph.titles.array("year").tolist()
        self.decade = {t: f"{y // 10 * 10}s" if y else "unknown" for t, y in zip(titles, years, strict=True)}
        self.degree = Counter(title for liked in self.likes.values() for title in liked)
        members, groups = graph.relations["user_in_group"], list(graph.nodes["DemographicGroup"].ids.ids)
        self.groups = {user: {} for user in users}
        for u, g in zip(members.sources.tolist(), members.indices.tolist(), strict=True):
            kind, _, value = groups[g].partition("=")
            self.groups[users[u]][kind] = value
        self.lists = self.of(Recommender(self.train))

    def of(self, reco, k=20):
        found = reco.recommend_many(self.users, k=k)
        return {user: [item.title_id for item in found[user]] for user in self.users}

    def members(self, kind, value):
        return [user for user in self.users if self.groups[user].get(kind, "unknown") == value]

    def figures(self, user):
        ten, twenty, later = self.lists[user][:10], self.lists[user], self.later[user]
        gain = sum(1 / log2(rank + 1) for rank, title in enumerate(ten, 1) if title in later)
        best = sum(1 / log2(rank + 1) for rank in range(1, min(10, len(later)) + 1))
        liked = self.likes[user]
        lift = np.mean([self.degree[t] for t in ten]) / np.mean([self.degree[t] for t in liked]) - 1
        top = Counter(genre for title in sorted(liked) for genre in self.genres[title])
        top = sorted(top, key=lambda genre: (-top[genre], genre))[:3]
        outside = np.mean([not set(top) & set(self.genres[title]) for title in ten])
        recall = len(later.keys() & set(twenty)) / len(later)
        return [gain / best, recall, lift, self.divergence(liked, ten), outside]

    def divergence(self, liked, shown):
        wanted, given = Counter(), Counter()
        for title, preference in liked.items():
            for genre in self.genres[title]:
                wanted[genre] += preference / len(self.genres[title])
        for title in shown:
            for genre in self.genres[title]:
                given[genre] += 1 / len(self.genres[title]) / len(shown)
        total = sum(wanted.values())
        p = {genre: weight / total for genre, weight in wanted.items()}
        return sum(share * log(share / (0.99 * given[genre] + 0.01 * share)) for genre, share in p.items())


@pytest.fixture(scope="module")
def plain(movielens):
    return Plain(movielens)


def test_every_figure_of_viewers_again(audited, plain):
    of_user = {user: plain.figures(user) for user in plain.users}
    assert audited.everybody.viewers == len(plain.users)
    for row in (audited.everybody, *audited.groups):
        own = plain.members(row.kind, row.value) if row.kind else plain.users
        expected = np.mean([of_user[user] for user in own], axis=0)
        assert row.viewers == len(own)
        assert row.compared == (len(own) >= 20)
        assert [row.figures[name].mean for name in FIGURES] == pytest.approx(expected.tolist(), rel=1e-6)
        assert all(figure.low <= figure.mean <= figure.high for figure in row.figures.values())
        counts = Counter(title for user in own for title in plain.lists[user][:10])
        assert row.coverage == pytest.approx(len(counts) / len(plain.genres))
        numbers = sorted(counts[title] for title in plain.genres)
        weighted = sum((2 * i - len(numbers) - 1) * n for i, n in enumerate(numbers, 1))
        assert row.gini == pytest.approx(weighted / (len(numbers) * sum(numbers)))


def test_every_gap_again(audited):
    assert len(audited.gaps) == 3 * len(FIGURES)
    for gap in audited.gaps:
        means = {
            r.value: r.figures[gap.figure].mean for r in audited.groups if r.kind == gap.kind and r.compared
        }
        assert gap.groups == len(means)
        assert gap.gap == pytest.approx(max(means.values()) - min(means.values()))
        assert (gap.highest, gap.lowest) == (max(means, key=means.get), min(means, key=means.get))
        assert gap.null_low < gap.null_mean < gap.null_high
        assert (gap.p < 0.03) == (gap.gap > gap.null_high) or 0.015 < gap.p < 0.035


def test_every_share_of_exposure_again(audited, plain):
    weights = {"shown": Counter(), "there": Counter(), "liked": Counter()}
    for ten in (titles[:10] for titles in plain.lists.values()):
        for rank, title in enumerate(ten, 1):
            weights["shown"][title] += 1 / log2(rank + 1)
    weights["there"] = dict.fromkeys(plain.genres, 1)
    weights["liked"] = plain.degree
    for by, values_of in (
        ("decade", lambda t: [plain.decade[t]]),
        ("genre", lambda t: plain.genres[t] or ["unknown"]),
    ):
        shares = {}
        for name, weight in weights.items():
            shares[name] = Counter()
            for title, number in weight.items():
                for value in values_of(title):
                    shares[name][value] += number / len(values_of(title)) / sum(weight.values())
        rows = {row.value: row for row in audited.exposure if row.by == by}
        for value, row in rows.items():
            shown, there, liked = (shares[name][value] for name in weights)
            assert (row.exposure, row.catalogue, row.viewing) == pytest.approx((shown, there, liked))
            assert row.amplification.mean == pytest.approx(shown / liked)
            assert row.amplification.low <= row.amplification.mean <= row.amplification.high
        # What is left out was liked by few, but for the one that hides them.
        left_out = set(shares["there"]) - set(rows)
        fans = {
            value: sum(any(value in values_of(t) for t in liked) for liked in plain.likes.values())
            for value in shares["there"]
        }
        assert {value for value, number in fans.items() if 0 < number < 11} <= left_out
        assert bool(left_out) == (by in audited.hidden)
        assert sum(fans[value] >= 11 for value in left_out) == bool(left_out)


@pytest.mark.slow
def test_what_groups_change_again(audited, plain):
    recos = {
        "off": [Recommender(plain.train, groups="none")],
        "shuffled": [Recommender(with_shuffled_groups(plain.train, seed)) for seed in range(5)],
    }
    few = Settings().newcomers.enough
    changed = {
        what: [
            {user: len(set(plain.lists[user][:10]) - set(found[user])) for user in plain.users}
            for found in (plain.of(reco, 10) for reco in several)
        ]
        for what, several in recos.items()
    }
    for row in audited.changes:
        own = plain.members(row.kind, row.value) if row.kind else plain.users
        own = [user for user in own if (len(plain.likes[user]) < few) == (row.who == "newcomers")]
        assert row.viewers == len(own)
        means = [np.mean([counts[user] for user in own]) for counts in changed[row.groups]]
        assert row.times == len(means)
        assert row.changed.mean == pytest.approx(np.mean(means))
        assert row.spread == pytest.approx((min(means), max(means)))
        shares = [np.mean([counts[user] > 0 for user in own]) for counts in changed[row.groups]]
        assert row.affected == pytest.approx(np.mean(shares))
    by_name = {(row.groups, row.who, row.value): row for row in audited.changes}
    assert by_name["off", "newcomers", ""].changed.low > 0
    least, most = by_name["shuffled", "newcomers", ""].spread
    assert 0 < least < most
    # From enough likes on, the default walk pays no heed to groups.
    assert by_name["off", "others", ""].affected == by_name["shuffled", "others", ""].affected == 0


def test_another_seed_shuffles_otherwise():
    graph = random_graph(3, users=60, titles=30)
    spreads = [
        [(row.changed.mean, *row.spread) for row in audit(graph, Settings(), seed=seed).changes]
        for seed in (0, 0, 1)
    ]
    assert spreads[0] == spreads[1] != spreads[2]


def test_small_groups_are_not_shown(audited, plain):
    sizes = Counter(plain.groups[user]["occupation"] for user in plain.users)
    small = {value for value, number in sizes.items() if number < 11}
    shown = {row.value for row in audited.groups if row.kind == "occupation"}
    assert small
    assert shown == set(sizes) - small
    assert "occupation" in audited.hidden
    assert all(row.viewers >= 11 for row in (*audited.groups, *audited.changes))
    assert not small & {row.value for row in audited.changes}


def test_nothing_names_a_viewer(audited, movielens):
    text = json.dumps(audited.to_dict())
    assert "user" not in text
    assert json.loads(text) == audited.to_dict()
    assert not {f'"{user}"' for user in movielens.users.ids.ids} & set(text.split())


def test_what_is_shown_does_not_depend_on_what_is_asked_for(audited, movielens):
    alone = audit(movielens, Settings(), "occupation")
    assert alone.groups == tuple(row for row in audited.groups if row.kind == "occupation")
    assert {row.kind for row in (*alone.gaps, *alone.changes)} == {"", "occupation"}
    assert alone.everybody == audited.everybody
    assert alone.exposure == audited.exposure


def test_a_recommender_audits_itself(audited, movielens):
    assert Recommender(movielens).audit(["age", "gender"]).gaps == tuple(
        gap for gap in audited.gaps if gap.kind in {"age", "gender"}
    )
    blind = Recommender(movielens, walk="popularity", groups="none", remedies="bubble=2").audit("gender")
    assert (blind.walk, blind.remedies, blind.changes) == ("popularity", "bubble=2", ())
    assert blind.everybody.figures["bubble_index"].mean == pytest.approx(0.2, abs=0.01)
    assert {row.value for row in blind.groups} == {"F", "M"}


def test_a_recommender_audits_another_walk_seed_and_remedies():
    graph = random_graph(1, users=60, titles=30)
    reco = Recommender(graph, walk="neighbours", remedies="bubble=2", groups="none")
    told: list[str] = []
    other = reco.audit(
        walk="popularity",
        groups="all",
        remedies="calibrated=0.1",
        seed=3,
        progress=lambda what, *_: told.append(what),
    )
    asked = audit(graph, reco.settings, walk="popularity", groups="all", remedies="calibrated=0.1", seed=3)
    assert other.to_dict() == asked.to_dict()
    assert "Measuring" in told
    assert reco.audit(remedies="").remedies == ""
    kept = reco.audit()
    assert (kept.walk, kept.remedies, kept.changes) == ("neighbours", "bubble=2", ())
    with pytest.raises(RequestError, match=r"^groups is 'some'; it must be 'all' or 'none'\.$"):
        reco.audit(groups="some")
    with pytest.raises(RequestError, match="there is no walk 'run'"):
        reco.audit(walk="run")


def test_tables(audited):
    frames = {section: audited.to_frame(section) for section in SECTIONS}
    assert len(frames["groups"]) == 1 + len(audited.groups)
    assert {"ndcg@10", "ndcg@10_low", "ndcg@10_high", "coverage", "gini"} <= set(frames["groups"])
    assert [len(frames[name]) for name in SECTIONS[1:]] == [
        len(getattr(audited, name)) for name in SECTIONS[1:]
    ]
    with pytest.raises(RequestError, match=r"^there is no part 'users' of an audit; there are groups, gaps"):
        audited.to_frame("users")


def test_what_makes_no_sense_is_refused(movielens):
    with pytest.raises(
        RequestError, match=r"no groups of viewers by 'size'; there are groups by age, gender, occ"
    ):
        audit(movielens, Settings(), ["age", "size"])
    with pytest.raises(RequestError, match=r"no groups of creators by 'gender'; there are groups by nothing"):
        audit(movielens, Settings(), creators="gender")
    with pytest.raises(RequestError, match="fewer than 11 viewers"):
        audit(example_graph(), Settings())
    with pytest.raises(RequestError, match="there is no walk 'run'"):
        audit(movielens, Settings(), walk="run")


def test_without_times_a_random_fifth_is_held_out():
    graph = from_ratings([(f"u{u}", f"t{(u * 7 + i) % 30}", 5.0, 0) for u in range(20) for i in range(10)])
    found = audit(graph, Settings())
    assert "No event has a time" in " ".join(found.notes)
    assert (found.groups, found.gaps, found.exposure, found.changes) == ((), (), (), ())
    assert found.everybody.viewers == 20
    # Without genres there is nothing to say of them.
    assert set(found.everybody.figures) == {"ndcg@10", "recall@20", "popularity_lift"}


@pytest.mark.parametrize("seed", range(4))
def test_small_graphs_of_every_kind(seed):
    graph = random_graph(seed, users=60, titles=30)
    for walk in (None, "pagerank", "neighbours"):
        found = audit(graph, Settings(), walk=walk, seed=seed)
        assert all(row.viewers >= 11 for row in (*found.groups, *found.changes))
        assert json.loads(json.dumps(found.to_dict(), allow_nan=False)) == found.to_dict()


def test_without_fairlearn_it_says_what_to_install(movielens, monkeypatch):
    monkeypatch.setitem(sys.modules, "fairlearn", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'cinewalk\[report\]'"):
        audit(movielens, Settings(), "gender", walk="popularity")
