"""When titles came out."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.graph.model.time_windows import release_days
from tests.graphs import random_graph

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def reco() -> Recommender:
    return Recommender(random_graph(3, users=40), walk="blend")


def test_release_days_fall_back_to_the_year_and_to_what_was_seen_first(reco) -> None:
    graph = reco.graph
    days, years = release_days(graph), graph.titles.array("year")
    for title, year in enumerate(years.tolist()):
        if not np.isnat(graph.titles.array("released")[title]):
            assert days[title] == graph.titles.array("released")[title]
        elif year:
            assert days[title] == np.datetime64(f"{year}-01-01")
