"""The page: its own files, which hold no data, and where Neo4j Browser would show a reason."""

from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Query
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from cinewalk.loaders.neo4j.server.address import find_address
from cinewalk.queries.neo4j.browse import browser_address, browser_link, question
from cinewalk.serve import answers as typed
from cinewalk.serve import asks
from cinewalk.serve.documented import answers
from cinewalk.serve.reply import JsonAnswer
from cinewalk.serve.service import Served

routes = APIRouter(tags=["page"])

_FILES: Final = Path(__file__).parent / "page"


def put_up(app: FastAPI) -> None:
    """Serve the page's files."""
    app.mount("/page", StaticFiles(directory=_FILES))
    app.include_router(routes)


@routes.get("/", include_in_schema=False)
def page() -> FileResponse:
    """Return the page."""
    return FileResponse(_FILES / "index.html")


@routes.get(
    "/api/browser", responses=answers(typed.LinkAnswer, {"address": "http://localhost:7474/browser/"})
)
def browser(service: Served, ask: Annotated[asks.ShownAsk, Query()]) -> JsonAnswer:
    """Tell where Neo4j Browser shows the reasons for a title; null where the graph comes from no Neo4j."""
    reco = service.now()
    if service.database is None:
        return JsonAnswer({"address": None})
    user, title = reco.history(ask.user).user_id, reco.catalogue.show(reco.catalogue.title(ask.title))
    address = find_address(service.database)
    return JsonAnswer(
        {"address": browser_link(browser_address(address), address, question(user, title.title_id))}
    )
