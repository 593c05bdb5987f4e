"""The walk for newcomers against its formula in plain lists, and what it promises."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import NewcomerParameters, Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.base.result import united
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle


def sets_of(graph):
    """Who likes each title, and who is in each group, as sets."""
    likes, members = graph.likes, graph.relations["user_in_group"]
    fans = [set() for _ in range(len(graph.titles))]
    for user, title in zip(likes.sources.tolist(), likes.indices.tolist(), strict=True):
        fans[title].add(user)
    groups = [set() for _ in range(members.shape[1])]
    for user, group in zip(members.sources.tolist(), members.indices.tolist(), strict=True):
        groups[group].add(user)
    return fans, groups


def crowd_by_hand(graph, profile, parameters):
    fans, groups = sets_of(graph)
    strength, prior = parameters.strength, parameters.prior
    users = len(graph.users)
    circles = [groups[g] for g in profile.groups.tolist() if 11 <= len(groups[g]) < users]
    circles += [fans[title] for title in profile.titles.tolist()]
    telling = [1 - len(circle) / users for circle in circles]
    scores = []
    for title in range(len(graph.titles)):
        share = score = len(fans[title]) / users
        for circle, tells in zip(circles, telling, strict=True):
            if tells:
                inside = (len(circle & fans[title]) + prior * share) / (len(circle) + prior)
                score += strength * tells / sum(telling) * inside
        known = len(fans[title]) and len(profile.titles)
        scores.append(score / len(fans[title]) ** parameters.target_exponent if known else score)
    return scores


def normed(scores, profile):
    length = math.sqrt(sum(s * s for s, hidden in zip(scores, profile.hidden, strict=True) if not hidden))
    return [score / length if length else 0.0 for score in scores]


def by_hand(graph, parts, profile, parameters):
    count = len(profile.titles)
    crowd = normed(crowd_by_hand(graph, profile, parameters), profile)
    if not count:
        return crowd
    weight, common = (
        (count / parameters.enough) ** parameters.fade,
        parameters.halfway / (parameters.halfway + count),
    )
    times = graph.likes.properties["timestamp"]
    told_apart = any(len(set(times[graph.likes.row(user)].tolist())) > 1 for user in range(len(graph.users)))
    history, following = (
        normed(parts.walk(name).run(profile).scores.tolist(), profile)
        for name in ("blend", "sequence" if told_apart else "blend")
    )
    return [
        weight * own + (1 - weight) * (common * other + (1 - common) * after)
        for own, other, after in zip(history, crowd, following, strict=True)
    ]


def timeless(graph):
    """The same graph without a time of any like."""
    likes = graph.likes
    properties = {**likes.properties, "timestamp": np.zeros_like(likes.properties["timestamp"])}
    relation = Relation.of(likes.sources, likes.indices, likes.shape, properties)
    return graph.with_relations({"likes": relation})


PARAMETERS = [
    NewcomerParameters(kin=0.0),
    NewcomerParameters(strength=0.5, prior=0.0, enough=40, kin=0.0),
    NewcomerParameters(target_exponent=0.0, halfway=0.5, fade=1.0, kin=0.0),
    NewcomerParameters(strength=0.0, kin=0.0),
]
GRAPHS = [
    example_graph(),
    random_graph(1, 40, 30, 0.2),
    random_graph(2, 24, 20, 0.1),
    timeless(random_graph(1, 40, 30, 0.2)),
]


@pytest.mark.parametrize("parameters", PARAMETERS)
@pytest.mark.parametrize("graph", GRAPHS)
def test_scores_are_the_formula(graph, parameters):
    parts = Registry(graph, Settings(newcomers=parameters))
    for user in range(len(graph.users)):
        profile = profile_of(graph, user, 5.0)
        if len(profile.titles) < parameters.enough:
            expected = by_hand(graph, parts, profile, parameters)
            np.testing.assert_allclose(
                parts.walk("newcomers").run(profile).scores, expected, rtol=1e-9, atol=1e-12
            )


def shortened(graph, user, count):
    """A user of whom the first likes by position are known, as somebody outside the graph."""
    whole = profile_of(graph, user, 5.0)
    hidden = np.zeros(len(whole.hidden), np.bool_)
    hidden[whole.titles[:count]] = True
    return replace(
        whole,
        titles=whole.titles[:count],
        preferences=whole.preferences[:count],
        weights=whole.weights[:count],
        hidden=hidden,
        user=None,
    )


def check_shares(parts, profile):
    outcome = parts.walk("newcomers").run(profile)
    targets = np.flatnonzero((outcome.scores > 0) & ~profile.hidden).astype(np.int32)
    shares = outcome.contributions(targets)
    width = len(profile.titles) + len(outcome.beyond)
    assert all(part.shape == (len(targets), width) for part in shares.values())
    assert all((part >= 0).all() for part in shares.values())
    np.testing.assert_allclose(sum(shares.values()).sum(axis=1), outcome.scores[targets], rtol=1e-9)
    for target in targets[:5]:
        assert sum(outcome.last_steps(int(target)).values()) == pytest.approx(1, abs=1e-9)
        own = outcome.contributions(np.array([target], np.int32))
        paths = outcome.paths(int(target))
        assert paths.keys() <= own.keys()
        for name, found in paths.items():
            by_seed = np.bincount(found.seeds, found.scores, len(profile.titles))
            np.testing.assert_allclose(
                by_seed, own[name][0, : len(profile.titles)], rtol=1e-9, atol=1e-12 * outcome.scores[target]
            )
        likes = sum(part[0, : len(profile.titles)].sum() for part in own.values())
        every = united(paths.values())
        assert every.scores.sum() == pytest.approx(likes, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("kin", [0.0, 0.2])
@pytest.mark.parametrize("seed", range(4))
def test_shares_and_paths_add_up(seed, kin):
    graph = random_graph(seed, 30, 25, 0.2)
    parts = Registry(graph, Settings(newcomers=NewcomerParameters(kin=kin)))
    for user in range(len(graph.users)):
        check_shares(parts, profile_of(graph, user, 5.0))


@pytest.mark.integration
def test_real_people(movielens):
    settings = Settings()
    parts = Registry(movielens, settings)
    for user in range(0, len(movielens.users), 150):
        for count in (0, 1, 3, 12):
            profile = shortened(movielens, user, count)
            check_shares(parts, profile)
            plain = Registry(movielens, replace(settings, newcomers=PARAMETERS[0]))
            plain.put(parts.walk("blend"))
            expected = by_hand(movielens, plain, profile, PARAMETERS[0])
            np.testing.assert_allclose(
                plain.walk("newcomers").run(profile).scores, expected, rtol=1e-9, atol=1e-12
            )


@pytest.mark.integration
def test_whoever_likes_enough_gets_the_blend_as_it_is(movielens):
    settings = Settings()
    parts = Registry(movielens, settings)
    for user in range(0, len(movielens.users), 100):
        profile = profile_of(movielens, user, settings.half_life)
        if len(profile.titles) >= settings.newcomers.enough:
            np.testing.assert_array_equal(
                parts.walk("newcomers").run(profile).scores, parts.walk("blend").run(profile).scores
            )
            assert parts.walk("newcomers").run(profile).beyond == ()


@pytest.mark.integration
def test_without_likes_and_groups_the_order_is_that_of_popularity(movielens):
    parts = Registry(movielens, Settings())
    nobody = replace(shortened(movielens, 0, 0), groups=np.empty(0, np.int32))
    scores, popular = (
        walk.run(nobody).scores for walk in (parts.walk("newcomers"), parts.walk("popularity"))
    )
    size = len(movielens.titles)
    ranked, expected = (topk.rank(values, nobody.hidden, size)[0] for values in (scores, popular))
    assert ranked[popular[ranked] > 0].tolist() == expected.tolist()
    assert ranked[:100].tolist() == expected[:100].tolist()
    np.testing.assert_allclose(scores[popular > 0], popular[popular > 0] / np.linalg.norm(popular))


def test_kin_is_its_formula():
    graph = random_graph(3, 20, 25, 0.15)
    parts = Registry(graph, Settings(newcomers=NewcomerParameters(few=2)))
    degrees = np.diff(graph.likes.reverse_indptr)
    assert (degrees == 0).any()
    ties = []
    for name in ("in_genre", "directed", "acted_in"):
        relation = graph.relations[name]
        pairs = list(zip(relation.sources.tolist(), relation.indices.tolist(), strict=True))
        ties.append(pairs if name == "in_genre" else [(title, person) for person, title in pairs])
    profile = profile_of(graph, 4, 5.0)
    weights = dict(zip(profile.titles.tolist(), profile.weights.tolist(), strict=True))
    expected = np.zeros(len(graph.titles))
    for title in range(len(graph.titles)):
        kinds = [pairs for pairs in ties if any(t == title for t, _ in pairs)]
        for pairs in kinds:
            ends = {}
            for t, end in pairs:
                ends.setdefault(t, []).append(end)
            own, crowd = {}, {}
            for t, its in ends.items():
                for end in its:
                    own[end] = own.get(end, 0) + weights.get(t, 0) / len(its)
                    crowd[end] = crowd.get(end, 0) + degrees[t] / len(its)
            taste = {
                end: 0.25 * own[end] / (sum(own.values()) or 1) + 0.75 * crowd[end] / sum(crowd.values())
                for end in own
            }
            mean = sum(taste[end] for end in ends[title]) / len(ends[title])
            expected[title] += max(1 - degrees[title] / 2, 0) * mean / len(kinds)
    outcome = parts.walk("newcomers").content_based.run(profile, 0.25)
    np.testing.assert_allclose(outcome.scores, expected, rtol=1e-9)
    targets = np.flatnonzero(expected).astype(np.int32)
    shares = outcome.contributions(targets)["kin"]
    np.testing.assert_allclose(shares.sum(axis=1), expected[targets], rtol=1e-9)
    assert len(set(outcome.beyond)) == len(outcome.beyond)
    for target in targets:
        assert sum(outcome.last_steps(int(target)).values()) == pytest.approx(1)


@pytest.mark.integration
def test_titles_that_nobody_likes_are_reached_and_say_how(movielens):
    parts = Registry(movielens, Settings())
    profile = shortened(movielens, 0, 3)
    outcome, degrees = parts.walk("newcomers").run(profile), np.diff(movielens.likes.reverse_indptr)
    new = np.flatnonzero((degrees == 0) & (outcome.scores > 0)).astype(np.int32)
    assert len(new) > 200
    best = outcome.scores[degrees > 0].max(where=~profile.hidden[degrees > 0], initial=0)
    assert outcome.scores[new].max() == pytest.approx(0.2 * best)
    shares = outcome.contributions(new)["kin"]
    np.testing.assert_allclose(shares.sum(axis=1), outcome.scores[new])
    named = {outcome.beyond[place - 3][0] for place in np.flatnonzero(shares.any(axis=0)).tolist()}
    assert named == {"Genre"}
    assert parts.walk("blend").run(profile).scores[new].max() == 0
