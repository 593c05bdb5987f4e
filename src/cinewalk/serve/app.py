"""The application: its endpoints, how they fail, and what stands before them.

``app_on`` makes it; ``run.py`` runs it in one process or several.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import anyio.to_thread
from fastapi import FastAPI

from cinewalk.serve import operate, page, read, tell
from cinewalk.serve.documented import FAILURES
from cinewalk.serve.failures import answer_failures
from cinewalk.serve.guard import Access, Guard
from cinewalk.serve.metrics import Metrics
from cinewalk.serve.service import ServedGraph

_ABOUT = (
    "What to watch, and why. Answers have the words of the command line's `--json`; what goes wrong is one line "
    "in `error`. A list that is not what was asked for says why in the header `Cinewalk-Note`."
)


def app_on(service: ServedGraph, access: Access) -> Guard:
    """Return the application, behind its guard.

    Parameters
    ----------
    service
        What answers.
    access
        Who may ask.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        if not service.is_ready:
            await anyio.to_thread.run_sync(service.start)
        async with operate.watching(service, metrics):
            yield
        service.close()

    app = FastAPI(
        title="cinewalk",
        version=version("cinewalk"),
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
        responses=FAILURES,
    )
    app.state.service, app.state.metrics, app.state.access = service, metrics, access
    for routes in (read.routes, tell.routes, operate.routes):
        app.include_router(routes)
    page.put_up(app)
    answer_failures(app)
    return Guard(app, access, metrics)
