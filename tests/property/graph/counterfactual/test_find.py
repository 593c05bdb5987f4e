"""What every counterfactual promises, on random graphs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinewalk.errors import RequestError
from cinewalk.graph.counterfactual.find import bringing_up, counterfactual
from cinewalk.graph.counterfactual.removal import relation_without, scores_without
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.walks.registry import WALKS, Registry
from tests.graphs import graphs

pytestmark = pytest.mark.property

walks = st.sampled_from(WALKS)
#: PageRank recomputes every removal; a few users of each graph are enough.
PEOPLE = 5


def first_without(parts, walk, profile, titles):
    scores, left = scores_without(parts, walk, profile, titles)
    hidden = left.hidden.copy()
    hidden[titles] = True
    ranked, values = topk.rank(scores, hidden, 1)
    return int(ranked[0]), float(values[0])


def check(parts, walk, user, found):
    profile = profile_of(parts.graph, user, parts.settings.half_life)
    ranked, _ = topk.rank(walk.run(profile).scores, profile.hidden, 1)
    titles = np.sort(np.array(found.titles, np.int32))
    assert 0 < found.size == len(set(found.titles)) < len(profile.titles)
    assert set(found.titles) <= set(profile.titles.tolist())
    assert found.first == ranked[0] != found.replacement
    assert found.replacement not in found.titles
    assert not profile.hidden[found.replacement]
    assert first_without(parts, walk, profile, titles) == (found.replacement, found.score)
    assert found.proven or found.size > 2
    assert found.tried >= found.size


@given(graph=graphs(), name=walks, limit=st.integers(1, 6), exhaustive=st.booleans())
@settings(max_examples=80)
def test_the_first_title_changes_and_only_likes_are_named(graph, name, limit, exhaustive):
    parts = Registry(graph, Settings())
    walk = parts.walk(name)
    for user in range(min(PEOPLE, len(graph.users))):
        found = counterfactual(parts, walk, user, k_limit=limit, exhaustive=exhaustive)
        if found is not None:
            assert found.size <= limit
            check(parts, walk, user, found)


@given(graph=graphs(), name=walks, data=st.data())
@settings(max_examples=60)
def test_what_is_brought_up_comes_first(graph, name, data):
    parts = Registry(graph, Settings())
    walk = parts.walk(name)
    for user in range(min(PEOPLE, len(graph.users))):
        title = data.draw(st.integers(0, len(graph.titles) - 1))
        if profile_of(graph, user, parts.settings.half_life).hidden[title]:
            with pytest.raises(RequestError, match="has been seen"):
                bringing_up(parts, walk, user, title)
            continue
        found = bringing_up(parts, walk, user, title)
        if found is not None and found.size:
            assert found.replacement == title
            check(parts, walk, user, found)
        elif found is not None:
            assert found.first == found.replacement == title


@given(graph=graphs(), name=walks)
@settings(max_examples=30)
def test_the_same_ask_has_the_same_answer(graph, name):
    parts, again = Registry(graph, Settings()), Registry(graph, Settings())
    for user in range(min(PEOPLE, len(graph.users))):
        once = counterfactual(parts, parts.walk(name), user)
        assert once == counterfactual(parts, parts.walk(name), user)
        assert once == counterfactual(again, again.walk(name), user)


@given(graph=graphs(), data=st.data())
def test_a_relation_without_edges_is_one_built_without_them(graph, data):
    likes = graph.likes
    user = data.draw(st.integers(0, len(graph.users) - 1))
    own = likes.indices[likes.row(user)].tolist()
    chosen = data.draw(st.lists(st.booleans(), min_size=len(own), max_size=len(own)))
    gone = np.array([title for title, goes in zip(own, chosen, strict=True) if goes], np.int32)
    kept = ~((likes.sources == user) & np.isin(likes.indices, gone))
    expected = type(likes).of(
        likes.sources[kept],
        likes.indices[kept],
        likes.shape,
        {name: values[kept] for name, values in likes.properties.items()},
    )
    found = relation_without(likes, user, gone)
    for part in ("indptr", "indices", "reverse_indptr", "reverse_indices", "reverse_order"):
        np.testing.assert_array_equal(getattr(found, part), getattr(expected, part))
        assert getattr(found, part).dtype == getattr(expected, part).dtype
    for name, values in expected.properties.items():
        np.testing.assert_array_equal(found.properties[name], values)
