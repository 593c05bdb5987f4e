"""Rows folded to events."""

from __future__ import annotations

import pytest

from cinewalk.graph.model.schema import SERIES
from cinewalk.loaders.exports.history_rows import HistoryRow, Rated, Thumbed, Watched
from cinewalk.loaders.history.events import Placed, event_frames
from tests.history_rows import row

pytestmark = pytest.mark.unit


def fold(*rows: HistoryRow) -> dict[str, list[tuple]]:
    frames = event_frames(Placed(r, "me", "1") for r in rows)
    return {
        name: [tuple(cells)[2:] for cells in frame.itertuples(index=False)] for name, frame in frames.items()
    }


def test_the_newest_rating_and_thumb_hold():
    older, newer = row("Heat", Rated(2.0), timestamp=10), row("Heat", Rated(4.5), timestamp=20)
    assert fold(newer, older) == {"ratings": [(4.5, 20)]}
    assert fold(row("Heat", Rated(2.0)), row("Heat", Rated(3.0))) == {"ratings": [(3.0, 0)]}
    assert fold(row("Heat", Thumbed(2), timestamp=10), row("Heat", Thumbed(0), timestamp=20)) == {}
    assert fold(row("Heat", Thumbed(0), timestamp=10), row("Heat", Thumbed(-1), timestamp=20)) == {
        "thumbs": [(-1, 20)]
    }


def test_a_list_of_ratings_comes_before_what_single_viewings_were_given():
    listed = row("Heat", Rated(4.5), timestamp=10, record="ratings")
    viewing = row("Heat", Watched(1.0, 1), Rated(4.0), timestamp=20, record="diary")
    assert fold(viewing, listed)["ratings"] == [(4.5, 10)]
    assert fold(viewing)["ratings"] == [(4.0, 20)]


def test_a_film_is_where_it_was_last_put_down_and_finished_as_often_as_its_viewings():
    first, second = row("Heat", Watched(1.0, 1), timestamp=10), row("Heat", Watched(0.3, 0), timestamp=20)
    assert fold(second, first) == {"watches": [(0.3, 1, 20)]}


def test_records_of_the_same_viewings_do_not_add_up():
    diary = [row("Heat", Watched(1.0, 1), timestamp=t, record="diary") for t in (10, 20)]
    assert fold(*diary, row("Heat", Watched(1.0, 1), timestamp=5, record="watched")) == {
        "watches": [(1.0, 2, 20)]
    }
    plays = row("Heat", Watched(1.0, 5, whole=True), timestamp=5, record="watched")
    assert fold(*diary, plays) == {"watches": [(1.0, 5, 20)]}


def test_a_series_is_one_watch_finished_as_often_as_seasons_were_seen():
    episodes = [
        row("x", Watched(1.0, 1), timestamp=t, kind=SERIES, series="Dark", season=season)
        for t, season in ((10, "1"), (20, "1"), (30, "2"))
    ]
    paused = row("x", Watched(0.4, 0), timestamp=40, kind=SERIES, series="Dark", season="3")
    assert fold(*episodes, paused) == {"watches": [(1.0, 2, 40)]}
    assert fold(paused) == {"watches": [(0.4, 0, 40)]}
    assert fold(row("x", Watched(0.2, 3, whole=True), kind=SERIES)) == {"watches": [(0.2, 3, 0)]}


def test_a_season_is_one_however_it_is_spelt():
    spellings = ("Season 1", "Season 01", "Season One", "S1", "Staffel 1", "1. Staffel")
    rows = [row("x", kind=SERIES, series="Dark", season=season) for season in spellings]
    assert fold(*rows) == {"watches": [(1.0, 1, 0)]}
    others = [
        row("x", kind=SERIES, series="Dark", season=season) for season in ("Season 2", "Part II", "Lost")
    ]
    assert fold(*rows, *others) == {"watches": [(1.0, 3, 0)]}
