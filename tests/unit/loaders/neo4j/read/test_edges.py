"""Of several relationships the newest counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinewalk.graph.model.builder import Edges
from cinewalk.loaders.neo4j.read.edges import newest

pytestmark = pytest.mark.unit


@given(st.permutations([(1, 4.0, 20), (1, 5.0, 10), (0, 3.0, 5), (0, 2.0, 5)]))
def test_the_newest_of_several_wins_whatever_their_order(rows):
    targets, ratings, times = (np.array(column) for column in zip(*rows, strict=True))
    found = newest(Edges(np.zeros(4, int), targets, {"rating": ratings, "timestamp": times}), 2)
    assert found.targets.tolist() == [0, 1]
    assert found.properties["rating"].tolist() == [3.0, 4.0]
