"""Titles in parts: series, season and episode."""

from __future__ import annotations

import pytest

from cinewalk.loaders.exports.history_rows import ExportedHistory
from cinewalk.loaders.history.names import in_parts, is_special, split_episode, with_known_series
from tests.history_rows import catalogue_names, row

pytestmark = pytest.mark.unit


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


@pytest.mark.parametrize("season", ["Сезон 2", "Sæson 2", "Zzyx 2", "Two", "2. kupla"])
def test_a_season_in_any_language_is_one_where_the_series_is_known(season):
    rows = tuple(row(f"Dark: {season}: {episode}", line=line) for line, episode in enumerate(("A", "B"), 2))
    found = with_known_series(ExportedHistory(tuple(map(in_parts, rows))), catalogue_names())
    assert [(row.kind, row.series, row.season, row.episode) for row in found.rows] == [
        ("series", "Dark", season, "A"),
        ("series", "Dark", season, "B"),
    ]


@pytest.mark.parametrize(
    "season",
    ["0", "Specials", "Season 0", "Especiales", "Sonderfolgen", "Speciali", "Épisodes spéciaux", "Extras"],
)
def test_specials_are_no_season(season):
    assert is_special(season)
    assert not is_special("Season 1")
