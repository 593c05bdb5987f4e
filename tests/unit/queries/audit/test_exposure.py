"""Which attributes an audit looks at."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError
from cinewalk.queries.audit.exposure import attributes, creator_kinds
from tests.graphs import random_graph

pytestmark = pytest.mark.unit


def test_only_what_differs_is_an_attribute(small):
    assert [one.name for one in attributes(small, ("gender",))] == [
        "decade",
        "genre",
        "kind",
        "creator.gender",
    ]
    assert [one.name for one in attributes(random_graph(1), ())] == ["decade", "genre"]


def test_unknown_groups_of_creators_are_refused(small):
    assert creator_kinds(small, None) == creator_kinds(small, "gender") == ("gender",)
    with pytest.raises(
        RequestError, match=r"^there are no groups of creators by 'age'; there are groups by gender\.$"
    ):
        creator_kinds(small, ["gender", "age"])
