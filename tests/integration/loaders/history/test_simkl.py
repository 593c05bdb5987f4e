"""Backups of Simkl."""

from __future__ import annotations

import json

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.exports.history_rows import Rated, Watched
from cinewalk.loaders.history.reading import read_history
from tests.histories import export, packed, seconds

pytestmark = pytest.mark.integration

SEASONS = [{"number": number, "episodes": [{"number": 1}]} for number in (0, 1, 2)]
BACKUP = {
    "movies": [
        {"status": "completed", "user_rating": 9, "last_watched_at": "2024-01-02T03:04:05Z",
         "movie": {"title": "Heat", "year": 1995, "ids": {"simkl": 5, "imdb": "tt0113277"}}},
        {"status": "plantowatch", "user_rating": None, "movie": {"title": "Tenet", "year": 2020, "ids": {}}},
        {"status": "dropped", "user_rating": 3, "movie": {"title": "Up", "year": 2009, "ids": {"tmdb": "14160"}}},
        {"status": "completed", "user_rating": 12, "movie": {"title": "Alien", "year": 1979}},
        "what",
    ],
    "shows": [
        {"status": "watching", "watched_episodes_count": 15, "total_episodes_count": 60, "seasons": SEASONS,
         "last_watched_at": "2024-02-02T03:04:05Z",
         "show": {"title": "The Wire", "year": 2002, "ids": {"tmdb": "1438"}}},
        {"status": "watching", "watched_episodes_count": 3, "last_watched": "S02E01", "show": {"title": "Dark"}},
        {"status": "hold", "watched_episodes_count": 0, "show": {"title": "Lost"}},
    ],
    "anime": [
        {"status": "completed", "anime_type": "movie", "show": {"title": "Akira", "year": 1988}},
        {"status": "completed", "anime_type": "tv", "show": {"title": "Monster"}},
    ],
}  # fmt: skip


@pytest.mark.parametrize("as_zip", [False, True])
def test_backup_in_json(tmp_path, as_zip):
    path = export(tmp_path / "backup", "SimklBackup.json", json.dumps(BACKUP))
    history = read_history("simkl", packed(path.parent, tmp_path / "s.zip") if as_zip else path)
    rows = {row.name: row for row in history.rows}
    assert rows["Heat"].events == (Watched(1.0, 1, whole=True), Rated(4.5))
    assert (rows["Heat"].timestamp, rows["Heat"].external_id) == (seconds(2024, 1, 2, 3, 4, 5), "tt0113277")
    assert (rows["Up"].events, rows["Up"].external_id) == ((Rated(1.5),), "tmdb:14160")
    assert rows["The Wire"].events == (Watched(0.25, 2, whole=True),)
    assert (rows["The Wire"].kind, rows["The Wire"].external_id) == ("series", "")
    assert rows["Dark"].events == (Watched(1.0, 2, whole=True),)
    assert (rows["Akira"].kind, rows["Akira"].events) == ("film", (Watched(1.0, 1, whole=True),))
    assert (rows["Monster"].kind, rows["Monster"].events) == ("series", (Watched(1.0, 1, whole=True),))
    assert [reject.reason for reject in history.ignored] == [
        "is still to be seen",
        "says neither that it was seen nor a rating",
    ]
    assert [reject.reason for reject in history.unreadable] == [
        "has the rating 12, and there are 1 to 10",
        "is not an entry",
    ]
    assert history.count == 10


HEADER = (
    "simkl_id,TVDB_ID,TMDB,IMDB_ID,MAL_ID,Type,Title,Year,LastEpWatched,Watchlist,WatchedDate,Rating,Memo"
)


@pytest.mark.parametrize(
    ("days", "second"),
    [
        (("8/21/2015", "8/2/2015"), (2015, 8, 2)),
        (("21/8/2015", "8/2/2015"), (2015, 2, 8)),
        (("2015-08-21 10:00:00", "2015-08-02"), (2015, 8, 2)),
        (("", "8/2/2015"), (2015, 8, 2)),
    ],
)
def test_backup_in_csv(tmp_path, days, second):
    path = export(
        tmp_path,
        "SimklBackup.csv",
        HEADER,
        f',,,tt0306414,,tv,The Wire,2002,s3e2,watching,{days[0]},8,"a, b"',
        f",,949,,,movie,Heat,1995,,completed,{days[1]},,",
        ",,,,,movie,Tenet,2020,,plan to watch,,,",
    )
    history = read_history("simkl", path)
    wire, heat = history.rows
    assert (wire.events, wire.external_id) == ((Watched(1.0, 3, whole=True), Rated(4.0)), "tt0306414")
    assert (heat.events, heat.external_id) == ((Watched(1.0, 1, whole=True),), "tmdb:949")
    assert heat.timestamp == seconds(*second)
    assert [reject.reason for reject in history.ignored] == ["is still to be seen"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("SimklBackup.json", "[]", "holds no list of movies"),
        ("SimklBackup.json", '{"movies": {}}', "holds no list of movies"),
        ("SimklBackup.json", "{", "is not JSON"),
        ("SimklBackup.csv", "Title,Year\n", "has no column type"),
    ],
)
def test_other_files_are_refused(tmp_path, name, content, said):
    with pytest.raises(FileFormatError, match=said) as refused:
        read_history("simkl", export(tmp_path, name, content))
    assert "\n" not in str(refused.value)
