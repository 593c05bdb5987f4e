"""Counterfactuals against events that are really deleted, and against every single like and pair."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from cinewalk.graph.counterfactual.find import bringing_up, counterfactual
from cinewalk.graph.counterfactual.removal import scores_without
from cinewalk.graph.counterfactual.trials import Trials
from cinewalk.graph.model import schema
from cinewalk.graph.model.edges import keep_edges
from cinewalk.graph.model.preference import derive_likes
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import (
    LearnedTitleParameters,
    LearnedViewerParameters,
    SequenceParameters,
    Settings,
    SpectralParameters,
    SpectralTitleParameters,
    SpectralViewerParameters,
    TitleParameters,
    ViewerParameters,
    Weights,
)
from cinewalk.graph.numeric import kernels, topk
from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.learned import LearnedViewers
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import WALKS, Registry
from tests.graphs import from_ratings, random_graph, with_same

pytestmark = pytest.mark.oracle

PERSONAL = [name for name in WALKS if name != "popularity"]
SETTINGS = {
    "defaults": Settings(),
    "small rows": Settings(
        TitleParameters(0.7, 0.3, 0.4, 2.0, 0.5, 6),
        ViewerParameters(0.3, 0.6, 1.5, 0.0, 5),
        LearnedTitleParameters(0.0, 0.3, 0.4, 5),
        LearnedViewerParameters(1.0, 0.3, 0.05, 7),
        SpectralTitleParameters(0.6, 4),
        SpectralViewerParameters(2.0, 0.3, 5),
        SpectralParameters(0.4, 0.2, 1.0),
        SequenceParameters(0.2, 0.0, 0.3, 1.5, 0.3, 5, 2.0, 4.0),
        Weights(1.0, 2.0, 0.5, 3.0, 0.7, 1.5, 1.0),
        half_life=2.0,
    ),
    "no recency": Settings(half_life=np.inf),
}


def prepared(graph, settings):
    """Return the walks of a graph; the rows of titles are kept also where they count for nothing in the blend."""
    kept = prepare(Registry(graph, settings)).prepared
    rows = {**kept.rows, "shared_viewers": Registry(graph, settings).walk("shared-viewers").rows}
    return Registry(replace(graph, prepared=replace(kept, rows=rows)), settings)


def really_without(parts, user, titles):
    """Delete every event of a user with some titles; keep the rows of titles and of other users."""
    graph, relations = parts.graph, dict(parts.graph.relations)
    for event in schema.EVENTS:
        relation = relations[event.name]
        gone = (relation.sources == user) & np.isin(relation.indices, titles)
        relations[event.name] = keep_edges(relation, ~gone)
    likes = derive_likes(relations)
    relations["likes"] = likes
    without = graph.with_relations(relations)
    rows = dict(graph.prepared.rows)
    fitted = LearnedViewers(Likes(likes), parts.settings.learned_viewers).prepare()
    rows["learned_viewers"] = with_row(rows["learned_viewers"], fitted, user)
    return Registry(replace(without, prepared=replace(graph.prepared, rows=rows)), parts.settings)


def with_row(rows, others, row):
    """Take one row from others."""
    every = [
        (
            source.indices[source.indptr[r] : source.indptr[r + 1]],
            source.values[source.indptr[r] : source.indptr[r + 1]],
        )
        for r in range(len(rows.indptr) - 1)
        for source in [others if r == row else rows]
    ]
    indptr = np.concatenate([[0], np.cumsum([len(indices) for indices, _ in every])]).astype(np.int64)
    return CSR(indptr, np.concatenate([i for i, _ in every]), np.concatenate([v for _, v in every]))


def after(parts, name, user, titles):
    """Return what comes first, not counting what was removed, after a real deletion; -1 for nothing."""
    without = really_without(parts, user, titles)
    profile = profile_of(without.graph, user, parts.settings.half_life)
    scores = without.walk(name).run(profile).scores
    # Nor the same film under another id: both were hidden before.
    hidden = profile.hidden | profile_of(parts.graph, user, parts.settings.half_life).hidden
    ranked, values = topk.rank(scores, hidden, 1)
    return (int(ranked[0]), float(values[0])) if len(ranked) else (-1, 0.0), scores, profile


def first_of(parts, name, user):
    profile = profile_of(parts.graph, user, parts.settings.half_life)
    if not len(profile.titles):
        return profile, -1
    ranked, _ = topk.rank(parts.walk(name).run(profile).scores, profile.hidden, 1)
    return profile, int(ranked[0]) if len(ranked) else -1


def recomputed_first(parts, walk, profile, chosen):
    titles = profile.titles[list(chosen)]
    scores, _ = scores_without(parts, walk, profile, titles)
    ranked, _ = topk.rank(scores, profile.hidden, 1)
    return int(ranked[0]) if len(ranked) else -1


def smallest_by_force(parts, name, profile, goals, largest=2):
    """Return the smallest size, up to the largest tried, after which something in ``goals`` comes first."""
    n = len(profile.titles)
    for size in range(1, min(largest, n - 1) + 1):
        for chosen in combinations(range(n), size):
            if recomputed_first(parts, parts.walk(name), profile, chosen) in goals:
                return size
    return None


@pytest.mark.slow
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("name", PERSONAL)
@pytest.mark.parametrize("pairs", [False, True])
def test_recomputing_is_what_deleting_comes_to(name, settings, pairs):
    rng = np.random.default_rng(3)
    graph = random_graph(5, 24, 30, 0.5)
    parts = prepared(with_same(graph, share=0.7) if pairs else graph, settings)
    for user in range(len(parts.graph.users)):
        profile = profile_of(parts.graph, user, settings.half_life)
        for size in range(1, min(4, len(profile.titles))):
            titles = np.sort(rng.choice(profile.titles, size, replace=False))
            scores, left = scores_without(parts, parts.walk(name), profile, titles)
            _, expected, twin = after(parts, name, user, titles)
            np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-15)
            assert left.titles.tolist() == twin.titles.tolist()
            np.testing.assert_array_equal(left.hidden, twin.hidden)
            np.testing.assert_allclose(left.weights, twin.weights)


@pytest.mark.slow
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("name", PERSONAL)
@pytest.mark.parametrize("pairs", [False, True])
def test_tries_are_what_recomputing_comes_to(name, settings, pairs):
    rng = np.random.default_rng(4)
    graph = random_graph(6, 40, 30, 0.5)
    parts = prepared(with_same(graph, share=0.7) if pairs else graph, settings)
    for user in range(0, len(parts.graph.users), 2):
        profile = profile_of(parts.graph, user, settings.half_life)
        check_tries(parts, name, profile, rng)


def check_tries(parts, name, profile, rng):
    n = len(profile.titles)
    for size in range(min(5, n)):
        sets = np.array([np.sort(rng.permutation(n)[:size]) for _ in range(6)], np.int32).reshape(6, size)
        tried = Trials(parts, parts.walk(name), profile).scores(sets)
        for row, chosen in zip(tried, sets, strict=True):
            scores, left = scores_without(parts, parts.walk(name), profile, profile.titles[chosen])
            length = kernels.norm(scores, left.hidden)
            if not length:  # nothing is left to be shown
                assert not row[~left.hidden].any()
                continue
            scores = scores if name in {"blend", "neighbours"} else scores / length
            scores[profile.titles[chosen]] = 0.0
            np.testing.assert_allclose(row, scores, rtol=1e-6, atol=3e-7 * max(scores.max(), 1e-300))


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("name", PERSONAL)
@pytest.mark.parametrize("seed", [1, 2])
def test_sizes_one_and_two_are_those_of_brute_force(name, settings, seed):
    parts = prepared(random_graph(seed, 16, 18, 0.45), settings)
    every = set(range(len(parts.graph.titles)))
    for user in range(0, len(parts.graph.users), 1 if name != "pagerank" else 3):
        profile, first = first_of(parts, name, user)
        found = counterfactual(parts, parts.walk(name), user)
        if first < 0:
            assert found is None
            continue
        agree(found, smallest_by_force(parts, name, profile, every - {first}))
        if found is not None:
            check_deleted(parts, name, user, found)


def agree(found, size):
    """What brute force finds is found; and nothing smaller."""
    if size is None:
        assert found is None or found.size > 2
    else:
        assert found is not None
        assert (found.size, found.proven) == (size, True)


def check_deleted(parts, name, user, found):
    titles = np.sort(np.array(found.titles, np.int32))
    (replacement, score), _, _ = after(parts, name, user, titles)
    assert replacement == found.replacement != found.first
    assert score == pytest.approx(found.score, rel=1e-9)


@pytest.mark.parametrize("name", ["blend", "shared-viewers", "learned-viewers"])
def test_sizes_are_those_of_brute_force_where_titles_are_the_same_film(name):
    parts = prepared(with_same(random_graph(3, 16, 20, 0.45), share=0.8), Settings())
    every = set(range(len(parts.graph.titles)))
    for user in range(len(parts.graph.users)):
        profile, first = first_of(parts, name, user)
        found = counterfactual(parts, parts.walk(name), user)
        if first >= 0:
            agree(found, smallest_by_force(parts, name, profile, every - {first}))
            if found is not None:
                check_deleted(parts, name, user, found)


@pytest.mark.parametrize("name", ["blend", "shared-titles", "learned-viewers", "sequence", "pagerank"])
def test_bringing_up_is_that_of_brute_force(name):
    parts = prepared(random_graph(8, 24, 22, 0.4), Settings())
    found_some = False
    for user in range(0, len(parts.graph.users), 3):
        profile, first = first_of(parts, name, user)
        if first < 0:
            continue
        for title in np.flatnonzero(~profile.hidden).tolist():
            found = bringing_up(parts, parts.walk(name), user, title)
            if title == first:
                assert (found.size, found.replacement) == (0, title)
                continue
            agree(found, smallest_by_force(parts, name, profile, {title}))
            if found is not None:
                found_some = True
                assert (found.first, found.replacement) == (first, title)
                titles = np.sort(np.array(found.titles, np.int32))
                assert after(parts, name, user, titles)[0][0] == title
    assert found_some


def test_who_depends_on_one_like_is_told_that_one():
    # One viewer leads from "a" to "x", three lead from "b" to "y", and one more from "b" to "z".
    others = [("v0", "a", 5, 1), ("v0", "x", 5, 2)]
    others += [(f"v{i}", title, 5, i) for i in range(1, 4) for title in ("b", "y")]
    others += [("v4", "c", 5, 1), ("v4", "z", 5, 2)]
    own = [("me", "a", 5, 1), ("me", "c", 5, 2), ("me", "b", 5, 3)]
    graph = from_ratings(others + own)
    ids = graph.titles.ids
    parts, me = prepared(graph, Settings()), graph.users.ids.position("me")
    found = counterfactual(parts, parts.walk("shared-titles"), me)
    assert ids.ids[found.first] == "y"
    assert [ids.ids[title] for title in found.titles] == ["b"]
    assert found.proven
    up = bringing_up(parts, parts.walk("shared-titles"), me, ids.position("x"))
    assert {ids.ids[title] for title in up.titles} <= {"b", "c"}
    assert ids.ids[up.replacement] == "x"


@pytest.mark.integration
def test_real_people(movielens):
    parts = prepared(movielens, Settings())
    degrees = np.diff(movielens.likes.indptr)
    every, rng = set(range(len(movielens.titles))), np.random.default_rng(0)
    users = np.random.default_rng(1).permutation(np.flatnonzero(degrees > 1))[:20]
    for user in users.tolist():
        profile, first = first_of(parts, "blend", user)
        largest = 2 if len(profile.titles) <= 30 else 1
        size = smallest_by_force(parts, "blend", profile, every - {first}, largest)
        found = counterfactual(parts, parts.walk("blend"), user)
        if size is not None:
            agree(found, size)
        else:
            assert found is None or found.size > largest
        check_tries(parts, "blend", profile, rng)
        if found is not None and user in users[:4]:
            check_deleted(parts, "blend", user, found)
