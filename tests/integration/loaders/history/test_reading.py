"""Exports of other services: dates, titles in parts, rows, and what each service's files say."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import pytest

from cinewalk.errors import FileFormatError, RequestError, SourceError
from cinewalk.loaders.history.dates import DateOrder, decide_order, read_day
from cinewalk.loaders.history.names import split_episode
from cinewalk.loaders.history.reading import read_history
from cinewalk.loaders.tables.csv_rows import split_records
from cinewalk.loaders.tables.history_rows import Rated, Thumbed, Watched

pytestmark = pytest.mark.unit

ACTIVITY_HEADER = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,"
    "Latest Bookmark,Country"
)


def seconds(year: int, month: int, day: int, *clock: int) -> int:
    return int(dt.datetime(year, month, day, *clock, tzinfo=dt.UTC).timestamp())


def export(folder, name: str, *lines: str, encoding: str = "utf-8", end: str = "\n"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


# --- dates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["12/30/24", "1/2/24"], "mdy"),
        (["30/12/2024", "02/01/2024"], "dmy"),
        (["30.12.24", "2.1.24"], "dmy"),
        (["2024-12-30", "2024-01-02"], "ymd"),
        (["2024. 12. 30.", "2024. 1. 2."], "ymd"),
        (["2024年12月30日", "2024年1月2日"], "ymd"),
        # No day is over 12: only day first do the days run down.
        (["1/5/24", "10/4/24", "9/4/24", "2/4/24"], "dmy"),
        (["5/1/24", "4/10/24", "4/9/24", "4/2/24"], "mdy"),
        # The same day in every order.
        (["5/5/24", "4/4/24"], "dmy"),
        # What is no date in any order does not count.
        (["30/12/2024", "yesterday"], "dmy"),
    ],
)
def test_the_whole_column_tells_the_order(texts, order):
    assert decide_order(texts, "x.csv") in {order} | ({"mdy"} if texts[0] == "5/5/24" else set())


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["1/2/24"], "no date tells the day from the month, as in '1/2/24'"),
        (["3/1/24", "1/2/24", "2/3/24"], "no date tells"),
        (["13/1/24", "1/13/24"], "some dates are day first and others month first"),
    ],
)
def test_what_is_undecided_is_refused_and_not_guessed(texts, said):
    with pytest.raises(RequestError, match=said) as refused:
        decide_order(texts, "x.csv")
    assert "--date-order" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_days_are_midnights_in_utc():
    assert read_day("1/2/24", DateOrder.DAY_FIRST) == seconds(2024, 2, 1)
    assert read_day("1/2/2024", DateOrder.MONTH_FIRST) == seconds(2024, 1, 2)
    for text in ("31/2/24", "1/1/1989", "1/1/2999", "1/1/024", "", "1/1", "١/١/٢٤x", "111/1/24"):
        assert read_day(text, DateOrder.DAY_FIRST) is None


# --- titles ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "series", "season", "episode"),
    [
        ("Dark: Season 1: Secrets", "Dark", "Season 1", "Secrets"),
        ("Dark: Staffel 1: Geheimnisse", "Dark", "Staffel 1", "Geheimnisse"),
        ("Lupin: Saison 2: Chapitre 7", "Lupin", "Saison 2", "Chapitre 7"),
        ("Elite: Temporada 3: Carla", "Elite", "Temporada 3", "Carla"),
        ("Baby: Stagione 1: Superpoteri", "Baby", "Stagione 1", "Superpoteri"),
        ("Fate: The Winx Saga: Season 1: To the Waters", "Fate: The Winx Saga", "Season 1", "To the Waters"),
        ("Chernobyl: Miniserie: Episodio 1", "Chernobyl", "Miniserie", "Episodio 1"),
        ("Godless: Limited Series: An Incident at Creede", "Godless", "Limited Series", "An Incident at Creede"),
        ("Money Heist: Part 5: The End of the Road", "Money Heist", "Part 5", "The End of the Road"),
        ("Love, Death & Robots: Volume 3: Jibaro", "Love, Death & Robots", "Volume 3", "Jibaro"),
        ("Avatar: The Last Airbender: Book 1: The Storm", "Avatar: The Last Airbender", "Book 1", "The Storm"),
        ("Stranger Things: Stranger Things 4: Chapter One", "Stranger Things", "Stranger Things 4", "Chapter One"),
        ("Sherlock: Series 2: A Scandal: Part", "Sherlock", "Series 2", "A Scandal: Part"),
        ("Downton Abbey: 3. Staffel: Folge 1", "Downton Abbey", "3. Staffel", "Folge 1"),
        ("GIGN: Épisode 1", "GIGN", "", "Épisode 1"),
        ("The Staircase: Crime or Accident? (Episode 1)", "The Staircase", "", "Crime or Accident? (Episode 1)"),
    ],
)  # fmt: skip
def test_episodes_are_told_from_films(title, series, season, episode):
    assert split_episode(title) == (series, season, episode)


@pytest.mark.parametrize(
    "title",
    [
        "Heat", "Mission: Impossible", "John Wick: Chapter 2", "Kill Bill: Vol. 2", "Star Trek: First Contact",
        "The Hunger Games: Mockingjay: Part 1", "Star Wars: Episode IV: A New Hope", "Series 7: The Contenders",
    ],
)  # fmt: skip
def test_films_stay_whole(title):
    assert split_episode(title) is None


# --- rows ------------------------------------------------------------------------------------------------------


def test_a_quoted_cell_may_hold_commas_quotes_and_line_breaks():
    text = '"Good Night, and ""Good Luck""",1\r\n"Two\r\nlines",2\n\n\t \nthree,3'
    records = list(split_records(text, ","))
    assert [record.cells for record in records] == [
        ('Good Night, and "Good Luck"', "1"),
        ("Two\r\nlines", "2"),
        ("three", "3"),
    ]
    assert [record.line for record in records] == [1, 2, 6]


def test_an_open_quote_spoils_one_row_only():
    text = 'a,1\n"b,2\nc,3\n' + "\n".join(f"x{i},{i}" for i in range(40)) + '\n5" pipe,9\nd,4\n6" pipe,9\n'
    records = list(split_records(text, ","))
    bad = [record for record in records if record.problem]
    assert [record.text for record in bad] == ['"b,2', '5" pipe,9', '6" pipe,9']
    assert len(records) == text.count("\n")


# --- Netflix ---------------------------------------------------------------------------------------------------


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


def test_rows_that_cannot_be_read_are_listed_with_place_and_reason(tmp_path):
    path = tmp_path / "NetflixViewingHistory.csv"
    path.write_bytes(
        b'Title,Date\n"Heat","30/12/24"\n"Heat"\n,"29/12/24"\nFargo,yesterday\n\xff\xfe,28/12/24\n"open,27/12/24\n'
    )
    found = read_history("netflix", path)
    assert len(found.rows) == 1
    assert found.count == 6
    assert [(reject.line, reject.reason) for reject in found.unreadable] == [
        (3, "has 1 cells instead of 2"),
        (4, "has no title"),
        (5, "has no day in 'dmy' order that lies between 1990 and today"),
        (6, "holds bytes that are no text"),
        (7, "has a quote that is not closed"),
    ]


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


# --- IMDb, Letterboxd, Trakt -----------------------------------------------------------------------------------


def test_imdb(tmp_path):
    path = export(
        tmp_path,
        "ratings.csv",
        "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,"
        "Num Votes,Release Date,Directors",
        'tt0113277,9,2024-01-02,Heat,Heat,https://x,Movie,8.3,170,1995,"Crime, Drama",1,1995-12-15,Michael Mann',
        "tt0211915,8,2024-01-03,Die fabelhafte Welt,Le fabuleux destin,u,Movie,8.3,122,2001,Comedy,1,2001-04-25,J",
        "tt0306414,10,2024-01-03,The Wire,The Wire,u,TV Series,9.3,60,2002,Crime,1,2002-06-02,",
        "tt0000001,10,2024-01-03,Halo,Halo,u,Video Game,9.3,,2002,Action,1,2002-06-02,",
        "tt0000002,,,Seen,Seen,u,Movie,9.3,,2002,Action,1,2002-06-02,",
        "tt0000003,11,2024-01-03,Eleven,Eleven,u,Movie,9.3,,2002,Action,1,2002-06-02,",
        "nm0000003,1,2024-01-03,Name,Name,u,Movie,9.3,,2002,Action,1,2002-06-02,",
        "tt0000004,1,2024-01-03,Year,Year,u,Movie,9.3,,99,Action,1,2002-06-02,",
    )
    found = read_history("imdb", path)
    assert found.count == 8
    assert [(row.name, row.events, row.year, row.kind) for row in found.rows] == [
        ("Heat", (Rated(4.5),), 1995, "film"),
        ("Die fabelhafte Welt", (Rated(4.0),), 2001, "film"),
        ("The Wire", (Rated(5.0),), 2002, "series"),
    ]
    assert found.rows[0].external_id == "tt0113277"
    assert found.rows[1].other_names == ("Le fabuleux destin",)
    assert [reject.reason for reject in found.ignored] == ["is a game", "has no rating"]
    assert len(found.unreadable) == 3


def letterboxd(folder):
    export(
        folder, "ratings.csv", "Date,Name,Year,Letterboxd URI,Rating", "2024-01-02,Heat,1995,https://b/1,4.5"
    )
    export(
        folder,
        "diary.csv",
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
        '2024-01-02,Heat,1995,https://b/1,4.5,Yes,"x, y",2024-01-01',
        "2024-02-02,Heat,1995,https://b/1,5,Yes,,2024-02-01",
        "2024-02-02,Up,2009,https://b/2,,,,1985-02-01",
        "2024-02-02,Bad,2009,https://b/2,9,,,2024-02-01",
    )
    export(
        folder,
        "watched.csv",
        "Date,Name,Year,Letterboxd URI",
        "2024-01-02,Heat,1995,https://b/1",
        "2024-01-02,Alien,,https://b/3",
    )
    export(folder, "deleted/diary.csv", "Date,Name,Year,Letterboxd URI", "2024-01-02,Gone,1995,https://b/1")
    export(folder, "likes/films.csv", "Date,Name,Year,Letterboxd URI", "2024-01-02,Up,2009,https://b/2")
    return folder


def packed(folder, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
    return target


@pytest.mark.parametrize("as_zip", [False, True])
def test_letterboxd(tmp_path, as_zip):
    folder = letterboxd(tmp_path / "letterboxd-anna")
    found = read_history("letterboxd", packed(folder, tmp_path / "l.zip") if as_zip else folder)
    assert found.count == 7
    assert [reject.reason for reject in found.unreadable] == ["has the rating 9, and there are 0.5 to 5"]
    diary = [row for row in found.rows if row.record == "diary"]
    assert [row.events for row in diary] == [
        (Watched(1.0, 2), Rated(4.5)),
        (Watched(1.0, 1), Rated(5.0)),
        (Watched(1.0, 1),),
    ]
    assert [row.timestamp for row in diary] == [seconds(2024, 1, 1), seconds(2024, 2, 1), 0]
    assert {row.name for row in found.rows} == {"Heat", "Up", "Alien"}
    assert "deleted/diary.csv" in found.notes[0]


def trakt() -> dict[str, list]:
    heat = {"title": "Heat", "year": 1995, "ids": {"imdb": "tt0113277"}}
    wire = {"title": "The Wire", "year": 2002, "ids": {"imdb": "tt0306414"}, "aired_episodes": 60}
    seasons = [{"number": n, "episodes": [{"number": i} for i in range(1, 11)]} for n in (0, 1, 2)]
    return {
        "ratings-movies.json": [
            {"rated_at": "2024-01-02T03:04:05.000Z", "rating": 9, "type": "movie", "movie": heat}
        ],
        "ratings-episodes.json": [{"rating": 9, "type": "episode", "episode": {"season": 1}, "show": wire}],
        "watched-history-1.json": [
            {"watched_at": "2024-01-02T03:04:05.000Z", "action": "watch", "type": "movie", "movie": heat},
            {"watched_at": "2024-01-03T03:04:05.000Z", "episode": {"season": 3, "number": 4}, "show": wire},
        ],
        "watched-movies.json": [{"plays": 3, "last_watched_at": "2024-01-02T03:04:05.000Z", "movie": heat}],
        "watched-shows.json": [{"plays": 20, "last_watched_at": None, "show": wire, "seasons": seasons}],
        "playback.json": [{"progress": 42.5, "paused_at": "2024-01-05T03:04:05.000Z", "movie": heat}],
    }


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
    assert (len(found.rows), len(found.ignored), len(found.unreadable)) == (0, 1, 7)
    assert [reject.line for reject in found.unreadable] == [1, 2, 3, 4, 5, 6, 8]


# --- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "name", "content", "said"),
    [
        ("netflix", "x.csv", "", "is empty"),
        ("netflix", "x.csv", "a,b,c\n", "is none of NetflixViewingHistory.csv"),
        ("imdb", "x.csv", "a,b,c\n", "has no column const"),
        ("letterboxd", "x.csv", "Date,Name\n", "has no column year"),
        ("letterboxd", "watchlist.csv", "Date,Name,Year,Letterboxd URI\n", "still to be seen"),
        ("trakt", "x.json", "{}", "holds no list"),
        ("trakt", "x.json", "[" * 200_000, "is not JSON"),
        ("imdb", "x.zip", "no archive", "is not a zip archive"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path, service, name, content, said):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(FileFormatError, match=said) as refused:
        read_history(service, path)
    assert "\n" not in str(refused.value)


def test_places_that_hold_nothing_are_refused(tmp_path):
    with pytest.raises(SourceError, match="there is no such file"):
        read_history("imdb", tmp_path / "nothing.csv")
    with pytest.raises(SourceError, match=r"holds none of ratings.csv"):
        read_history("imdb", tmp_path)
    with pytest.raises(RequestError, match="there is no service 'hulu'"):
        read_history("hulu", tmp_path)
    with pytest.raises(RequestError, match="need no order"):
        read_history("imdb", tmp_path, date_order=DateOrder.DAY_FIRST)


def test_the_same_file_twice_is_refused(tmp_path):
    for folder in ("a", "b"):
        export(tmp_path / "x", f"{folder}/Ratings.csv", "Profile Name,Title Name,Thumbs Value", "Anna,Heat,2")
    with pytest.raises(FileFormatError, match=r"has a/Ratings.csv and b/Ratings.csv"):
        read_history("netflix", tmp_path / "x")


def test_an_archive_that_blows_up_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ratings.csv", b"0" * (30 << 20))
    with pytest.raises(FileFormatError, match="unpacks to over 100 times its size"):
        read_history("imdb", tmp_path / "x.zip")
