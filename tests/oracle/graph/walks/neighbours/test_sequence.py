"""Steps in time of single titles."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.settings import SequenceParameters, TitleParameters
from cinewalk.graph.numeric import kernels
from cinewalk.graph.walks.base.like_rows import Likes
from cinewalk.graph.walks.neighbours.neighbourhoods import title_neighbourhood
from cinewalk.graph.walks.neighbours.sequence import Sequence
from tests.graphs import from_ratings

pytestmark = pytest.mark.oracle


@pytest.mark.parametrize(
    "nothing",
    [SequenceParameters(ahead=0.0), SequenceParameters(viewer_exponent=1000.0)],
    ids=["order", "discount"],
)
def test_steps_that_come_to_nothing_are_no_ends(nothing):
    # Thousands of them: were each an end, they would not fit where ends are kept.
    rows = [
        (f"u{user:04}", title, 5.0, 1_000_000_000 + 1000 * at)
        for user in range(5000)
        for at, title in enumerate("abc")
    ]
    likes = Likes(from_ratings(rows).likes)
    found = Sequence(likes, nothing).prepare()
    # Without a step ahead, a title leads only to those before it.
    assert found.indptr.tolist() == ([0, 0, 1, 3] if nothing.ahead == 0.0 else [0, 0, 0, 0])
    walk = title_neighbourhood(likes, TitleParameters(viewer_exponent=1000.0))
    own = slice(0, int(walk.forward.indptr[1]))
    room = np.zeros(3), np.empty(3, np.int32), np.empty(3)
    assert kernels.neighbours(0, walk.forward.indices[own], walk.forward.values[own], walk, *room) == 0
