"""PageRank's kernels against a dense solve, on a directed, asymmetric, weighted graph with dangling nodes."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.errors import ConvergenceError, RequestError
from cinewalk.graph.numeric.arrays import CSR, frozen
from cinewalk.graph.walks.pagerank import kernels as pagerank_kernels
from cinewalk.graph.walks.pagerank import solver
from cinewalk.graph.walks.pagerank.kernels import power_iteration
from cinewalk.graph.walks.pagerank.pagerank import PageRank
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle


def directed(seed: int, n: int = 40) -> np.ndarray:
    rng = np.random.default_rng(seed)
    matrix = np.where(rng.random((n, n)) < 0.15, rng.random((n, n)) * 5, 0.0)
    matrix[[3, 17]] = 0.0  # dangling
    matrix[:, 29] = matrix[29] = 0.0  # isolated
    return matrix.astype(np.float32)


def rows_of(matrix: np.ndarray) -> CSR:
    sources, targets = np.nonzero(matrix)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(sources, minlength=len(matrix)))))
    return CSR(frozen(indptr), frozen(targets.astype(np.int32)), frozen(matrix[sources, targets]))


def dense(matrix: np.ndarray, restart: np.ndarray, damping: float) -> np.ndarray:
    sums = matrix.sum(axis=1, dtype=np.float64)
    walk = np.divide(matrix, sums[:, None], out=np.zeros(matrix.shape), where=sums[:, None] > 0)
    walk[sums == 0] = restart  # from a dangling node the walker starts again
    return np.linalg.solve(np.eye(len(matrix)) - damping * walk.T, (1 - damping) * restart)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("damping", [0.05, 0.3, 0.85, 0.99])
@pytest.mark.parametrize("seeds", [{0: 1.0}, {3: 1.0}, {29: 1.0}, {1: 0.2, 8: 3.0, 29: 0.1}])
def test_power_iteration(seed, damping, seeds):
    matrix = directed(seed)
    restart = np.zeros(len(matrix))
    restart[list(seeds)] = list(seeds.values())
    restart /= restart.sum()
    ranks, change, _ = pagerank_kernels.power_iteration(rows_of(matrix), restart, damping, 1e-14, 10_000)
    assert change <= 1e-14
    np.testing.assert_allclose(ranks, dense(matrix, restart, damping), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("damping", [0.3, 0.85])
def test_reach_gives_every_seeds_part_of_a_rank(seed, damping):
    matrix = directed(seed)
    targets, n = np.array([11, 3, 5], np.int32), len(matrix)
    visits, change, _ = pagerank_kernels.reach(rows_of(matrix), targets, damping, 1e-14, 10_000)
    assert change <= 1e-14
    sums = matrix.sum(axis=1, dtype=np.float64)
    walk = np.divide(matrix, sums[:, None], out=np.zeros(matrix.shape), where=sums[:, None] > 0)
    np.testing.assert_allclose(
        visits, np.linalg.inv(np.eye(n) - damping * walk)[:, targets], rtol=1e-6, atol=1e-12
    )
    alone, _, _ = pagerank_kernels.reach(rows_of(matrix), targets[1:2], damping, 1e-14, 10_000)
    assert np.array_equal(alone[:, 0], visits[:, 1])


@pytest.mark.parametrize("damping", [0.3, 0.95])
@pytest.mark.parametrize("shape", ["labels that follow each other", "any two nodes"])
def test_reach_is_what_a_dense_solve_comes_to(shape, damping):
    graph = random_graph(3, 40, 30, 0.4)
    rows = PageRank(graph).network.rows
    if shape == "any two nodes":
        matrix = directed(2, 60)
        rows = rows_of(matrix + matrix.T)
    n = len(rows.indptr) - 1
    matrix = np.zeros((n, n))
    np.add.at(matrix, (np.repeat(np.arange(n), np.diff(rows.indptr)), rows.indices), rows.values)
    sums = matrix.sum(axis=1)
    assert (sums == 0).any()
    walk = np.divide(matrix, sums[:, None], out=np.zeros(matrix.shape), where=sums[:, None] > 0)
    targets = np.random.default_rng(0).permutation(n)[:37].astype(np.int32)
    visits, change, _ = pagerank_kernels.reach(rows, targets, damping, 1e-13, 10_000)
    assert change <= 1e-13
    expected = np.linalg.solve(np.eye(n) - damping * walk, np.eye(n)[:, targets])
    np.testing.assert_allclose(visits, expected, rtol=0, atol=2e-12)
    for place in (0, 16, 36):
        alone, _, _ = pagerank_kernels.reach(rows, targets[place : place + 1], damping, 1e-13, 10_000)
        assert np.array_equal(alone[:, 0], visits[:, place])


def test_what_has_not_settled_is_returned_as_far_as_it_came():
    network = PageRank(random_graph(3)).network
    target = np.array([network.sums.argmax()], np.int32)
    visits, change, iterations = pagerank_kernels.reach(network.rows, target, 0.9, 1e-13, 2)
    assert (change > 1e-13, iterations) == (True, 2)
    assert np.count_nonzero(visits) > 1


@pytest.mark.parametrize("count", [1, 4, 20])
def test_shares_are_the_same_whichever_end_is_solved_for(count):
    graph = random_graph(4, density=0.4)
    walk = PageRank(graph)
    numbers = walk.network.number("Title", np.arange(count, dtype=np.int32))
    outcome = walk.walk_from(numbers, np.linspace(1, 2, count))
    targets = np.arange(len(graph.titles), dtype=np.int32)
    together = outcome.contributions(targets)["pagerank"]
    for target in targets:
        alone = outcome.contributions(targets[target : target + 1])["pagerank"]
        np.testing.assert_allclose(alone[0], together[target], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(together.sum(axis=1), outcome.scores, rtol=1e-9, atol=1e-15)


def test_contributions_equal_single_seed_ranks_where_nothing_dangles():
    # Without dangling nodes in reach PageRank is linear: each seed's part is its own rank times its weight.
    graph = random_graph(5, density=0.5)
    walk = PageRank(graph, damping=0.6)
    seeds = {("Title", 3): 0.5, ("Genre", 1): 0.3, ("Person", 2): 0.2}
    targets = np.array([0, 1, 6], dtype=np.int32)
    numbers = np.array([walk.network.offsets[label] + place for label, place in seeds], dtype=np.int32)
    parts = walk.walk_from(numbers, np.array(list(seeds.values()))).contributions(targets)["pagerank"]
    for column, (seed, weight) in enumerate(seeds.items()):
        alone = walk.titles(walk.rank_nodes({seed: 1.0}))[targets]
        np.testing.assert_allclose(parts[:, column], weight * alone, rtol=1e-8)


@pytest.mark.parametrize("damping", [0.96, 0.98, 0.99, 0.999, 0.99999])
@pytest.mark.parametrize("density", [0.1, 0.5])
def test_dampings_near_1_are_solved(damping, density):
    graph = random_graph(6, density=density)
    walk, titles = PageRank(graph, damping=damping), np.arange(9, dtype=np.int32)
    rows, n = walk.network.rows, len(walk.network.sums)
    matrix = np.zeros((n, n))
    np.add.at(matrix, (np.repeat(np.arange(n), np.diff(rows.indptr)), rows.indices), rows.values)
    sums = matrix.sum(axis=1)
    isolated = np.flatnonzero(walk.network.sums == 0)[:1]
    seeds = np.unique([*walk.network.number("Title", titles), *isolated]).astype(np.int32)
    weights = np.linspace(1, 3, len(seeds))
    outcome = walk.walk_from(seeds, weights)
    expected = dense(matrix, np.bincount(seeds, weights, n) / weights.sum(), damping)
    np.testing.assert_allclose(outcome.ranks, expected, rtol=1e-7, atol=1e-12)
    shares = outcome.contributions(np.arange(20, dtype=np.int32))["pagerank"]
    np.testing.assert_allclose(shares.sum(axis=1), outcome.scores[:20], rtol=1e-7, atol=1e-12)
    of_first = np.linalg.inv(np.eye(n) - damping * matrix / np.where(sums > 0, sums, 1)[:, None])
    targets = walk.network.number("Title", np.arange(20, dtype=np.int32))
    visits = walk.visits(seeds, targets)
    np.testing.assert_allclose(visits, of_first[np.ix_(seeds, targets)].T, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("damping", [0.96, 0.98])
def test_a_walk_that_does_not_settle_is_refused(monkeypatch, damping):
    """Power iteration below .97, conjugate gradients above: either is cut short here."""
    monkeypatch.setattr(solver, "_MOST", 3)
    if damping < 0.97:
        monkeypatch.setattr(solver.kernels, "power_iteration", cut_short)
    with pytest.raises(ConvergenceError, match="set a lower damping"):
        PageRank(random_graph(6), damping=damping).rank_nodes({("Title", 0): 1.0})


def cut_short(network, restart, damping, tolerance, _):
    return power_iteration(network, restart, damping, tolerance, 3)


@pytest.mark.parametrize("damping", [0.0, 1.0, -1.0, float("nan")])
def test_damping_outside_its_range_is_refused(damping):
    with pytest.raises(RequestError, match="between 0 and 1"):
        PageRank(random_graph(6), damping=damping)


def test_no_seed_is_refused():
    with pytest.raises(RequestError, match="at least one seed"):
        PageRank(random_graph(6)).rank_nodes({})
