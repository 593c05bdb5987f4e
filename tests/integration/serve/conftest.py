"""What tests of the service share: one on a small graph, and one on MovieLens-100K."""

from __future__ import annotations

import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommender import Recommender
from cinewalk.serve.app import app_on
from cinewalk.serve.guard import Access
from cinewalk.serve.service import ServedGraph

from ...conftest import missing

try:
    from fastapi.testclient import TestClient
except ImportError:  # pragma: no cover
    missing("fastapi and httpx are not installed: pip install -e '.[test]'")


def client_of(recommender, access=None, **how):
    """A client of a service on a recommender, in this process; to be entered."""
    app = app_on(ServedGraph(lambda: recommender), access or Access())
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False, **how)


@pytest.fixture
def asked():
    """A client of a service on the example graph."""
    with client_of(Recommender(example_graph())) as client:
        yield client


@pytest.fixture(scope="module")
def movies(movielens):
    """A client of a service on MovieLens-100K, and the recommender behind it."""
    recommender = Recommender(movielens)
    with client_of(recommender) as client:
        yield client, recommender
