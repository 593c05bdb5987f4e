"""Who may ask: nothing about titles or people without the token, and no other site in anybody's browser."""

from __future__ import annotations

import pytest

from cinewalk.errors import RequestError, StorageError
from cinewalk.graph.model.example import example_graph
from cinewalk.queries.recommender import Recommender
from cinewalk.serve import operate, read, tell
from cinewalk.serve.guard import LARGEST, OPEN, Access
from cinewalk.serve.token import token_for

from .conftest import client_of

pytestmark = pytest.mark.integration

TOKEN = "0123456789abcdef0123456789abcdef"
ROUTES = [
    (method, route.path)
    for routes in (read.routes, tell.routes, operate.routes)
    for route in routes.routes
    for method in sorted(route.methods)
]
CLOSED = [(method, path) for method, path in ROUTES if path not in OPEN] + [("GET", "/openapi.json")]


@pytest.fixture(scope="module")
def locked():
    """A client of a service that asks for a token; it has none."""
    with client_of(Recommender(example_graph()), Access(TOKEN)) as client:
        yield client


def _bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(("method", "path"), CLOSED)
@pytest.mark.parametrize("shown", [{}, _bearer("wrong"), _bearer(""), {"Authorization": f"Basic {TOKEN}"}])
def test_without_the_token_nothing_is_answered(locked, method, path, shown):
    address = path.replace("{name}", "home")
    body = {"json": {"user": "ann", "title": "Alien"}} if method == "POST" else {}
    answer = locked.request(method, address, headers=shown, params={"user": "ann", "title": "Brazil"}, **body)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for name in ("Alien", "Brazil", "ann", "Blade"):
        assert name not in answer.text


def test_with_the_token_everything_is(locked):
    assert locked.get("/api/recommend?user=ann", headers=_bearer(TOKEN)).json()
    assert locked.get("/openapi.json", headers=_bearer(TOKEN)).json()["paths"]
    assert b"cinewalk_requests_total" in locked.get("/metrics", headers=_bearer(TOKEN)).content


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_that_it_lives_is_told_to_everybody(locked, path):
    answer = locked.get(path)
    assert answer.status_code == 200
    assert set(answer.json()) == {"status"}


def test_the_token_is_traded_for_a_cookie(locked):
    assert locked.post("/session", headers=_bearer("wrong")).status_code == 401
    answer = locked.post("/session", headers=_bearer(TOKEN) | {"Origin": "http://localhost"})
    assert answer.status_code == 204
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert TOKEN not in cookie
    behind = locked.post("/session", headers=_bearer(TOKEN) | {"Origin": "https://localhost"})
    assert "Secure" in behind.headers["Set-Cookie"]
    locked.cookies.clear()
    locked.cookies.set("cinewalk", cookie.partition("=")[2].partition(";")[0], domain="localhost.local")
    assert locked.get("/api/recommend?user=ann").status_code == 200
    locked.cookies.set("cinewalk", "x" * 64, domain="localhost.local")
    locked.cookies.clear()
    assert (
        locked.get("/api/recommend?user=ann", headers={"Cookie": "cinewalk=" + "0" * 64}).status_code == 401
    )
    assert locked.get("/api/recommend?user=ann", headers={"Cookie": f"cinewalk={TOKEN}"}).status_code == 401


@pytest.mark.fault
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8765", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8765", 200),
        ("LOCALHOST", 200),
        ("evil.example", 403),
        ("evil.example:8765", 403),
        ("localhost.evil.example", 403),
        ("localhost@evil.example", 403),
        ("evil.example/localhost", 403),
        ("127.0.0.1.evil.example", 403),
        ("192.168.0.1", 403),
        ("localhost:x", 403),
        ("", 403),
    ],
)
def test_only_its_own_names_are_answered(asked, host, status):
    answer = asked.get("/api/recommend?user=ann", headers={"Host": host})
    assert answer.status_code == status
    assert status == 200 or "Brazil" not in answer.text


def test_other_names_may_be_given():
    access = Access(names=("films.example",), any_address=True)
    with client_of(Recommender(example_graph()), access) as client:
        for host, status in (("films.example", 200), ("192.168.0.1:80", 200), ("evil.example", 403)):
            assert client.get("/ready", headers={"Host": host}).status_code == status


@pytest.mark.fault
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "https://localhost.evil.example"},
        {"Origin": "file://"},
        {"Origin": "chrome-extension://localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_other_site_may_ask(asked, headers):
    told = asked.post("/api/block", json={"user": "ann", "title": "Alien"}, headers=headers)
    assert told.status_code == 403
    assert asked.get("/api/recommend?user=ann", headers=headers).status_code == 403
    assert "blocked" not in asked.get("/api/history?user=ann").text


def test_its_own_page_may(asked):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert (
        asked.post("/api/block", json={"user": "ann", "title": "Alien"}, headers=headers).status_code == 200
    )


def test_browsers_are_told_to_hold_back(asked):
    for answer in (asked.get("/health"), asked.get("/nothing"), asked.get("/api/recommend?user=ann")):
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_another_site_gets_no_permission_in_advance(asked):
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = asked.options("/api/block", headers=headers)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.fault
def test_bodies_are_bounded(asked):
    large = b'{"user": "' + b"a" * LARGEST + b'"}'
    answer = asked.post("/api/undo", content=large, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    answer = asked.post(
        "/api/undo",
        content=(large[start : start + 1000] for start in range(0, len(large), 1000)),
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, "too much at once" in answer.json()["error"]) == (413, True)
    for length in ("-1", "x", "9" * 5000):
        answer = asked.post("/api/undo", content=b"{}", headers={"Content-Length": length})
        assert answer.status_code == 413


def test_logs_name_nobody(capfd, monkeypatch):
    with client_of(Recommender(example_graph()), Access(log=True)) as client:
        client.get("/api/recommend?user=ann")
        client.get("/api/feed/ann-was-here?user=ann")
        client.get("/ann")
        client.post("/api/block", json={"user": "ann", "title": "Alien"})
        monkeypatch.setattr(Recommender, "history", lambda _, user: {}[f"ann {user}"])
        assert client.get("/api/history?user=ann").status_code == 500
    shown = capfd.readouterr().err
    assert "GET /api/recommend 200" in shown
    assert "error: KeyError at test_guard.py" in shown
    assert "ann" not in shown
    assert "Alien" not in shown


def test_figures_name_nobody(asked):
    asked.get("/api/recommend?user=ann")
    asked.get("/ann")
    asked.request("ANN", "/api/recommend")
    figures = asked.get("/metrics").text
    assert 'cinewalk_requests_total{method="GET",route="/api/recommend",status="200"} 1.0' in figures
    assert "ann" not in figures.lower()


def test_a_token_must_be_there_where_others_can_ask(tmp_path, monkeypatch):
    monkeypatch.delenv("CINEWALK_TOKEN", raising=False)
    assert token_for("127.0.0.1", None) == ""
    for host in ("0.0.0.0", "192.168.0.1", "::", "films.example"):
        with pytest.raises(RequestError, match="no token is asked for"):
            token_for(host, None)
    monkeypatch.setenv("CINEWALK_TOKEN", TOKEN)
    assert token_for("0.0.0.0", None) == token_for("localhost", None) == TOKEN
    place = tmp_path / "token"
    place.write_text(f"{TOKEN[::-1]}\n")
    place.chmod(0o644)
    with pytest.raises(RequestError, match="others can read the token"):
        token_for("0.0.0.0", place)
    place.chmod(0o600)
    assert token_for("0.0.0.0", place) == TOKEN[::-1]


@pytest.mark.fault
@pytest.mark.parametrize("text", ["", "short", "a blank in the middle of it", "é" * 20, "x" * 20 + "\x00"])
def test_what_is_no_token_is_refused(tmp_path, text):
    place = tmp_path / "token"
    place.write_text(text)
    place.chmod(0o600)
    with pytest.raises(RequestError, match="token"):
        token_for("127.0.0.1", place)
    with pytest.raises(StorageError, match="cannot be read"):
        token_for("127.0.0.1", tmp_path / "nothing")
