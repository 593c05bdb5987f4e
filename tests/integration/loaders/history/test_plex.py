"""What Plex and Tautulli keep of what was played."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.exports.history_rows import Watched
from cinewalk.loaders.history.reading import read_history
from tests.histories import export

pytestmark = pytest.mark.integration

START = 1_709_323_200
FILM = {
    "date": START,
    "friendly_name": "Anna",
    "full_title": "Heat",
    "title": "Heat",
    "grandparent_title": "",
    "media_type": "movie",
    "media_index": "",
    "parent_media_index": "",
    "year": 1995,
    "guid": "com.plexapp.agents.imdb://tt0113277?lang=en",
    "percent_complete": 96,
    "watched_status": 1,
    "reference_id": 7,
    "live": 0,
}
EPISODE = {
    **FILM,
    "date": START + 60,
    "full_title": "The Wire - The Buys",
    "title": "The Buys",
    "grandparent_title": "The Wire",
    "media_type": "episode",
    "media_index": 3,
    "parent_media_index": 1,
    "year": 2002,
    "guid": "com.plexapp.agents.thetvdb://79126/1/3?lang=en",
    "percent_complete": 40,
    "watched_status": 0,
    "reference_id": 8,
}
ENTRIES = [
    FILM,
    {**FILM, "date": START + 900, "percent_complete": 99},
    EPISODE,
    {**FILM, "title": "A song", "media_type": "track"},
    {**FILM, "title": "The News", "live": 1},
    {**FILM, "title": None, "full_title": None},
    {**FILM, "percent_complete": -3},
]


def as_csv(entries):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(FILM))
    writer.writeheader()
    writer.writerows(entries)
    return text.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("history.json", json.dumps({"response": {"result": "success", "data": {"data": ENTRIES}}})),
        ("history.json", json.dumps({"recordsTotal": 7, "data": ENTRIES})),
        ("tautulli_history.json", json.dumps(ENTRIES)),
        ("tautulli_history.csv", as_csv(ENTRIES)),
    ],
)
def test_tautulli(tmp_path, name, content):
    history = read_history("plex", export(tmp_path, name, content))
    heat, again, wire = history.rows
    assert (heat.name, heat.year, heat.kind, heat.external_id) == ("Heat", 1995, "film", "tt0113277")
    assert (heat.events, again.events) == ((Watched(0.96, 1),), (Watched(0.99),))
    assert (heat.timestamp, heat.profile) == (START, "Anna")
    assert (wire.series, wire.season, wire.episode) == ("The Wire", "1", "3")
    assert (wire.year, wire.kind, wire.external_id, wire.events) == (None, "series", "", (Watched(0.4),))
    assert len(history.ignored) == 2
    assert [reject.reason for reject in history.unreadable] == ["has no title", "has a viewing of -3 %"]


def test_a_film_seen_twice_was_finished_twice(tmp_path):
    twice = [FILM, {**FILM, "date": START + 90_000, "reference_id": 9}]
    history = read_history("plex", export(tmp_path, "history.json", json.dumps(twice)))
    assert [row.events for row in history.rows] == [(Watched(0.96, 1),)] * 2


def test_columns_that_a_script_made_up(tmp_path):
    path = export(
        tmp_path,
        "tautulli_history_20240401.csv",
        "Date,User,Title,Media Type,Duration (min),Percent Complete,Status,IP Address",
        "2024-03-01 20:00:00,Anna,The Wire - The Buys,episode,58,95%,Finished,192.0.2.1",
        "2024-03-01 23:00:00,Anna,Heat,movie,30,17%,Stopped,192.0.2.1",
    )
    wire, heat = read_history("plex", path).rows
    assert (wire.series, wire.events) == ("The Wire", (Watched(0.95, 1),))
    assert (heat.name, heat.events, heat.profile) == ("Heat", (Watched(0.17),), "Anna")


def test_what_plex_itself_lists_was_seen(tmp_path):
    entries = [
        {"type": "movie", "title": "Heat", "viewedAt": START, "originallyAvailableAt": "1995-12-15", "accountID": 1},
        {"type": "episode", "title": "The Buys", "grandparentTitle": "The Wire", "parentIndex": 1, "index": 3,
         "viewedAt": START, "accountID": 1, "originallyAvailableAt": "2002-06-16"},
    ]  # fmt: skip
    path = export(tmp_path, "history.json", json.dumps({"MediaContainer": {"size": 2, "Metadata": entries}}))
    heat, wire = read_history("plex", path).rows
    assert (heat.year, heat.events, heat.profile, heat.timestamp) == (1995, (Watched(1.0, 1),), "1", START)
    assert (wire.series, wire.season, wire.year, wire.events) == ("The Wire", "1", None, (Watched(1.0, 1),))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("history.json", "{}", "holds no list of viewings"),
        ("history.json", '{"data": 3}', "holds no list of viewings"),
        ("history.json", "[", "is not JSON"),
        ("history.json", '[{"title": "Heat"}]', "has no column media_type"),
        ("history.csv", "Title,Date\n", "has no column media_type"),
    ],
)
def test_other_files_are_refused(tmp_path, name, content, said):
    with pytest.raises(FileFormatError, match=said) as refused:
        read_history("plex", export(tmp_path, name, content))
    assert "\n" not in str(refused.value)
