"""What every remedy promises, alone and with others: one suite for all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.rerank.chain import RerankChain
from cinewalk.graph.walks.registry import Registry
from tests.graphs import graphs, random_graph

pytestmark = pytest.mark.contract

ALONE = ("popularity", "calibrated", "bubble", "floor=genre:Drama:", "diverse")
#: A strong dial of each.
STRONG = {"popularity": 0.5, "calibrated": 0.6, "bubble": 2, "floor=genre:Drama:": 0.0, "diverse": 0.5}


def spec_of(name: str, dial: float) -> str:
    return f"{name}{dial:g}" if name.endswith(":") else f"{name}={dial:g}"


def has_drama(graph) -> bool:
    return bool(np.isin(graph.genres.ids.position("Drama"), graph.relations["in_genre"].indices))


def with_genre():
    return graphs().filter(has_drama)


def with_bonus(graph, bonus: float) -> RerankChain:
    """Return a floor whose bonus is known: finding one is tested elsewhere."""
    found = RerankChain.parse("floor=genre:Drama:0.5", graph)
    vars(found)["ready"] = (replace(found.remedies[0], bonus=bonus),)
    return found


def remedies_of(name: str, graph) -> RerankChain:
    if name.startswith("floor"):
        return with_bonus(graph, 0.2)
    return RerankChain.parse(spec_of(name, STRONG[name]), graph)


def asks(graph, name: str = "blend"):
    """Yield scores and profiles of everybody with likes."""
    walk = Registry(graph, Settings()).walk(name)
    for user in range(len(graph.users)):
        profile = profile_of(graph, user, 5.0)
        if len(profile.titles):
            yield walk.run(profile).scores, profile


def assert_a_list(titles, values, scores, hidden, k):
    reached = int(np.count_nonzero((scores > 0) & ~hidden))
    assert len(titles) == len(set(titles.tolist())) == min(k, reached)
    assert not hidden[titles].any()
    assert (scores[titles] > 0).all()
    pairs = list(zip((-values).tolist(), titles.tolist(), strict=True))
    assert pairs == sorted(pairs)
    assert (values > 0).all()


@pytest.mark.parametrize("name", ALONE)
@given(graph=with_genre(), k=st.integers(1, 30))
@examples(max_examples=40)
def test_a_list_has_nothing_hidden_and_is_as_long_and_as_sorted_as_without(name, graph, k):
    remedies = remedies_of(name, graph)
    for scores, profile in asks(graph):
        titles, values = remedies.ranked(scores, profile, profile.hidden, k)
        assert_a_list(titles, values, scores, profile.hidden, k)
        again, same = remedies.ranked(scores, profile, profile.hidden, k)
        assert again.tolist() == titles.tolist()
        assert same.tolist() == values.tolist()


@pytest.mark.parametrize("name", ALONE)
@given(graph=with_genre(), k=st.integers(1, 12), seed=st.integers(0, 2**32 - 1))
@examples(max_examples=40)
def test_filters_hide_more_and_lists_stay_lists(name, graph, k, seed):
    remedies, rng = remedies_of(name, graph), np.random.default_rng(seed)
    for scores, profile in asks(graph):
        hidden = profile.hidden | (rng.random(len(scores)) < 0.5)
        titles, values = remedies.ranked(scores, profile, hidden, k)
        assert_a_list(titles, values, scores, hidden, k)


@pytest.mark.parametrize("name", ALONE)
@given(graph=with_genre(), k=st.integers(1, 12))
@examples(max_examples=40)
def test_a_dial_at_0_changes_nothing_at_all(name, graph, k):
    remedies = RerankChain.parse(spec_of(name, 0), graph)
    for scores, profile in asks(graph):
        found = remedies.applied(scores, profile, profile.hidden, k)
        assert found.scores is scores
        assert not found.parts
        titles, values = remedies.ranked(scores, profile, profile.hidden, k)
        before, own = topk.rank(scores, profile.hidden, k)
        assert titles.tolist() == before.tolist()
        assert values.tolist() == own.tolist()


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("walk", ["blend", "pagerank", "newcomers"])
@given(graph=with_genre(), k=st.integers(1, 12))
@examples(max_examples=20)
def test_lines_and_the_walks_score_are_the_score_that_is_shown(name, walk, graph, k):
    remedies = remedies_of(name, graph)
    for scores, profile in asks(graph, walk):
        titles, values = remedies.ranked(scores, profile, profile.hidden, k)
        for title, shown in zip(titles.tolist(), values.tolist(), strict=True):
            lines = remedies.lines(scores, profile, profile.hidden, k, title)
            assert scores[title] + sum(lines.values()) == pytest.approx(shown, rel=1e-9, abs=1e-12)


@given(graph=with_genre(), k=st.integers(1, 12), order=st.permutations(ALONE))
@examples(max_examples=40)
def test_they_follow_each_other(graph, k, order):
    several = [remedies_of(name, graph) for name in order]
    together = RerankChain(
        tuple(one.ready[0] for one in several), graph, several[0].walk, several[0].half_life
    )
    vars(together)["ready"] = together.remedies
    for scores, profile in asks(graph):
        expected = scores
        for one in several:
            expected = one.applied(expected, profile, profile.hidden, k).scores
        found = together.applied(scores, profile, profile.hidden, k)
        assert found.scores.tolist() == expected.tolist()
        titles, values = together.ranked(scores, profile, profile.hidden, k)
        assert_a_list(titles, values, scores, profile.hidden, k)
        for title, shown in zip(titles.tolist(), values.tolist(), strict=True):
            assert scores[title] + sum(found.lines(title).values()) == pytest.approx(shown, rel=1e-9)


@given(
    graph=with_genre(),
    dials=st.lists(st.integers(0, 1000), min_size=4, max_size=4),
    order=st.permutations(range(5)),
)
@examples(max_examples=30)
def test_what_is_written_is_read_again(graph, dials, order):
    popularity, calibrated, diverse, floor = (dial / 1001 for dial in dials)
    texts = [
        f"popularity={popularity:.12g}",
        f"calibrated={calibrated:.12g}",
        f"bubble={dials[0] % 7}",
        f"floor=genre:Drama:{floor:.12g}",
        f"diverse={diverse:.12g}",
    ]
    spec = ",".join(texts[place] for place in order)
    found = RerankChain.parse(spec, graph)
    assert str(found) == spec
    assert str(RerankChain.parse(str(found), graph)) == spec
    assert str(RerankChain.parse(spec.replace(",", " , "), graph)) == spec


@pytest.mark.parametrize("name", ALONE)
def test_titles_that_score_the_same_come_by_id(name):
    graph = random_graph(5, users=12, titles=20, density=0.5)
    remedies = remedies_of(name, graph)
    profile = profile_of(graph, 3, 5.0)
    scores = np.where(profile.hidden, 0.0, 1.0)
    titles, values = remedies.ranked(scores, profile, profile.hidden, 6)
    assert_a_list(titles, values, scores, profile.hidden, 6)
