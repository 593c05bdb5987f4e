"""Exports of other services, written as those services write them."""

from __future__ import annotations

import datetime as dt
import zipfile


def seconds(year: int, month: int, day: int, *clock: int) -> int:
    return int(dt.datetime(year, month, day, *clock, tzinfo=dt.UTC).timestamp())


def export(folder, name: str, *lines: str, encoding: str = "utf-8", end: str = "\n"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


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
