"""The formulas of docs/cold-start.md give what the product gives."""

from __future__ import annotations

import pytest

from cinewalk.graph.model import schema
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.cold_start.content_based import ContentBased
from cinewalk.graph.walks.cold_start.group_popularity import GroupPopularity
from cinewalk.graph.walks.registry import Registry
from tests.graphs import random_graph

from .formulas import Case, Check, differing, source, unnoticed
from .graphs import crowded, newcomers_of, prepared, small_graphs

pytestmark = pytest.mark.oracle

PAGE = "cold-start"


def checks_of(graph):
    settings = Settings()
    newcomers = Registry(graph, settings).walk("newcomers")
    members = graph.relations[schema.USER_IN_GROUP.name]
    crowd = GroupPopularity(graph.likes, members, settings.newcomers)
    kin = ContentBased(graph, graph.likes, settings.newcomers.few)
    for user in newcomers_of(graph):
        profile = profile_of(graph, user, settings.half_life)
        yield Check.of("newcomers", (user,), newcomers.run(profile).scores)
        yield Check.of("crowd", (user,), crowd.run(profile).scores)
        yield Check.of("kin", (user, 0.25), kin.run(profile, 0.75).scores)


@pytest.fixture(scope="module")
def cases():
    """The small graphs and two larger ones, and what is compared on each."""
    graphs = [*small_graphs(), prepared(random_graph(3, users=60, titles=120, density=0.3)), crowded()]
    return [Case.on(graph, checks_of(graph), "walks") for graph in graphs]


@pytest.mark.parametrize("place", range(7))
def test_on_made_graphs(cases, place):
    assert not differing(source(PAGE), cases[place])


@pytest.mark.slow
def test_on_movielens(movielens, movielens_walks):
    assert not differing(source(PAGE), Case(movielens_walks, [*checks_of(movielens)]))


@pytest.mark.slow
def test_no_number_can_be_another(cases):
    assert not unnoticed(source(PAGE), cases)
