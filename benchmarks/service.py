"""The service under load: clients that read and tell, a newer graph in the middle, and every list replayed afterwards.

``python -m benchmarks.service`` starts `cinewalk serve` on MovieLens-100K and asks it as eight clients of ten requests
a second would, nine reads to one signal, from processes on the same machine. Each client speaks for a viewer of its
own, so that what they have told before a list is known: the list is compared with that of a recommender that was told
the same.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import httpx
import numpy as np

import cinewalk
from cinewalk.queries.recommender import Recommender

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph

#: Of ten requests one tells.
_TELLS_EVERY: Final = 10


class Asked(NamedTuple):
    """One request: of whom, what was told and when (``None`` for a list), how long it took, and what came."""

    user: str
    told: tuple[str, str, int] | None
    seconds: float
    status: int
    titles: list[tuple[str, float, list[dict[str, Any]]]]


def client(address: str, user: str, rate: float, seconds: float, out: Any) -> None:
    """Ask at a steady rate, whatever answers take; every tenth request is a thumb for the first of the last list."""
    asked, period, last, start = [], 1 / rate, "", int(time.time()) - 86_400
    # Two connections in turn: with several processes, what one was told has to be known to another.
    with (
        httpx.Client(base_url=address, timeout=30) as one,
        httpx.Client(base_url=address, timeout=30) as other,
    ):
        for session in (one, other):
            session.get("/health")
        began = time.perf_counter()
        for number in range(int(rate * seconds)):
            due = began + number * period
            time.sleep(max(0.0, due - time.perf_counter()))
            is_signal = number % _TELLS_EVERY == _TELLS_EVERY - 1
            before = time.perf_counter()
            told, session = None, (one, other)[number % 2]
            if is_signal:
                told = ("up" if number % 20 == 9 else "down", last, start + number)
                at = datetime.fromtimestamp(told[2], UTC).isoformat()
                body = {"user": user, "title": last, "thumb": told[0], "at": at}
                answer = session.post("/api/thumb", json=body)
            else:
                answer = session.get("/api/recommend", params={"user": user})
            took, titles = time.perf_counter() - before, []
            if not is_signal and answer.status_code == 200:
                titles = [(item["title_id"], item["score"], item["because"]) for item in answer.json()]
                last = titles[0][0]
            asked.append(Asked(user, told, took, answer.status_code, titles))
    out.put(asked)


def wrong_lists(place: Path, asked: list[Asked], tolerance: float) -> int:
    """Tell the same to a recommender of our own, and count the lists that are others."""
    reco, wrong = Recommender(cinewalk.load(place)), 0
    for request in asked:
        if request.told is not None:
            thumb, title, at = request.told
            reco.thumb(request.user, title, 1 if thumb == "up" else -1, at=at)
            continue
        expected = reco.recommend(request.user).to_dict()
        same = [t for t, *_ in request.titles] == [item["title_id"] for item in expected] and all(
            abs(score - item["score"]) <= tolerance * item["score"]
            for (_, score, _), item in zip(request.titles, expected, strict=False)
        )
        wrong += not same
    return wrong


def memory(process: int) -> float:
    """Return how many MB of its own a process holds, with those it has started."""
    pages = [process, *(int(c) for c in Path(f"/proc/{process}/task/{process}/children").read_text().split())]
    total = 0
    for number in pages:
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith(("Private_Clean", "Private_Dirty")):
                total += int(line.split()[1])
    return total / 1024


def run(clients: int, rate: float, seconds: float, workers: int, *, reload: bool) -> dict[str, Any]:
    """Run the load, and return its figures."""
    with tempfile.TemporaryDirectory() as folder:
        graph = cinewalk.load("movielens-100k")
        place = cinewalk.save(graph, Path(folder) / "served.cinewalk")
        before = cinewalk.save(graph, Path(folder) / "before.cinewalk")
        command = [sys.executable, "-m", "cinewalk", "serve", str(place), "--port", "0"]
        with subprocess.Popen(
            [*command, "--workers", str(workers)], stdout=subprocess.PIPE, text=True
        ) as served:
            assert served.stdout is not None
            address = served.stdout.readline().strip()
            httpx.get(f"{address}ready", timeout=120)
            counts = np.diff(graph.likes.indptr)
            users = [graph.users.ids.ids[i] for i in np.argsort(-counts)[20 : 20 + 40 * clients : 40]]
            figures = _loaded(address, users, rate, seconds, (graph, place) if reload else None, served)
            served.send_signal(signal.SIGTERM)
        asked = figures.pop("asked")
        return figures | {"wrong lists": sum(wrong_lists(before, part, 1e-9) for part in asked)}


def _loaded(
    address: str,
    users: list[str],
    rate: float,
    seconds: float,
    renewed: tuple[Graph, Path] | None,
    served: Any,
) -> dict[str, Any]:
    out = multiprocessing.get_context("spawn").Queue()
    spawn = multiprocessing.get_context("spawn").Process
    asking = [spawn(target=client, args=(address, user, rate, seconds, out)) for user in users]
    for process in asking:
        process.start()
    time.sleep(seconds / 4)
    first = memory(served.pid)
    time.sleep(seconds / 4)
    if renewed is not None:  # the same graph, written anew: lists stay what they are
        cinewalk.save(*renewed)
    asked = [out.get() for _ in asking]
    last = memory(served.pid)
    for process in asking:
        process.join()
    took = {kind: _milliseconds(asked, is_signal=kind == "signals") for kind in ("lists", "signals")}
    requests = [request for part in asked for request in part]
    return {
        "requests": len(requests),
        "errors": sum(request.status != 200 for request in requests),
        **{f"{kind}, p50 and p99 (ms)": took[kind] for kind in took},
        "memory after a quarter and at the end (MB)": (round(first), round(last)),
        "load": tuple(round(load, 1) for load in os.getloadavg()),
        "asked": asked,
    }


def _milliseconds(asked: list[list[Asked]], *, is_signal: bool) -> tuple[float, float]:
    seconds = [
        request.seconds for part in asked for request in part if (request.told is not None) is is_signal
    ]
    return tuple(round(1000 * float(value), 1) for value in np.percentile(seconds, [50, 99]))  # type: ignore[return-value]


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--clients", type=int, default=8)
    words.add_argument("--rate", type=float, default=10.0, help="requests a second of each client")
    words.add_argument("--seconds", type=float, default=60.0)
    words.add_argument("--workers", type=int, default=1)
    words.add_argument("--reload", action="store_true", help="put a newer graph in force in the middle")
    given = words.parse_args()
    print(
        json.dumps(
            run(given.clients, given.rate, given.seconds, given.workers, reload=given.reload), indent=2
        )
    )
