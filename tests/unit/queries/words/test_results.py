"""Reasons as plain values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.queries.words.reasons import AGED, ALIEN, HORROR, MOST

pytestmark = pytest.mark.unit


def test_plain_values():
    assert MOST.to_dict() == {"everybody": True, "share": 0.25}
    assert AGED.to_dict() == {"group_id": "age=25-34", "group": "viewers aged 25–34", "share": 0.35}
    assert replace(HORROR, asked=True).to_dict() == {"genre": "Horror", "share": 0.6, "asked": True}
    assert replace(ALIEN, asked=True).to_dict() == ALIEN.to_dict() | {"asked": True}
