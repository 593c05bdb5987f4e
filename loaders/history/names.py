"""Titles of episodes as Netflix writes them, in parts: series, season, episode."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.graph.model.schema import SERIES

if TYPE_CHECKING:
    from cinewalk.loaders.exports.history_rows import ExportedHistory, HistoryRow
    from cinewalk.loaders.titles.catalogue_names import CatalogueNames

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
#: What was made beside the seasons.
_SPECIAL: Final = re.compile(
    r"0|(?:season|staffel|saison|temporada|stagione|seizoen)\s+0|specials?|especial(?:es)?|épisodes? spécia(?:l|ux)"
    r"|spéciaux|speciali?|especiais|sonderfolgen?|extras?|bonus|спецвыпуски?|スペシャル|특별편",
    re.IGNORECASE,
)


#: What is shown beside a title, and says nothing of whether it was watched.
_EXTRA_WORD: Final = (
    r"(?:official\s+)?(?:trailer|tráiler|teaser|recap|bande-annonce|予告編|예고편|预告片)(?:\s+\d{1,2})?"
)
_EXTRA: Final = re.compile(rf"{_EXTRA_WORD}|bonus|extras?", re.IGNORECASE)
_EXTRA_BEHIND: Final = re.compile(rf"(?P<title>.*\S)\s*(?:\({_EXTRA_WORD}\)|\s{_EXTRA_WORD})", re.IGNORECASE)
#: A season that is named by its number has so few words.
_SEASON_WORDS: Final = 3
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_WORDS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS: Final = _ROMAN | {word: number for number, word in enumerate(_WORDS, 1)}


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


def is_special(season: str) -> bool:
    """Tell whether a season is none, but what was made beside them.

    >>> is_special("0"), is_special("Especiales"), is_special("Season 1"), is_special("")
    (True, True, False, False)
    """
    return _SPECIAL.fullmatch(season) is not None


def is_extra(title: str) -> bool:
    """Tell whether a name is that of a trailer, a recap or other extras of a title.

    >>> is_extra("Tenet (Trailer)"), is_extra("Dark: Season 1 Trailer"), is_extra("Dark: Season 1: Bonus: Sets")
    (True, True, True)
    >>> is_extra("Trailer Park Boys: Season 1: Fire All the Trailers"), is_extra("The Trailer")
    (False, False)
    """
    first, *parts = _SEPARATOR.split(title)
    if any(_EXTRA.fullmatch(part) for part in parts):
        return True
    behind = _EXTRA_BEHIND.fullmatch(parts[-1] if parts else first)
    return behind is not None and (title.endswith(")") or _IS_SEASON.fullmatch(behind["title"]) is not None)


def season_key(season: str) -> str:
    """Return what the spellings of one season have in common: its number, or else its words.

    >>> season_key("Season 01"), season_key("Staffel 1"), season_key("Season One"), season_key("Book IV")
    ('1', '1', '1', '4')
    >>> season_key("Murder, Mayhem and Madness")
    'murder mayhem and madness'
    """
    words = re.findall(r"[^\W_]+", season.casefold())
    numbers = [int(digits) for word in words if (digits := word.removeprefix("s")).isdecimal()]
    if not numbers and words and words[-1] in _NUMBERS:
        numbers = [_NUMBERS[words[-1]]]
    return str(numbers[0]) if len(numbers) == 1 and len(words) <= _SEASON_WORDS else " ".join(words)


def with_known_series(history: ExportedHistory, names: CatalogueNames) -> ExportedHistory:
    """Part the names of episodes whose season has a name, by what the catalogue knows.

    Every beginning of a name in parts is tried, the longest first, unless the whole name is that of a title. Where the
    catalogue knows none, names with the same two parts in front are episodes of one season.
    """
    unparted = [row for row in history.rows if not row.kind and len(_SEPARATOR.split(row.name)) > 1]
    seasons = Counter(tuple(_SEPARATOR.split(name)[:2]) for name in {row.name for row in unparted})
    parted = {row.name: _parted(row.name, names, seasons) for row in unparted if not names.has(row.name)}
    rows = (
        dataclasses.replace(row, kind=SERIES, **parts._asdict()) if (parts := parted.get(row.name)) else row
        for row in history.rows
    )
    return dataclasses.replace(history, rows=tuple(rows))


def _parted(name: str, names: CatalogueNames, seasons: Counter[tuple[str, ...]]) -> EpisodeName | None:
    parts = _SEPARATOR.split(name)
    for place in range(len(parts) - 1, 0, -1):
        series = ": ".join(parts[:place])
        if names.has(series, SERIES):
            season = parts[place] if place < len(parts) - 1 else ""
            return EpisodeName(series, season, ": ".join(parts[place + 1 :]) or parts[place])
    is_season = len(parts) > 2 and seasons[tuple(parts[:2])] > 1
    return EpisodeName(parts[0], parts[1], ": ".join(parts[2:])) if is_season else None


def _repeats(series: str, part: str) -> bool:
    return part.startswith(series) and bool(
        re.fullmatch(rf"\s+{_NUMBER}", part[len(series) :], re.IGNORECASE)
    )
