"""Days, and the order in which they are written."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError
from cinewalk.loaders.history.dates import DateOrder, decide_order, read_day
from tests.histories import seconds

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["12/30/24", "1/2/24"], "mdy"),
        (["30/12/2024", "02/01/2024"], "dmy"),
        (["30.12.24", "2.1.24"], "dmy"),
        (["2024-12-30", "2024-01-02"], "ymd"),
        (["2024. 12. 30.", "2024. 1. 2."], "ymd"),
        (["2024年12月30日", "2024年1月2日"], "ymd"),
        # No day is over 12: only day first do the days run down.
        (["1/5/24", "10/4/24", "9/4/24", "2/4/24"], "dmy"),
        (["5/1/24", "4/10/24", "4/9/24", "4/2/24"], "mdy"),
        # The same day in every order.
        (["5/5/24", "4/4/24"], "dmy"),
        # What is no date in any order does not count.
        (["30/12/2024", "yesterday"], "dmy"),
    ],
)
def test_the_whole_column_tells_the_order(texts, order):
    assert decide_order(texts, "x.csv") in {order} | ({"mdy"} if texts[0] == "5/5/24" else set())


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["1/2/24"], "no date tells the day from the month, as in '1/2/24'"),
        (["3/1/24", "1/2/24", "2/3/24"], "no date tells"),
        (["13/1/24", "1/13/24"], "some dates are day first and others month first"),
    ],
)
def test_what_is_undecided_is_refused_and_not_guessed(texts, said):
    with pytest.raises(RequestError, match=said) as refused:
        decide_order(texts, "x.csv")
    assert "--date-order" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_days_are_midnights_in_utc():
    assert read_day("1/2/24", DateOrder.DAY_FIRST) == seconds(2024, 2, 1)
    assert read_day("1/2/2024", DateOrder.MONTH_FIRST) == seconds(2024, 1, 2)
    for text in ("31/2/24", "1/1/1989", "1/1/2999", "1/1/024", "", "1/1", "١/١/٢٤x", "111/1/24"):
        assert read_day(text, DateOrder.DAY_FIRST) is None
