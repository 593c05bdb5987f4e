"""Learned rows fitted in circles against each fitted by itself, to the last bit."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.model.relation import Relation
from cinewalk.graph.model.settings import TitleParameters, ViewerParameters
from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.numeric.cooccurrence import nearest_of_all
from cinewalk.graph.numeric.parallel import transposed
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours import gram_blocks, learned_kernels
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood, viewer_neighbourhood
from tests.graphs import checkerboard, random_graph

pytestmark = pytest.mark.oracle

PREFERENCES = [1.0, 2.0, 1.25, 1.5, 0.3]


def walks(likes, size):
    yield title_neighbourhood(likes, TitleParameters(0.0, 0.3, 0.5, 1.0, 0.0, size))
    yield viewer_neighbourhood(likes, ViewerParameters(0.3, 0.5, 1.0, 0.0, size))


def check_same(walk, ridge=0.4):
    nearest = nearest_of_all(walk, 0.0)
    together = gram_blocks.fit_all(nearest, walk, ridge)
    alone = learned_kernels.fit_rows(np.arange(len(walk.out), dtype=np.int32), nearest, walk, ridge)
    for one, other in zip(together, alone, strict=True):
        assert one.tolist() == other.tolist()
    return nearest


def with_preferences(relation, preferences):
    values = np.resize(preferences, len(relation.indices))
    properties = {"preference": values, "timestamp": np.arange(len(values))}
    return Likes(Relation.of(relation.sources, relation.indices, relation.shape, properties))


@pytest.mark.parametrize("preferences", [[1.0], PREFERENCES], ids=["all 1", "others"])
@pytest.mark.parametrize("members", [1, 20, 4096], ids=["small circles", "some", "one"])
@pytest.mark.parametrize("graph", [random_graph(1), random_graph(2, 80, 60, 0.2), checkerboard(40)])
def test_who_shares_sums_does_not_matter(monkeypatch, graph, members, preferences):
    monkeypatch.setattr(gram_blocks, "MEMBERS", members)
    monkeypatch.setattr(gram_blocks, "_ALONE", 3)
    for size in (1, 5, 1000):
        for walk in walks(with_preferences(graph.likes, preferences), size):
            check_same(walk)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_threads(monkeypatch, workers):
    monkeypatch.setattr(gram_blocks, "MEMBERS", 20)
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", workers)
    for walk in walks(Likes(random_graph(3, 90, 70, 0.15).likes), 6):
        check_same(walk)


@given(
    st.sets(st.tuples(st.integers(0, 14), st.integers(0, 11)), max_size=90),
    st.sampled_from([[1.0], PREFERENCES]),
    st.integers(1, 6),
    st.integers(1, 15),
)
@settings(max_examples=60, deadline=None)
def test_any_likes(pairs, preferences, size, members):
    users, titles = (np.array([pair[side] for pair in sorted(pairs)], np.int64) for side in (0, 1))
    values = {"preference": np.resize(preferences, len(pairs)), "timestamp": np.arange(len(pairs))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gram_blocks, "MEMBERS", members)
        for walk in walks(Likes(Relation.of(users, titles, (15, 12), values)), size):
            check_same(walk)


@pytest.mark.parametrize("members", [8, 30, 4096])
def test_circles_hold_everybody_once_and_all_their_nearest(monkeypatch, members):
    monkeypatch.setattr(gram_blocks, "MEMBERS", members)
    for walk in walks(Likes(random_graph(4, 120, 90, 0.1).likes), 5):
        nearest = nearest_of_all(walk, 0.0)
        found = list(gram_blocks.circles_of(nearest))
        assert sorted(np.concatenate([circle.nodes for circle in found]).tolist()) == list(
            range(len(walk.out))
        )
        for nodes, own in found:
            if len(own):
                needed = set(nodes.tolist())
                for node in nodes:
                    needed |= set(nearest.indices[nearest.indptr[node] : nearest.indptr[node + 1]].tolist())
                assert sorted(needed) == sorted(own.tolist())
                assert len(own) <= max(members, 6)
                # Fewer pairs than one by one.
                assert len(own) ** 2 < (np.diff(nearest.indptr)[nodes] ** 2).sum()


def test_people_of_two_kinds_make_two_circles(monkeypatch):
    monkeypatch.setattr(gram_blocks, "MEMBERS", 20)
    walk = viewer_neighbourhood(Likes(checkerboard(40).likes), ViewerParameters(0.3, 0.5, 1.0, 0.0, 15))
    found = list(gram_blocks.circles_of(nearest_of_all(walk, 0.0)))
    assert [sorted({int(node) % 2 for node in circle.nodes}) for circle in found] == [[0], [1]]
    assert [len(circle.members) for circle in found] == [20, 20]


def test_progress_counts_nodes():
    told = []
    walk = viewer_neighbourhood(Likes(random_graph(2, 80, 60, 0.2).likes), ViewerParameters())
    gram_blocks.fit_all(nearest_of_all(walk, 0.0), walk, 1.0, lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1] == (80, 80)


def test_columns_as_rows():
    dense = np.random.default_rng(5).integers(0, 3, (9, 7)) * 0.5
    rows, columns = np.nonzero(dense)
    indptr = np.concatenate(([0], np.cumsum(np.count_nonzero(dense, axis=1))))
    given = CSR(indptr, columns.astype(np.int32), dense[rows, columns].astype(np.float32))
    flipped = transposed(given, 8)
    found = np.zeros((8, 9))
    for row in range(8):
        own = slice(flipped.indptr[row], flipped.indptr[row + 1])
        assert flipped.indices[own].tolist() == sorted(flipped.indices[own].tolist())
        found[row, flipped.indices[own]] = flipped.values[own]
    assert found[:7].tolist() == dense.T.tolist()
    assert not found[7].any()
