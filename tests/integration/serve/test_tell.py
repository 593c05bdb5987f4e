"""What is told counts in the next answer, can be taken back, and is refused in one line where it makes no sense."""

from __future__ import annotations

import json

import pytest

import cinewalk
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommender import Recommender

from .conftest import client_of

pytestmark = pytest.mark.integration

TOLD = {
    "watch": ({"title": "Alien", "progress": 0.5}, lambda r: r.watch("zoe", "Alien", progress=0.5)),
    "rate": ({"title": "Alien", "rating": 4.5}, lambda r: r.rate("zoe", "Alien", 4.5)),
    "thumb": ({"title": "Alien", "thumb": "two-up"}, lambda r: r.thumb("zoe", "Alien", 2)),
    "block": ({"title": "Alien"}, lambda r: r.block("zoe", "Alien")),
    "limit": ({"maturity": 12}, lambda r: r.limit("zoe", 12)),
}


@pytest.mark.parametrize("name", TOLD)
def test_signals_are_those_of_the_calls_and_can_be_taken_back(asked, name):
    body, call = TOLD[name]
    at = {} if name == "limit" else {"at": "2023-11-14T22:13:20"}
    answer = asked.post(f"/api/{name}", json={"user": "zoe", **body, **at})
    assert answer.status_code == 200, answer.text
    expected = call(Recommender(example_graph())).to_dict()
    (told,) = answer.json()
    for signal in (told, expected):
        if signal["after"] and "timestamp" in signal["after"]:
            signal["after"] = signal["after"] | {"timestamp": 0}
    assert told == json.loads(json.dumps(expected))
    assert asked.post("/api/undo", json={"user": "zoe"}).json()[0]["after"] is None
    again = asked.post("/api/undo", json={"user": "zoe"})
    assert (again.status_code, "nothing to undo" in again.json()["error"]) == (400, True)


def test_a_thumb_down_counts_at_once(asked):
    first = asked.get("/api/recommend", params={"user": "eve"}).json()[0]["title_id"]
    asked.post("/api/thumb", json={"user": "eve", "title": first, "thumb": "down"})
    assert first not in [item["title_id"] for item in asked.get("/api/recommend?user=eve").json()]
    asked.post("/api/undo", json={"user": "eve"})
    assert asked.get("/api/recommend?user=eve").json()[0]["title_id"] == first


def test_there_may_be_nothing_to_refresh(asked):
    answer = asked.post("/api/refresh")
    assert (answer.status_code, answer.json()["changed"]) == (200, False)
    asked.post("/api/thumb", json={"user": "zoe", "title": "Alien", "thumb": "up"})
    assert asked.post("/api/refresh").json() == {"changed": True, "fetched": {"signals": 1}, "full": []}


def test_somebody_is_erased_or_first_told_what_goes(asked):
    dry = asked.post("/api/erase", json={"user": "ann", "dry_run": True}).json()
    assert asked.get("/api/history?user=ann").status_code == 200
    gone = asked.post("/api/erase", json={"user": "ann"}).json()
    assert dry["removed"] == gone["removed"]
    assert asked.get("/api/history?user=ann").status_code == 404
    assert asked.post("/api/erase", json={"user": "ann"}).status_code == 404


#: Bodies that make no sense.
ODD = {
    "no JSON": ("thumb", "{", 422, "not understood: JSON decode error"),
    "a list": ("thumb", "[]", 422, ""),
    "nothing": ("thumb", "", 422, ""),
    "null": ("thumb", "null", 422, ""),
    "deep": ("thumb", "[" * 30_000, 400, "parsing the body"),
    "no thumb": ("thumb", '{"user": "ann", "title": "Alien", "thumb": "sideways"}', 422, "thumb:"),
    "an unknown word": ("block", '{"user": "ann", "title": "Alien", "why": "no"}', 422, "why:"),
    "not a number": ("rate", '{"user": "ann", "title": "Alien", "rating": NaN}', 422, "rating:"),
    "an endless number": ("rate", '{"user": "ann", "title": "Alien", "rating": 1e999}', 422, "rating:"),
    "a large number": ("rate", '{"user": "ann", "title": "Alien", "rating": 1e300}', 400, "rating"),
    "a long number": (
        "rate",
        '{"user": "ann", "title": "Alien", "rating": ' + "9" * 5000 + "}",
        400,
        "parsing the body",
    ),
    "far on": ("watch", '{"user": "ann", "title": "Alien", "progress": 1.1}', 422, "progress:"),
    "half a character": ("block", '{"user": "\\ud800", "title": "Alien"}', 422, "user:"),
    "no character": ("block", '{"user": "\\u0000", "title": "Alien"}', 400, ""),
    "a number for a name": ("block", '{"user": 3, "title": "Alien"}', 422, "user:"),
    "nobody's undo": ("undo", '{"user": "nobody"}', 400, "nothing to undo"),
    "no such title": ("block", '{"user": "ann", "title": "zzz"}', 404, "There is no title"),
    "the future": ("block", '{"user": "ann", "title": "Alien", "at": "2999-01-01"}', 400, "future"),
    "a limit of none": ("limit", '{"user": "ann", "maturity": 22}', 422, "maturity:"),
    "no limit": ("limit", '{"user": "ann"}', 422, "maturity:"),
}


@pytest.mark.fault
@pytest.mark.parametrize("name", ODD)
def test_odd_bodies_get_one_line(asked, name):
    place, body, status, line = ODD[name]
    answer = asked.post(f"/api/{place}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert line in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_two_services_on_one_folder_hear_of_each_other(tmp_path):
    place = cinewalk.save(example_graph(), tmp_path / "shared.cinewalk")
    with (
        client_of(Recommender(place, keep=True)) as here,
        client_of(Recommender(place, keep=True)) as there,
    ):
        here.post("/api/thumb", json={"user": "zoe", "title": "Alien", "thumb": "up"})
        assert there.get("/api/history?user=zoe").json() == here.get("/api/history?user=zoe").json()
        assert there.post("/api/undo", json={"user": "zoe"}).status_code == 200
        assert here.get("/api/history?user=zoe").json()["events"] == []


NETFLIX = """Title,Date
"Alien","2024-01-02"
"Heat","2024-01-03"
"Blade Runer","2024-01-04"
"No Such Film","2024-01-05"
"""


def _imported(client, text=NETFLIX, **fields):
    fields = {"user": "zoe", "service": "netflix", "date_order": "ymd", **fields}
    return client.post(
        "/api/import", data=fields, files={"file": ("../NetflixViewingHistory.csv", text.encode())}
    )


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_history_is_taken_in_once_questions_are_answered(asked, tmp_path, is_kept):
    place = cinewalk.save(example_graph(), tmp_path / "mine.cinewalk")
    with client_of(Recommender(place, keep=True) if is_kept else Recommender(example_graph())) as client:
        answer = _imported(client)
        assert answer.status_code == 200, answer.text
        first = answer.json()
        assert first["rows"]["read"] == 4
        (question,) = first["questions"]
        assert question["wanted"].startswith("Blade Runer")
        assert not first["kept"]
        assert client.get("/api/history?user=zoe").status_code == 404
        chosen = question["candidates"][0]["title_id"]
        kept = _imported(client, answers=json.dumps({question["wanted"]: chosen})).json()
        assert kept["kept"]
        assert {title["title_id"] for title in kept["found"]} == {"alien", "heat", chosen}
        assert [row["value"] for row in kept["unmatched"]] == ["No Such Film"]
        events = client.get("/api/history?user=zoe").json()["events"]
        assert {event["title_id"] for event in events} == {"alien", "heat", chosen}
        assert _imported(client, answers="{}").status_code == 400
        assert _imported(client, answers="{}", mode="add").json()["kept"]
    if is_kept:
        assert len(Recommender(place, keep=True).history("zoe")) == 3


@pytest.mark.fault
@pytest.mark.parametrize(
    ("fields", "status", "line"),
    [
        ({"service": "videos"}, 422, "service:"),
        ({"answers": "[]"}, 400, "answers are not JSON"),
        ({"user": " "}, 400, "empty"),
        ({"user": "ann"}, 400, "already"),
        ({"text": ""}, 422, ""),
        ({"text": "\x00\x01\x02"}, 422, ""),
        ({"service": "trakt", "date_order": "dmy"}, 400, "need no order"),
        ({"service": "letterboxd"}, 400, ""),
        ({"profile": "Bo"}, 400, "has no profile 'Bo'"),
    ],
)
def test_files_that_make_no_sense(asked, fields, status, line):
    answer = _imported(asked, **fields)
    assert answer.status_code == status, answer.text
    assert line in answer.json()["error"]
    assert "/tmp" not in answer.json()["error"]


def test_of_several_profiles_one_is_named(asked):
    header = (
        "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,"
        "Latest Bookmark,Country"
    )
    rows = [
        f"{who},2024-01-0{day} 20:00:00,01:50:00,,{title},,TV,01:50:00,01:50:00,DE (Germany)"
        for day, (who, title) in enumerate([("Ann", "Alien"), ("Bo", "Heat")], 1)
    ]
    text = "\n".join([header, *rows, ""])
    file = {"file": ("ViewingActivity.csv", text.encode())}
    fields = {"user": "zoe", "service": "netflix"}
    several = asked.post("/api/import", data=fields, files=file)
    assert (several.status_code, "several profiles" in several.json()["error"]) == (400, True)
    kept = asked.post("/api/import", data=fields | {"profile": "Bo"}, files=file).json()
    assert kept["kept"]
    assert [e["title_id"] for e in asked.get("/api/history?user=zoe").json()["events"]] == ["heat"]
