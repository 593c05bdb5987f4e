"""The library's metrics, and ours that take a short cut, against plain Python on random lists."""

from __future__ import annotations

from itertools import combinations
from math import log2, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.graph.evaluate.metrics import accuracy, beyond_accuracy, gini
from cinewalk.graph.model.relation import Relation

pytestmark = pytest.mark.oracle


def plain(ranked, to_find, k):
    ranked, n = ranked[:k], len(to_find)
    hits = [title in to_find for title in ranked]
    gain = sum(1 / log2(place + 2) for place, hit in enumerate(hits) if hit)
    ideal = sum(1 / log2(place + 2) for place in range(min(n, k)))
    precision = sum(sum(hits[: place + 1]) / (place + 1) for place, hit in enumerate(hits) if hit)
    return {
        "recall": sum(hits) / n,
        "ndcg": gain / ideal,
        "map": precision / n,
        "hit_rate": float(any(hits)),
    }


def random_case(seed, users, titles, size):
    rng = np.random.default_rng(seed)
    lists = [rng.permutation(titles)[: rng.integers(0, size + 1)].tolist() for _ in range(users)]
    to_find = [set(rng.permutation(titles)[: rng.integers(1, titles)].tolist()) for _ in range(users)]
    table = np.full((users, size), -1, dtype=np.int32)
    for row, ranked in enumerate(lists):
        table[row, : len(ranked)] = ranked
    pairs = np.array([(u, t) for u, those in enumerate(to_find) for t in sorted(those)], dtype=np.int64)
    return lists, to_find, table, Relation.of(*pairs.T, (users, titles))


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(2, 40), st.integers(1, 12))
@settings(max_examples=60)
def test_accuracy(seed, users, titles, size):
    lists, to_find, table, test = random_case(seed, users, titles, size)
    ks = sorted({1, max(1, size // 2), size})
    found = accuracy(table, np.arange(users, dtype=np.int32), test, ks)
    for k in ks:
        for user in range(users):
            for name, value in plain(lists[user], to_find[user], k).items():
                assert found[f"{name}@{k}"][user] == pytest.approx(value, abs=1e-12)


def test_accuracy_in_several_batches():
    lists, to_find, table, test = random_case(5, 9000, 12, 5)
    found = accuracy(table, np.arange(9000, dtype=np.int32), test, [5])["ndcg@5"]
    expected = [plain(ranked, those, 5)["ndcg"] for ranked, those in zip(lists, to_find, strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(2, 20), st.integers(2, 8))
@settings(max_examples=60)
def test_beyond_accuracy(seed, users, titles, size):
    lists, viewers_of, table, likes = random_case(seed, users, titles, size)
    found = beyond_accuracy(table, likes, [size])
    viewers = [{user for user in range(users) if title in viewers_of[user]} for title in range(titles)]

    def cosine(i, j):
        both = len(viewers[i] & viewers[j])
        return both / sqrt(len(viewers[i]) * len(viewers[j])) if both else 0.0

    pairs = [[1 - cosine(i, j) for i, j in combinations(ranked, 2)] for ranked in lists if len(ranked) > 1]
    information = [[-log2(max(len(viewers[t]), 1) / users) for t in ranked] for ranked in lists if ranked]
    degrees = [[len(viewers[t]) for t in ranked] for ranked in lists if ranked]
    counts = [sum(title in ranked for ranked in lists) for title in range(titles)]
    assert found[f"coverage@{size}"] == pytest.approx(sum(c > 0 for c in counts) / titles)
    for name, values in (("diversity", pairs), ("novelty", information), ("popularity", degrees)):
        expected = np.mean([np.mean(row) for row in values]) if values else 0
        assert found[f"{name}@{size}"] == pytest.approx(expected, abs=1e-9)
    assert found[f"gini@{size}"] == pytest.approx(gini(np.array(counts)))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12).filter(any))
def test_gini_is_half_the_mean_difference_over_the_mean(counts):
    differences = [abs(a - b) for a in counts for b in counts]
    expected = np.mean(differences) / (2 * np.mean(counts))
    assert gini(np.array(counts)) == pytest.approx(expected, abs=1e-12)
