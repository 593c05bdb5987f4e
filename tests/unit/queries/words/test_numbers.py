"""Years and instants as people write them."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError
from cinewalk.queries.words.numbers import instant_in, years_in

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "years"),
    [
        (None, None),
        ("1994", (1994, 1994)),
        ("1970-1979", (1970, 1979)),
        ("70s", (1970, 1979)),
        ("2010s", (2010, 2019)),
    ],
)
def test_years(text, years):
    assert years_in(text) == years


@pytest.mark.parametrize("text", ["", "s", "1994-x", "soon", "1-2-3", "९९ x", "9" * 5000])
def test_what_are_no_years(text):
    with pytest.raises(RequestError, match="is not 1994, 1970-1979 or 1970s"):
        years_in(text)


def test_instants():
    assert instant_in(None) is None
    assert instant_in("2026-11-24") == 1_795_478_400
    assert instant_in("2026-11-24T20:15+02:00") == instant_in("2026-11-24T18:15")


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "x" * 5000])
def test_what_is_no_instant(text):
    with pytest.raises(RequestError, match="is not an instant"):
        instant_in(text)
