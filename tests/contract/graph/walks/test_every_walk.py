"""What every walk promises, whoever wrote it: one suite for all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.errors import RequestError
from cinewalk.graph.model.builder import assemble
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Prepared, Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.numeric.arrays import Basis, frozen
from cinewalk.graph.walks.base.result import united
from cinewalk.graph.walks.registry import WALKS, Registry
from cinewalk.queries.recommender import Recommender
from tests.graphs import OPEN, checkerboard, from_ratings, graphs, random_graph

pytestmark = pytest.mark.contract

HALF_LIFE = Settings().half_life
#: The walks that start at likes alone; what newcomers promises beyond is in tests/oracle/graph/walks/cold_start/.
PERSONAL = [name for name in WALKS if name not in {"newcomers", "popularity"}]


def make(graph, name):
    return Registry(graph, Settings()).walk(name)


def profiles_by_user(graph):
    found = [profile_of(graph, user, HALF_LIFE) for user in range(len(graph.users))]
    return [profile if len(profile.titles) else None for profile in found]


def profiles(graph):
    return [profile for profile in profiles_by_user(graph) if profile is not None]


@pytest.mark.parametrize("name", WALKS)
def test_it_carries_its_name(name):
    assert make(checkerboard(), name).name == name


@pytest.mark.parametrize("name", WALKS)
@given(graph=graphs())
def test_scores_are_finite_and_not_negative(name, graph):
    walk = make(graph, name)
    for profile in profiles(graph):
        scores = walk.run(profile).scores
        assert scores.shape == (len(graph.titles),)
        assert np.isfinite(scores).all()
        assert (scores >= 0).all()


@pytest.mark.parametrize("name", PERSONAL)
@given(graph=graphs())
def test_shares_sum_to_the_score(name, graph):
    walk = make(graph, name)
    for profile in profiles(graph)[:8]:
        outcome = walk.run(profile)
        scores = outcome.scores
        targets = np.flatnonzero((scores > 0) & ~profile.hidden).astype(np.int32)
        parts = outcome.contributions(targets)
        assert all(part.shape == (len(targets), len(profile.titles)) for part in parts.values())
        assert all((part >= 0).all() for part in parts.values())
        np.testing.assert_allclose(sum(parts.values()).sum(axis=1), scores[targets], rtol=1e-9)


@pytest.mark.parametrize("name", [name for name in PERSONAL if name != "pagerank"])
@given(graph=graphs())
@settings(max_examples=60)
def test_single_walks_add_up_to_the_shares_and_exist(name, graph):
    walk, likes = make(graph, name), graph.likes
    liked = {(u, t) for u, t in zip(likes.sources.tolist(), likes.indices.tolist(), strict=True)}
    for user, profile in enumerate(profiles_by_user(graph)):
        if profile is None:
            continue
        outcome = walk.run(profile)
        for target in np.flatnonzero((outcome.scores > 0) & ~profile.hidden).astype(np.int32):
            shares = outcome.contributions(np.array([target], np.int32))
            paths = outcome.paths(int(target))
            assert paths.keys() == shares.keys()
            for pattern, found in paths.items():
                by_seed = np.bincount(found.seeds, found.scores, len(profile.titles))
                np.testing.assert_allclose(by_seed, shares[pattern][0], rtol=1e-9, atol=1e-15)
            every = united(paths.values())
            assert every.scores.sum() == pytest.approx(outcome.scores[target], rel=1e-9)
            assert (np.diff(every.scores) <= 0).all()
            for seed, viewer in zip(
                profile.titles[every.seeds].tolist(), every.viewers.tolist(), strict=True
            ):
                assert viewer != user
                assert {(user, seed), (viewer, seed), (viewer, int(target))} <= liked


@pytest.mark.parametrize("name", PERSONAL)
def test_the_checkerboard_is_solved(name):
    graph = checkerboard()
    walk = make(graph, name)
    for user, profile in enumerate(profiles(graph)):
        found, _ = topk.rank(walk.run(profile).scores, profile.hidden, 1)
        assert graph.titles.ids.ids[int(found[0])] == f"t{user:02}"


def relabelled(graph, rng):
    """Rename every node so that the order of ids turns about; return the new graph and the names."""
    copy = graph.to_networkx()
    new = {}
    for label, nodes in graph.nodes.items():
        names = [f"n{i:04}" for i in rng.permutation(len(nodes))]
        new |= {(label, old): (label, name) for old, name in zip(nodes.ids.ids, names, strict=True)}
    import networkx as nx

    return type(graph).from_networkx(nx.relabel_nodes(copy, new)), new


@pytest.mark.parametrize("name", WALKS)
@given(graph=graphs(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_relabelling_changes_no_score(name, graph, seed):
    # With k beyond the number of nodes no tie is cut, so nothing at all may depend on the names.
    # The subspace is given: where singular values are equal, another one is as good.
    other, names = relabelled(graph, np.random.default_rng(seed))
    order = [other.titles.ids.position(names["Title", title][1]) for title in graph.titles.ids.ids]
    basis = Registry(graph, Settings()).subspace.basis
    same = Basis(*(frozen(part[np.argsort(order)]) for part in basis)) if order else basis
    other = replace(other, prepared=Prepared(Settings(), {}, same))
    walk, renamed = make(graph, name), make(other, name)
    for user, user_id in enumerate(graph.users.ids.ids):
        profile = profile_of(graph, user, HALF_LIFE)
        if len(profile.titles):
            twin = profile_of(other, other.users.ids.position(names["User", user_id][1]), HALF_LIFE)
            np.testing.assert_allclose(
                walk.run(profile).scores, renamed.run(twin).scores[order], rtol=1e-6, atol=1e-9
            )


@pytest.mark.parametrize("walk", WALKS)
@given(graph=graphs(), k=st.integers(1, 40))
@settings(max_examples=40)
def test_nothing_seen_or_thumbed_down_is_returned_and_lists_are_sorted(walk, graph, k):
    reco = Recommender(graph, walk=walk)
    for user, user_id in enumerate(graph.users.ids.ids):
        found = reco.recommend(user_id, k)
        seen = {
            graph.titles.ids.ids[int(title)]
            for event in ("rated", "watched", "thumbed")
            for title in graph.relations[event].indices[graph.relations[event].row(user)]
        }
        ids = [item.title_id for item in found]
        assert not seen & set(ids)
        assert len(set(ids)) == len(ids) <= k
        assert [item.rank for item in found] == list(range(1, len(ids) + 1))
        assert [(-item.score, item.title_id) for item in found] == sorted(
            (-item.score, item.title_id) for item in found
        )
        for item in found:
            if item.because:
                shares = sum(reason.share for reason in item.because) + item.others.share
                assert shares == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("walk", WALKS)
@given(graph=graphs())
@settings(max_examples=25)
def test_explanations_agree_with_lists(walk, graph):
    reco = Recommender(graph, walk=walk)
    for user_id in graph.users.ids.ids[:6]:
        found = reco.recommend(user_id, 3)
        for item in found:
            if found.walk == "popularity":
                with pytest.raises(RequestError):
                    reco.explain(user_id, item.title_id)
                continue
            why = reco.explain(user_id, item.title_id)
            assert why.score == item.score
            assert sum(reason.score for reason in why.shares) == pytest.approx(why.score, rel=1e-9)
            assert sum(why.patterns.values()) == pytest.approx(1, abs=1e-9)
            named, others = why.top()
            assert [reason.id for reason in named] == [reason.id for reason in item.because]
            assert others.share == pytest.approx(item.others.share, abs=1e-9)


@pytest.mark.parametrize("walk", PERSONAL)
@given(graph=graphs())
@settings(max_examples=15)
def test_an_explanations_parts_and_paths_add_up(walk, graph):
    reco = Recommender(graph, walk=walk)
    for user_id in graph.users.ids.ids[:4]:
        found = reco.recommend(user_id, 2)
        for item in found if found.walk == walk else ():
            why = reco.explain(user_id, item.title_id)
            by_seed = np.sum(list(why.parts.values()), axis=0)
            np.testing.assert_allclose(by_seed, [reason.score for reason in why.shares], rtol=1e-9)
            assert sum(why.relationships.values()) == pytest.approx(1, abs=1e-9)
            if walk == "pagerank":
                paths = list(why.paths(30))
                assert sum(path.share for path in paths) <= 1 + 1e-9
            else:
                paths = list(why.paths(None))
                assert sum(path.share for path in paths) == pytest.approx(1, abs=1e-9)
                for pattern, share in why.patterns.items():
                    own = sum(path.share for path in why.paths(None, pattern=pattern))
                    assert own == pytest.approx(share, abs=1e-9)
            assert [path.score for path in paths] == sorted((path.score for path in paths), reverse=True)
            assert all(path.nodes[0].id == user_id for path in paths)
            assert all(path.nodes[-1].id == item.title_id for path in paths)
            firsts = [path.nodes[1].id for path in why.paths(20, per_title=1)]
            assert len(firsts) == len(set(firsts)) == min(20, len(why.shares))


@pytest.mark.parametrize("walk", PERSONAL)
def test_a_contrast_adds_up_to_the_difference(walk):
    reco = Recommender(random_graph(1), walk=walk)
    for user_id in reco.graph.users.ids.ids[:8]:
        found = reco.recommend(user_id, 5)
        if found.walk != walk or len(found) < 2:
            continue
        one, other = found[0], found[-1]
        contrast = reco.explain(user_id, one.title_id, instead_of=other.title_id)
        total = sum(d.difference for d in contrast.differences)
        assert total == pytest.approx(one.score - other.score, rel=1e-9, abs=1e-15)
        assert (contrast.score, contrast.other_score) == (one.score, other.score)
        ordered = [d.difference for d in contrast.differences]
        assert ordered == sorted(ordered, reverse=True)
        assert one.label in str(contrast)
        assert other.label in str(contrast)


@pytest.mark.parametrize("walk", PERSONAL)
def test_one_like_is_enough(walk):
    graph = from_ratings([("a", "x", 5, 1_000_000_000), ("b", "x", 5, 1), ("b", "y", 4, 2), ("c", "z", 5, 3)])
    found = Recommender(graph, walk=walk, settings=OPEN).recommend("a")
    assert found[0].title_id == "y"
    assert [reason.id for reason in found[0].because] == ["x"]
    assert found[0].because[0].share == 1
    assert found[0].because[0].viewers == 1


@pytest.mark.parametrize("walk", WALKS)
def test_an_isolated_user_gets_what_most_like_and_is_told(walk):
    graph = from_ratings([("b", "x", 5, 1), ("c", "x", 5, 1), ("c", "y", 4, 2)], users=["alone"])
    found = Recommender(graph, walk=walk).recommend("alone")
    assert [item.title_id for item in found] == ["x", "y"]
    assert "no likes" in found.note
    if walk == "newcomers":
        assert found.walk == walk
        return
    assert found.walk == "popularity"
    with pytest.raises(RequestError, match="likes nothing yet"):
        Recommender(graph, walk=walk).explain("alone", "x")


@pytest.mark.parametrize("walk", WALKS)
def test_a_user_who_has_seen_everything_is_told(walk):
    graph = from_ratings([("a", "x", 5, 1), ("a", "y", 1, 2), ("b", "y", 5, 1)])
    found = Recommender(graph, walk=walk).recommend("a")
    assert len(found) == 0
    assert "every title that anybody likes has been seen" in found.note


@pytest.mark.parametrize("walk", PERSONAL)
def test_more_than_there_is_gives_what_there_is(walk):
    reco = Recommender(checkerboard(), walk=walk)
    assert [item.title_id for item in reco.recommend("u00", k=10_000)] == ["t00"]


@pytest.mark.parametrize("walk", WALKS)
def test_an_empty_graph_works(walk):
    reco = Recommender(assemble({}, {}), walk=walk)
    assert len(reco.recommend_many()) == 0
    assert reco.recommend_many().to_frame().empty


@pytest.mark.parametrize("walk", WALKS)
@given(graph=graphs())
@settings(max_examples=15)
def test_many_at_once_are_the_same_as_one_by_one(walk, graph):
    reco = Recommender(graph, walk=walk)
    together = reco.recommend_many(k=5)
    assert list(together) == graph.users.ids.ids[:]
    assert all(found == reco.recommend(user_id, 5) for user_id, found in together.items())
    assert len(together.to_frame()) == sum(len(found) for found in together.values())


@given(graph=graphs(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_title_side_walks_are_linear_in_the_seeds(graph, seed):
    rng = np.random.default_rng(seed)
    walk = make(graph, "shared-viewers")
    for profile in profiles(graph)[:4]:
        one, other = (replace(profile, weights=rng.random(len(profile.weights))) for _ in range(2))
        both = replace(profile, weights=2 * one.weights + 3 * other.weights)
        np.testing.assert_allclose(
            walk.run(both).scores,
            2 * walk.run(one).scores + 3 * walk.run(other).scores,
            rtol=1e-9,
            atol=1e-12,
        )


def check_weights(graph):
    likes = graph.likes
    liked = np.zeros(likes.shape, dtype=bool)
    liked[likes.sources, likes.indices] = True
    parts = Registry(graph, Settings())
    for rows, shared in (
        (parts.walk("learned-titles").rows, liked.T),
        (parts.walk("learned-viewers").rows, liked),
        (parts.walk("spectral-titles").rows, liked.T),
        (parts.walk("spectral-viewers").rows, liked),
    ):
        assert (rows.values > 0).all()
        sources = np.repeat(np.arange(len(rows.indptr) - 1), np.diff(rows.indptr))
        assert (sources != rows.indices).all()
        for source, target in zip(sources.tolist(), rows.indices.tolist(), strict=True):
            assert (shared[source] & shared[target]).any()


@given(graph=graphs())
@settings(max_examples=40)
def test_every_fitted_weight_is_above_zero_and_sits_on_something_shared(graph):
    check_weights(graph)


@pytest.mark.integration
def test_every_fitted_weight_on_real_data_too(movielens):
    check_weights(movielens)
