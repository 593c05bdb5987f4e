"""Events brought into a graph."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.graph.model.apply_events import folded
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.user_events import UserEvents

pytestmark = pytest.mark.unit


AT = 900_000_000


@pytest.fixture
def reco() -> Recommender:
    return Recommender(example_graph())


def test_folding_keeps_everybody_else(reco) -> None:
    graph = example_graph()
    after = folded(graph, {"aaa": UserEvents().put("rated", 0, {"rating": 5.0, "timestamp": AT})})
    for user in graph.users.ids.ids:
        one, other = graph.users.ids.position(user), after.users.ids.position(user)
        assert np.array_equal(
            graph.likes.indices[graph.likes.row(one)], after.likes.indices[after.likes.row(other)]
        )
        members = graph.relations["user_in_group"], after.relations["user_in_group"]
        assert np.array_equal(
            members[0].indices[members[0].row(one)], members[1].indices[members[1].row(other)]
        )
