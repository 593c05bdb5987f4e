"""The recommender in force, which every request takes once; another takes its place by one assignment."""

import gc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Annotated, Self

import numpy as np
from fastapi import Depends, Request

from cinewalk.errors import CinewalkError
from cinewalk.loaders.store.generations import MANIFEST
from cinewalk.queries.recommender import Recommender

#: What a file must have changed for it to be another one.
_Version = tuple[int, int, int]


class ServedGraph:
    """What answers: a recommender, how to open it anew, and whether it is ready.

    Parameters
    ----------
    opened
        Opens a recommender on the graph that is served.
    folder
        The graph folder that it comes from, where it comes from one: a newer graph there is put in force.
    database
        The address of the Neo4j that it comes from, where it comes from one.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> service = ServedGraph(lambda: Recommender(example_graph()))
    >>> service.start().now().recommend("ann", 1)[0].title
    'Brazil'
    """

    def __init__(
        self, opened: Callable[[], Recommender], folder: Path | None = None, database: str | None = None
    ) -> None:
        self._opened, self._folder, self.database = opened, folder, database
        self._recommender: Recommender | None = None
        self._version: _Version | None = None
        self._reloading = Lock()

    @property
    def is_ready(self) -> bool:
        """Whether requests can be answered."""
        return self._recommender is not None

    def start(self) -> Self:
        """Open the recommender, and have it compile and prepare what requests need."""
        self._version = self._seen()
        self._recommender = _warm(self._opened())
        return self

    def now(self) -> Recommender:
        """Return the recommender in force, with what other processes have told; a request works on it to its end."""
        recommender = self._recommender
        assert recommender is not None, "start() comes first"
        recommender.catch_up()
        return recommender

    def reload(self) -> None:
        """Put the graph in force as it is now; requests that have begun end on the one that was.

        A Neo4j is read again: the recommender does that by itself.

        Raises
        ------
        CinewalkError
            Where it cannot be opened. The one in force stays.
        """
        with self._reloading:
            before, version = self.now(), self._seen()
            if self._folder is None:
                before.refresh()
            else:
                self._recommender = _warm(self._opened())
                before.close()
            self._version = version

    def has_newer(self) -> bool:
        """Tell whether the graph folder holds another graph than the one in force."""
        return self._seen() != self._version

    def close(self) -> None:
        """Close files and connections."""
        if self._recommender is not None:
            self._recommender.close()

    def _seen(self) -> _Version | None:
        if self._folder is None:
            return None
        try:
            manifest = (self._folder / MANIFEST).stat()
        except OSError:
            return self._version
        return manifest.st_mtime_ns, manifest.st_ino, manifest.st_size


def _warm(recommender: Recommender) -> Recommender:
    """Ask what people ask, so that nobody waits for what is compiled and prepared once."""
    users = recommender.graph.users.ids.ids
    if len(users):
        user = users[int(np.diff(recommender.graph.likes.indptr).argmax())]
        # Where nothing leads on from there, there is nothing to prepare either.
        with suppress(CinewalkError, IndexError):
            recommender.home(user, 2)
            first = recommender.recommend(user, 1)
            recommender.explain(user, first[0].title_id).counterfactual()
    # What is there by now stays. Looking through it for what does not would hold up requests for 50 ms, ever again.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return recommender


async def _service(request: Request) -> ServedGraph:
    service: ServedGraph = request.app.state.service
    return service


#: What an endpoint asks for its service by.
Served = Annotated[ServedGraph, Depends(_service)]
