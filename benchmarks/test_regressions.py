"""The inner loops, timed for comparison with an earlier commit: ``make regressions``.

Times are kept in ``.benchmarks`` on this machine; a loop whose median is a quarter slower than in the last run fails.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import synthetic
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings, TitleParameters, ViewerParameters
from cinewalk.graph.numeric import topk
from cinewalk.graph.numeric.cooccurrence import nearest_of_all
from cinewalk.graph.rerank.lists import Wanted, make_lists
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood, viewer_neighbourhood
from cinewalk.graph.walks.registry import Registry

_LIKES = 200_000
_USERS = 50


@pytest.fixture(scope="module")
def parts():
    """Make the graph."""
    return Registry(synthetic.graph_of(synthetic.likes(_LIKES)), Settings())


def test_nearest_titles(benchmark, parts):
    """Time the title walk."""
    walk = title_neighbourhood(parts.likes, TitleParameters())
    benchmark(nearest_of_all, walk, 0.75)


def test_nearest_viewers(benchmark, parts):
    """Time the viewer walk for everybody."""
    walk = viewer_neighbourhood(parts.likes, ViewerParameters())
    benchmark(nearest_of_all, walk, 0.0)


@pytest.mark.parametrize("name", ["learned_titles", "learned_viewers", "sequence"])
def test_preparing(benchmark, parts, name):
    """Time what a walk computes beforehand."""
    benchmark(parts.walk(name.replace("_", "-")).prepare)


def test_lists_of_everybody(benchmark, parts):
    """Time all lists of one walk."""
    people, users = People(parts.graph, np.inf), np.arange(len(parts.graph.users), dtype=np.int32)
    benchmark(make_lists, parts.walk("shared-viewers"), people, users, [Wanted(20)])


def test_single_lists(benchmark, parts):
    """Time lists of the blend, one by one."""
    profiles = [profile_of(parts.graph, user, parts.settings.half_life) for user in range(_USERS)]

    def lists():
        for profile in profiles:
            topk.rank(parts.walk("blend").run(profile).scores, profile.hidden, 20)

    benchmark(lists)
