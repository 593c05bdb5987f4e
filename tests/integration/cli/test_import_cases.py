"""Exports as people have them, after public bug reports: each comes out as it should, or says in one line why not."""

from __future__ import annotations

import csv
import json

import pytest

import cinewalk
from tests.histories import export

pytestmark = pytest.mark.integration

TITLES = [
    ("f1", "The Matrix", 1999, "film"), ("f2", "Tenet", 2020, "film"), ("f3", "Fargo", 1996, "film"),
    ("f4", "The Dark Knight", 2008, "film"), ("s1", "Dark", 2017, "series"), ("s2", "The Wire", 2002, "series"),
    ("s3", "Fargo", 2014, "series"), ("s4", "Tiger King", 2020, "series"),
    ("s5", "Fate/EXTRA Last Encore", 2018, "series"), ("s6", "Undercover", 2019, "series"),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalogue")
    titles = [f'{key},"{name}",{year},{kind}' for key, name, year, kind in TITLES]
    export(folder, "titles.csv", "title_id,title,year,kind", *titles)
    ratings = [
        f"u{user},{key},{1 + (user + place) % 5}"
        for user in range(4)
        for place, (key, *_) in enumerate(TITLES)
    ]
    export(folder, "ratings.csv", "user_id,title_id,rating", *ratings)
    return cinewalk.load(folder)


@pytest.fixture
def imported(run, tmp_path, catalogue):
    """Import files of a service, and return the report, what the person has by title and kind, and what is listed."""

    def work(service, path, *words):
        place = tmp_path / "cat.cinewalk"
        if not place.exists():
            cinewalk.save(catalogue, place)
        code, out, err = run(
            "import",
            service,
            str(path),
            "--user",
            "me",
            "-g",
            str(place),
            "--json",
            "--unmatched",
            "out.csv",
            *words,
        )
        assert code == 0, err
        graph = cinewalk.load(place)
        me, ids = graph.users.ids.position("me"), graph.titles.ids.ids
        held = {}
        for kind in ("rated", "watched", "thumbed"):
            relation = graph.relations[kind]
            for edge in range(*relation.row(me).indices(len(relation))):
                values = {name: float(column[edge]) for name, column in relation.properties.items()}
                held.setdefault(ids[int(relation.indices[edge])], {})[kind] = values
        listed = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
        return json.loads(out), held, listed

    return work


def netflix(folder, *lines, name="NetflixViewingHistory.csv", **how):
    return export(folder, name, *lines, **how)


def test_stars_that_were_taken_back_are_none(imported, tmp_path):
    export(
        tmp_path,
        "in/CONTENT_INTERACTION/Ratings.csv",
        "Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Event Utc Ts",
        "me,The Matrix,star,5,,2015-01-01 00:00:00",
        "me,Tenet,star,-1,,2015-01-01 00:00:00",
        "me,Fargo,star,-2,,2015-01-01 00:00:00",
        "me,Dark,star,0,,2015-01-01 00:00:00",
    )
    report, held, _ = imported("netflix", tmp_path / "in")
    assert report["rows"]["unreadable"] == 0
    assert {title: kinds["rated"]["rating"] for title, kinds in held.items() if "rated" in kinds} == {
        "f1": 5.0
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_empty_columns_at_the_end(imported, tmp_path, end):
    path = netflix(tmp_path, "Title,Date,,", "The Matrix,1/13/25,,", "Tenet,1/14/25,,", end=end)
    report, held, _ = imported("netflix", path)
    assert report["rows"]["matched"] == 2
    assert set(held) == {"f1", "f2"}


@pytest.mark.parametrize("row", ['"The Matrix";"13/01/2025"', "The Matrix;13/01/2025"])
def test_a_spreadsheet_in_another_language(imported, tmp_path, row):
    path = netflix(tmp_path, "Titre;Date", row, "Dark: Saison 1: Épisode;14/01/2025", encoding="cp1252")
    report, held, _ = imported("netflix", path)
    assert set(held) == {"f1", "s1"}
    assert any("Windows-1252" in note for note in report["notes"])


def test_seasons_with_names_are_found_by_what_the_catalogue_knows(imported, tmp_path):
    path = netflix(
        tmp_path,
        "Title,Date",
        '"Tiger King: Murder, Mayhem and Madness: Cult of Personality",2020-03-29',
        "Fate/EXTRA Last Encore: Oblitus Copernican Theory: A Title,2020-03-28",
        "Fate/EXTRA Last Encore: Illustrias Geocentric Theory: Another,2020-03-27",
        "Undercover: Seizoen 2: Aflevering 1,2020-03-26",
    )
    report, held, listed = imported("netflix", path)
    assert (report["rows"]["matched"], listed) == (4, [])
    assert {title: kinds["watched"]["finished"] for title, kinds in held.items()} == {
        "s4": 1,
        "s5": 2,
        "s6": 1,
    }


def test_many_episodes_of_a_season_are_one_season_whatever_it_is_called(imported, tmp_path):
    rows = [
        f"Fate/EXTRA Last Encore: Oblitus Copernican Theory: Part {n} x,2020-03-{n + 1:02}" for n in range(24)
    ]
    rows += [f"Dark: Season 1: Number {n} x,2020-04-{n + 1:02}" for n in range(24)]
    report, held, _ = imported("netflix", netflix(tmp_path, "Title,Date", *rows))
    assert report["rows"]["matched"] == 48
    assert held["s5"]["watched"]["finished"] == held["s1"]["watched"]["finished"] == 1


def test_a_film_of_a_series_name_is_not_taken_for_it(imported, tmp_path):
    path = netflix(tmp_path, "Title,Date", "Fargo,1/13/25", "Fargo: Season 1: The Crocodile,1/14/25")
    _, held, listed = imported("netflix", path)
    assert set(held) == {"s3"}
    assert [(row["value"], row["reason"][:8]) for row in listed] == [("Fargo", "could be")]


def test_years_of_series_and_games_in_other_languages(imported, tmp_path):
    path = export(
        tmp_path,
        "ratings.csv",
        "Const,Your Rating,Date Rated,Title,Title Type,Year",
        "tt5753856,8,2024-01-01,Dark,Fernsehserie,2017–2020",
        "tt0306414,10,2024-01-01,The Wire,Série télévisée,2002–2008",
        "tt6723592,9,someday,Tenet,Spielfilm,2020",
        "tt0000001,9,2024-01-01,Tenet,Videospiel,2020",
        "tt0000002,9,2024-01-01,Dark,Jeu vidéo,2017",
    )
    report, held, _ = imported("imdb", path)
    assert (report["rows"]["matched"], report["rows"]["ignored"]) == (3, 2)
    assert {title: kinds["rated"]["rating"] for title, kinds in held.items()} == {
        "s1": 4.0,
        "s2": 5.0,
        "f2": 4.5,
    }
    assert any("a time that cannot be read" in note for note in report["notes"])


def test_no_rating_at_letterboxd_leaves_the_viewing(imported, tmp_path):
    export(tmp_path, "in/ratings.csv", "Date,Name,Year,Letterboxd URI,Rating", "2024-01-02,Tenet,2020,u,0")
    export(
        tmp_path,
        "in/diary.csv",
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
        "2024-01-02,Tenet,2020,u,0,,,2024-01-01",
    )
    report, held, _ = imported("letterboxd", tmp_path / "in")
    assert report["rows"]["unreadable"] == 0
    assert set(held["f2"]) == {"watched"}


def test_what_letterboxd_takes_from_others(imported, tmp_path):
    path = export(
        tmp_path, "mine.csv", "Title,Year,Rating10,WatchedDate", "Tenet,2020,9,2024-01-01", "The Matrix,,,"
    )
    _, held, _ = imported("letterboxd", path)
    assert held["f2"]["rated"]["rating"] == 4.5
    assert "watched" in held["f1"]


def test_a_list_of_letterboxd_is_refused(run, tmp_path, catalogue):
    place = str(cinewalk.save(catalogue, tmp_path / "cat.cinewalk"))
    lines = (
        "Letterboxd list export v7",
        "Date,Name,Tags,URL,Description",
        "",
        "Position,Name,Year,URL",
        "1,Tenet,2020,u",
    )
    path = export(tmp_path, "list.csv", *lines)
    code, out, err = run("import", "letterboxd", str(path), "--user", "me", "-g", place)
    assert (code, out) == (1, "")
    assert "has no column" in err
    assert "me" not in cinewalk.load(place).users.ids


def test_one_file_with_all_of_trakt(imported, tmp_path):
    film = {"title": "The Dark Knight", "year": 2008, "ids": {"imdb": "tt0468569", "plex": {"guid": "x"}}}
    held = {
        "username": "me",
        "history": [{"watched_at": "2024-01-01T00:00:00Z", "movie": film}] * 2,
        "movie_ratings": [{"rating": 9, "rated_at": "2024-01-01T00:00:00Z", "movie": film}],
        "watchlist": [{"listed_at": "2024-01-01T00:00:00Z", "movie": {"title": "Tenet", "year": 2020}}],
    }
    path = export(tmp_path, "export.json", json.dumps(held))
    _, held, _ = imported("trakt", path)
    assert held["f4"]["rated"]["rating"] == 4.5
    assert held["f4"]["watched"]["finished"] == 2
    assert set(held) == {"f4"}


def test_specials_are_no_season(imported, tmp_path):
    show = {"title": "The Wire", "year": 2002}
    episodes = [(0, 1), (1, 1)]
    history = [
        {"watched_at": "2024-01-01T00:00:00Z", "show": show, "episode": {"season": season, "number": number}}
        for season, number in episodes
    ]
    path = export(tmp_path, "watched-history-1.json", json.dumps(history))
    _, held, _ = imported("trakt", path)
    assert held["s2"]["watched"]["finished"] == 1
    path = export(tmp_path, "watched-history-1.json", json.dumps(history[:1]))
    _, held, _ = imported("trakt", path, "--replace")
    assert held["s2"]["watched"]["finished"] == 0


def test_the_same_file_again_changes_nothing(imported, tmp_path):
    film = {"title": "Tenet", "year": 2020}
    history = [{"watched_at": f"2024-01-0{day}T00:00:00Z", "movie": film} for day in (1, 2)]
    path = export(tmp_path, "watched-history-1.json", json.dumps(history))
    _, first, _ = imported("trakt", path)
    _, second, _ = imported("trakt", path, "--add")
    assert first == second


def test_players_of_ones_own(imported, tmp_path):
    viewings = [
        {"date": 1_709_323_200, "user": "me", "media_type": "movie", "title": "Tenet", "year": 2020,
         "percent_complete": 95, "watched_status": 1},
        {"date": 1_709_323_300, "user": "me", "media_type": "episode", "title": "The Buys",
         "grandparent_title": "The Wire", "parent_media_index": 1, "media_index": 3, "year": 2003,
         "percent_complete": 50, "watched_status": 0},
        {"date": 1_709_323_300, "user": "me", "media_type": "episode", "title": "Extra", "grandparent_title": "Dark",
         "parent_media_index": 0, "media_index": 1, "percent_complete": 100, "watched_status": 1},
    ]  # fmt: skip
    path = export(tmp_path, "tautulli_history.json", json.dumps({"response": {"data": {"data": viewings}}}))
    report, held, _ = imported("plex", path)
    assert report["rows"]["matched"] == 3
    watched = {
        title: (kinds["watched"]["progress"], kinds["watched"]["finished"]) for title, kinds in held.items()
    }
    assert watched == {"f2": (pytest.approx(0.95), 1), "s2": (0.5, 0), "s1": (1.0, 0)}
    line = "someday\ta1\t77\tMovie\tThe Matrix\tDirectPlay\tWeb\tFirefox\t8000"
    path = export(tmp_path, "PlaybackReportingBackup-1.tsv", line)
    report, held, _ = imported("jellyfin", path, "--add")
    assert held["f1"]["watched"]["finished"] == 1
    assert any("a time that cannot be read" in note for note in report["notes"])
    shows = [{"status": "completed", "user_rating": 10, "show": {"title": "Undercover", "year": 2019}}]
    _, held, _ = imported(
        "simkl", export(tmp_path, "SimklBackup.json", json.dumps({"shows": shows})), "--add"
    )
    assert held["s6"]["rated"]["rating"] == 5.0
    assert held["s6"]["watched"]["finished"] == 1
