"""Every metric from plain lists, with the expected value written as arithmetic."""

from __future__ import annotations

from math import log2, sqrt

import numpy as np
import pytest

from cinewalk.graph.evaluate.metrics import accuracy, beyond_accuracy, gini
from cinewalk.graph.model.relation import Relation

pytestmark = pytest.mark.unit

#: Three users; ranks of the hits: 1, 3 and 4 of three to find — none of one — 2 of seven.
LISTS = np.array([[4, 0, 7, 2], [1, 3, 5, -1], [9, 8, -1, -1]], dtype=np.int32)
TO_FIND = [[2, 4, 7], [6], [0, 1, 2, 3, 4, 5, 8]]


def relation(rows, columns):
    pairs = [(row, column) for row, columns_ in enumerate(rows) for column in columns_]
    sources, targets = np.array(pairs, dtype=np.int64).T
    likes = {"preference": np.ones(len(pairs)), "timestamp": np.zeros(len(pairs))}
    return Relation.of(sources, targets, (len(rows), columns), likes)


def measured(k):
    users = np.arange(3, dtype=np.int32)
    return accuracy(LISTS, users, relation(TO_FIND, 10), [k])


def test_recall():
    assert measured(4)["recall@4"].tolist() == pytest.approx([3 / 3, 0 / 1, 1 / 7])
    assert measured(2)["recall@2"].tolist() == pytest.approx([1 / 3, 0 / 1, 1 / 7])
    assert measured(1)["recall@1"].tolist() == pytest.approx([1 / 3, 0, 0])


def test_ndcg_is_ideal_over_what_fits_into_the_list():
    assert measured(4)["ndcg@4"].tolist() == pytest.approx(
        [
            (1 / log2(2) + 1 / log2(4) + 1 / log2(5)) / (1 / log2(2) + 1 / log2(3) + 1 / log2(4)),
            0,
            (1 / log2(3)) / (1 / log2(2) + 1 / log2(3) + 1 / log2(4) + 1 / log2(5)),
        ]
    )
    assert measured(2)["ndcg@2"].tolist() == pytest.approx(
        [
            (1 / log2(2)) / (1 / log2(2) + 1 / log2(3)),
            0,
            (1 / log2(3)) / (1 / log2(2) + 1 / log2(3)),
        ]
    )


def test_map_divides_by_all_that_was_to_be_found():
    assert measured(4)["map@4"].tolist() == pytest.approx(
        [1 / 3 * (1 / 1 + 2 / 3 + 3 / 4), 0, 1 / 7 * (1 / 2)]
    )
    assert measured(3)["map@3"].tolist() == pytest.approx([1 / 3 * (1 / 1 + 2 / 3), 0, 1 / 7 * (1 / 2)])


def test_hit_rate():
    assert measured(4)["hit_rate@4"].tolist() == [1, 0, 1]
    assert measured(1)["hit_rate@1"].tolist() == [1, 0, 0]


def test_rows_may_be_some_users_in_any_order_and_k_longer_than_lists():
    found = accuracy(LISTS[[2, 0]], np.array([2, 0], np.int32), relation(TO_FIND, 10), [1, 50])
    assert found["recall@50"].tolist() == pytest.approx([1 / 7, 3 / 3])
    assert found["hit_rate@1"].tolist() == [0, 1]


def test_no_rows_are_no_numbers():
    found = accuracy(np.empty((0, 3), np.int32), np.empty(0, np.int32), relation(TO_FIND, 10), [3])
    assert found["ndcg@3"].tolist() == []


#: Five users like: title 0 has three viewers, 1 has two, 2 has one, 3 has none.
LIKES = [[0, 1], [0], [0, 2], [1], []]


def beyond(lists, k):
    return beyond_accuracy(np.array(lists, dtype=np.int32), relation(LIKES, 4), [k])


def test_coverage():
    assert beyond([[0, 1], [1, 0]], 2)["coverage@2"] == 2 / 4
    assert beyond([[0, 1], [1, 0], [2, -1]], 2)["coverage@2"] == 3 / 4
    assert beyond([[0, 1], [1, 0]], 1)["coverage@1"] == 2 / 4


def test_gini():
    # In how many lists: 0, 1, 1, 2 of four titles.
    assert beyond([[0, 1], [0, 2]], 2)["gini@2"] == pytest.approx((-3 * 0 + -1 * 1 + 1 * 1 + 3 * 2) / (4 * 4))
    assert gini(np.array([3, 3, 3, 3])) == 0
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(3 / 4)
    assert gini(np.zeros(3)) == 0


def test_popularity_is_the_mean_number_of_viewers():
    assert beyond([[0, 1], [2, -1]], 2)["popularity@2"] == pytest.approx(1 / 2 * ((3 + 2) / 2 + 1))


def test_novelty_is_self_information_among_those_who_like_something():
    expected = 1 / 2 * ((log2(4 / 3) + log2(4 / 2)) / 2 + log2(4 / 1))
    assert beyond([[0, 1], [2, -1]], 2)["novelty@2"] == pytest.approx(expected)
    assert beyond([[3, -1]], 2)["novelty@2"] == pytest.approx(log2(4 / 1))


def test_diversity_is_one_minus_the_mean_cosine_of_pairs():
    cosines = [1 / sqrt(3 * 2), 1 / sqrt(3 * 1), 0 / sqrt(2 * 1)]
    assert beyond([[0, 1, 2]], 3)["diversity@3"] == pytest.approx(1 - sum(cosines) / 3)
    assert beyond([[0, 1, 2]], 2)["diversity@2"] == pytest.approx(1 - 1 / sqrt(3 * 2))


def test_diversity_leaves_out_lists_without_a_pair_and_takes_the_unliked_as_unlike():
    assert beyond([[0, 1, -1], [2, -1, -1]], 3)["diversity@3"] == pytest.approx(1 - 1 / sqrt(3 * 2))
    assert beyond([[0, 3]], 2)["diversity@2"] == pytest.approx(1)
    assert beyond([[2, -1]], 2)["diversity@2"] == 0


def test_empty_lists_are_worth_nothing():
    assert set(beyond([[-1, -1]], 2).values()) == {0}
