"""Groups of viewers, and groups that are shuffled."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.attributes.viewer_groups import kinds_of, viewer_groups, with_shuffled_groups

pytestmark = pytest.mark.unit


def test_every_viewer_is_in_one_group_of_every_kind(small):
    assert kinds_of(small) == ("age", "home")
    age, home = viewer_groups(small, ["age", "home"])
    assert [age.values[label] for label in age.labels] == ["18-24 & 25-34", "25-34", "unknown"]
    assert [home.values[label] for label in home.labels] == ["NZ", "unknown", "unknown"]
    some = age.of(np.array([1, 2], np.int32))
    assert (some.values, some.labels.tolist()) == (("25-34", "unknown"), [0, 1])


def test_shuffling_exchanges_groups_within_a_kind(small):
    shuffled = [with_shuffled_groups(small, seed) for seed in range(8)]
    for graph in shuffled:
        (age,) = viewer_groups(graph, ["age"])
        assert sorted(age.values[label] for label in age.labels) == ["18-24 & 25-34", "25-34", "unknown"]
        assert age.values[age.labels[2]] == "unknown"
        people = graph.relations["person_in_group"]
        assert np.diff(people.reverse_indptr).tolist() == [0, 0, 1, 2, 0]
    assert len({tuple(graph.relations["user_in_group"].sources.tolist()) for graph in shuffled}) > 1
