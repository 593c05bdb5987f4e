"""What can be told: watches, ratings, thumbs, blocks and limits; and taken back, folded in, or erased."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Form

from cinewalk.queries.recommend.signal import Signal
from cinewalk.queries.words.numbers import instant_in
from cinewalk.serve import answers as typed
from cinewalk.serve import asks
from cinewalk.serve.documented import SIGNAL, answers
from cinewalk.serve.reply import JsonAnswer
from cinewalk.serve.service import Served

routes = APIRouter(prefix="/api", tags=["tell"])

_TOLD: Final = answers(list[typed.SignalAnswer], [SIGNAL])


def _told(signal: Signal) -> JsonAnswer:
    return JsonAnswer([signal.to_dict()])


@routes.post("/watch", responses=_TOLD)
def watch(service: Served, ask: asks.WatchSignal) -> JsonAnswer:
    """Tell how far somebody has watched a title."""
    at = instant_in(ask.at)
    return _told(service.now().watch(ask.user, ask.title, progress=ask.progress, at=at))


@routes.post("/rate", responses=_TOLD)
def rate(service: Served, ask: asks.RateSignal) -> JsonAnswer:
    """Tell how somebody rates a title."""
    return _told(service.now().rate(ask.user, ask.title, ask.rating, at=instant_in(ask.at)))


@routes.post("/thumb", responses=_TOLD)
def thumb(service: Served, ask: asks.ThumbSignal) -> JsonAnswer:
    """Tell the thumb that somebody gives a title; one that has a thumb down is in no list any more."""
    return _told(service.now().thumb(ask.user, ask.title, asks.THUMBS[ask.thumb], at=instant_in(ask.at)))


@routes.post("/block", responses=_TOLD)
def block(service: Served, ask: asks.TitleSignal) -> JsonAnswer:
    """Tell that somebody is not interested: never show the title, never take it as a reason."""
    return _told(service.now().block(ask.user, ask.title, at=instant_in(ask.at)))


@routes.post("/limit", responses=_TOLD)
def limit(service: Served, ask: asks.LimitSignal) -> JsonAnswer:
    """Show somebody nothing above an age from now on."""
    return _told(service.now().limit(ask.user, ask.maturity))


@routes.post("/undo", responses=_TOLD)
def undo(service: Served, ask: asks.UserAsk) -> JsonAnswer:
    """Take back the last thing that somebody did."""
    return _told(service.now().undo(ask.user))


_ROWS: Final = {"read": 3, "matched": 1, "ambiguous": 1, "missing": 1, "ignored": 0, "unreadable": 0}
_IMPORTED: Final = {
    "users": ["anna"],
    "rows": _ROWS,
    "titles": 1,
    "found": [{"wanted": "Alien", "title_id": "alien", "title": "Alien (1979)", "how": "name"}],
    "events": {"watches": 1},
    "unmatched": [{"file": "history.csv", "line": 3, "value": "Up", "reason": "is not in the catalogue"}],
    "questions": [
        {
            "wanted": "Heat",
            "rows": 1,
            "candidates": [{"title_id": "heat", "title": "Heat (1995)", "score": 95.0}],
        }
    ],
    "notes": [],
    "kept": False,
}


@routes.post("/import", responses=answers(typed.ImportedAnswer, _IMPORTED))
def import_history(service: Served, ask: Annotated[asks.ImportAsk, Form()]) -> JsonAnswer:
    """Take in a person's own history from another service; where titles could be several, ask first."""
    with tempfile.TemporaryDirectory(prefix="cinewalk-import-") as folder:
        place = Path(folder) / ask.name
        with place.open("wb") as file:
            shutil.copyfileobj(ask.file.file, file)
        imported = service.now().import_history(
            ask.service,
            place,
            ask.user,
            mode=ask.mode,
            answers=ask.chosen(),
            date_order=ask.date_order,
            profile=ask.profile,
        )
    return JsonAnswer(imported.to_dict())


_ERASED: Final = {"user_id": "anna", "removed": [{"where": "memory", "what": "User", "count": 1}]}
_CHANGES: Final = {"changed": True, "fetched": {"signals": 12}, "full": []}


@routes.post(
    "/erase", responses=answers(typed.ErasedAnswer, _ERASED | {"unreached": ["backups"], "dry_run": False})
)
def erase(service: Served, ask: asks.EraseAsk) -> JsonAnswer:
    """Erase a person, or tell what would be removed."""
    return JsonAnswer(service.now().erase(ask.user, dry_run=ask.dry_run).to_dict())


@routes.post("/refresh", responses=answers(typed.ChangesAnswer, _CHANGES))
def refresh(service: Served) -> JsonAnswer:
    """Bring what was told into everybody's lists, and read what has changed in the Neo4j of the graph."""
    return JsonAnswer(service.now().refresh().to_dict())
