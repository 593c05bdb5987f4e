"""What can be asked: lists, reasons, feeds, history and search; nothing of it changes anything."""

from dataclasses import asdict
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query

from cinewalk.errors import RequestError
from cinewalk.queries.explain.drawing import drawing_of
from cinewalk.queries.recommender import Recommender
from cinewalk.queries.words.numbers import instant_in, years_in
from cinewalk.serve import answers as typed
from cinewalk.serve import asks
from cinewalk.serve.documented import EXPLANATION, FOUND, ITEM, OTHERWISE, answers
from cinewalk.serve.reply import JsonAnswer, listed
from cinewalk.serve.service import Served

routes = APIRouter(prefix="/api", tags=["ask"])

FeedName = Literal[
    "home",
    "for-you",
    "because-you-watched",
    "continue-watching",
    "new-releases",
    "top",
    "challenge",
    "together",
]
_NOTHING: Final = "No set of likes was found whose absence changes that."


@routes.get("/recommend", responses=answers(list[typed.ItemAnswer], [ITEM]))
def recommend(service: Served, ask: Annotated[asks.ListAsk, Query()]) -> JsonAnswer:
    """Recommend titles that a user has not seen, each with its reasons."""
    return listed(service.now().recommend(ask.user, **ask.options()))


@routes.get("/explain", responses=answers(typed.ExplanationAnswer, EXPLANATION))
def explain(service: Served, ask: Annotated[asks.ExplainAsk, Query()]) -> JsonAnswer:
    """Say why a title is recommended to a user: the shares of its score, which add up to the whole."""
    why = service.now().explain(ask.user, ask.title, **ask.options())
    told = why.to_dict(ask.top)
    if ask.paths:
        told["paths"] = [path.to_dict() for path in why.paths(ask.paths)]
    if ask.counterfactual:
        otherwise = why.counterfactual()
        told["counterfactual"] = None if otherwise is None else otherwise.to_dict()
    return JsonAnswer(told)


_TITLE: Final = {"title_id": "blade", "title": "Blade Runner", "year": 1982, "score": 0.31}
_DIFFERENCES: Final = [{"id": "alien", "name": "Alien (1979)", "score": 0.2, "other_score": 0.1}]
_CONTRAST: Final = {**_TITLE, "instead_of": _TITLE, "walk": "blend", "differences": _DIFFERENCES}


@routes.get("/contrast", responses=answers(typed.ContrastAnswer, _CONTRAST))
def contrast(service: Served, ask: Annotated[asks.ContrastAsk, Query()]) -> JsonAnswer:
    """Say why one title rather than another."""
    why = service.now().explain(ask.user, ask.title, instead_of=ask.instead_of, **ask.options())
    return JsonAnswer(why.to_dict())


@routes.get("/counterfactual", responses=answers(typed.OtherwiseAnswer, OTHERWISE))
def counterfactual(service: Served, ask: Annotated[asks.WhyAsk, Query()]) -> JsonAnswer:
    """Find the fewest likes without which another title comes first, or this one, if it does not yet."""
    otherwise = service.now().explain(ask.user, ask.title, **ask.options()).counterfactual()
    told = None if otherwise is None else otherwise.to_dict()
    return JsonAnswer({"counterfactual": told, "text": str(otherwise or _NOTHING)})


_PICTURE: Final = {
    "title_id": "blade",
    "label": "Blade Runner (1982)",
    "text": "Blade Runner (1982): because you liked Alien (1979) 62 % and 4 other titles 38 %.",
    "drawing": {"boxes": [], "bands": [], "height": 240.0},
    "shares": [{"label": "Title", "id": "alien", "name": "Alien (1979)", "share": 0.62}],
    "adjustments": {},
}


@routes.get("/picture", responses=answers(typed.PictureAnswer, _PICTURE))
def picture(service: Served, ask: Annotated[asks.WhyAsk, Query()]) -> JsonAnswer:
    """Draw the reasons for a title: boxes and bands as wide as their shares; other viewers stay without a name."""
    why = service.now().explain(ask.user, ask.title, **ask.options())
    shares = [
        {"label": reason.label, "id": reason.id, "name": reason.name, "share": reason.share}
        for reason in why.shares
    ]
    told = {"title_id": why.title_id, "label": why.label, "text": str(why)}
    drawing = asdict(drawing_of(why.picture(), anonymous=True))
    return JsonAnswer(told | {"drawing": drawing, "shares": shares, "adjustments": dict(why.adjustments)})


@routes.get("/similar", responses=answers(list[typed.ItemAnswer], [ITEM]))
def similar(service: Served, ask: Annotated[asks.SimilarAsk, Query()]) -> JsonAnswer:
    """List the titles closest to one title."""
    return listed(service.now().similar(ask.title, ask.k, walk=ask.walk, user=ask.user))


@routes.get("/search", responses=answers(list[typed.FoundAnswer], [FOUND]))
def search(service: Served, ask: Annotated[asks.SearchAsk, Query()]) -> JsonAnswer:
    """Find titles by a part of their name."""
    return JsonAnswer(service.now().search(ask.text, ask.k, user=ask.user).to_dict())


@routes.get("/taste", responses=answers(list[typed.ItemAnswer], [ITEM]))
def taste(service: Served, ask: Annotated[asks.TasteAsk, Query()]) -> JsonAnswer:
    """Recommend to somebody without an account, from what they name."""
    years = years_in(ask.years)
    return listed(service.now().taste(*ask.seeds(), years, ask.k, kinds=ask.kind, maturity=ask.maturity))


@routes.get("/explain-taste", responses=answers(typed.ExplanationAnswer, EXPLANATION))
def explain_taste(service: Served, ask: Annotated[asks.ExplainTasteAsk, Query()]) -> JsonAnswer:
    """Say why a title would be recommended for a taste."""
    return JsonAnswer(service.now().explain_taste(ask.explain, *ask.seeds()).to_dict())


@routes.get(
    "/home",
    responses=answers(list[typed.ShelfAnswer], [{"row": "for-you", "heading": "For you", "titles": [ITEM]}]),
)
def home(service: Served, ask: Annotated[asks.HomeAsk, Query()]) -> JsonAnswer:
    """Show the rows of a person's home page, each with a heading that says why."""
    return _feed_of(service.now(), "home", ask.user, ask)


@routes.get("/feed/{name}", responses=answers(list[typed.ItemAnswer] | list[typed.RowAnswer], [ITEM]))
def feed(service: Served, name: FeedName, ask: Annotated[asks.FeedAsk, Query()]) -> JsonAnswer:
    """Show one of the feeds of a streaming service."""
    reco = service.now()
    if name == "together":
        return listed(reco.together(ask.user, ask.k))
    if name == "top":
        days = 7 if ask.days is None else ask.days or None
        viewer = ask.user[0] if len(ask.user) == 1 else None
        if viewer is not None or not ask.user:
            return listed(reco.top(ask.k, days=days, at=instant_in(ask.at), group=ask.group, user=viewer))
    if len(ask.user) != 1:
        raise RequestError(f"the feed {name} is for one user; give an id, such as user=196.")
    return _feed_of(reco, name, ask.user[0], ask, ask.days)


def _feed_of(
    reco: Recommender, name: FeedName, user: str, ask: asks.RowsAsk, days: int | None = None
) -> JsonAnswer:
    """Return one of the feeds that are for one person."""
    at, order = instant_in(ask.at), ask.parts()
    match name:
        case "home":
            return JsonAnswer(reco.home(user, ask.k, because=ask.rows, at=at, order=order).to_dict())
        case "because-you-watched":
            rows = reco.because_you_watched(user, ask.rows, ask.k, order=order)
            return JsonAnswer([row.to_dict() for row in rows])
        case "continue-watching":
            return listed(reco.continue_watching(user, ask.k, at=at))
        case "new-releases":
            return listed(reco.new_releases(user, ask.k, days=days or 365, at=at, order=order))
        case "challenge":
            return listed(reco.challenge(user, ask.k, order=order))
        case _:
            return listed(reco.recommend(user, ask.k, order=order))


_EVENT: Final = {
    "kind": "rated",
    "title_id": "alien",
    "title": "Alien",
    "year": 1979,
    "value": 5.0,
    "when": "2023-11-14T22:13:20+00:00",
    "liked": True,
}


@routes.get("/history", responses=answers(typed.HistoryAnswer, {"user_id": "anna", "events": [_EVENT]}))
def history(service: Served, ask: Annotated[asks.UserAsk, Query()]) -> JsonAnswer:
    """Tell what somebody did, newest first."""
    return JsonAnswer(service.now().history(ask.user).to_dict())
