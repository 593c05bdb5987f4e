"""A recommender on a small graph."""

from __future__ import annotations

import pytest

import cinewalk
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph


@pytest.fixture(scope="module")
def reco() -> cinewalk.Recommender:
    return cinewalk.Recommender(prepare(Registry(random_graph(4, users=30), Settings())))
