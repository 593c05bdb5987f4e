"""Ids and texts in order."""

from __future__ import annotations

import pytest

from cinewalk.graph.model.ids import IdMap, StringArray

pytestmark = pytest.mark.unit


def test_ids_follow_code_points() -> None:
    ids = IdMap.of(["10", "9", "é", "z", "𝒜", "\uffff"])
    assert ids.ids[:] == ["10", "9", "z", "é", "\uffff", "𝒜"]
    assert [ids.find(name) for name in ids.ids] == list(range(6))
    assert ids.find("8") is None
    assert ids.find("\ud800") is None
    with pytest.raises(KeyError):
        ids.position("")


def test_string_arrays_count_from_both_ends() -> None:
    names = StringArray.of(["a", "", "é"])
    assert (names[-1], names[1], names[0:2], len(names)) == ("é", "", ["a", ""], 3)
    with pytest.raises(IndexError):
        names[3]
