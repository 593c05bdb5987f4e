"""Backups of Jellyfin's and Emby's playback reporting."""

from __future__ import annotations

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.exports.history_rows import Watched
from cinewalk.loaders.history.reading import read_history
from tests.histories import export, seconds

pytestmark = pytest.mark.integration

MINUTE = 60


def played(day: str, kind: str, name: str, minutes: int, *, who: str = "a1b2", later: tuple[str, ...] = ()):
    cells = (
        f"{day}.1234567",
        who,
        "77aa",
        kind,
        name,
        "DirectPlay",
        "Web",
        "Firefox",
        f"{minutes * MINUTE}",
        *later,
    )
    return "\t".join(cells)


def test_films_and_episodes(tmp_path):
    path = export(
        tmp_path,
        "PlaybackReportingBackup-20240401-000000.tsv",
        played("2024-03-01 20:00:00", "Movie", "Heat (1995)", 165),
        played("2024-03-02 20:00:00", "Episode", "Dark - s01e02 - Lies - and more", 50),
        played("2024-03-03 20:00:00", "Movie", '"Up" it goes', 15),
        played("2024-03-04 20:00:00", "Audio", "Somebody - A song (An album)", 4),
        played("2024-03-05 20:00:00", "Episode", "Without a series", 4),
        "2024-03-06 20:00:00\tshort",
    )
    history = read_history("jellyfin", path)
    heat, dark, up = history.rows
    assert (heat.name, heat.year, heat.kind, heat.events) == ("Heat", 1995, "film", (Watched(1.0, 1),))
    assert heat.timestamp == seconds(2024, 3, 1, 20)
    assert heat.profile == "a1b2"
    assert (dark.series, dark.season, dark.episode, dark.kind) == ("Dark", "1", "2", "series")
    assert dark.events == (Watched(1.0, 1),)
    assert (up.name, up.events) == ('"Up" it goes', (Watched(15 / 75),))
    assert [reject.reason for reject in history.ignored] == ["is neither a film nor an episode"]
    assert [reject.line for reject in history.unreadable] == [5, 6]


def test_a_film_over_two_evenings_is_one_viewing(tmp_path):
    path = export(
        tmp_path,
        "PlaybackReportingBackup-1.tsv",
        played("2024-03-01 20:00:00", "Movie", "Heat", 100),
        played("2024-03-02 20:00:00", "Movie", "Heat", 60),
        played("2024-03-09 20:00:00", "Movie", "Heat", 160),
        played("2024-03-10 20:00:00", "Movie", "Heat", 5),
        played("2024-03-10 20:00:00", "Movie", "Heat", 160, who="c3d4"),
    )
    events = [row.events[0] for row in read_history("jellyfin", path).rows]
    assert events == [Watched(100 / 160), Watched(1.0, 1), Watched(1.0, 1), Watched(1.0), Watched(1.0, 1)]


@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_what_somebody_queried_has_a_header(tmp_path, delimiter):
    path = export(
        tmp_path,
        "mine.csv",
        delimiter.join(("DateCreated", "ItemName", "ItemType", "PlayDuration")),
        delimiter.join(("2024-03-01 20:00:00", "Heat", "Movie", "9900")),
    )
    (row,) = read_history("jellyfin", path).rows
    assert (row.name, row.events, row.profile) == ("Heat", (Watched(1.0, 1),), "")


def test_columns_of_emby_do_no_harm(tmp_path):
    line = played("2024-03-01 20:00:00", "Movie", "Heat", 165, later=("0", "192.0.2.1", ""))
    path = export(tmp_path, "PlaybackReportingBackup-1.tsv", line)
    assert [row.name for row in read_history("jellyfin", path).rows] == ["Heat"]


@pytest.mark.parametrize("content", ["Title,Date\n", "", "\n\n"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(FileFormatError) as refused:
        read_history("jellyfin", path)
    assert "\n" not in str(refused.value)
