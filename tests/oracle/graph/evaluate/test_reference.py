"""The compiled walks against their NetworkX prototypes, on asymmetric graphs and on real people."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.evaluate import reference, spectral_reference
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import (
    LearnedTitleParameters,
    LearnedViewerParameters,
    NewcomerParameters,
    SequenceParameters,
    Settings,
    SpectralParameters,
    SpectralTitleParameters,
    SpectralViewerParameters,
    TitleParameters,
    ViewerParameters,
    Weights,
)
from cinewalk.graph.walks.pagerank.network import EDGE_WEIGHTS
from cinewalk.graph.walks.pagerank.pagerank import PageRank
from cinewalk.graph.walks.registry import Registry
from tests.graphs import checkerboard, from_ratings, random_graph, rounded_vectors

pytestmark = pytest.mark.oracle

SETTINGS = {
    "defaults": Settings(),
    "small rows": Settings(
        TitleParameters(0.7, 0.3, 0.4, 2.0, 0.5, 4),
        ViewerParameters(0.3, 0.6, 1.0, 0.0, 3),
        LearnedTitleParameters(0.0, 0.3, 0.4, 5),
        LearnedViewerParameters(1.0, 0.0, 0.3, 4),
        SpectralTitleParameters(0.6, 4),
        SpectralViewerParameters(2.0, 0.3, 5),
        SpectralParameters(0.4, 0.2, 1.0),
        SequenceParameters(0.2, 0.0, 0.3, 1.5, 0.3, 5, 2.0, 4.0),
        Weights(1.0, 2.0, 0.5, 3.0, 0.7, 1.5, 1.0),
        half_life=2.0,
    ),
    "RP3β and no recency": Settings(TitleParameters(0.6, 0.6, 0.3, 1.0, 0.0, 1000), half_life=np.inf),
}
GRAPHS = {
    "random 1": lambda: random_graph(1),
    "random 2": lambda: random_graph(2, 60, 9, 0.6),
    "board": checkerboard,
}
ML_USERS, ML_PARTS = 20, 5


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


@pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_the_subspace_is_that_of_the_singular_vectors(make, settings):
    graph = make()
    space, likes = Registry(graph, settings).subspace, reference.likes_graph(graph.to_networkx())
    mine, people = rounded_vectors(graph, space)
    exact = spectral_reference.subspace(likes, settings.spectral, space.basis.vectors.shape[1])
    nodes = sorted(exact)
    ours, theirs = (np.array([vectors[node] for node in nodes]) for vectors in (mine, exact))
    np.testing.assert_allclose(ours @ ours.T, theirs @ theirs.T, atol=0.02)
    for node, own in people.items():
        there = sum(
            data["weight"] * likes.degree(title) ** -settings.spectral.title_exponent * mine[title]
            for title, data in likes[node].items()
        )
        if likes.degree(node):
            np.testing.assert_allclose(own / 127, there / np.abs(there).max(), atol=0.51 / 127)


def check_walks(graph, users, settings, learned_titles=True):
    likes = reference.likes_graph(graph.to_networkx())
    walks = Registry(graph, settings)
    vectors, people = rounded_vectors(graph, walks.subspace)
    for user, node in users:
        profile = profile_of(graph, user, settings.half_life)
        seeds = reference.seed_weights(likes, node, settings.half_life)
        expected = {
            "shared-viewers": reference.shared_viewers(likes, seeds, settings.shared_viewers),
            "shared-titles": reference.shared_titles(likes, node, settings.shared_titles),
            "learned-viewers": reference.learned_viewers(likes, node, settings.learned_viewers),
            "sequence": reference.sequence(likes, seeds, settings.sequence),
            "spectral-titles": spectral_reference.spectral_titles(
                likes, seeds, vectors, settings.spectral_titles
            ),
            "spectral-viewers": spectral_reference.spectral_viewers(
                likes, node, people, settings.spectral_viewers
            ),
        }
        if learned_titles:
            expected["learned-titles"] = reference.learned_titles(likes, seeds, settings.learned_titles)
        for name, scores in expected.items():
            agree(graph, walks.walk(name).run(profile).scores, scores)
        seen = {("Title", graph.titles.ids.ids[int(t)]) for t in np.flatnonzero(profile.hidden)}
        two = reference.blend([expected["shared-viewers"], expected["shared-titles"]], seen, [0.5, 0.5])
        agree(graph, walks.walk("neighbours").run(profile).scores, two)
        if learned_titles:
            every = [expected[part.name] for part in walks.walk("blend").parts]
            agree(
                graph,
                walks.walk("blend").run(profile).scores,
                reference.blend(every, seen, walks.walk("blend").weights),
            )


@pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_walks_over_likes(make, settings):
    graph = make()
    check_walks(graph, people(graph, 12), settings)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "parameters",
    [
        NewcomerParameters(kin=0.0),
        NewcomerParameters(3.0, 0.0, target_exponent=1.0, halfway=2.0, enough=30, fade=1.0, kin=0.0),
    ],
)
def test_newcomers(seed, parameters):
    graph, settings = random_graph(seed, 40, 30, 0.2), Settings(newcomers=parameters)
    likes, walks = reference.likes_graph(graph.to_networkx()), Registry(graph, settings)
    members = graph.relations["user_in_group"]
    for user, node in people(graph, 12):
        profile = profile_of(graph, user, settings.half_life)
        groups = [members.reverse_indices[members.reverse_row(group)] for group in profile.groups.tolist()]
        told = [{("User", graph.users.ids.ids[int(i)]) for i in group} for group in groups if len(group) > 10]
        weights = reference.seed_weights(likes, node, settings.half_life)
        everybody = reference.crowd(likes, weights, told, len(graph.users), parameters)
        agree(graph, walks.walk("newcomers").group_popularity.run(profile).scores, everybody)
        history = {
            ("Title", graph.titles.ids.ids[title]): score
            for title, score in enumerate(walks.walk("blend").run(profile).scores.tolist())
        }
        seen = {("Title", graph.titles.ids.ids[int(t)]) for t in np.flatnonzero(profile.hidden)}
        following = reference.sequence(likes, weights, settings.sequence)
        if len(weights) < parameters.enough:
            history = reference.blend([history], seen, [1.0])
        mixed = reference.newcomers(everybody, following, history, seen, len(weights), parameters)
        agree(graph, walks.walk("newcomers").run(profile).scores, mixed)


@pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("damping", [0.1, 0.3, 0.85])
def test_pagerank(make, damping):
    graph = make()
    weights = dict(EDGE_WEIGHTS) | {"user_in_group": 0.7, "in_genre": 2.0}
    check_pagerank(graph, people(graph, 10), damping, weights)


def check_pagerank(graph, users, damping, weights):
    copy = graph.to_networkx()
    walked, likes = reference.walk_graph(copy, weights), reference.likes_graph(copy)
    walk = PageRank(graph, damping=damping, weights=weights)
    for user, node in users:
        expected = reference.pagerank(
            walked, reference.seed_weights(likes, node, Settings().half_life), damping
        )
        agree(graph, walk.run(profile_of(graph, user, Settings().half_life)).scores, expected)


def test_the_default_blend_has_all_parts_and_the_sequence_only_where_times_differ():
    graph = random_graph(4)
    names = ["shared-titles", "learned-titles", "learned-viewers", "spectral-titles", "sequence"]
    blend = Registry(graph, Settings()).walk("blend")
    assert [part.name for part in blend.parts] == names
    assert blend.weights == pytest.approx([0.5 / 5, 1 / 5, 1 / 5, 0.5 / 5, 2 / 5])
    timeless = from_ratings([("a", "x", 5, 0), ("a", "y", 5, 0), ("b", "x", 5, 3), ("c", "y", 4, 4)])
    assert [part.name for part in Registry(timeless, Settings()).walk("blend").parts] == names[:-1]


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("part", range(ML_PARTS))
def test_real_people(movielens, part):
    users = people(movielens, ML_USERS)
    assert len(users) == ML_USERS
    users = users[part::ML_PARTS]
    check_walks(movielens, users, Settings(), learned_titles=False)
    check_pagerank(movielens, users, 0.3, EDGE_WEIGHTS)


@pytest.mark.integration
def test_real_titles_are_fitted_as_scipy_fits_them(movielens):
    likes = reference.likes_graph(movielens.to_networkx())
    settings = Settings().learned_titles
    rows = Registry(movielens, Settings()).walk("learned-titles").rows
    ids = movielens.titles.ids
    for title in range(0, len(movielens.titles), 60):
        node = ("Title", ids.ids[title])
        parts = reference.fitted(likes, node, settings.viewer_exponent, settings.ridge, settings.size)
        wanted = {ids.position(other[1]): weight for other, weight in parts.items()}
        holders = np.flatnonzero(rows.indices == title)
        sources = np.searchsorted(rows.indptr, holders, side="right") - 1
        found = dict(zip(sources.tolist(), rows.values[holders].tolist(), strict=True))
        degrees = np.diff(movielens.likes.reverse_indptr)
        for other in wanted.keys() | found.keys():
            weight = wanted.get(other, 0.0) * max(degrees[other], 1) ** -settings.source_exponent
            assert found.get(other, 0.0) == pytest.approx(weight, abs=2e-6)
