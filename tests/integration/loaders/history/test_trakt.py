"""Exports of Trakt."""

from __future__ import annotations

import json

import pytest

from cinewalk.loaders.exports.history_rows import Rated, Watched
from cinewalk.loaders.history.reading import read_history
from tests.histories import export, seconds, trakt

pytestmark = pytest.mark.integration


def test_trakt(tmp_path):
    for name, entries in trakt().items():
        export(tmp_path / "t", name, json.dumps(entries))
    export(tmp_path / "t", "user-profile.json", "{}")
    found = read_history("trakt", tmp_path / "t")
    assert found.count == 7
    assert [reject.reason for reject in found.ignored] == [
        "rates a season or an episode; only films and shows are rated here"
    ]
    events = {row.place: (row.events[0], row.record) for row in found.rows}
    assert events["ratings-movies.json:1"] == (Rated(4.5), "ratings")
    assert events["watched-history-1.json:2"] == (Watched(1.0, 1), "history")
    assert events["watched-movies.json:1"] == (Watched(1.0, 3, whole=True), "watched")
    assert events["watched-shows.json:1"] == (Watched(20 / 60, 2, whole=True), "watched")
    assert events["playback.json:1"] == (Watched(0.425), "playback")
    history = next(row for row in found.rows if row.place == "watched-history-1.json:2")
    assert (history.series, history.season, history.episode) == ("The Wire", "3", "4")


def test_entries_of_trakt_that_are_none_are_listed(tmp_path):
    entries = [
        3, {"rating": 5}, {"rating": True, "movie": {"title": "A"}}, {"watched_at": 7, "movie": {"title": "A"}},
        {"watched_at": "2024-01-02", "movie": {"title": "A", "year": "x"}}, {"progress": -1, "movie": {"title": "A"}},
        {"listed_at": "2024-01-02", "movie": {"title": "A"}}, {"watched_at": None, "movie": {"title": None}},
    ]  # fmt: skip
    found = read_history("trakt", export(tmp_path, "x.json", json.dumps(entries)))
    assert (len(found.rows), len(found.ignored), len(found.unreadable)) == (2, 1, 5)
    assert [reject.line for reject in found.unreadable] == [1, 2, 3, 6, 8]
    assert [note.partition(" has a ")[2].partition(" that")[0] for note in found.notes] == ["year", "time"]


def test_pages_that_overlap_tell_of_a_play_once(tmp_path):
    play = {"id": 7, "watched_at": "2024-01-02T20:00:00Z", "movie": {"title": "Tenet", "year": 2020}}
    other = play | {"id": 8, "watched_at": "2024-02-02T20:00:00Z"}
    for name, plays in (("history-1.json", [play, play]), ("history-2.json", [play, other])):
        export(tmp_path, name, json.dumps(plays))
    found = read_history("trakt", tmp_path)
    assert [row.timestamp for row in found.rows] == [seconds(2024, 1, 2, 20), seconds(2024, 2, 2, 20)]
    assert [reject.reason for reject in found.ignored] == ["is there twice"] * 2


def test_lists_by_kind_in_a_file_of_ratings(tmp_path):
    rated = {"movies": [{"rating": 9, "movie": {"title": "Tenet"}}], "shows": []}
    found = read_history("trakt", export(tmp_path, "ratings-movies.json", json.dumps(rated)))
    assert [row.name for row in found.rows] == ["Tenet"]
