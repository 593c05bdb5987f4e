"""A recommender hands out ready queries."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.ready import ready_query

pytestmark = pytest.mark.unit


def test_a_recommender_hands_out_texts_and_runs_them_on_a_neo4j_alone():
    reco = Recommender(example_graph())
    assert reco.cypher("taste") == ready_query("taste").text
    with pytest.raises(RequestError, match="runs on a Neo4j"):
        reco.query("similar_titles", titleId="alien", k=1)
    with pytest.raises(RequestError, match="has no parameter 'title_id'; it takes titleId, k"):
        reco.query("similar_titles", title_id="alien", k=1)
    with pytest.raises(RequestError, match="needs k; it takes titleId, k"):
        reco.query("similar_titles", titleId="alien")
    with pytest.raises(RequestError, match="it takes no parameters"):
        reco.query("project_pagerank", graphName="other")
