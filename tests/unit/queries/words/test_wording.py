"""How reasons from groups and from everybody are put into words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cinewalk.queries.words.results import Others
from cinewalk.queries.words.wording import because_text, viewers_in
from tests.unit.queries.words.reasons import AGED, ALIEN, BEN, HORROR, MOST, SCOTT

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("group_id", "expected"),
    [
        ("age=25-34", "viewers aged 25–34"),
        ("age=56+", "viewers aged 56 and over"),
        ("age=Under 18", "viewers aged under 18"),
        ("age=unsure", "viewers aged unsure"),
        ("age=", "viewers aged "),
        ("gender=F", "women"),
        ("gender=male", "men"),
        ("gender=X", "viewers with gender X"),
        ("occupation=student", "viewers with occupation student"),
        ("home_country=a=b", "viewers with home country a=b"),
        ("club", "viewers in club"),
    ],
)
def test_groups_are_called_by_their_viewers(group_id, expected):
    assert viewers_in(group_id) == expected


@pytest.mark.parametrize(
    ("named", "others", "expected"),
    [
        ([], Others(0, 0.0), ""),
        (
            [ALIEN, AGED, MOST],
            Others(0, 0.0),
            "because you liked Alien (1979) 40 % (31 viewers liked both), popular with viewers aged 25–34 35 %, "
            "with most viewers 25 %",
        ),
        (
            [AGED, ALIEN],
            Others(2, 0.25, "reason"),
            "because it is popular with viewers aged 25–34 35 %, you liked Alien (1979) 40 % (31 viewers liked both), "
            "2 other reasons 25 %",
        ),
        ([MOST, AGED], Others(0, 0.0), "because it is popular with most viewers 25 %, with viewers aged 25–34 35 %"),
        ([MOST, ALIEN], Others(0, 0.0), "because it is liked by most viewers 25 %, you liked Alien (1979) 40 % "
         "(31 viewers liked both)"),
        ([HORROR, AGED], Others(0, 0.0), "because of its genre Horror 60 %, popular with viewers aged 25–34 35 %"),
        ([replace(HORROR, asked=True), AGED], Others(0, 0.0),
         "because you asked for Horror 60 %, popular with viewers aged 25–34 35 %"),
        ([replace(HORROR, asked=True), replace(ALIEN, asked=True)], Others(0, 0.0),
         "because you asked for Horror 60 %, Alien (1979) 40 % (31 viewers liked both)"),
        ([MOST, HORROR, ALIEN], Others(0, 0.0), "because it is liked by most viewers 25 %, of its genre Horror 60 %, "
         "you liked Alien (1979) 40 % (31 viewers liked both)"),
        ([ALIEN], Others(1, 0.6), "because you liked Alien (1979) 40 % (31 viewers liked both), 1 other title 60 %"),
        ([HORROR], Others(2, 0.4), "because of its genre Horror 60 %, 2 other reasons 40 %"),
        ([SCOTT], Others(0, 0.0), "because of Ridley Scott 70 %"),
        ([BEN], Others(1, 0.5, "reason"), "because of the likes of ben 50 %, 1 other reason 50 %"),
    ],
)  # fmt: skip
def test_reasons_read_well(named, others, expected):
    assert because_text(named, others) == expected
