"""What an audit shows gives no small group away: the linear system of all that is published, over random groups."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cinewalk.graph.attributes.privacy import SMALLEST_GROUP
from cinewalk.graph.evaluate.disclosure import hidden_by_kind, hidden_groups

pytestmark = pytest.mark.property

SIZES = st.lists(st.one_of(st.integers(1, 12), st.integers(1, 60)), min_size=2, max_size=7)


class Published:
    """Sums over viewers that are known, each a row of 0 and 1, and what follows from them."""

    def __init__(self, shown):
        _, sizes, directions = np.linalg.svd(np.asarray(shown, float), full_matrices=False)
        self.span = directions[sizes > 1e-9 * sizes.max()]

    def gives(self, wanted):
        """Tell of other sums whether each follows."""
        wanted = np.asarray(wanted, float)
        return np.abs(wanted - wanted @ self.span.T @ self.span).max(axis=1) < 1e-6


def small_unions(members, sizes):
    """Return the members of every union of some groups that is under the limit."""
    small = [g for g in range(len(sizes)) if 0 < sizes[g] < SMALLEST_GROUP]
    found = [
        np.isin(members, some)
        for count in range(1, min(len(small), SMALLEST_GROUP - 1) + 1)
        for some in itertools.combinations(small, count)
        if sum(sizes[g] for g in some) < SMALLEST_GROUP
    ]
    return np.array(found, bool).reshape(len(found), len(members))


def in_groups(sizes):
    return np.repeat(np.arange(len(sizes)), sizes)


@given(SIZES)
def test_nothing_small_is_shown_or_follows_from_one_kind(sizes):
    assume(sum(sizes) >= SMALLEST_GROUP)
    members = in_groups(sizes)
    hidden = hidden_groups(np.array(sizes))
    assert all(hidden[g] for g, size in enumerate(sizes) if size < SMALLEST_GROUP)
    published = [members == g for g in range(len(sizes)) if not hidden[g]] + [np.ones(len(members))]
    assert not Published(published).gives(small_unions(members, sizes)).any()


@given(SIZES)
def test_nothing_is_hidden_without_need(sizes):
    hidden = hidden_groups(np.array(sizes))
    if min(sizes) >= SMALLEST_GROUP:
        assert not hidden.any()
    else:
        assert all(hidden[g] or sizes[g] >= max(np.array(sizes)[hidden]) for g in range(len(sizes)))


def worlds(total, count):
    """Yield all sizes of so many groups with a sum."""
    if count == 1:
        yield (total,)
        return
    for first in range(1, total - count + 2):
        for rest in worlds(total - first, count - 1):
            yield (first, *rest)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.integers(1, 12), st.integers(9, 14)), min_size=3, max_size=5))
def test_who_knows_the_rule_learns_no_size(sizes):
    """Whoever tries all sizes of the hidden groups that would have led to the same is left with several for each."""
    hidden = hidden_groups(np.array(sizes))
    places = np.flatnonzero(hidden)
    assume(0 < len(places) <= 3)
    assume(not hidden.all())
    possible = [set() for _ in places]
    for world in worlds(sum(sizes[g] for g in places), len(places)):
        other = np.array(sizes)
        other[places] = world
        if np.array_equal(hidden_groups(other), hidden):
            for seen, size in zip(possible, world, strict=True):
                seen.add(size)
    for place, seen in zip(places, possible, strict=True):
        if sizes[place] < SMALLEST_GROUP:
            assert len(seen) > 1


#: So that a kind of single viewers does not make thousands of unions.
MANY = 16


@st.composite
def kinds_of_viewers(draw):
    """Draw viewers in groups of up to four kinds, some of which are coarser or finer than others."""
    count = draw(st.integers(SMALLEST_GROUP, 90))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = []
    for _ in range(draw(st.integers(1, 4))):
        groups = draw(st.integers(1, 7))
        if kinds and draw(st.booleans()):
            base = kinds[draw(st.integers(0, len(kinds) - 1))]
            coarser = rng.integers(0, groups, base.max() + 1)[base]
            own = (
                coarser
                if draw(st.booleans())
                else np.minimum(base * groups + rng.integers(0, groups, count), MANY)
            )
        else:
            own = rng.choice(groups, count, p=rng.dirichlet(np.full(groups, 0.6)))
        kinds.append(np.unique(own, return_inverse=True)[1].astype(np.int64))
    return kinds


def shown_sets(kinds, hidden):
    return [
        own == g for own, gone in zip(kinds, hidden, strict=True) for g in range(len(gone)) if not gone[g]
    ]


@settings(max_examples=300)
@given(kinds_of_viewers())
def test_nothing_small_follows_from_several_kinds(kinds):
    hidden = hidden_by_kind(kinds)
    everybody = np.ones(len(kinds[0]))
    published = [*shown_sets(kinds, hidden), everybody]
    assert all(members.sum() >= SMALLEST_GROUP for members in published)
    for own in kinds:
        assert not Published(published).gives(small_unions(own, np.bincount(own))).any()
    for one, other in itertools.permutations(published, 2):
        inside = not np.any(other.astype(bool) & ~one.astype(bool))
        assert not inside or not 0 < (one.sum() - other.sum()) < SMALLEST_GROUP


@settings(max_examples=200)
@given(kinds_of_viewers(), st.integers(0, 2**32 - 1), st.floats(0.1, 0.9))
def test_nothing_small_follows_of_newcomers_and_others(kinds, seed, share):
    """As an audit publishes it: groups, the numbers of newcomers and others, and groups among newcomers."""
    others = (np.random.default_rng(seed).random(len(kinds[0])) < share).astype(np.int64)
    history, *hidden = hidden_by_kind([others, *kinds])
    published = [*shown_sets(kinds, hidden), np.ones(len(others))]
    if not history.any():
        by_part = hidden_by_kind(kinds, others, hidden)
        new = others == 0
        published += [new, *(members & new for members in shown_sets(kinds, by_part))]
    for part in (0, 1):
        for own in kinds:
            sizes = np.bincount(own[others == part], minlength=own.max() + 1)
            assert not Published(published).gives(small_unions(own, sizes) & (others == part)).any()
    for own in kinds:
        assert not Published(published).gives(small_unions(own, np.bincount(own))).any()


def test_overlapping_groups_hide_behind_a_large_one():
    """Two values that the same few viewers like are not ten and more viewers together."""
    assert hidden_groups(np.array([6, 6, 40, 50]), apart=False).tolist() == [True, True, True, False]
    assert hidden_groups(np.array([6, 6, 40, 50])).tolist() == [True, True, False, False]


def test_groups_without_members_are_neither_here_nor_there():
    assert hidden_groups(np.array([0, 30, 40])).tolist() == [False, False, False]
    assert hidden_groups(np.array([0, 3, 40, 50])).tolist() == [False, True, True, False]
