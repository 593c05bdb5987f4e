"""A bias that was planted is found in its size, and none is found where none was planted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cinewalk.graph.attributes.title_attributes import creator_attribute
from cinewalk.graph.evaluate.exposure import shares, surety
from cinewalk.graph.model.builder import Edges, assemble, sorted_nodes
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.numeric import topk
from cinewalk.graph.numeric.resampling import shuffled_gaps
from cinewalk.queries.audit.audit import audit

pytestmark = pytest.mark.oracle

SEEDS = range(20)
USERS, TITLES, LIKES, SHARE = 150, 600, 40, 0.4


def world(seed, users=USERS, titles=TITLES, likes=LIKES):
    """Viewers who like titles at random, each title by one creator, of gender F with a probability of ``SHARE``."""
    rng = np.random.default_rng(seed)
    popularity = rng.uniform(0.5, 1.5, titles)
    liked = np.concatenate(
        [rng.choice(titles, likes, False, popularity / popularity.sum()) for _ in range(users)]
    )
    count = users * likes
    every = np.arange(titles)
    return assemble(
        {
            "User": sorted_nodes("User", [f"u{i:04}" for i in range(users)])[0],
            "Title": sorted_nodes("Title", [f"t{i:04}" for i in range(titles)])[0],
            "Person": sorted_nodes("Person", [f"p{i:04}" for i in range(titles)])[0],
            "DemographicGroup": sorted_nodes("DemographicGroup", ["gender=F", "gender=M"])[0],
        },
        {
            "rated": Edges(
                np.repeat(np.arange(users), likes),
                liked,
                {"rating": np.full(count, 5.0), "timestamp": 10**9 + rng.permutation(count)},
            ),
            "directed": Edges(every, every),
            "person_in_group": Edges(every, (rng.random(titles) > SHARE).astype(np.int64)),
        },
    )


def planted_lists(graph, factor, seed, k=10):
    """Make lists in which titles by women have ``factor`` times their share of all likes."""
    rng = np.random.default_rng([seed, 1])
    gender = creator_attribute(graph, "gender")
    by_women = gender.of_titles[:, [gender.values.index("F")]].toarray().ravel() > 0
    share = shares(np.zeros((0, k), np.int32), graph.likes, gender).viewing[gender.values.index("F")]
    women, others = np.flatnonzero(by_women), np.flatnonzero(~by_women)
    lists = np.empty((len(graph.users), k), np.int32)
    for row in lists:
        chosen = rng.random(k) < factor * share
        row[chosen] = rng.choice(women, chosen.sum(), replace=False)
        row[~chosen] = rng.choice(others, (~chosen).sum(), replace=False)
    return lists


def surely(graph, lists, seed):
    """Return the amplification of titles by women, its interval and its p-value."""
    gender = creator_attribute(graph, "gender")
    place = gender.values.index("F")
    users = np.arange(len(lists), dtype=np.int32)
    sure = surety(lists, users, graph.likes, gender, seed)
    amplification = shares(lists, graph.likes, gender).amplification[place]
    return amplification, sure.low[place], sure.high[place], sure.p[place]


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.0, 1.4])
def test_lists_with_a_known_factor(factor):
    """An interval that holds the factor 19 times in 20 does so at least 16 times in 20, but for 3 tests in 1,000."""
    found = [surely(graph := world(seed), planted_lists(graph, factor, seed), seed) for seed in SEEDS]
    held = [low <= factor <= high for _, low, high, _ in found]
    assert sum(held) >= 16
    assert np.mean([amplification for amplification, *_ in found]) == pytest.approx(factor, abs=0.03)
    if factor in (0.5, 0.8, 1.4):
        assert all((high < 1) if factor < 1 else (low > 1) for _, low, high, _ in found)


class Discounted:
    """Draws lists with chances by the scores of a walk, those of titles by women times a factor."""

    def __init__(self, graph, factor, seed):
        gender = creator_attribute(graph, "gender")
        by_women = gender.of_titles[:, [gender.values.index("F")]].toarray().ravel()
        self.weights, self.seed = np.where(by_women > 0, factor, 1.0), seed

    ready = ()

    def ranked(self, scores, profile, hidden, k, size):
        assert k == size
        # Exponential variables over weights come in the order of a draw without replacement (Plackett and Luce).
        luck = np.random.default_rng([self.seed, profile.user]).exponential(size=len(scores))
        return topk.rank(scores * self.weights / luck, hidden, k)


def audited(seed, factor):
    graph = world(seed)
    found = audit(
        graph,
        Settings(),
        creators="gender",
        walk="popularity",
        remedies=Discounted(graph, factor, seed),
        seed=seed,
    )
    return next(row for row in found.exposure if (row.by, row.value) == ("creator.gender", "F"))


@pytest.mark.parametrize("factor", [0.5, 1.0])
def test_a_walk_that_multiplies_their_scores(factor):
    """Of ``v`` of all weight a group keeps ``f v / (f v + 1 - v)``: an amplification of ``f / (f v + 1 - v)``."""
    rows = [audited(seed, factor) for seed in SEEDS]
    expected = [factor / (factor * row.viewing + 1 - row.viewing) for row in rows]
    held = [
        row.amplification.low <= e <= row.amplification.high for row, e in zip(rows, expected, strict=True)
    ]
    assert sum(held) >= 16
    if factor == 1:
        assert sum(row.p < 0.05 for row in rows) <= 3
    else:
        assert all(row.p < 0.05 and row.amplification.high < 1 for row in rows)


def uniform(p_values):
    """Tell that p-values are about uniform: as chance makes them."""
    p_values = np.array(p_values)
    assert stats.kstest(p_values, "uniform").pvalue > 0.01
    assert 0.02 <= (p_values < 0.05).mean() <= 0.085


@pytest.mark.slow
def test_the_gap_of_groups_without_a_difference_is_as_chance_makes_it():
    """P-values under the null are uniform, so 95 % of gaps lie within what is called chance."""
    p_values = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        values, labels = rng.beta(0.5, 2, (60, 1)), np.repeat([0, 1, 2], [15, 20, 25])
        gap = np.ptp([values[labels == group].mean() for group in range(3)])
        chance = shuffled_gaps(values, labels, rng)[:, 0]
        p_values.append((1 + (chance >= gap * (1 - 1e-12)).sum()) / (1 + len(chance)))
    uniform(p_values)


def test_the_exposure_of_values_that_mean_nothing_is_as_chance_makes_it():
    p_values, outside = [], []
    for seed in range(300):
        graph = world(seed, users=20, titles=50, likes=10)
        rng = np.random.default_rng(seed)
        # Some titles are shown a lot, whoever made them.
        shown = rng.pareto(1.5, 50)
        lists = np.stack([rng.choice(50, 5, False, shown / shown.sum()) for _ in range(20)]).astype(np.int32)
        gender = creator_attribute(graph, "gender")
        sure = surety(lists, np.arange(20, dtype=np.int32), graph.likes, gender, seed)
        found = shares(lists, graph.likes, gender).amplification
        p_values.append(sure.p[0])
        outside.append(not sure.null_low[0] <= found[0] <= sure.null_high[0])
    uniform(p_values)
    assert 0.02 <= np.mean(outside) <= 0.085


def test_a_real_gap_is_found():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [40, 60])
    values = (rng.random(100) + 0.4 * labels)[:, None]
    chance = shuffled_gaps(values, labels, rng)[:, 0]
    assert (chance < np.ptp([values[labels == group].mean() for group in (0, 1)])).all()
