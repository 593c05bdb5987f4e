"""When titles came out."""

from __future__ import annotations

import numpy as np
import pytest

from cinewalk import Recommender
from cinewalk.graph.model.time_windows import late_times, newest_time, present, release_days
from tests.graphs import from_ratings, random_graph

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def reco() -> Recommender:
    return Recommender(random_graph(3, users=40), walk="blend")


def test_release_days_fall_back_to_the_year_and_to_what_was_seen_first(reco) -> None:
    graph = reco.graph
    days, years = release_days(graph), graph.titles.array("year")
    for title, year in enumerate(years.tolist()):
        if not np.isnat(graph.titles.array("released")[title]):
            assert days[title] == graph.titles.array("released")[title]
        elif year:
            assert days[title] == np.datetime64(f"{year}-01-01")


DAY = 86_400
OLD = 893_286_638


def rated_at(*days: float):
    return from_ratings([(f"u{i:02}", f"t{i % 3}", 5, OLD + round(day * DAY)) for i, day in enumerate(days)])


def test_a_few_events_long_after_all_others_do_not_move_the_present() -> None:
    quiet = [-0.1 * i for i in range(40)]
    today = 28 * 365
    for later, end in (
        ([], 0),
        ([200], 200),  # no silence of a year
        ([today] * 4, 0),  # a tenth of 40, and less of all 44
        ([today, today + 500], 0),
        ([200, 400, today], 400),
        ([today] * 5, today),  # more than a tenth
    ):
        assert present(late_times(rated_at(*quiet, *later))) == OLD + end * DAY
        # What is told beside the data counts against the data alone.
        if len(later) <= 4:
            told = [OLD + day * DAY for day in later]
            assert present(late_times(rated_at(*quiet)), told) == OLD + end * DAY


def test_the_present_of_nothing_is_not_known_and_of_what_is_told_alone_is_its_newest() -> None:
    empty = late_times(from_ratings([("u", "t", 5, 0)]))
    assert present(empty) == 0
    assert present(empty, [OLD]) == OLD
    assert present(empty, [OLD - DAY, OLD]) == OLD


def test_data_without_silence_end_with_their_newest_event(reco) -> None:
    assert present(late_times(reco.graph)) == newest_time(reco.graph)
