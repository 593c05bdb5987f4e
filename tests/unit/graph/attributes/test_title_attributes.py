"""Attributes of titles and of their creators."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.attributes.title_attributes import creator_attribute, title_attribute

pytestmark = pytest.mark.unit


def by_value(attribute, numbers):
    return dict(zip(attribute.values, np.asarray(numbers).round(12).tolist(), strict=True))


def test_a_title_of_several_values_divides_evenly(small):
    genres = title_attribute(small, "genre")
    assert by_value(genres, genres.of_titles.sum(axis=0)) == {
        "Comedy": 1.5,
        "Crime": round(1 / 3, 12),
        "Drama": round(1 / 2 + 1 / 3, 12),
        "War": round(1 / 3, 12),
        "unknown": 1.0,
    }
    decades = title_attribute(small, "decade")
    assert by_value(decades, decades.of_titles.sum(axis=0)) == {"1970s": 1, "1980s": 2, "unknown": 1}
    kinds = title_attribute(small, "kind")
    assert by_value(kinds, kinds.of_titles.sum(axis=0)) == {"film": 2, "series": 1, "unknown": 1}


def test_a_title_divides_over_its_creators_once_each(small):
    gender = creator_attribute(small, "gender")
    assert gender.name == "creator.gender"
    # t0 by p0 (F) and p1 (M, in two roles); t1 by p1 and p2 (M); t2 by nobody; t3 by p0 (F).
    assert gender.of_titles.toarray().tolist() == [[0.5, 0.5, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
