"""A recommender hands out ready queries, and can be pickled and copied."""

from __future__ import annotations

import copy
import pickle

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


WAYS = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)
def test_a_recommender_travels_with_what_was_told(again):
    reco = Recommender(example_graph(), walk="blend", remedies="diverse=0.2")
    reco.rate("ann", "Fargo", 5, at=1_700_500_000)
    reco.watch("zoe", "Alien", at=1_700_600_000)
    travelled = again(reco)
    assert travelled.recommend("ann", k=5) == reco.recommend("ann", k=5)
    assert travelled.recommend_many(["ann", "zoe"]) == reco.recommend_many(["ann", "zoe"])
    assert travelled.undo("ann").title == "Fargo (1996)"
    assert travelled.recommend("ann", k=5) != reco.recommend("ann", k=5)
    travelled.refresh()
    assert "zoe" in travelled.graph.users.ids
    assert "zoe" not in reco.graph.users.ids
    assert reco.undo("ann").title == "Fargo (1996)"


def test_walks_are_left_behind():
    reco = Recommender(example_graph())
    before = len(pickle.dumps(reco))
    reco.recommend("ann")
    reco.catalogue.title("Alien")
    assert len(pickle.dumps(reco)) == before
