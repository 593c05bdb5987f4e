"""How soon a viewer's signals count, how long feeds and tastes take, and an import, on MovieLens-100K."""

from __future__ import annotations

import random
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import cinewalk
from benchmarks.measure import Row, percentile, process, read, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

_USERS = 200
_WARM = 5
_TASTE_MS = 50
_SIGNAL_MS = 5
_ROWS = 50_000
_IMPORT_S = 10


def sections() -> dict[str, list[Row]]:
    """Measure; the data set must have been fetched before."""
    graph = cinewalk.load("movielens-100k")
    reco = cinewalk.Recommender(graph)
    rng = random.Random(0)
    users = rng.sample(graph.users.ids.ids[:], _USERS + _WARM)
    titles = rng.sample(graph.titles.ids.ids[:], _USERS + _WARM)
    genres = graph.genres.ids.ids[:]

    def taste(place: int) -> object:
        return reco.taste([titles[place]], [genres[place % len(genres)]], k=10)

    asks: dict[str, tuple[Callable[[int], object], str]] = {
        "a thumb": (lambda place: reco.thumb(users[place], titles[place], 1), f"{_SIGNAL_MS} ms"),
        "the next list after it": (lambda place: read(reco.recommend(users[place])), ""),
        "because you watched, three rows": (lambda place: reco.because_you_watched(users[place]), ""),
        "continue watching": (lambda place: reco.continue_watching(users[place]), ""),
        "new releases": (lambda place: reco.new_releases(users[place]), ""),
        "top of a week": (lambda place: reco.top(user=users[place]), ""),
        "challenge": (lambda place: reco.challenge(users[place]), ""),
        "together, three people": (lambda place: reco.together(users[place : place + 3]), ""),
        "taste: a title and a genre": (taste, f"{_TASTE_MS} ms"),
    }
    rows = [Row(what, _measured(ask), wanted) for what, (ask, wanted) in asks.items()]
    return {"What viewers do and see, MovieLens-100K": [*rows, _import(graph)]}


def _measured(ask: Callable[[int], object]) -> str:
    times = [seconds(partial(ask, place)) for place in range(_USERS)][_WARM:]
    return f"p50 {percentile(times, 0.5) * 1e3:.1f} ms, p99 {percentile(times, 0.99) * 1e3:.1f} ms"


def _import(graph: cinewalk.Graph) -> Row:
    """Read, match and fold in a viewing history whose titles are half in the catalogue."""
    rng = random.Random(1)
    known = graph.titles.text("title")[:]
    lines = ["Title,Date"]
    for _ in range(_ROWS):
        name = (
            rng.choice(known)
            if rng.random() < 0.5
            else f"Nothing {rng.randrange(3000)}: Season 1: Part {rng.randrange(9)}"
        )
        lines.append(f'"{name}",{1 + rng.randrange(28)}/{1 + rng.randrange(12)}/{10 + rng.randrange(14)}')
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "NetflixViewingHistory.csv")
        path.write_text("\n".join(lines), encoding="utf-8")
        place = cinewalk.save(graph, Path(folder, "films.cinewalk"))
        words = (
            "-m",
            "cinewalk",
            "import",
            "netflix",
            str(path),
            "--graph",
            str(place),
            "--yes",
            "--user",
            "anna",
        )
        listed = ("--unmatched", str(Path(folder, "left-out.csv")), "--date-order", "dmy")
        took = seconds(lambda: process(*words, *listed))
    return Row(
        f"import of {_ROWS:,} rows of a viewing history, walks prepared anew",
        f"{took:.1f} s",
        f"{_IMPORT_S} s",
    )
