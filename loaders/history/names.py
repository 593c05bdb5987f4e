"""Titles of episodes as Netflix writes them, in parts: series, season, episode."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.graph.model.schema import SERIES

if TYPE_CHECKING:
    from cinewalk.loaders.tables.history_rows import HistoryRow

#: What a season is called, in the languages of the account page.
_SEASON: Final = (
    "season|series|staffel|saison|temporada|stagione|seizoen|säsong|sæson|sesong|kausi|sezon|sezonul|évad|série|"
    "sezóna|séria|sezona|сезон|σεζόν|κύκλος|musim|mùa|part|partie|parte|teil|deel|del|osa|część|volume|volumen|"
    "vol|band|book|livre|buch|libro|livro|libri|chapter|chapitre|kapitel|capítulo|capitolo|collection|collezione|"
    "colección|coleção|シーズン|시즌|파트|パート"
)
_NUMBER: Final = r"(?:\d{1,4}|[ivx]{1,5})"
_WHOLE_SEASON: Final = (
    "limited series|mini-?series|mini-?serien?|mini-?séries?|série limitée|serie limitada|serie limitata|"
    "minissérie|minisarja|miniserial|minisorozat|specials?|リミテッドシリーズ|리미티드 시리즈|迷你剧|迷你影集"
)
_EPISODE: Final = (
    "episode|folge|épisode|episodio|episódio|episodi|aflevering|avsnitt|afsnit|jakso|odcinek|epizód|epizoda|"
    "epizodul|episodul|rész|эпизод|серия|επεισόδιο|bölüm|tập|第|エピソード|에피소드"
)
_IS_SEASON: Final = re.compile(
    rf"(?:(?:{_SEASON})\.?\s*{_NUMBER}\b.*|\d{{1,3}}(?:\.|ª|º|e|er|re|ème|nd|rd|st|th|-й|-а|차)?\s*(?:{_SEASON})\b.*"
    rf"|第\s*[\d一二三四五六七八九十]+\s*(?:季|部|シーズン)|(?:{_WHOLE_SEASON}))",
    re.IGNORECASE,
)
_IS_EPISODE: Final = re.compile(
    rf"(?:(?:{_EPISODE})\s*\d{{1,4}}.*|\d{{1,4}}\.\s*(?:{_EPISODE})|.*\((?:{_EPISODE})\s*\d{{1,4}}\))",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(r"\s*[:：]\s+|：")


class EpisodeName(NamedTuple):
    """The parts of an episode's title; the season is empty where the title names none."""

    series: str
    season: str
    episode: str


def split_episode(title: str) -> EpisodeName | None:
    """Split the title of an episode; ``None`` for that of a film.

    The first part that names a season, and has an episode behind it, ends the series' own name. A part that
    repeats the series' name with a number is a season, too. Without a season, a last part that numbers an episode
    shows one. A part such as *Chapter 2* with nothing behind it belongs to the name of a film.

    >>> split_episode("Dark: Staffel 1: Geheimnisse")
    EpisodeName(series='Dark', season='Staffel 1', episode='Geheimnisse')
    >>> split_episode("Stranger Things: Stranger Things 2: Chapter One: MADMAX").season
    'Stranger Things 2'
    >>> split_episode("John Wick: Chapter 2") is split_episode("Mission: Impossible") is None
    True
    """
    parts = _SEPARATOR.split(title)
    for place in range(1, len(parts) - 1):
        part = parts[place]
        if _IS_SEASON.fullmatch(part) or _repeats(parts[0], part):
            return EpisodeName(": ".join(parts[:place]), part, ": ".join(parts[place + 1 :]))
    if len(parts) > 1 and _IS_EPISODE.fullmatch(parts[-1]):
        return EpisodeName(": ".join(parts[:-1]), "", parts[-1])
    return None


def in_parts(row: HistoryRow) -> HistoryRow:
    """Return a row with its name in parts, where it is that of an episode."""
    parts = split_episode(row.name)
    if parts is None:
        return row
    return dataclasses.replace(
        row, kind=SERIES, series=parts.series, season=parts.season, episode=parts.episode
    )


def _repeats(series: str, part: str) -> bool:
    return part.startswith(series) and bool(
        re.fullmatch(rf"\s+{_NUMBER}", part[len(series) :], re.IGNORECASE)
    )
