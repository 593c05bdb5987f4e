"""What the rows of a batch depend on."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from cinewalk.graph.model.settings import NewcomerParameters, Settings
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.batch.request import batch_request, fingerprint
from cinewalk.queries.recommend.request import Request
from tests.graphs import random_graph

pytestmark = pytest.mark.unit


NUMBERS = {"k": 10, "reasons": 3, "block size": 5}


def test_any_change_of_a_graph_changes_its_fingerprint():
    graphs = [
        random_graph(1),
        random_graph(2),
        example_graph(),
        prepare(Registry(example_graph(), Settings())),
    ]
    assert len({fingerprint(graph) for graph in graphs}) == len(graphs)
    assert fingerprint(random_graph(1)) == fingerprint(random_graph(1))


def test_a_request_tells_all_that_rows_depend_on():
    graph = example_graph()

    def asked(
        reco: cinewalk.Recommender, users=None, walk=None, remedies=None, only=None, **numbers: int
    ) -> str:
        request = Request(walk=walk, only=only, rerank=remedies)
        return json.dumps(
            batch_request(reco._session.snapshot, request, users, NUMBERS | numbers), sort_keys=True
        )

    told = cinewalk.Recommender(graph)
    told.thumb("ann", "Heat", -1, at=900_000_000)
    again = cinewalk.Recommender(graph)
    again.thumb("ann", "Heat", -1, at=900_000_000)
    base = cinewalk.Recommender(graph)
    different = [
        asked(base),
        asked(base, k=9),
        asked(base, users=["ann"]),
        asked(base, users=["ann", "ben"]),
        asked(base, walk="blend"),
        asked(base, only=cinewalk.Only(years=(1970, 1979))),
        asked(base, only=cinewalk.Only(genres=["Drama"])),
        asked(cinewalk.Recommender(graph, settings=Settings(newcomers=NewcomerParameters(kin=0.1)))),
        asked(cinewalk.Recommender(graph, groups="none")),
        asked(cinewalk.Recommender(graph, remedies="calibrated=0.1")),
        asked(base, remedies="calibrated=0.2"),
        asked(told),
        asked(cinewalk.Recommender(random_graph(1))),
    ]
    assert len(set(different)) == len(different)
    assert asked(told) == asked(again)
    assert asked(cinewalk.Recommender(graph, walk="blend")) == asked(base, walk="blend")
    own = cinewalk.Recommender(graph, remedies="calibrated")
    assert asked(own) == asked(base, remedies=" calibrated=0.1 ")
    assert asked(own, remedies="") == asked(base)
