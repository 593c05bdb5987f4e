"""Every way to ask gives the same list, scores and reasons; odd requests get one line, and never a 500."""

from __future__ import annotations

import json
from types import SimpleNamespace
from urllib.parse import quote

import numpy as np
import pytest
from pydantic import TypeAdapter

import cinewalk
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommender import Recommender
from tests.payloads import PAYLOADS, commands_in

from .conftest import client_of

pytestmark = pytest.mark.integration

AT = "1998-05-01"
SECONDS = 893_980_800

#: By what is asked: the command, the address with its parameters, and the call; USER, TITLE and OTHER are filled in.
WAYS = {
    "recommend": (
        "recommend USER -k 7 --years 1980s --genre Drama",
        ("/api/recommend", {"user": "USER", "k": 7, "years": "1980s", "genre": "Drama"}),
        lambda r, w: r.recommend(w.user, 7, only=cinewalk.Only((1980, 1989), ["Drama"])).to_dict(),
    ),
    "remedies": (
        "recommend USER --remedies calibrated=0.1,bubble=2 --order first-part-first",
        (
            "/api/recommend",
            {"user": "USER", "remedies": "calibrated=0.1,bubble=2", "order": "first-part-first"},
        ),
        lambda r, w: r.recommend(
            w.user, remedies="calibrated=0.1,bubble=2", order="first-part-first"
        ).to_dict(),
    ),
    "explain": (
        "explain USER TITLE --paths 3 --top 4 --counterfactual",
        ("/api/explain", {"user": "USER", "title": "TITLE", "paths": 3, "top": 4, "counterfactual": True}),
        lambda r, w: _explained(r.explain(w.user, w.title)),
    ),
    "contrast": (
        "explain USER TITLE --instead-of OTHER",
        ("/api/contrast", {"user": "USER", "title": "TITLE", "instead_of": "OTHER"}),
        lambda r, w: r.explain(w.user, w.title, instead_of=w.other).to_dict(),
    ),
    "similar": (
        "similar TITLE --user USER",
        ("/api/similar", {"title": "TITLE", "user": "USER"}),
        lambda r, w: r.similar(w.title, user=w.user).to_dict(),
    ),
    "home": (
        f"feed home USER -k 4 --at {AT}",
        ("/api/home", {"user": "USER", "k": 4, "at": AT}),
        lambda r, w: r.home(w.user, 4, because=3, at=SECONDS).to_dict(),
    ),
    "because": (
        "feed because-you-watched USER --rows 2 --order score",
        ("/api/feed/because-you-watched", {"user": "USER", "rows": 2, "order": "score"}),
        lambda r, w: [row.to_dict() for row in r.because_you_watched(w.user, 2, order=None)],
    ),
    "new": (
        f"feed new-releases USER --at {AT} --days 900",
        ("/api/feed/new-releases", {"user": "USER", "at": AT, "days": 900}),
        lambda r, w: r.new_releases(w.user, days=900, at=SECONDS).to_dict(),
    ),
    "top": (
        f"feed top USER --days 0 --group gender=F --at {AT}",
        ("/api/feed/top", {"user": "USER", "days": 0, "group": "gender=F", "at": AT}),
        lambda r, w: r.top(days=None, group="gender=F", user=w.user, at=SECONDS).to_dict(),
    ),
    "challenge": (
        "feed challenge USER",
        ("/api/feed/challenge", {"user": "USER"}),
        lambda r, w: r.challenge(w.user).to_dict(),
    ),
    "together": (
        "feed together USER 1 22",
        ("/api/feed/together", {"user": ["USER", "1", "22"]}),
        lambda r, w: r.together([w.user, "1", "22"]).to_dict(),
    ),
    "taste": (
        "taste --title TITLE --genre Thriller --years 1970s",
        ("/api/taste", {"title": "TITLE", "genre": "Thriller", "years": "1970s"}),
        lambda r, w: r.taste([w.title], ["Thriller"], years=(1970, 1979)).to_dict(),
    ),
    "explain taste": (
        "taste --genre Drama --title OTHER --explain TITLE",
        ("/api/explain-taste", {"genre": "Drama", "title": "OTHER", "explain": "TITLE"}),
        lambda r, w: r.explain_taste(w.title, [w.other], ["Drama"]).to_dict(),
    ),
    "search": (
        "search al --user USER",
        ("/api/search", {"text": "al", "user": "USER"}),
        lambda r, w: r.search("al", user=w.user).to_dict(),
    ),
}


def _explained(why):
    otherwise = why.counterfactual()
    return {
        **why.to_dict(4),
        "paths": [path.to_dict() for path in why.paths(3)],
        "counterfactual": None if otherwise is None else otherwise.to_dict(),
    }


def _people(graph):
    users = graph.users.ids.ids
    return [users[i] for i in np.linspace(2, len(users) - 1, 20).astype(int)]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_twenty_viewers_get_the_same_everywhere(run, kept, movies, way):
    command, (address, parameters), call = WAYS[way]
    client, recommender = movies
    for user in _people(recommender.graph):
        first = recommender.recommend(user, 2)
        names = {"USER": user, "TITLE": first[0].title_id, "OTHER": first[1].title_id}
        expected = call(recommender, SimpleNamespace(user=user, title=names["TITLE"], other=names["OTHER"]))
        assert expected
        answer = client.get(address, params={key: _filled(value, names) for key, value in parameters.items()})
        assert answer.status_code == 200, answer.text
        assert answer.json() == json.loads(json.dumps(expected))
        words = [_filled(word, names) for word in command.split()]
        code, shown, problems = run(*words, "--json", "-g", str(kept))
        assert code == 0, problems
        assert json.loads(shown) == answer.json()


def _filled(value, names):
    return [_filled(part, names) for part in value] if isinstance(value, list) else names.get(value, value)


def test_history_and_counterfactual_and_picture_say_what_the_calls_say(movies):
    client, recommender = movies
    for user in _people(recommender.graph)[:5]:
        assert client.get("/api/history", params={"user": user}).json() == recommender.history(user).to_dict()
        title = recommender.recommend(user, 1)[0]
        why = recommender.explain(user, title.title_id)
        told = client.get("/api/counterfactual", params={"user": user, "title": title.title_id}).json()
        assert told["text"] == str(why.counterfactual())
        assert told["counterfactual"] == why.counterfactual().to_dict()
        picture = client.get("/api/picture", params={"user": user, "title": title.title_id}).json()
        assert picture["text"] == str(why)
        assert [share["id"] for share in picture["shares"][:3]] == [reason.id for reason in title.because]
        assert sum(share["share"] for share in picture["shares"]) == pytest.approx(1)
        assert "viewer " not in json.dumps([box["name"] for box in picture["drawing"]["boxes"]])


@pytest.fixture(scope="module")
def read():
    """A client that nothing is told to."""
    with client_of(Recommender(example_graph())) as client:
        yield client


def test_why_a_list_is_another_one_is_said_in_a_header(asked):
    asked.post("/api/limit", json={"user": "zoe", "maturity": None})
    answer = asked.get("/api/recommend", params={"user": "zoe"})
    assert answer.json()
    assert answer.headers["Cinewalk-Note"].startswith("There are no likes to walk from yet")


#: Requests that make no sense, and what they are answered.
ODD = {
    "nobody": ("/api/recommend?user=nobody", 404, "There is no user"),
    "no user": ("/api/recommend", 422, "user: field required"),
    "an empty user": ("/api/recommend?user=", 400, "empty"),
    "blanks": ("/api/recommend?user=%20%20", 400, "empty"),
    "no title": ("/api/explain?user=ann&title=zzz", 404, "There is no title"),
    "an empty title": ("/api/explain?user=ann&title=", 404, "There is no title"),
    "a seen title": ("/api/explain?user=ann&title=Alien", 400, "already rated"),
    "a number of none": ("/api/recommend?user=ann&k=0", 422, "k:"),
    "too many": ("/api/recommend?user=ann&k=501", 422, "k:"),
    "a number that is none": ("/api/recommend?user=ann&k=NaN", 422, "k:"),
    "an endless number": ("/api/recommend?user=ann&k=" + "9" * 4000, 422, "k:"),
    "no walk": ("/api/recommend?user=ann&walk=run", 422, "walk:"),
    "no remedy": ("/api/recommend?user=ann&remedies=pills=3", 400, "pills"),
    "remedies without end": ("/api/recommend?user=ann&remedies=bubble=1e999", 400, "bubble"),
    "remedies that are no number": ("/api/recommend?user=ann&remedies=bubble=nan", 400, "bubble"),
    "no years": ("/api/recommend?user=ann&years=soon", 400, "is not 1994"),
    "years backwards": ("/api/recommend?user=ann&years=1990-1980", 400, "the first must not be the later"),
    "no genre": ("/api/recommend?user=ann&genre=Nothing", 404, "There is no genre"),
    "no kind": ("/api/recommend?user=ann&kind=opera", 400, "kind"),
    "an unknown word": ("/api/recommend?user=ann&colour=red", 422, "colour: extra inputs"),
    "too long": ("/api/recommend?user=" + "a" * 301, 422, "user: string should have at most 300"),
    "too many values": ("/api/recommend?user=ann" + "&genre=Drama" * 51, 422, "genre:"),
    "no feed": ("/api/feed/yesterday?user=ann", 422, "name:"),
    "a feed of nobody": ("/api/feed/for-you", 400, "for one user"),
    "a feed of two": ("/api/feed/top?user=ann&user=ben", 400, "for one user"),
    "one together": ("/api/feed/together?user=ann", 400, "at least two"),
    "no instant": ("/api/home?user=ann&at=soon", 400, "is not an instant"),
    "a distant instant": ("/api/home?user=ann&at=9999-12-31T23:59", 400, "future"),
    "no group": ("/api/feed/top?group=age=1", 404, "There is no group"),
    "no taste": ("/api/taste?genre=Nothing", 404, "There is no genre"),
    "no address": ("/api/nothing", 404, "no such address"),
    "a way up": ("/page/../../../etc/passwd", 404, "no such address"),
}


@pytest.mark.fault
@pytest.mark.parametrize("name", ODD)
def test_odd_requests_get_one_line_with_the_right_status(read, name):
    address, status, line = ODD[name]
    answer = read.get(address)
    assert answer.status_code == status, answer.text
    assert line in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert len(answer.json()["error"]) <= 2_000


@pytest.mark.fault
@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_what_would_command_is_written_out(read, text):
    for address, parameters in (
        ("/api/recommend", {"user": text}),
        ("/api/explain", {"user": "ann", "title": text}),
        ("/api/search", {"text": text}),
        ("/api/taste", {"genre": text}),
        ("/api/recommend", {"user": "ann", text: text}),
        (f"/api/feed/{quote(text, safe='')}", {}),
        ("/api/home", {"user": "ann", "at": text}),
    ):
        answer = read.get(address, params=parameters)
        assert answer.status_code in (200, 400, 404, 422), answer.text
        assert commands_in(answer.text) == []
        assert commands_in("".join(answer.headers.values())) == []


def test_ambiguous_names_are_a_conflict(movies):
    client, _ = movies
    answer = client.get("/api/similar", params={"title": "That Darn Cat!"})
    assert answer.status_code == 409
    assert "could be any of: That Darn Cat! (1997)" in answer.json()["error"]


def test_openapi_has_an_example_of_everything_and_examples_fit(read):
    described = read.get("/openapi.json").json()
    for address, methods in described["paths"].items():
        for method, told in methods.items():
            if address.startswith("/api/"):
                content = told["responses"]["200"]["content"]["application/json"]
                assert content["example"], address
                assert told["summary"], (address, method)
    for module in ("read", "tell"):
        routes = __import__(f"cinewalk.serve.{module}", fromlist=["routes"]).routes.routes
        for route in routes:
            answer = route.responses[200]
            TypeAdapter(answer["model"]).validate_python(answer["content"]["application/json"]["example"])


def test_answers_are_of_their_types():
    from cinewalk.serve import answers

    reco = Recommender(example_graph())
    why = reco.explain("ann", "Brazil", remedies="bubble=1")
    for kind, value in (
        (answers.ItemAnswer, reco.recommend("ann")[0].to_dict()),
        (answers.ExplanationAnswer, why.to_dict()),
        (answers.CounterfactualAnswer, reco.explain("eve", "Blade Runner").counterfactual().to_dict()),
        (answers.ShelfAnswer, reco.home("eve")[0].to_dict()),
        (answers.ContrastAnswer, reco.explain("eve", "Brazil", instead_of="Fargo").to_dict()),
        (answers.HistoryAnswer, reco.history("eve").to_dict()),
        (answers.SignalAnswer, reco.thumb("eve", "Brazil", 1).to_dict()),
        (answers.PathAnswer, next(why.paths()).to_dict()),
    ):
        read = TypeAdapter(kind).validate_python(value)
        assert json.loads(json.dumps(read)) == json.loads(json.dumps(value))
