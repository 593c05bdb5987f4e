"""Columns that make groups of viewers, and what points to one person."""

from __future__ import annotations

import pytest

from cinewalk.loaders.tables import groups
from cinewalk.loaders.tables.cells import BadCellError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("age", "band"),
    [
        ("0", "Under 18"), ("17", "Under 18"), ("18", "18-24"), ("24", "18-24"), ("24.9", "18-24"),
        ("25", "25-34"),
        ("35", "35-44"), ("45", "45-49"), ("49", "45-49"), ("50", "50-55"), ("56", "56+"), ("130", "56+"),
        ("18-24", "18-24"), ("Under 18", "Under 18"), ("56+", "56+"), ("grown up", "grown up"), ("", None),
    ],
)  # fmt: skip
def test_ages(age, band):
    assert groups.read_age(age) == band


@pytest.mark.parametrize("age", ["-1", "131", "999"])
def test_ages_that_nobody_has(age):
    with pytest.raises(BadCellError):
        groups.read_age(age)


@pytest.mark.parametrize(
    "column", ["zip", "Zip Code", "zipCode", "e-mail", "PHONE", "birth_date", "dateOfBirth", "name"]
)
def test_what_points_to_one_person(column):
    assert groups.is_personal(groups.snake_case(column), "users")


def test_what_does_not():
    assert not groups.is_personal("name", "people")
    assert not groups.is_personal("occupation", "users")
