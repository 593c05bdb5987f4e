"""Parts of a story in their order."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.profile import profile_of_titles
from cinewalk.graph.rerank.base import RerankContext
from cinewalk.graph.rerank.first_part_first import FirstPartFirst
from tests.graphs import from_titles

pytestmark = pytest.mark.unit


@pytest.fixture
def graph():
    return from_titles(["Heat", "Jaws", "Jaws 2", "Jaws 3"], [1995, 1975, 1978, 1983])


def adjusted(graph, scores, seen=()):
    seen = np.array(seen, np.int32)
    profile = profile_of_titles(graph, seen, np.ones(len(seen)))
    context = RerankContext(profile, profile.hidden, 4)
    return FirstPartFirst(graph).adjusted(np.array(scores), context).tolist()


@pytest.mark.parametrize(
    ("scores", "seen", "expected"),
    [
        ([0.5, 0.1, 0.4, 0.3], [], [0.5, 0.4, 0.3, 0.1]),
        ([0.5, 0.1, 0.4, 0.3], [1], [0.5, 0.1, 0.4, 0.3]),
        ([0.5, 0.1, 0.3, 0.4], [1], [0.5, 0.1, 0.4, 0.3]),
        ([0.5, 0.0, 0.3, 0.4], [], [0.5, 0.0, 0.4, 0.3]),  # where no walk leads, nothing is put
        ([0.5, 0.4, 0.3, 0.1], [], [0.5, 0.4, 0.3, 0.1]),
    ],
)
def test_scores_are_dealt_out_among_the_parts_that_may_be_shown(graph, scores, seen, expected):
    assert adjusted(graph, scores, seen) == expected


def test_of_parts_with_one_score_the_earlier_is_above(graph):
    found = adjusted(graph, [0.5, 0.3, 0.3, 0.3])
    assert found[0] == 0.5
    assert 0.3 == found[1] > found[2] > found[3]
    assert found == pytest.approx([0.5, 0.3, 0.3, 0.3], rel=1e-15)


@pytest.mark.integration
def test_nobody_of_movielens_gets_a_later_part_before_one_not_seen(movielens):
    import cinewalk
    from cinewalk.graph.attributes.series import series

    reco = cinewalk.Recommender(movielens, walk="shared-viewers")
    every, position = series(movielens), movielens.titles.ids.position
    lists, plain = (reco.recommend_many(k=10, order=order) for order in ("first-part-first", None))
    assert lists != plain
    for titles in lists.values():
        listed = [position(item.title_id) for item in titles]
        for parts in every:
            shown = [title for title in listed if title in parts]
            assert shown == sorted(shown, key=parts.tolist().index)
