"""For whoever runs the service: whether it lives and is ready, its figures, and watching for a newer graph."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import anyio
import anyio.to_thread
from anyio.abc import TaskStatus
from fastapi import APIRouter, Request
from starlette.responses import Response

from cinewalk import console
from cinewalk.errors import CinewalkError
from cinewalk.serve.failures import failure
from cinewalk.serve.guard import COOKIE, Access
from cinewalk.serve.metrics import Metrics
from cinewalk.serve.reply import JsonAnswer
from cinewalk.serve.service import Served, ServedGraph

routes = APIRouter(tags=["operate"])

#: Every so many seconds the folder is looked at for a newer graph.
_PERIOD: Final = 1.0


@routes.get("/health")
async def health() -> JsonAnswer:
    """Tell that the process lives."""
    return JsonAnswer({"status": "alive"})


@routes.get("/ready")
async def ready(service: Served) -> JsonAnswer:
    """Tell whether requests can be answered."""
    return JsonAnswer({"status": "ready"}) if service.is_ready else failure(503, "The graph is being opened.")


@routes.get("/metrics")
def metrics(request: Request) -> Response:
    """Return figures for Prometheus."""
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@routes.post("/session", status_code=204)
async def session(request: Request) -> Response:
    """Trade the token for the page's cookie, which scripts cannot read and other sites cannot use."""
    access: Access = request.app.state.access
    if not access.may(request.headers):
        return failure(401, "That is not the token.", {"WWW-Authenticate": "Bearer"})
    answer = Response(status_code=204)
    if access.token:
        secure = request.headers.get("origin", "").startswith("https://")  # the proxy before it may encrypt
        answer.set_cookie(COOKIE, access.cookie, httponly=True, samesite="strict", secure=secure, path="/")
    return answer


@asynccontextmanager
async def watching(service: ServedGraph, metrics: Metrics) -> AsyncIterator[None]:
    """Put a newer graph in force as soon as there is one, and at once on SIGHUP."""
    asked = anyio.Event()

    async def on_signal(*, task_status: TaskStatus[None]) -> None:
        nonlocal asked
        # Only the main thread hears signals, and not on every system.
        nobody = suppress(RuntimeError, NotImplementedError, AttributeError, ValueError)
        with nobody, anyio.open_signal_receiver(signal.SIGHUP) as signals:
            task_status.started()
            async for _ in signals:
                asked.set()
        task_status.started()

    async def look() -> None:
        nonlocal asked
        while True:
            with anyio.move_on_after(_PERIOD):
                await asked.wait()
            is_asked, asked = asked.is_set(), anyio.Event()
            if is_asked or service.has_newer():
                await anyio.to_thread.run_sync(_reloaded, service, metrics)

    async with anyio.create_task_group() as tasks:
        await tasks.start(on_signal)
        tasks.start_soon(look)
        yield
        tasks.cancel_scope.cancel()


def _reloaded(service: ServedGraph, metrics: Metrics) -> None:
    try:
        service.reload()
        metrics.note_reload()
        console.say("Another graph is in force.")
    except CinewalkError as error:
        console.say(f"error: the graph that was in force stays: {error}")
