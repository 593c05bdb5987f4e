"""How often a walk runs for an explanation and its counterfactual."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.recommender import Recommender
from tests.graphs import random_graph

pytestmark = pytest.mark.unit

GRAPH = random_graph(11, 30, 60, 0.55)
NAMES = ["blend", "neighbours", "shared-titles", "learned-viewers", "sequence", "pagerank"]


@pytest.fixture
def whole_runs(monkeypatch):
    """Return what counts the runs of a walk for a profile of so many likes."""

    def count(name, likes):
        kind, runs = type(Registry(GRAPH, Settings()).walk(name)), []
        run = kind.run

        def counted(walk, profile):
            if walk.name == name and len(profile.titles) == likes:
                runs.append(profile)
            return run(walk, profile)

        monkeypatch.setattr(kind, "run", counted)
        return runs

    return count


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_a_named_walk_runs_once_for_the_whole_profile(whole_runs, name, place):
    likes = np.diff(GRAPH.likes.indptr)
    user = GRAPH.users.ids.ids[int(likes.argmax())]
    reco = Recommender(GRAPH)
    title = reco.recommend(user, 2, walk=name)[place].title_id
    runs = whole_runs(name, likes.max())
    removal = reco.explain(user, title, walk=name).counterfactual()
    assert len(runs) == 1
    assert removal is None or removal.tried > 0


def test_so_it_does_where_fewer_likes_would_make_somebody_a_newcomer(whole_runs):
    likes = np.diff(GRAPH.likes.indptr)
    enough = Settings().newcomers.enough
    user = int(np.flatnonzero((likes >= enough) & (likes < enough + 10))[0])
    reco, user_id = Recommender(GRAPH), GRAPH.users.ids.ids[user]
    first = reco.recommend(user_id, 1)
    runs = whole_runs("newcomers", likes[user])
    explanation = reco.explain(user_id, first[0].title_id)
    assert (explanation.walk, len(runs)) == ("blend", 0)
    removal = explanation.counterfactual()
    named = reco.explain(user_id, first[0].title_id, walk="newcomers").counterfactual()
    assert removal == named


def test_where_something_has_been_told_it_runs_once_more(whole_runs):
    likes = np.diff(GRAPH.likes.indptr)
    user = GRAPH.users.ids.ids[int(likes.argmax())]
    reco = Recommender(GRAPH)
    reco.thumb(user, reco.recommend(user, 1)[0].title_id, -1)
    title = reco.recommend(user, 2, walk="pagerank")[1].title_id
    runs = whole_runs("pagerank", likes.max())
    reco.explain(user, title, walk="pagerank").counterfactual()
    assert len(runs) == 2
