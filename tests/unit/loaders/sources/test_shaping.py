"""Numbers in bands."""

from __future__ import annotations

import pytest

from cinewalk.loaders.sources.shaping import Shape

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("number", "band"),
    [("-3", "Under 0"), ("0", "0-9"), ("9.99", "0-9"), ("10", "10+"), ("", ""), ("inf", "10+")],
)
def test_a_number_lies_in_one_band(number, band) -> None:
    assert Shape(bands={"x": (0, 10)}).band("x", number) == band
