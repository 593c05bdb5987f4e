"""How reasons from groups and from everybody are put into words."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk.graph.model.example import example_graph
from cinewalk.graph.walks.base.result import EVERYBODY
from cinewalk.queries.explain.reasons import Seed, id_and_name, reasons_of
from cinewalk.queries.words.catalogue import Catalogue
from cinewalk.queries.words.results import Others, Reason
from cinewalk.queries.words.wording import MOST_VIEWERS, because_text, viewers_in

pytestmark = pytest.mark.unit

ALIEN = Reason("Title", "1", "Alien (1979)", 0.4, 0.4, 31)
AGED = Reason("DemographicGroup", "age=25-34", "viewers aged 25–34", 0.35, 0.35)
MOST = Reason("", "", MOST_VIEWERS, 0.25, 0.25)
HORROR = Reason("Genre", "Horror", "Horror", 0.6, 0.6)


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
        ([HORROR, AGED], Others(0, 0.0), "because you asked for Horror 60 %, popular with viewers aged 25–34 35 %"),
        ([ALIEN], Others(1, 0.6), "because you liked Alien (1979) 40 % (31 viewers liked both), 1 other title 60 %"),
        ([HORROR], Others(2, 0.4), "because you asked for Horror 60 %, 2 other reasons 40 %"),
    ],
)  # fmt: skip
def test_reasons_read_well(named, others, expected):
    assert because_text(named, others) == expected


def test_plain_values():
    assert MOST.to_dict() == {"everybody": True, "share": 0.25}
    assert AGED.to_dict() == {"group_id": "age=25-34", "group": "viewers aged 25–34", "share": 0.35}


def test_every_kind_of_seed_has_a_name_and_others_say_what_they_are():
    catalogue = Catalogue(example_graph())
    seeds = [Seed("Title", 0), Seed("DemographicGroup", 1), Seed(*EVERYBODY), Seed("Genre", 0)]
    assert [id_and_name(catalogue, seed) for seed in seeds] == [
        ("alien", "Alien (1979)"),
        ("age=25-34", "viewers aged 25–34"),
        ("", "most viewers"),
        ("Action", "Action"),
    ]
    given = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.0, 0.9, 0.0]])
    (first, rest), (second, other) = reasons_of(catalogue, seeds, np.array([1, 2], np.int32), given, 1)
    assert (first[0].name, rest.count, rest.noun) == ("Alien (1979)", 3, "reason")
    assert (second[0].label, other.count, other.noun) == ("", 1, "title")
