"""Trakt's export in JSON: ratings, the history of single plays, sums of what was watched, and what is paused.

Files are told by what their entries hold, not by their names, which have changed over the years. An entry is one row;
its place is its number in the list. The history and the sums speak of the same viewings, and are two records.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import FILM, SERIES, UNKNOWN_TIME
from cinewalk.loaders.exports.export_rows import Ignored, name_in, notes_of_unknown, time_in, year_in
from cinewalk.loaders.exports.history_rows import RATINGS, ExportedHistory, HistoryRow, Rated, Watched, joined
from cinewalk.loaders.exports.json_table import read_json
from cinewalk.loaders.tables.cells import BadCellError
from cinewalk.loaders.tables.tables import Reject

if TYPE_CHECKING:
    from cinewalk.loaders.exports.export_files import Export, ExportFile
    from cinewalk.loaders.exports.history_rows import Event

#: The files that are looked for.
FILES: Final = "ratings*.json, watched*.json, history*.json and playback*.json"
_STEMS: Final = ("ratings", "watched", "history", "playback")
_TIMES: Final = ("rated_at", "watched_at", "last_watched_at", "paused_at")
_MOST: Final = 10
_MOST_PLAYS: Final = 10_000
_Entry = dict[str, Any]


def is_wanted(name: str) -> bool:
    """Tell by its path in lower case whether a file of the export is read."""
    base = name.rpartition("/")[2]
    return base.endswith(".json") and base.startswith(_STEMS)


def read_trakt(export: Export) -> ExportedHistory:
    """Read an export.

    Raises
    ------
    FileFormatError
        Where a file is not JSON, or holds no list.
    """
    known: set[str] = set()
    return joined(_read(file, known) for file in export.files)


def _read(file: ExportFile, known: set[str]) -> ExportedHistory:
    """Read a file; plays that are known already are of a page that overlaps with another."""
    entries = read_json(file)
    if isinstance(entries, dict) and entries:
        named = [
            held
            for key, held in entries.items()
            if is_wanted(file.base.lower()) or any(stem in key for stem in _STEMS)
        ]
        entries = [entry for held in named for entry in _listed(held)]
        if not entries:
            raise FileFormatError(file.name, "holds none of its lists", f"Give {FILES}")
    if not isinstance(entries, list):
        raise FileFormatError(file.name, "holds no list", f"Give {FILES}")
    rows, ignored, bad = [], [], []
    unknown: Counter[str] = Counter()
    for place, entry in enumerate(entries, 1):
        try:
            row = _row(file.base, place, entry)
            _check_once(entry, known)
            rows.append(row)
            unknown["year"] += row.year is None and bool(_about(entry)[0].get("year"))
            unknown["time"] += row.timestamp == UNKNOWN_TIME and any(map(entry.get, _TIMES))
        except BadCellError as error:
            bad.append(Reject(file.base, place, "", _shown(entry), str(error)))
        except Ignored as why:
            ignored.append(Reject(file.base, place, "", _shown(entry), str(why)))
    return ExportedHistory(tuple(rows), tuple(ignored), tuple(bad), notes_of_unknown(file.base, unknown))


def _check_once(entry: _Entry, known: set[str]) -> None:
    """Leave out a play that another page of the history has, too: all of it, its number included."""
    if "watched_at" in entry and type(entry.get("id")) is int:
        play = json.dumps(entry, sort_keys=True)
        if play in known:
            raise Ignored("is there twice")
        known.add(play)


def _listed(held: Any) -> list[Any]:
    return held if isinstance(held, list) else []


def _shown(entry: Any) -> str:
    """Return what a person sees of an entry."""
    for kind in ("movie", "show"):
        named = entry.get(kind) if isinstance(entry, dict) else None
        if isinstance(named, dict) and isinstance(named.get("title"), str):
            return " ".join(named["title"].encode(errors="replace").decode().split())
    return ""


def _row(file: str, place: int, entry: Any) -> HistoryRow:
    if not isinstance(entry, dict):
        raise BadCellError("is not an entry")
    about, kind = _about(entry)
    event, moment, record = _event(entry, kind)
    episode = entry.get("episode") if isinstance(entry.get("episode"), dict) else {}
    assert episode is not None
    name = _name(about)
    return HistoryRow(
        file,
        place,
        name,
        (event,),
        moment,
        year_in(str(about.get("year"))),
        kind,
        series=name if kind == SERIES else "",
        season=str(episode.get("season", "")),
        episode=str(episode.get("number", "")),
        external_id=_external_id(about.get("ids"), kind),
        record=record,
    )


def _external_id(ids: Any, kind: str) -> str:
    """Return the id at IMDb, or that of a film at TMDB, which numbers series apart."""
    known = ids if isinstance(ids, dict) else {}
    imdb, tmdb = known.get("imdb"), known.get("tmdb")
    if isinstance(imdb, str) and imdb:
        return imdb
    return f"tmdb:{tmdb}" if kind == FILM and type(tmdb) is int and tmdb > 0 else ""


def _about(entry: _Entry) -> tuple[_Entry, str]:
    for key, kind in (("movie", FILM), ("show", SERIES)):
        if isinstance(entry.get(key), dict):
            return entry[key], kind
    raise BadCellError("names neither a film nor a show")


def _name(about: _Entry) -> str:
    title = about.get("title")
    if not isinstance(title, str) or "\ufffd" in title or not title.isprintable():
        raise BadCellError("has no title")
    return name_in(title)


def _event(entry: _Entry, kind: str) -> tuple[Event, int, str]:
    """Tell what an entry says: the event, its time, and the record that it belongs to."""
    if "rating" in entry:
        if isinstance(entry.get("episode") or entry.get("season"), dict):
            raise Ignored("rates a season or an episode; only films and shows are rated here")
        rating = _whole(entry["rating"], 1, _MOST, "the rating")
        if rating is None:
            raise Ignored("has no rating")
        return Rated(rating / 2), _time(entry.get("rated_at")), RATINGS
    if "watched_at" in entry:
        return Watched(1.0, 1), _time(entry["watched_at"]), "history"
    if "plays" in entry or "last_watched_at" in entry:
        event = _series_sum(entry) if kind == SERIES else _film_sum(entry)
        return event, _time(entry.get("last_watched_at")), "watched"
    if "progress" in entry:
        part = entry["progress"]
        if isinstance(part, bool) or not isinstance(part, int | float) or not 0 <= part <= 100:
            raise BadCellError("has a progress that is not 0 to 100")
        return Watched(part / 100), _time(entry.get("paused_at")), "playback"
    raise Ignored("is on a list, and says nothing about watching")


def _film_sum(entry: _Entry) -> Watched:
    plays = _whole(entry.get("plays"), 0, _MOST_PLAYS, "the number of plays")
    return Watched(1.0, 1 if plays is None else plays, whole=True)


def _series_sum(entry: _Entry) -> Watched:
    """Take seasons for what was finished, and the part of the episodes that were aired for progress.

    Specials (season 0) count for neither.
    """
    seasons = entry.get("seasons")
    listed = [season for season in seasons if isinstance(season, dict)] if isinstance(seasons, list) else []
    real = [season for season in listed if season.get("number") != 0]
    if not real:
        return Watched(1.0, 1, whole=True)
    episodes = sum(len(s["episodes"]) for s in real if isinstance(s.get("episodes"), list))
    aired = _whole(entry["show"].get("aired_episodes"), 0, 100_000, "the number of episodes")
    return Watched(min(episodes / aired, 1.0) if aired else 1.0, len(real), whole=True)


def _whole(value: Any, least: int, most: int, what: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadCellError(f"has {str(value)[:20]!r} for {what}, which is not {least} to {most}")
    return value


def _time(value: Any) -> int:
    return time_in(value) if isinstance(value, str) else UNKNOWN_TIME
