"""Crowds as bits and additions where bits say so, against arrays of truth values."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph.model.relation import Relation
from cinewalk.graph.numeric import bitmaps
from cinewalk.graph.numeric.arrays import CSR
from cinewalk.graph.numeric.intrinsics import TOGETHER, WORD, add_where
from cinewalk.graph.walks.base.like_rows import Likes
from tests.graphs import random_graph

pytestmark = pytest.mark.oracle


@numba.njit
def add_all(sums, bits, first, terms):
    for word in range(len(sums) // 32):
        add_where(sums, word, bits, first, terms)


def unpacked(bits):
    """Return a truth value for every bit, the least significant of a word first."""
    return np.unpackbits(bits.astype("<u4").view(np.uint8), bitorder="little").astype(bool)


@given(st.integers(0, 10**6), st.integers(1, 5))
def test_terms_are_added_where_bits_are_set(seed, words):
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2**32, 3 * words, np.uint32, endpoint=False)
    first = rng.integers(0, 2 * words, TOGETHER, endpoint=True).astype(np.uint64)
    terms = rng.integers(0, 2**13, TOGETHER).astype(np.uint16)
    sums = rng.integers(0, 2**16, words * WORD).astype(np.uint16)
    expected = sums.astype(np.int64)
    for start, term in zip(first.tolist(), terms.tolist(), strict=True):
        expected += term * unpacked(bits[start : start + words])
    add_all(sums, bits, tuple(first), tuple(terms))
    assert sums.tolist() == (expected % 2**16).tolist()


@pytest.mark.parametrize("users", [1, 31, 32, 33, 300])
def test_bits_are_those_of_the_lists(users):
    rng = np.random.default_rng(0)
    lists = [np.flatnonzero(rng.random(users) < share) for share in (1.0, 0.3, 0.03, 0.01, 0.0)]
    indptr = np.cumsum([0, *(len(own) for own in lists)])
    rows = CSR(indptr, np.concatenate(lists).astype(np.int32), np.empty(0, np.float32))
    found = bitmaps.bitmaps_of(rows, users)
    for own, slot in zip(lists, found.slots.tolist(), strict=True):
        assert (slot >= 0) == (64 * len(own) >= users)
        if slot >= 0:
            assert np.flatnonzero(unpacked(found.bits[slot])).tolist() == own.tolist()


def test_few_people_have_none():
    assert not Likes(random_graph(1, 70, 90).likes).bitmaps.bits.size
    rows = CSR(np.array([0, 3]), np.arange(3, dtype=np.int32), np.empty(0, np.float32))
    assert not bitmaps.bitmaps(rows, 3).bits.size
    assert bitmaps.bitmaps(rows, 20_000) is not bitmaps.NOBODY


@pytest.mark.parametrize("last", [1.0, 1.25])
def test_only_where_all_preferences_are_one(last):
    users = np.arange(20_000)
    preferences = np.append(np.ones(len(users) - 1), last)
    properties = {"preference": preferences, "timestamp": users}
    relation = Relation.of(users, np.zeros_like(users), (len(users), 1), properties)
    assert bool(Likes(relation).bitmaps.bits.size) == (last == 1.0)
