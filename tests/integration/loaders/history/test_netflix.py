"""Viewing histories of Netflix."""

from __future__ import annotations

import pytest

from cinewalk.errors import FileFormatError
from cinewalk.loaders.exports.history_rows import Watched
from cinewalk.loaders.history.dates import DateOrder
from cinewalk.loaders.history.reading import read_history
from tests.histories import export, seconds

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("header", "days", "order"),
    [
        ("Title,Date", ("12/30/24", "1/2/24"), None),
        ("Titel,Datum", ("30.12.24", "2.1.24"), None),
        ("Titre,Date", ("30/12/2024", "02/01/2024"), None),
        ("タイトル,日付", ("2024/12/30", "2024/01/02"), None),
        ("Title,Date", ("3/4/24", "2/4/24"), "dmy"),
    ],
)
@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("utf-16", "\r\n")])
def test_viewing_history_in_any_locale(tmp_path, header, days, order, encoding, end):
    path = export(
        tmp_path,
        "NetflixViewingHistory.csv",
        header,
        f'"Dark: Season 1: Secrets","{days[0]}"',
        f'"Good Night, and ""Good Luck""","{days[1]}"',
        encoding=encoding,
        end=end,
    )
    found = read_history("netflix", path, date_order=None if order is None else DateOrder(order))
    assert (found.count, len(found.rows), found.unreadable) == (2, 2, ())
    dark, film = found.rows
    assert (dark.series, dark.season, dark.episode, dark.kind) == ("Dark", "Season 1", "Secrets", "series")
    assert (film.name, film.kind, film.events) == ('Good Night, and "Good Luck"', "", (Watched(1.0, 1),))
    assert film.place == "NetflixViewingHistory.csv:3"
    assert dark.timestamp > film.timestamp > 0
    if order is None:
        assert (dark.timestamp, film.timestamp) == (seconds(2024, 12, 30), seconds(2024, 1, 2))


def test_a_viewing_history_without_its_header_loses_no_row(tmp_path):
    path = export(tmp_path, "history.csv", '"Heat","12/30/24"', '"Fargo","12/13/24"')
    assert [row.name for row in read_history("netflix", path).rows] == ["Heat", "Fargo"]


def test_two_columns_without_a_day_are_no_viewing_history(tmp_path):
    path = export(tmp_path, "NetflixViewingHistory.csv", "Title,Rating", "Heat,5", "Fargo,4")
    with pytest.raises(FileFormatError, match="has no day in its second column"):
        read_history("netflix", path)


def test_of_two_files_that_tell_the_same_the_fuller_one_is_read(tmp_path):
    export(tmp_path, "NetflixViewingHistory.csv", "Title,Date", "Heat,30/12/24", "Fargo,29/12/24")
    export(
        tmp_path,
        "CONTENT_INTERACTION/ViewingActivity.csv",
        "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Bookmark,Latest Bookmark",
        "Anna,2024-12-30 20:00:00,02:40:00,,Heat,,02:40:00,02:40:00",
    )
    found = read_history("netflix", tmp_path)
    assert [(row.name, row.profile) for row in found.rows] == [("Heat", "Anna")]
    assert (
        "NetflixViewingHistory.csv: not read, because CONTENT_INTERACTION/ViewingActivity.csv tells"
        in found.notes[0]
    )


def test_rows_that_cannot_be_read_are_listed_with_place_and_reason(tmp_path):
    path = tmp_path / "NetflixViewingHistory.csv"
    path.write_bytes(
        b'Title,Date\n"Heat","30/12/24"\n"Heat"\n,"29/12/24"\nFargo,yesterday\n\x81,28/12/24\n"open,27/12/24\n'
    )
    found = read_history("netflix", path)
    assert [(row.name, row.timestamp) for row in found.rows] == [
        ("Heat", seconds(2024, 12, 30)),
        ("Fargo", 0),
    ]
    assert "1 row has a time that cannot be read" in found.notes[-1]
    assert found.count == 6
    assert [(reject.line, reject.reason) for reject in found.unreadable] == [
        (3, "has 1 cells instead of 2"),
        (4, "has no title"),
        (6, "holds bytes that are no text"),
        (7, "has a quote that is not closed"),
    ]


def test_trailers_recaps_and_extras_say_nothing_of_watching(tmp_path):
    names = ("Tenet (Trailer)", "Dark: Season 1 (Trailer)", "Dark: Season 1 Recap", "Seinfeld: Season 2: Trailer",
             "Fauda: Season 1: Bonus: Behind the scenes", "Lupin: Saison 1: Bande-annonce")  # fmt: skip
    kept = ("Trailer Park Boys: Season 1: Fire", "Recap", "Dark: Season 1: Secrets")
    rows = [f'"{name}","12/30/24"' for name in (*names, *kept)]
    found = read_history("netflix", export(tmp_path, "NetflixViewingHistory.csv", "Title,Date", *rows))
    assert [reject.value for reject in found.ignored] == list(names)
    assert [row.name for row in found.rows] == list(kept)


def test_dates_of_years_that_cannot_be_right_still_tell_the_order(tmp_path):
    rows = ('"A","1/24/99"', '"B","1/5/23"')
    found = read_history("netflix", export(tmp_path, "NetflixViewingHistory.csv", "Title,Date", *rows))
    assert [row.timestamp for row in found.rows] == [0, seconds(2023, 1, 5)]
