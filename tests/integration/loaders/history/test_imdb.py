"""Exports of IMDb."""

from __future__ import annotations

import pytest

from cinewalk.loaders.exports.history_rows import Rated
from cinewalk.loaders.history.reading import read_history
from tests.histories import export

pytestmark = pytest.mark.integration


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
        ("Year", (Rated(0.5),), None, "film"),
    ]
    assert found.notes == (
        "ratings.csv: 1 row has a year that cannot be read or be right; it counts as unknown.",
        "ratings.csv: columns that are not read: URL, IMDb Rating, Runtime (mins), Genres, Num Votes, Release Date, "
        "Directors.",
    )
    assert found.rows[0].external_id == "tt0113277"
    assert found.rows[1].other_names == ("Le fabuleux destin",)
    assert [reject.reason for reject in found.ignored] == ["is a game", "has no rating"]
    assert len(found.unreadable) == 2


def test_exports_of_earlier_years(tmp_path):
    """Before 2017: other names of columns, and days written out; years of series as ranges; only names and ratings."""
    path = export(
        tmp_path,
        "ratings.csv",
        "position,const,created,Title,Title type,You rated,Year",
        "1,tt0113277,Sat Aug 11 00:00:00 2012,Heat,Feature Film,9,1995",
        "2,tt2861424,someday,Rick and Morty,TV Series,8,2013–2023",
    )
    found = read_history("imdb", path)
    assert [(row.name, row.timestamp, row.year, row.kind) for row in found.rows] == [
        ("Heat", 1_344_643_200, 1995, "film"),
        ("Rick and Morty", 0, 2013, "series"),
    ]
    assert found.notes == (
        "ratings.csv: 1 row has a time that cannot be read or be right; it counts as unknown.",
        "ratings.csv: columns that are not read: position.",
    )
    path = export(tmp_path, "ratings.csv", "Title,Your Rating,Date Added", "Heat,9,2017-03-04")
    (row,) = read_history("imdb", path).rows
    assert (row.timestamp, row.kind, row.external_id) == (1_488_585_600, "", "")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Fernsehserie", "series"), ("Série télévisée", "series"), ("Miniserie", "series"), ("tvMiniSeries", "series"),
        ("Spielfilm", "film"), ("Película", "film"), ("Court métrage", "film"), ("Cortometraggio", "film"),
        ("Podcast", ""), ("Unbekanntes", ""), ("Videospiel", None), ("Jeu vidéo", None), ("Videojuego", None),
        ("Videogioco", None), ("Video Game", None), ("Episodio TV", None), ("Fernsehfolge", None),
    ],
)  # fmt: skip
def test_types_in_other_languages(tmp_path, said, kind):
    path = export(
        tmp_path,
        "ratings.csv",
        "Const,Your Rating,Title,Title Type",
        f"tt0113277,9,Heat,{said}",
        "tt0113278,9,X,Movie",
    )
    found = read_history("imdb", path)
    assert [row.kind for row in found.rows] == ([] if kind is None else [kind]) + ["film"]
    assert len(found.ignored) == (kind is None)
