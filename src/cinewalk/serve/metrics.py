"""Figures for Prometheus: how many requests, how long they took, which graph is in force; of nobody in particular."""

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

#: Where processes put their figures together, as prometheus_client has it.
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.3, 1.0, 3.0, 10.0)


class Metrics:
    """The figures of one process; with several, :meth:`text` gives those of all."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cinewalk_requests", "Requests.", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "cinewalk_request_seconds",
            "How long requests took.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._reloads = Counter(
            "cinewalk_reloads", "How often another graph was put in force.", registry=self._registry
        )

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Note one request; the route is an address as OpenAPI lists it, without what was asked for."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def note_reload(self) -> None:
        """Note that another graph was put in force."""
        self._reloads.inc()

    def text(self) -> bytes:
        """Return the figures, as Prometheus reads them."""
        if FOLDER not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
