"""Counterfactuals where remedies re-rank: against lists that are made anew after events are really deleted."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import cinewalk
from cinewalk.graph.counterfactual.find import bringing_up, counterfactual
from cinewalk.graph.counterfactual.shown_list import Shown
from cinewalk.graph.model import schema
from cinewalk.graph.model.edges import keep_edges
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.learned import LearnedViewers
from tests.graphs import random_graph
from tests.oracle.graph.counterfactual.test_find import prepared, really_without, with_row

pytestmark = pytest.mark.oracle

CHAINS = ("calibrated=0.3,bubble=2", "popularity=0.2")
EVERY = (*CHAINS, "popularity=0.8,diverse=0.3", "diverse=0.4", "calibrated=0.8", "bubble=4,popularity=0.5")
K = 5


def deleted(parts, user, titles):
    """Delete every event of a user with some titles; the rows of titles and of other users stay."""
    graph, relations = parts.graph, dict(parts.graph.relations)
    for kind in (*schema.EVENTS, schema.LIKES):
        relation = relations[kind.name]
        gone = (relation.sources == user) & np.isin(relation.indices, titles)
        relations[kind.name] = keep_edges(relation, ~gone)
    without = graph.with_relations(relations)
    fresh = LearnedViewers(Likes(without.likes), parts.settings.learned_viewers)
    indices, values = fresh.fitted(profile_of(without, user, parts.settings.half_life))
    own = np.zeros(len(graph.users) + 1, np.int64)
    own[user + 1 :] = len(indices)
    rows = dict(graph.prepared.rows)
    fitted = type(rows["learned_viewers"])(own, indices, values.astype(np.float32))
    rows["learned_viewers"] = with_row(rows["learned_viewers"], fitted, user)
    return replace(without, prepared=replace(graph.prepared, rows=rows))


def shown_first(reco, user_id, removed, k=10):
    """Return what is first in a list, not counting what was removed."""
    return next((item for item in reco.recommend(user_id, k) if item.title_id not in removed), None)


def recommender(graph, spec):
    return cinewalk.Recommender(graph, settings=graph.prepared.settings, remedies=spec)


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.parametrize("spec", CHAINS)
def test_sixty_people_get_what_was_said(movielens, spec):
    parts = prepared(movielens, Settings())
    reco = recommender(parts.graph, spec)
    users = np.flatnonzero(np.diff(movielens.likes.indptr) > 3)
    told = changed = 0
    for user in np.random.default_rng(1).permutation(users)[:60].tolist():
        user_id = movielens.users.ids.ids[user]
        first = reco.recommend(user_id)[0]
        changed += first.title_id != reco.recommend(user_id, remedies="")[0].title_id
        found = reco.explain(user_id, first.title_id).counterfactual()
        if found is None:
            continue
        told += 1
        assert found.first_id == first.title_id != found.replacement_id
        check(parts, spec, user, found)
    assert told >= 50
    assert changed or "popularity" not in spec


def check(parts, spec, user, found):
    removed = [title_id for title_id, _ in found.removed]
    titles = np.sort([parts.graph.titles.ids.position(title_id) for title_id in removed])
    after = recommender(deleted(parts, user, titles), spec)
    item = shown_first(after, parts.graph.users.ids.ids[user], removed)
    assert item.title_id == found.replacement_id
    assert item.score == pytest.approx(found.score, rel=1e-9)


@pytest.mark.integration
@pytest.mark.parametrize("spec", CHAINS)
def test_what_is_not_first_is_brought_up(movielens, spec):
    parts = prepared(movielens, Settings())
    reco, told = recommender(parts.graph, spec), 0
    for user in np.flatnonzero(np.diff(movielens.likes.indptr) > 3)[:60:10].tolist():
        user_id = movielens.users.ids.ids[user]
        first, second = reco.recommend(user_id, 10)[:2]
        found = reco.explain(user_id, second.title_id).counterfactual()
        if found is not None:
            told += 1
            assert (found.first_id, found.replacement_id) == (first.title_id, second.title_id)
            check(parts, spec, user, found)
    assert told


@pytest.mark.integration
@pytest.mark.parametrize("spec", CHAINS)
def test_nobody_is_told_more_than_is_needed(movielens, spec):
    parts = prepared(movielens, Settings())
    reco, degrees = recommender(parts.graph, spec), np.diff(movielens.likes.indptr)
    some = np.flatnonzero((degrees > 3) & (degrees < 9))[:3].tolist()
    for user in [*some, *np.flatnonzero(degrees == 20)[:1].tolist()]:
        user_id = movielens.users.ids.ids[user]
        first = reco.recommend(user_id)[0].title_id
        own, largest = movielens.likes.indices[movielens.likes.row(user)], 2 if degrees[user] < 9 else 1
        size = None
        for chosen in (c for n in range(1, largest + 1) for c in combinations(own.tolist(), n)):
            removed = {movielens.titles.ids.ids[title] for title in chosen}
            after = recommender(deleted(parts, user, np.array(chosen)), spec)
            item = shown_first(after, user_id, removed)
            if item is not None and item.title_id != first:
                size = len(chosen)
                break
        found = reco.explain(user_id, first).counterfactual(exhaustive=True)
        if size is None:
            assert found is None or len(found.removed) > largest
        else:
            assert (len(found.removed), found.proven) == (size, True)


@pytest.mark.parametrize("spec", EVERY)
@pytest.mark.parametrize("name", ["blend", "newcomers", "shared-viewers"])
def test_sizes_one_and_two_are_those_of_brute_force(name, spec):
    parts = prepared(random_graph(7, 18, 24, 0.45), Settings())
    shown = Shown(RerankChain.parse(spec, parts.graph, parts=parts), K)
    for user in range(0, len(parts.graph.users), 2):
        profile = profile_of(parts.graph, user, parts.settings.half_life)
        first = first_of(parts, name, user, spec, [])
        if first is None:
            continue
        found = counterfactual(parts, parts.walk(name), user, shown=shown, exhaustive=True)
        size = by_force(parts, name, user, profile, spec, lambda title, first=first: title != first)
        agree(found, size)
        if found is not None:
            assert found.first == first
            assert first_of(parts, name, user, spec, found.titles) == found.replacement != first
        target = int(np.flatnonzero(~profile.hidden)[-1])
        up = bringing_up(parts, parts.walk(name), user, target, shown=shown, exhaustive=True)
        if target != first:
            agree(up, by_force(parts, name, user, profile, spec, lambda title, goal=target: title == goal))
        else:
            assert up.titles == ()


def first_of(parts, name, user, spec, removed):
    without = really_without(parts, user, np.array(removed)) if len(removed) else parts
    profile = profile_of(without.graph, user, parts.settings.half_life)
    scores = without.walk(name).run(profile).scores
    remedies = RerankChain.parse(spec, without.graph, parts=without)
    ranked, _ = remedies.ranked(scores, profile, profile.hidden, K)
    return next((title for title in ranked.tolist() if title not in set(removed)), None)


def by_force(parts, name, user, profile, spec, is_it):
    likes = profile.titles.tolist()
    for size in range(1, min(2, len(likes) - 1) + 1):
        for chosen in combinations(likes, size):
            title = first_of(parts, name, user, spec, chosen)
            if title is not None and is_it(title):
                return size
    return None


def agree(found, size):
    if size is None:
        assert found is None or len(found.titles) > 2
    else:
        assert found is not None
        assert (len(found.titles), found.proven) == (size, True)


def test_the_bonus_of_a_floor_stays():
    parts = prepared(random_graph(7, 18, 24, 0.45), Settings())
    spec = f"floor=genre:{parts.graph.genres.ids.ids[0]}:0.4"
    shown, told = Shown(RerankChain.parse(spec, parts.graph, parts=parts), K), 0
    for user in range(len(parts.graph.users)):
        found = counterfactual(parts, parts.walk("blend"), user, shown=shown)
        if found is not None:
            told += 1
            without = really_without(parts, user, np.sort(np.array(found.titles)))
            profile = profile_of(without.graph, user, parts.settings.half_life)
            ranked, _ = shown.remedies.ranked(
                without.walk("blend").run(profile).scores, profile, profile.hidden, K
            )
            assert next(t for t in ranked.tolist() if t not in found.titles) == found.replacement
    assert told


def test_signals_and_people_of_few_likes_are_told_of_their_list(movielens):
    reco = cinewalk.Recommender(movielens, remedies="calibrated=0.3,bubble=3")
    for title in ("50", "172", "181", "174", "210"):
        reco.thumb("somebody new", title, 1, at=900_000_000)
        first = reco.recommend("somebody new")[0]
        found = reco.explain("somebody new", first.title_id).counterfactual()
        assert found is None or found.first_id == first.title_id != found.replacement_id
