"""A night together."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.errors import RequestError
from tests.graphs import random_graph

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def reco() -> Recommender:
    return Recommender(random_graph(3, users=40), walk="blend")


def ids(found) -> list[str]:
    return [item.title_id for item in found]


def test_a_night_together_counts_everybody_the_same(reco) -> None:
    users = [reco.graph.users.ids.ids[place] for place in (2, 5, 11)]
    found = reco.together(users, 30)
    hidden = np.logical_or.reduce([reco._session.snapshot.person(user).profile.hidden for user in users])
    # The blend divides its parts by their lengths over what one may see, and here that is what none has seen.
    whole = {title: 0.0 for title, seen in enumerate(hidden.tolist()) if not seen}
    for user in users:
        profile = replace(reco._session.snapshot.person(user).profile, hidden=hidden)
        scores = reco._session.snapshot.registry.walk("blend").run(profile).scores.tolist()
        length = math.sqrt(sum(scores[title] ** 2 for title in whole))
        for title in whole:
            whole[title] += scores[title] / length / len(users)
    names = reco.graph.titles.ids.ids
    expected = sorted((title for title in whole if whole[title] > 0), key=lambda t: (-whole[t], names[t]))[
        :30
    ]
    assert ids(found) == [names[title] for title in expected]
    assert [item.score for item in found] == pytest.approx([whole[title] for title in expected])
    for item in found:
        assert sum(reason.share for reason in item.because) == pytest.approx(1, abs=1e-9)
        assert {reason.id for reason in item.because} <= set(users)
    for alone in ([], users[:1], [users[0], users[0]]):
        with pytest.raises(RequestError, match="at least two different people"):
            reco.together(alone)
