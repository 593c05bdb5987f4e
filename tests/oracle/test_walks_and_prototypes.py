"""The compiled walks against their NetworkX prototypes, on asymmetric graphs and on real people."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph import prototype
from cinewalk.graph.neighbours import (
    Blend,
    Likes,
    SharedTitles,
    SharedViewers,
    TitleParameters,
    ViewerParameters,
    shared_neighbours,
)
from cinewalk.graph.pagerank import EDGE_WEIGHTS, PageRank
from cinewalk.graph.seeds import HALF_LIFE, profile_of

from ..graphs import checkerboard, random_graph

pytestmark = pytest.mark.oracle

TITLES = [
    TitleParameters(),
    TitleParameters(0.7, 0.3, 0.4, 2.0, 0.5, 4),
    TitleParameters(0.6, 0.6, 0.3, 1.0, 0.0, 1000),  # RP3β
]
VIEWERS = [ViewerParameters(), ViewerParameters(0.3, 0.6, 1.0, 0.0, 3)]
GRAPHS = {
    "random 1": lambda: random_graph(1),
    "random 2": lambda: random_graph(2, 60, 9, 0.6),
    "board": checkerboard,
}
ML_USERS = 20


def agree(graph, scores, expected):
    """Compare scores by title id; a prototype leaves out what it does not reach."""
    titles = graph.titles.ids.ids[:]
    wanted = np.array([expected.get(("Title", title), 0.0) for title in titles])
    np.testing.assert_allclose(scores, wanted, rtol=1e-6, atol=1e-6 * max(wanted.max(), 1e-30))


def people(graph, count=None):
    """Yield (position, node) for users with likes, spread evenly over all of them."""
    some = np.flatnonzero(np.diff(graph.likes.indptr))
    chosen = some if count is None else some[:: max(len(some) // count, 1)][:count]
    return [(int(user), ("User", graph.users.ids.ids[int(user)])) for user in chosen]


def check_walks(graph, users, title_parameters, viewer_parameters, half_life=HALF_LIFE):
    likes = prototype.likes_graph(graph.to_networkx())
    prepared = Likes(graph.likes)
    titles, viewers = SharedViewers(prepared, title_parameters), SharedTitles(prepared, viewer_parameters)
    blend = Blend((titles, viewers), (0.5, 0.5))
    for user, node in users:
        profile = profile_of(graph, user, half_life)
        seeds = prototype.seeds(likes, node, half_life)
        by_titles = prototype.shared_viewers(likes, seeds, title_parameters)
        by_viewers = prototype.shared_titles(likes, node, viewer_parameters)
        agree(graph, titles.run(profile).scores, by_titles)
        agree(graph, viewers.run(profile).scores, by_viewers)
        seen = {("Title", graph.titles.ids.ids[int(t)]) for t in np.flatnonzero(profile.hidden)}
        agree(graph, blend.run(profile).scores, prototype.blend([by_titles, by_viewers], seen, [0.5, 0.5]))


@pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("title_parameters", TITLES)
@pytest.mark.parametrize("viewer_parameters", VIEWERS)
def test_shared_neighbours(make, title_parameters, viewer_parameters):
    graph = make()
    check_walks(graph, people(graph), title_parameters, viewer_parameters)


@pytest.mark.parametrize("half_life", [0.5, 5.0, np.inf])
def test_recency(half_life):
    graph = random_graph(3)
    check_walks(graph, people(graph), TitleParameters(), ViewerParameters(), half_life)


@pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("damping", [0.1, 0.3, 0.85])
def test_pagerank(make, damping):
    graph = make()
    weights = dict(EDGE_WEIGHTS) | {"user_in_group": 0.7, "in_genre": 2.0}
    check_pagerank(graph, people(graph, 10), damping, weights)


def check_pagerank(graph, users, damping, weights):
    copy = graph.to_networkx()
    walked, likes = prototype.walk_graph(copy, weights), prototype.likes_graph(copy)
    walk = PageRank(graph, damping=damping, weights=weights)
    for user, node in users:
        expected = prototype.pagerank(walked, prototype.seeds(likes, node, HALF_LIFE), damping)
        agree(graph, walk.run(profile_of(graph, user, HALF_LIFE)).scores, expected)


def test_the_default_walk_is_the_documented_blend():
    graph = random_graph(4)
    default = shared_neighbours(graph)
    assert [part.name for part in default.parts] == ["shared-viewers", "shared-titles"]
    assert [part.parameters for part in default.parts] == [TitleParameters(), ViewerParameters()]


@pytest.mark.integration
def test_real_people(movielens):
    users = people(movielens, ML_USERS)
    assert len(users) == ML_USERS
    check_walks(movielens, users, TitleParameters(), ViewerParameters())
    check_pagerank(movielens, users, 0.3, EDGE_WEIGHTS)
