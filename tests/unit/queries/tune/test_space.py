"""What tuning tries fits the settings that there are."""

from __future__ import annotations

from dataclasses import fields

import pytest

from cinewalk.graph.model.settings import Settings, Weights
from cinewalk.queries.tune.space import SPACE, TOP, WEIGHT, Range

pytestmark = pytest.mark.unit


def test_every_parameter_that_is_tried_is_there_and_its_default_in_range():
    settings, parts = Settings(), {part.name for part in fields(Weights)}
    for step in SPACE:
        section = settings if step.section == TOP else getattr(settings, step.section)
        for name, values in step.ranges.items():
            assert values.holds(getattr(section, name)), (step.section, name)
            assert isinstance(values.low, int) == isinstance(getattr(section, name), int), (
                step.section,
                name,
            )
        assert set(step.changes) <= parts
        for first in step.first:
            assert all(step.ranges[name].holds(value) for name, value in first.items())


def test_the_weight_of_every_part_is_in_range():
    assert all(WEIGHT.holds(getattr(Weights(), part.name)) for part in fields(Weights))


def test_discounts_of_popular_titles_are_marked():
    popular = {"source_exponent", "target_exponent", "title_exponent"}
    for step in SPACE:
        for name, values in step.ranges.items():
            assert values.popularity == (name in popular), (step.section, name)


def test_ranges_know_what_they_hold():
    grid = Range(100, 400, step=50)
    assert grid.holds(100)
    assert grid.holds(400)
    assert not grid.holds(120)
    assert not grid.holds(450)
    assert Range(0.0, 2.0, step=0.05).holds(0.15)
    assert not Range(0.0, 2.0, step=0.05).holds(0.16)
