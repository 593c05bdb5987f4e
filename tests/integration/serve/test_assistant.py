"""Tools for assistants answer what the calls answer, over standard input and output, and over HTTP."""

from __future__ import annotations

import json
import os
import sys

import anyio
import httpx
import numpy as np
import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommender import Recommender
from cinewalk.serve.assistant import tools_on
from cinewalk.serve.service import ServedGraph

from .test_run import TOKEN, Process

mcp = pytest.importorskip("mcp")

pytestmark = pytest.mark.integration


def _called(server, *calls):
    """Call tools one after another; return what each gave, and whether it went wrong."""

    async def call():
        async with mcp.Client(server) as client:
            return [await client.call_tool(name, values) for name, values in calls]

    return [(result.structured_content, result.is_error, result.content) for result in anyio.run(call)]


def _plain(value):
    return json.loads(json.dumps(value))


def test_twenty_viewers_get_the_same_from_tools(movielens):
    reco = Recommender(movielens)
    service = ServedGraph(lambda: reco).start()
    users = [movielens.users.ids.ids[i] for i in np.linspace(2, len(movielens.users) - 1, 20).astype(int)]
    calls, expected = [], []
    for user in users:
        first, second = (item.title_id for item in reco.recommend(user, 2))
        why = reco.explain(user, first)
        only = cinewalk.Only((1980, 1989), ["Drama"])
        calls += [
            ("recommend", {"user": user, "k": 7, "years": "1980s", "genres": ["Drama"]}),
            ("explain", {"user": user, "title": first}),
            ("contrast", {"user": user, "title": first, "instead_of": second}),
            ("counterfactual", {"user": user, "title": first}),
            ("similar", {"title": first, "user": user}),
            ("home", {"user": user, "k": 4}),
            ("search", {"text": "al", "user": user}),
            ("history", {"user": user}),
            ("taste", {"titles": [first], "genres": ["Thriller"], "years": "1970s"}),
        ]
        otherwise = why.counterfactual()
        expected += [
            {"result": reco.recommend(user, 7, only=only).to_dict()},
            why.to_dict(8),
            reco.explain(user, first, instead_of=second).to_dict(),
            {
                "counterfactual": otherwise and otherwise.to_dict(),
                "text": str(otherwise or "Nothing was found."),
            },
            {"result": reco.similar(first, user=user).to_dict()},
            {"result": reco.home(user, 4, because=3).to_dict()},
            {"result": reco.search("al", user=user).to_dict()},
            reco.history(user).to_dict(),
            {"result": reco.taste([first], ["Thriller"], years=(1970, 1979)).to_dict()},
        ]
    for (value, is_error, content), wanted, call in zip(
        _called(tools_on(service), *calls), expected, calls, strict=True
    ):
        assert not is_error, (call, content)
        assert value == _plain(wanted), call


def test_signals_count_and_go_back_and_errors_are_one_line():
    service = ServedGraph(lambda: Recommender(example_graph())).start()
    told, again, none, nobody, odd = _called(
        tools_on(service),
        ("thumb", {"user": "zoe", "title": "Alien", "thumb": "up"}),
        ("undo", {"user": "zoe"}),
        ("undo", {"user": "zoe"}),
        ("recommend", {"user": "nobody"}),
        ("recommend", {"user": "ann", "k": 0}),
    )
    assert told[0]["after"]["value"] == 1
    assert again[0]["after"] is None
    for failed, line in ((none, "nothing to undo"), (nobody, "There is no user 'nobody'"), (odd, "k")):
        assert failed[1]
        assert line in failed[2][0].text


def test_thrillers_of_the_1970s_like_one_and_nothing_that_was_seen(movielens):
    reco = Recommender(movielens)
    ask = {"title": "Chinatown", "user": "196", "years": "1970s", "genres": ["Thriller"], "k": 5}
    ((value, is_error, _),) = _called(tools_on(ServedGraph(lambda: reco).start()), ("similar", ask))
    assert not is_error
    seen = {event.title_id for event in reco.history("196")}
    assert value["result"]
    for item in value["result"]:
        assert 1970 <= item["year"] <= 1979
        assert item["title_id"] not in seen
        assert item["because"]


def test_every_tool_says_what_it_takes_and_gives():
    service = ServedGraph(lambda: Recommender(example_graph())).start()

    async def listed():
        async with mcp.Client(tools_on(service)) as client:
            return (await client.list_tools()).tools

    tools = anyio.run(listed)
    assert {"recommend", "explain", "taste", "similar", "search", "thumb", "undo"} <= {t.name for t in tools}
    for tool in tools:
        assert tool.description
        assert tool.output_schema
        assert tool.annotations is not None


def test_an_assistant_starts_it_by_itself(tmp_path):
    place = cinewalk.save(example_graph(), tmp_path / "mine.cinewalk")
    command = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "cinewalk", "mcp", str(place)], env=dict(os.environ)
    )
    ((value, is_error, _),) = _called(command, ("recommend", {"user": "ann"}))
    assert not is_error
    assert value["result"] == _plain(Recommender(place).recommend("ann").to_dict())


def test_over_http_the_token_is_asked_for(tmp_path):
    place = cinewalk.save(example_graph(), tmp_path / "mine.cinewalk")
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o600)
    service = Process(place, "--http", "--token-file", tmp_path / "token", command="mcp")
    try:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
        body["params"] = {"name": "recommend", "arguments": {"user": "ann"}}
        headers = {"Accept": "application/json, text/event-stream"}
        assert httpx.post(service.address, json=body, headers=headers).status_code == 401
        shown = headers | {"Authorization": f"Bearer {TOKEN}"}
        assert (
            httpx.post(service.address, json=body, headers=shown | {"Host": "evil.example"}).status_code
            == 403
        )
        answer = httpx.post(service.address, json=body, headers=shown, timeout=60)
        assert answer.status_code == 200, answer.text
        titles = answer.json()["result"]["structuredContent"]["result"]
        assert titles == _plain(Recommender(place).recommend("ann").to_dict())
    finally:
        code, said = service.stop()
    assert code == 0, said
