"""A minute of everything at once: eight threads ask and tell while refreshes run, in memory and on a Neo4j.

``SOAK_SECONDS`` sets another length.
"""

from __future__ import annotations

import os
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event

import numpy as np
import pytest

import cinewalk
from cinewalk.errors import RequestError
from cinewalk.loaders.neo4j.write.publish import publish
from cinewalk.queries.recommend.ranking import ranked_list
from cinewalk.queries.recommend.request import Request
from cinewalk.queries.recommend.session import Session
from tests.graphs import random_graph

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
TITLES = [f"t{number:03}" for number in range(60)]


class Watched(Session):
    """A session that remembers the last snapshots that were in force."""

    @property
    def snapshot(self):
        return self.recent[-1]

    @snapshot.setter
    def snapshot(self, snapshot):
        vars(self).setdefault("recent", deque(maxlen=128)).append(snapshot)


def resident():
    """Return this process's memory in MiB."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


class Life:
    """One person, told about by one thread alone, so that the order of what was acknowledged is known."""

    def __init__(self, reco, number):
        self.reco, self.session, self.number = reco, reco._session, number
        self.user, self.rng, self.lists = f"u{number:03}", np.random.default_rng(number), 0
        #: What the last acknowledged signal about an event made of it.
        self.after = {}

    def tell(self, reco, step, title):
        at = 1_000_000_000 + step
        return [
            lambda: reco.watch(self.user, title, progress=1.0, at=at),
            lambda: reco.thumb(self.user, title, 1, at=at),
            lambda: reco.block(self.user, title, at=at),
            lambda: reco.undo(self.user),
        ][step % 4]()

    def look(self):
        """Ask for a list, which is that of a snapshot that was in force meanwhile, and for an explanation."""
        before = self.session.snapshot
        titles = self.reco.recommend(self.user, 5)
        snapshots = list(self.session.recent)
        if before in snapshots:
            meanwhile = snapshots[snapshots.index(before) :]
            asked = Request(self.user, 5)
            assert any(titles == ranked_list(snapshot, asked) for snapshot in meanwhile)
            self.lists += 1
        if titles:
            try:
                self.reco.explain(self.user, titles[0].title_id)
            except RequestError as error:  # told in the meantime, or nothing leads there after a refresh
                assert "never recommended" in str(error) or "no walk leads" in str(error)

    def live(self, done):
        step = 0
        while not done.is_set():
            title = TITLES[int(self.rng.integers(len(TITLES)))]
            try:
                signal = self.tell(self.reco, step, title)
            except RequestError as error:
                assert "nothing to undo" in str(error)  # a refresh came between
            else:
                self.after[signal.kind, signal.title_id] = signal.after
            self.look()
            step += 1


def everything_is_there(reco, lives):
    """Play what was acknowledged again, one person after the other, and compare what each has done."""
    for life in lives:
        events = reco._session.snapshot.events_of(life.user).events
        ids = reco.graph.titles.ids
        for (kind, title_id), values in life.after.items():
            told = events[kind].get(ids.position(title_id))
            assert (None if told is None else dict(told)) == (None if values is None else dict(values))


def warm_up():
    """Let everything be compiled that a soak runs: that takes memory, once."""
    reco = watched(cinewalk.Recommender(random_graph(5, 40, 60, 0.2)))
    lives = [Life(reco, number) for number in range(8)]
    for step in range(30):
        for life in lives:
            with suppress(RequestError):
                life.tell(reco, step, TITLES[int(life.rng.integers(len(TITLES)))])
            life.look()
        if step % 3 == 2:
            reco.refresh()


def watched(reco):
    reco._session.__class__ = Watched
    reco._session.snapshot = vars(reco._session).pop("snapshot")
    return reco


def soak(reco):
    warm_up()
    watched(reco)
    lives, done, memory = [Life(reco, number) for number in range(8)], Event(), []

    def refresh():
        while not done.is_set():
            time.sleep(0.2)
            reco.refresh()

    with ThreadPoolExecutor(9) as pool:
        work = [pool.submit(life.live, done) for life in lives] + [pool.submit(refresh)]
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and not any(task.done() for task in work):
            time.sleep(0.5)
            memory.append(resident())
        done.set()
        for task in work:
            task.result()
    everything_is_there(reco, lives)
    reco.refresh()
    everything_is_there(reco, lives)
    assert min(life.lists for life in lives) > SECONDS / 4
    later = np.array(memory[len(memory) // 2 :])
    # From sample to sample: what is compiled late takes memory once, what leaks takes it all the time.
    slope = float(np.median(np.diff(later))) / 0.5
    assert slope * 60 < 16, f"memory grows by {slope * 60:.0f} MiB a minute"


def test_in_memory():
    soak(cinewalk.Recommender(random_graph(5, 40, 60, 0.2)))


def test_on_a_neo4j(neo4j_server, empty):
    publish(random_graph(5, 40, 60, 0.2), empty)
    address = neo4j_server.address()
    with cinewalk.Recommender(address.uri, auth=(address.username, address.password)) as reco:
        soak(reco)
