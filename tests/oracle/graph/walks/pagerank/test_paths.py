"""PageRank's single walks against dense matrices, and against brute force over all clean walks up to a length."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby, islice, pairwise

import numpy as np
import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.schema import RELATIONSHIPS
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.pagerank import path_kernels as pagerank_path_kernels
from cinewalk.graph.walks.pagerank.network import EDGE_WEIGHTS
from cinewalk.graph.walks.pagerank.pagerank import PageRank
from cinewalk.graph.walks.pagerank.paths import best_paths
from cinewalk.queries.recommender import Recommender
from tests.graphs import checkerboard, from_ratings, random_graph

pytestmark = pytest.mark.oracle

WEIGHTS = dict(EDGE_WEIGHTS) | {"in_genre": 2.0, "directed": 1.5, "user_in_group": 0.7}
SEEDS = {("Title", 0): 0.5, ("Title", 3): 2.0, ("Genre", 1): 0.3, ("Person", 2): 0.2, ("User", 1): 1.0}


def numbered(walk, seeds):
    nodes = np.array([walk.network.offsets[label] + place for label, place in seeds], dtype=np.int32)
    return nodes, np.array(list(seeds.values()), dtype=np.float64)


def kinds(walk, path):
    return tuple(walk.network.names[walk.network.kinds[edge]] for edge in path.edges)


class Dense:
    """All of it by inverting matrices: ``M = d · P``, ``G = (1 - M)⁻¹``."""

    def __init__(self, walk):
        rows = walk.network.rows
        n = len(rows.indptr) - 1
        self.sources = np.repeat(np.arange(n), np.diff(rows.indptr))
        weighted = np.zeros((n, n))
        np.add.at(weighted, (self.sources, rows.indices), rows.values)
        sums = weighted.sum(axis=1)
        scale = np.divide(walk.damping, sums, out=np.zeros(n), where=sums > 0)
        self.edges = scale[self.sources] * rows.values  # the weight of every single edge
        self.rows, self.damping, self.steps = rows, walk.damping, weighted * scale[:, None]
        self.visits = np.linalg.inv(np.eye(n) - self.steps)

    @cached_property
    def places(self):
        """The place of the edge between two nodes, where there is but one."""
        pairs = zip(self.sources.tolist(), self.rows.indices.tolist(), strict=True)
        return {pair: place for place, pair in enumerate(pairs)}

    def factors(self, nodes, weights, target):
        """``c · w_s · G^¬t(s, s) · G(t, t)``, with ``c`` from the sum of ``π``, which is 1."""
        visits = self.visits
        restart = np.zeros(len(visits))
        restart[nodes] = weights
        own = visits[nodes, nodes] - visits[nodes, target] * visits[target, nodes] / visits[target, target]
        own[nodes == target] = 1.0
        return weights / (restart @ visits).sum() * own * visits[target, target]

    def ranks(self, nodes, weights):
        restart = np.zeros(len(self.visits))
        restart[nodes] = weights
        return (restart @ self.visits) / (restart @ self.visits).sum()

    def clean(self, seed, target, length=None):
        """The weight of all clean walks, or of those of at most ``length`` steps."""
        if seed == target:
            return 1.0
        between = np.setdiff1d(np.arange(len(self.steps)), [seed, target])
        out, on, into = (
            self.steps[seed, between],
            self.steps[np.ix_(between, between)],
            self.steps[between, target],
        )
        if length is None:
            return self.steps[seed, target] + out @ np.linalg.solve(np.eye(len(between)) - on, into)
        total = self.steps[seed, target] if length >= 1 else 0.0
        for _ in range(length - 1):
            total += out @ into
            out = out @ on
        return total

    def walks(self, seed, target, length):
        """Every clean walk of at most ``length`` steps, by its edges: its nodes and its weight."""
        found = {}

        def extend(nodes, edges, weight):
            for edge in range(self.rows.indptr[nodes[-1]], self.rows.indptr[nodes[-1] + 1]):
                end, value = int(self.rows.indices[edge]), weight * self.edges[edge]
                if end == target and value > 0:
                    found[*edges, edge] = (*nodes, end), value
                elif end != seed and len(edges) + 1 < length and value > 0:
                    extend((*nodes, end), (*edges, edge), value)

        if seed == target:
            found[()] = (seed,), 1.0
        elif length:
            extend((seed,), (), 1.0)
        return found


def all_walks(dense, nodes, weights, target, length):
    factors = dense.factors(nodes, weights, target)
    return {
        (passed, edges): factor * weight
        for node, factor in zip(nodes.tolist(), factors.tolist(), strict=True)
        for edges, (passed, weight) in dense.walks(node, target, length).items()
    }


def check_order(paths, expected):
    """Check that ``paths`` are the best of ``expected``, in their order, with the same scores."""
    scores = np.array([path.score for path in paths])
    best = np.sort(np.fromiter(expected.values(), float))[::-1]
    np.testing.assert_allclose(scores, best[: len(paths)], rtol=1e-9)
    assert len({(path.nodes, path.edges) for path in paths}) == len(paths)
    own = np.array([expected[path.nodes, path.edges] for path in paths])
    np.testing.assert_allclose(scores, own, rtol=1e-9)
    assert (np.diff(scores) <= 0).all()
    assert (own[1:] <= own[:-1] * (1 + 2e-12)).all()
    for _, group in groupby(paths, key=lambda path: path.score):
        tied = [(path.nodes, path.edges) for path in group]
        assert tied == sorted(tied)


def small(seed, density=0.9):
    return random_graph(seed, users=7, titles=8, density=density)


@pytest.mark.parametrize("damping", [0.3, 0.85])
@pytest.mark.parametrize("seed", range(4))
def test_loops(seed, damping):
    walk = PageRank(random_graph(seed), damping=damping, weights=WEIGHTS)
    dense, network = Dense(walk), walk.network
    sums = np.bincount(dense.sources, weights=network.rows.values, minlength=len(dense.steps))
    scale = np.divide(damping, sums, out=np.zeros(len(sums)), where=sums > 0)
    every = np.arange(len(sums), dtype=np.int32)
    most = pagerank_path_kernels.most_loops(network.rows, scale, damping, every)
    for node in range(0, len(sums), 5):
        found = pagerank_path_kernels.loops(network.rows, scale, damping, node, -1, 1e-15)
        assert found == pytest.approx(dense.visits[node, node], rel=1e-13)
        assert found <= most[node] * (1 + 1e-15)
        others = np.flatnonzero(every != (node + 9) % len(sums))
        without = np.linalg.inv(np.eye(len(others)) - dense.steps[np.ix_(others, others)])
        found = pagerank_path_kernels.loops(network.rows, scale, damping, node, (node + 9) % len(sums), 1e-15)
        place = np.flatnonzero(others == node)[0]
        assert found == pytest.approx(without[place, place], rel=1e-13)


@pytest.mark.parametrize("damping", [0.3, 0.85])
@pytest.mark.parametrize("seed", range(4))
def test_the_clean_walks_of_a_seed_sum_to_its_share(seed, damping):
    # The convention itself, by dense matrices alone: loops times clean walks are what walk_from gives a seed.
    walk = PageRank(random_graph(seed), damping=damping, weights=WEIGHTS)
    nodes, weights = numbered(walk, SEEDS)
    dense = Dense(walk)
    targets = np.arange(len(walk.graph.titles), dtype=np.int32)
    outcome = walk.walk_from(nodes, weights)
    parts = outcome.contributions(targets)["pagerank"]
    for title in targets.tolist():
        target = walk.network.offsets["Title"] + title
        clean = np.array([dense.clean(node, target) for node in nodes.tolist()])
        shares = dense.factors(nodes, weights, target) * clean
        np.testing.assert_allclose(shares, parts[title], rtol=1e-9, atol=1e-18)
        assert shares.sum() == pytest.approx(outcome.scores[title], rel=1e-9)


@pytest.mark.parametrize("damping", [0.3, 0.85])
@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("seed", [0, 5, 6])
def test_all_walks_up_to_a_length(seed, length, damping):
    walk = PageRank(small(seed), damping=damping, weights=WEIGHTS)
    nodes, weights = numbered(walk, SEEDS)
    dense = Dense(walk)
    for title in range(len(walk.graph.titles)):
        target = walk.network.offsets["Title"] + title
        paths = list(best_paths(walk, nodes, weights, title, length))
        expected = all_walks(dense, nodes, weights, target, length)
        assert len(paths) == len(expected)
        check_order(paths, expected)
        factors = dense.factors(nodes, weights, target)
        for node, factor in zip(nodes.tolist(), factors.tolist(), strict=True):
            found = sum(path.score for path in paths if path.nodes[0] == node)
            assert found == pytest.approx(factor * dense.clean(node, target, length), rel=1e-9)


@pytest.mark.parametrize(("damping", "length"), [(0.3, 7), (0.85, 8)])
@pytest.mark.parametrize("seed", [0, 2])
def test_without_a_limit_long_walks_come_where_they_belong(seed, length, damping):
    walk = PageRank(random_graph(seed, users=6, titles=6, density=0.9), damping=damping)
    nodes, weights = numbered(walk, {("Title", 0): 0.5, ("Title", 3): 2.0, ("Genre", 1): 0.3})
    dense = Dense(walk)
    compared = 0
    for title in range(4):
        target = walk.network.offsets["Title"] + title
        expected = all_walks(dense, nodes, weights, target, length)
        longest = (dense.factors(nodes, weights, target) * most_after(dense, target, length)[nodes]).max()
        paths = []
        for path in best_paths(walk, nodes, weights, title):
            if path.score <= longest * (1 + 1e-9) or len(paths) == 2000:
                break
            paths.append(path)
        check_order(paths, expected)
        compared += sum(len(path.edges) > 2 for path in paths)
    assert compared > 50


def most_after(dense, target, length):
    """Return the greatest weight of a walk to the target of more than ``length`` steps, from every node."""
    best, most = np.zeros(len(dense.steps)), np.zeros(len(dense.steps))
    best[target] = 1.0
    for steps in range(1, 400):
        best = (dense.steps * best).max(axis=1)
        most = np.maximum(most, best) if steps > length else most
    return most


@pytest.mark.parametrize(("damping", "covered"), [(0.3, 0.99), (0.85, 0.6)])
def test_sums_approach_the_shares_from_below(damping, covered):
    walk = PageRank(random_graph(1, users=12, titles=10), damping=damping, weights=WEIGHTS)
    nodes, weights = numbered(walk, SEEDS)
    for title in range(5):
        outcome = walk.walk_from(nodes, weights)
        parts = outcome.contributions(np.array([title], dtype=np.int32))["pagerank"][0]
        left = dict(zip(nodes.tolist(), parts.tolist(), strict=True))
        gaps = []
        for path in islice(best_paths(walk, nodes, weights, title), 4000):
            left[path.nodes[0]] -= path.score
            gaps.append(sum(left.values()))
            assert left[path.nodes[0]] >= -1e-9 * outcome.scores[title]
        assert (np.diff(gaps) < 0).all()
        assert gaps[-1] < (1 - covered) * outcome.scores[title]


def test_a_title_that_is_a_seed_has_a_walk_of_no_steps():
    walk = PageRank(small(1))
    nodes, weights = numbered(walk, SEEDS)
    paths = list(best_paths(walk, nodes, weights, 3, 0))
    target = walk.network.offsets["Title"] + 3
    share = Dense(walk).factors(nodes, weights, target)[1]
    assert [(path.nodes, path.edges) for path in paths] == [((target,), ())]
    assert paths[0].score == pytest.approx(share, rel=1e-11)


def test_a_seed_beside_the_title_has_a_walk_of_one_step():
    walk = PageRank(small(1))
    graph = walk.graph
    title = int(graph.relations["in_genre"].sources[0])
    genre = int(graph.relations["in_genre"].indices[0])
    nodes, weights = numbered(walk, {("Genre", genre): 1.0})
    first = next(best_paths(walk, nodes, weights, title))
    assert [walk.network.node(node) for node in first.nodes] == [("Genre", genre), ("Title", title)]
    assert kinds(walk, first) == ("in_genre",)


def test_a_title_without_viewers_is_reached_by_its_genres():
    graph = small(6, density=0.3)
    unseen = np.flatnonzero(np.diff(graph.likes.reverse_indptr) == 0)
    genres = np.diff(graph.relations["in_genre"].indptr)
    title = next(title for title in unseen.tolist() if genres[title])
    walk = PageRank(graph, weights={"likes": 1.0, "in_genre": 1.0})
    nodes, weights = numbered(walk, {("Title", 0): 1.0, ("User", 1): 2.0})
    paths = list(best_paths(walk, nodes, weights, title, 5))
    assert paths
    assert {kinds(walk, path)[-1] for path in paths} == {"in_genre"}
    check_order(paths, all_walks(Dense(walk), nodes, weights, walk.network.offsets["Title"] + title, 5))


def test_isolated_seeds_have_no_walks_but_their_part_of_the_constant():
    walk = PageRank(small(2), weights={"likes": 1.0, "in_genre": 1.0})
    lonely = len(walk.graph.titles) - 1
    seeds = {("Title", 0): 0.5, ("Title", lonely): 3.0, ("Person", 0): 1.0}
    nodes, weights = numbered(walk, seeds)
    ranks = Dense(walk).ranks(nodes, weights)
    target = walk.network.offsets["Title"] + 1
    assert ranks[target] > 0
    scores = [path.score for path in islice(best_paths(walk, nodes, weights, 1), 3000)]
    assert sum(scores) == pytest.approx(ranks[target], rel=1e-3)
    assert sum(scores) <= ranks[target] * (1 + 1e-9)
    alone = list(best_paths(walk, nodes, weights, lonely))
    assert [path.edges for path in alone] == [()]
    assert alone[0].score == pytest.approx(walk.walk_from(nodes, weights).scores[lonely], rel=1e-11)
    assert not list(best_paths(walk, nodes[1:], weights[1:], 1))


def test_two_edges_between_the_same_nodes_are_two_walks():
    walk = PageRank(small(6, density=0.3), weights=WEIGHTS)
    graph = walk.graph
    both = [
        (int(person), int(title))
        for person, title in zip(
            graph.relations["directed"].sources, graph.relations["directed"].indices, strict=True
        )
        if title in graph.relations["acted_in"].indices[graph.relations["acted_in"].row(int(person))]
    ]
    assert both
    person, title = both[0]
    nodes, weights = numbered(walk, {("Person", person): 1.0})
    found = [kinds(walk, path) for path in best_paths(walk, nodes, weights, title, 1)]
    assert found == [("directed",), ("acted_in",)]


def test_kinds_name_edges_of_the_graph():
    walk = PageRank(random_graph(3), weights=WEIGHTS)
    nodes, weights = numbered(walk, SEEDS)
    for path in islice(best_paths(walk, nodes, weights, 5), 300):
        for name, *ends in zip(kinds(walk, path), path.nodes, path.nodes[1:], strict=False):
            kind, relation = RELATIONSHIPS[name], walk.graph.relations[name]
            places = dict(walk.network.node(node) for node in ends)
            assert places[kind.target] in relation.indices[relation.row(places[kind.source])]


def test_what_lies_behind_a_seed_is_not_searched():
    # Every way from c back to b leads over the seed a: there is one clean walk, and the search must end.
    graph = from_ratings(
        [("u", "a", 5, 0), ("u", "b", 5, 0), ("v", "a", 5, 0), ("v", "c", 5, 0), ("w", "c", 5, 0)]
    )
    walk = PageRank(graph)
    nodes, weights = numbered(walk, {("Title", 0): 1.0})
    paths = list(best_paths(walk, nodes, weights, 1))
    assert len(paths) == 1
    assert paths[0].score == pytest.approx(walk.walk_from(nodes, weights).scores[1], rel=1e-9)


def test_ties_are_ordered_by_the_nodes_along_the_walk():
    walk = PageRank(checkerboard(12))
    nodes, weights = numbered(walk, {("Title", 4): 1.0, ("Title", 2): 1.0})
    target = walk.network.offsets["Title"]
    paths = list(best_paths(walk, nodes, weights, 0, 4))
    assert len({path.score for path in paths}) < len(paths) / 10
    check_order(paths, all_walks(Dense(walk), nodes, weights, target, 4))


def test_wrong_asks_are_refused():
    walk = PageRank(small(0))
    nodes, weights = numbered(walk, SEEDS)
    with pytest.raises(RequestError, match="at least one seed"):
        best_paths(walk, nodes[:0], weights[:0], 0)
    with pytest.raises(RequestError, match="max_length is -1"):
        best_paths(walk, nodes, weights, 0, -1)


@pytest.mark.slow
@pytest.mark.integration
def test_real_people(movielens):
    # 20 people's first title from their own likes and one genre, by brute force over walks of at most 3 steps.
    walk, recommender = PageRank(movielens), Recommender(movielens, walk="pagerank")
    dense, genre = Dense(walk), movielens.genres.ids.position("Film-Noir")
    for user in range(0, len(movielens.users), len(movielens.users) // 20)[:20]:
        first = recommender.recommend(movielens.users.ids.ids[user], k=1)[0].title_id
        title = movielens.titles.ids.position(first)
        profile = profile_of(movielens, user, Settings().half_life)
        nodes = np.append(
            walk.network.number("Title", profile.titles), np.int32(walk.network.offsets["Genre"] + genre)
        )
        weights = np.append(profile.weights, profile.weights.mean())
        target = walk.network.offsets["Title"] + title
        expected = short_walks(dense, nodes, weights, target)
        paths = list(best_paths(walk, nodes, weights, title, 3))
        assert len(paths) == len(expected)
        check_order(paths, expected)
        if len(paths) > 10:
            check_order(list(islice(best_paths(walk, nodes, weights, title), 10)), expected)


def short_walks(dense, nodes, weights, target):
    """Every clean walk of at most 3 steps from seeds that are not the target, a step at a time."""
    steps, found = dense.steps, {}
    near = np.flatnonzero(steps[:, target])
    for node, factor in zip(nodes.tolist(), dense.factors(nodes, weights, target).tolist(), strict=True):
        after = np.flatnonzero(steps[node])
        if steps[node, target]:
            found[node, target] = factor * steps[node, target]
        for passed in np.intersect1d(after, near).tolist():
            found[node, passed, target] = factor * steps[node, passed] * steps[passed, target]
        block = factor * steps[node, after, None] * steps[np.ix_(after, near)] * steps[near, target]
        for one, other in zip(*np.nonzero(block), strict=True):
            if after[one] != target and near[other] != node:
                found[node, int(after[one]), int(near[other]), target] = block[one, other]
    return {
        (path, tuple(dense.places[pair] for pair in pairwise(path))): score for path, score in found.items()
    }
