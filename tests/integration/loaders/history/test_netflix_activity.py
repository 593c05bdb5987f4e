"""Viewing activity of Netflix."""

from __future__ import annotations

import pytest

from cinewalk.loaders.exports.history_rows import Rated, Thumbed, Watched
from cinewalk.loaders.history.reading import read_history
from tests.histories import export, seconds

pytestmark = pytest.mark.integration


ACTIVITY_HEADER = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,"
    "Latest Bookmark,Country"
)


def activity(
    start: str, title: str, bookmark: str, latest="", *, who="Anna", kind="", how="", length="00:30:00"
):
    return f'{who},{start},{length},{how},"{title}",{kind},TV,{bookmark},{latest or bookmark},DE (Germany)'


def test_viewing_activity(tmp_path):
    report = tmp_path / "netflix-report"
    export(
        report,
        "CONTENT_INTERACTION/ViewingActivity.csv",
        ACTIVITY_HEADER,
        activity("2024-03-05 22:00:00", "Heat", "02:45:00"),
        activity("2024-03-04 20:00:00", "Heat", "01:25:00", "Not latest view"),
        activity("2024-03-03 20:00:00", "Fargo", "00:10:00"),
        activity("2024-03-02 20:00:00", "Dark: Season 1: Secrets", "00:50:00", who="Ben"),
        activity("2024-03-02 19:00:00", "Dark: Season 1: Lies", "00:05:00", who="Ben"),
        activity("2024-03-01 20:00:00", "Heat", "00:01:00", kind="TRAILER"),
        activity("2024-03-01 20:00:00", "Up_hook_primary_16x9", "00:01:00"),
        activity("2024-03-01 20:00:00", "Alien", "00:00:20", how="Autoplayed: user action: None; "),
        activity("2024-03-01 20:00:00", "Alien", "a while"),
    )
    export(
        report,
        "CONTENT_INTERACTION/Ratings.csv",
        "Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Device Model,Event Utc Ts,Region View Date",
        "Anna,Heat,thumb,,3,TV,2024-03-05T23:00:00Z,2024-03-05",
        "Anna,Fargo,star,4,,TV,2016-03-05 23:00:00,2016-03-05",
        "Ben,Dark,thumb,,1,TV,2024-03-05 23:00:00,",
        "Ben,Alien,thumb,,0,TV,2024-03-05 23:00:00,",
        "Ben,Alien,thumb,,,TV,2024-03-05 23:00:00,",
        "Ben,Alien,thumb,,7,TV,2024-03-05 23:00:00,",
    )
    export(report, "CLICKSTREAM/Clickstream.csv", "Profile Name", "Anna")
    found = read_history("netflix", report)
    assert found.count == 15
    assert found.profiles == ("Anna", "Ben")
    assert [reject.reason for reject in found.ignored] == [
        "has neither stars nor a thumb",
        "is a trailer",
        "is a clip",
        "played by itself, without a click",
    ]
    assert [reject.line for reject in found.unreadable] == [7, 10]
    assert "Clickstream.csv" in found.notes[0]
    events = {row.place: row.events[0] for row in found.rows}
    heat = 2 * 3600 + 45 * 60
    assert events["ViewingActivity.csv:3"] == Watched((85 * 60) / heat, 0)
    assert events["ViewingActivity.csv:2"] == Watched(1.0, 1)
    assert events["ViewingActivity.csv:4"] == Watched(10 / 75, 0)
    # Half of 50 and 5 minutes is the usual length of an episode of Dark, and more than the floor.
    assert events["ViewingActivity.csv:5"] == Watched(1.0, 1)
    assert events["ViewingActivity.csv:6"] == Watched(5 / 27.5, 0)
    assert events["Ratings.csv:2"] == Thumbed(2)
    assert events["Ratings.csv:3"] == Rated(4.0)
    assert events["Ratings.csv:4"] == Thumbed(-1)
    assert events["Ratings.csv:5"] == Thumbed(0)
    assert found.rows[-1].timestamp == seconds(2024, 3, 2, 19) or found.rows[0].timestamp


def test_a_viewing_that_ends_twice_in_the_credits_was_one(tmp_path):
    path = export(
        tmp_path,
        "ViewingActivity.csv",
        ACTIVITY_HEADER,
        activity("2024-03-09 20:00:00", "Heat", "02:45:00", length="02:30:00"),
        activity("2024-03-06 20:00:00", "Heat", "02:44:00", "Not latest view", length="00:02:00"),
        activity("2024-03-05 20:00:00", "Heat", "02:40:00", "Not latest view", length="02:40:00"),
    )
    assert [row.events[0].finished for row in read_history("netflix", path).rows] == [1, 0, 1]
