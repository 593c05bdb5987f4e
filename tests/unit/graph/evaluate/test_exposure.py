"""Exposure, catalogue and viewing shares, by hand on a small graph."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from cinewalk.graph.attributes.title_attributes import creator_attribute, title_attribute
from cinewalk.graph.evaluate.exposure import places, shares, surety, viewers

pytestmark = pytest.mark.unit


def by_value(attribute, numbers):
    return dict(zip(attribute.values, np.asarray(numbers).round(12).tolist(), strict=True))


def test_shares_by_hand(small):
    lists = np.array([[3, 1], [2, -1], [1, 2]], np.int32)
    gender = creator_attribute(small, "gender")
    found = shares(lists, small.likes, gender)
    second = 1 / log2(3)
    total = 3 + 2 * second
    assert by_value(gender, found.exposure * total) == pytest.approx(
        {"F": 1, "M": second + 1, "unknown": 1 + second}
    )
    assert by_value(gender, found.catalogue * 4) == pytest.approx({"F": 1.5, "M": 1.5, "unknown": 1})
    assert by_value(gender, found.viewing * 5) == pytest.approx({"F": 1.5 + 1, "M": 1.5 + 1, "unknown": 0})
    assert found.amplification[:2] == pytest.approx([1 / total / 0.5, (1 + second) / total / 0.5])
    assert np.isnan(found.amplification[2])
    assert by_value(gender, viewers(small.likes, gender)) == {"F": 3, "M": 3, "unknown": 0}
    assert places(lists, 4).toarray()[0].tolist() == pytest.approx([0, second, 0, 1])


def test_how_sure_amplifications_are_is_the_same_again_and_holds_them(small):
    lists, users = np.array([[3, 1], [2, -1], [1, 2]], np.int32), np.arange(3, dtype=np.int32)
    decade = title_attribute(small, "decade")
    one, other = (surety(lists, users, small.likes, decade, seed=3) for _ in range(2))
    for mine, again in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine, again)
    found = shares(lists, small.likes, decade).amplification
    known = ~np.isnan(found)
    assert np.all((one.low <= found + 1e-12)[known])
    assert np.all((found <= one.high + 1e-12)[known])
    assert np.isnan(one.p[~known]).all()
